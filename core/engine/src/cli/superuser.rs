//! `purlin superuser`

use std::io::{BufRead as _, IsTerminal as _};

use super::{CredentialArgs, Failed, PlaceArgs, SuperuserCommand};
use crate::app::App;
use crate::auth::Wish;
use crate::clock::Clock;
use crate::config;
use crate::error::{ApiError, faults_json};

pub(super) async fn run(command: SuperuserCommand) -> Result<(), Failed> {
    match command {
        SuperuserCommand::Create(args) => save(args, Wish::Create, "created").await,
        SuperuserCommand::Update(args) => save(args, Wish::Update, "updated").await,
        SuperuserCommand::Upsert(args) => save(args, Wish::Upsert, "saved").await,
        SuperuserCommand::Delete { email, place } => {
            let app = open(place).await?;
            let done = app.superusers.delete(&email).await;
            app.close().await;
            done.map_err(|error| failed("delete", &email, &error))?;
            say(&format!("Superuser {email} is deleted."));
            Ok(())
        }
    }
}

async fn save(args: CredentialArgs, wish: Wish, done: &str) -> Result<(), Failed> {
    let password = match args.password {
        Some(password) => password,
        None => ask(&args.email, args.stdin)?,
    };
    let app = open(args.place).await?;
    let saved = app.superusers.save(wish, &args.email, &password).await;
    app.close().await;
    saved.map_err(|error| failed("save", &args.email, &error))?;
    say(&format!("Superuser {} is {done}.", args.email));
    Ok(())
}

async fn open(place: PlaceArgs) -> Result<std::sync::Arc<App>, Failed> {
    let config = config::load(place.overrides())?;
    App::open(&config, Clock::system()).await.map_err(|error| Failed(error.to_string()))
}

fn failed(verb: &str, email: &str, error: &ApiError) -> Failed {
    let mut why = error.message.to_string();
    if !error.faults.is_empty() {
        why = format!("{why} {}", faults_json(&error.faults).to_text());
    } else if let Some(cause) = &error.cause {
        why = format!("{why} {cause}");
    }
    Failed(format!("cannot {verb} the superuser {email}: {why}"))
}

/// The password, from a prompt or from the first line of standard input.
fn ask(email: &str, stdin: bool) -> Result<String, Failed> {
    let unreadable = |error| Failed(format!("cannot read the password: {error}"));
    if !stdin && std::io::stdin().is_terminal() {
        return rpassword::prompt_password(format!("Password for {email}: ")).map_err(unreadable);
    }
    if !stdin {
        return Err(Failed(
            "no password: give it after the e-mail address, or use --stdin".to_owned(),
        ));
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

#[allow(clippy::print_stdout, reason = "the outcome of a command is for the person who typed it")]
fn say(text: &str) {
    println!("{text}");
}

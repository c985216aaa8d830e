//! `purlin superuser`

use std::io::{BufRead as _, IsTerminal as _};

use purlin_model::Fault;

use super::{CredentialArgs, Failed, PlaceArgs, SuperuserCommand};
use crate::app::App;
use crate::auth::Wish;
use crate::clock::Clock;
use crate::config;
use crate::error::ApiError;

pub(super) async fn run(command: SuperuserCommand) -> Result<(), Failed> {
    match command {
        SuperuserCommand::Create(args) => save(args, Wish::Create, ("create", "created")).await,
        SuperuserCommand::Update(args) => save(args, Wish::Update, ("update", "updated")).await,
        SuperuserCommand::Upsert(args) => save(args, Wish::Upsert, ("save", "saved")).await,
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

async fn save(args: CredentialArgs, wish: Wish, (verb, done): (&str, &str)) -> Result<(), Failed> {
    let password = match args.password {
        Some(password) => password,
        None => ask(&args.email, args.stdin)?,
    };
    let app = open(args.place).await?;
    let saved = app.superusers.save(wish, &args.email, &password).await;
    app.close().await;
    saved.map_err(|error| failed(verb, &args.email, &error))?;
    say(&format!("Superuser {} is {done}.", args.email));
    Ok(())
}

async fn open(place: PlaceArgs) -> Result<std::sync::Arc<App>, Failed> {
    let config = config::load(place.overrides())?;
    App::open(&config, Clock::system()).await.map_err(|error| Failed(error.to_string()))
}

fn failed(verb: &str, email: &str, error: &ApiError) -> Failed {
    let said: Vec<String> = error.faults.0.iter().map(fault).collect();
    let why = match &error.cause {
        _ if !said.is_empty() => said.join(" "),
        Some(cause) => format!("{} {cause}", error.message),
        None => error.message.to_string(),
    };
    Failed(format!("cannot {verb} the superuser {email}: {why}"))
}

/// What is wrong with one value, for a person.
fn fault((key, fault): &(String, Fault)) -> String {
    match fault {
        Fault::Item { code, .. } if code == "validation_not_unique" => {
            "there is one already; `update` or `upsert` changes its password.".to_owned()
        }
        Fault::Item { message, .. } => format!("{key}: {message}"),
        Fault::Group(_) => format!("{key}: invalid value."),
    }
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

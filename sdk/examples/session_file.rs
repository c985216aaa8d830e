//! Signs in once and stays signed in across runs, without keeping the password.
//!
//! ```sh
//! cargo run -p purlin-sdk --example session_file -- http://127.0.0.1:8090 EMAIL PASSWORD
//! cargo run -p purlin-sdk --example session_file -- http://127.0.0.1:8090
//! ```
#![allow(clippy::print_stdout, reason = "its output is for people")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use purlin_sdk::{Client, Result, Session};

#[tokio::main]
async fn main() -> ExitCode {
    let setting = |place, name| std::env::args().nth(place).or_else(|| std::env::var(name).ok());
    let url = setting(1, "PURLIN_URL").unwrap_or_else(|| "http://127.0.0.1:8090".into());
    let credentials = setting(2, "PURLIN_EMAIL").zip(setting(3, "PURLIN_PASSWORD"));
    let credentials = credentials.as_ref().map(|(email, password)| (&**email, &**password));
    match run(&url, Path::new("session.json"), credentials).await {
        Ok(email) => {
            println!("you are {email}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Signs in with the credentials if there are any, else with what an earlier run has saved.
/// Answers with the signed-in e-mail address.
pub(crate) async fn run(
    url: &str,
    file: &Path,
    credentials: Option<(&str, &str)>,
) -> Result<String> {
    let client = Client::builder(url).session(load(file)).build()?;
    // Also after every refresh, so that the file never holds an expired token for long.
    let file = PathBuf::from(file);
    client.auth().on_change(move |session| save(&file, session));

    let superusers = client.collection("_superusers");
    let auth = match credentials {
        Some((email, password)) => superusers.auth_with_password(email, password).await?,
        None => superusers.auth_refresh().await?,
    };
    Ok(auth.record.text("email").to_owned())
}

fn load(file: &Path) -> Option<Session> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

fn save(file: &Path, session: Option<&Session>) {
    let saved = match session {
        Some(session) => serde_json::to_vec(session)
            .map_err(std::io::Error::from)
            .and_then(|text| std::fs::write(file, text)),
        None => std::fs::remove_file(file),
    };
    if let Err(error) = saved {
        println!("the sign-in was not saved: {error}");
    }
}

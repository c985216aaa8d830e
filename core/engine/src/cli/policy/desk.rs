//! An installation a command works on, and how its answers are told.

use std::io::Write as _;
use std::sync::Arc;

use jiff::Timestamp;
use purlin_model::plan::Facts;
use purlin_model::{Caller, Json};

use super::super::{Failed, PlaceArgs};
use crate::app::App;
use crate::catalog::Snapshot;
use crate::clock::Clock;
use crate::config;
use crate::error::ApiError;
use crate::moving::policies::{self, Stored};
use crate::records::Ask;

/// An open installation.
pub(super) struct Desk {
    pub(super) app: Arc<App>,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) now: Timestamp,
}

/// Does something at an installation, and closes it again.
pub(super) async fn at(
    place: PlaceArgs,
    work: impl AsyncFnOnce(&Desk) -> Result<(), Failed>,
) -> Result<(), Failed> {
    let config = config::load(place.overrides())?;
    let opened = App::open(&config, Clock::system()).await;
    let app = opened.map_err(|error| Failed(error.to_string()))?;
    let desk = Desk { snapshot: app.catalog.snapshot(), now: app.clock.now(), app };
    let done = work(&desk).await;
    desk.app.close().await;
    done
}

impl Desk {
    /// Purlin's own request, which no rule holds back and every check applies to.
    pub(super) fn ask(&self) -> Ask<'_> {
        Ask::new(&self.snapshot, Facts::bare(&Caller::System, self.now), "")
    }

    pub(super) async fn stored(&self) -> Result<Vec<Stored>, Failed> {
        let stored = policies::stored(&self.app.records, &self.snapshot, self.now).await;
        stored.map_err(|error| Failed(format!("cannot read the policies: {}", why(&error))))
    }
}

/// What an error says, for a person.
pub(super) fn why(error: &ApiError) -> String {
    let (message, cause) = (&error.message, &error.cause);
    match cause {
        Some(cause) if error.faults.is_empty() => format!("{message} {cause}"),
        _ => told(&error.to_json()),
    }
}

/// What an answer that is no success says: of its values, or else its message.
pub(super) fn told(answer: &Json) -> String {
    let mut said = Vec::new();
    gather("", answer.get("data").unwrap_or(&Json::Null), &mut said);
    match said.is_empty() {
        true => answer.get("message").and_then(Json::text).unwrap_or_default().to_owned(),
        false => said.join(" "),
    }
}

/// What is wrong with single values, each with its path.
fn gather(path: &str, faults: &Json, said: &mut Vec<String>) {
    for (key, fault) in faults.members().unwrap_or_default() {
        match fault.get("message").and_then(Json::text) {
            Some(message) => said.push(format!("{path}{key}: {message}")),
            None => gather(&format!("{path}{key}."), fault, said),
        }
    }
}

/// The text on one line.
pub(super) fn flat(text: &str) -> String {
    let parts = text.split(char::is_control).map(str::trim);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Prints a line for the person who typed the command. Whoever closed the pipe has seen enough.
pub(super) fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

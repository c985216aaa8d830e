//! Running statements on one connection.

use futures_util::TryStreamExt;
use sqlx::mysql::{MySqlArguments, MySqlConnection, MySqlRow};
use sqlx::{Arguments as _, Executor as _};

use super::error::{Failure, too_large};
use crate::store::StoreError;
use crate::store::sql::{Parameter, Statement, texts_json};

/// What a server adds to a statement's values, at the most.
const ROOM: usize = 4096;

/// A statement ready to be sent; made of one that fits into a packet.
pub(super) struct Ready {
    text: String,
    arguments: MySqlArguments,
    is_kept: bool,
}

impl Ready {
    /// # Errors
    /// `Refused` when it is larger than the server takes.
    pub(super) fn new(statement: &Statement, packet: usize) -> Result<Self, StoreError> {
        let size = |parameter: &Parameter| match parameter {
            Parameter::Text(text) | Parameter::Label(text) => text.len() + 9,
            Parameter::Texts(texts) => texts.iter().map(|it| it.len() + 4).sum(),
            _ => 8,
        };
        let sum: usize = statement.parameters.iter().map(size).sum();
        if sum + statement.text.len() + ROOM > packet {
            return Err(too_large());
        }
        let mut arguments = MySqlArguments::default();
        for parameter in &statement.parameters {
            let added = match parameter {
                Parameter::Null => arguments.add(None::<&str>),
                Parameter::Integer(number) => arguments.add(*number),
                Parameter::Real(number) => arguments.add(*number),
                Parameter::Bool(flag) => arguments.add(i64::from(*flag)),
                Parameter::Text(text) | Parameter::Label(text) => arguments.add(text.as_str()),
                // As an array of JSON.
                Parameter::Texts(texts) => arguments.add(texts_json(texts)),
            };
            added.map_err(|error| StoreError::Refused(error.to_string()))?;
        }
        Ok(Ready { text: statement.text.clone(), arguments, is_kept: true })
    }

    /// Not to be found prepared again.
    pub(super) fn once(mut self) -> Self {
        self.is_kept = false;
        self
    }

    fn query(&mut self) -> sqlx::query::Query<'_, sqlx::MySql, MySqlArguments> {
        let arguments = std::mem::take(&mut self.arguments);
        sqlx::query_with(&self.text, arguments).persistent(self.is_kept)
    }
}

/// Runs a statement that answers no rows; how many records it found to change.
pub(super) async fn execute(on: &mut MySqlConnection, mut it: Ready) -> Result<u64, Failure> {
    let done = on.execute(it.query()).await.map_err(|error| Failure::of(&error))?;
    Ok(done.rows_affected())
}

/// Whether a statement answers a row.
pub(super) async fn answers(on: &mut MySqlConnection, mut it: Ready) -> Result<bool, Failure> {
    let mut found = false;
    let mut rows = on.fetch(it.query());
    while rows.try_next().await.map_err(|error| Failure::of(&error))?.is_some() {
        found = true;
    }
    Ok(found)
}

/// Gives each row of a statement's answer to a function.
pub(super) async fn each(
    on: &mut MySqlConnection,
    mut it: Ready,
    mut row: impl FnMut(&MySqlRow) -> Result<(), StoreError>,
) -> Result<(), Failure> {
    let mut rows = on.fetch(it.query());
    while let Some(found) = rows.try_next().await.map_err(|error| Failure::of(&error))? {
        row(&found).map_err(Failure::Other)?;
    }
    Ok(())
}

/// Runs a text of ours that has no values and answers nothing.
pub(super) async fn run(on: &mut MySqlConnection, text: &str) -> Result<(), Failure> {
    on.execute(text).await.map_err(|error| Failure::of(&error))?;
    Ok(())
}

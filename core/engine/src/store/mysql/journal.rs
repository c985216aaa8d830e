//! What a schema change under way would have to take back. The server commits every change of a
//! table by itself, so it is written down before each step how to undo it, in a table of its own;
//! whoever comes after a crash finishes the undoing.

use serde::{Deserialize, Serialize};
use sqlx::mysql::MySqlConnection;

use super::connection::{Ready, answers, each, execute, run};
use super::encode::{Cell, cell, forms};
use super::error::Failure;
use super::server::Server;
use crate::store::StoreError;
use crate::store::sql::dialect::Dialect as _;
use crate::store::sql::{Parameter, Statement};

/// The name of the table.
pub(super) const TABLE: &str = "_purlin_changes";

const MAKE: &str = "CREATE TABLE IF NOT EXISTS `_purlin_changes` (`id` VARCHAR(40) NOT NULL \
    PRIMARY KEY, `entry` LONGTEXT NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";

/// A step back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Undo {
    /// Drop the table of that name, if it bears the mark.
    Table { name: String, mark: String },
    /// Change the table of that name back by a statement, if it bears the mark.
    Alter { name: String, mark: String, statement: String },
    /// Give a table its name back, if it has the other.
    Rename { from: String, to: String },
    /// Drop the view of that name.
    View { name: String },
    /// Make a view as it was.
    Restore { name: String, statement: String },
}

/// What is written down of one change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Steps back, in the order the steps were taken.
    pub(super) undo: Vec<Undo>,
    /// Whether the change is made for good: then nothing is undone, and what it left is removed.
    pub(super) done: bool,
    /// Statements that remove what a change that is made has left.
    pub(super) rest: Vec<String>,
}

/// Sees that the table is there.
pub(super) async fn prepare(on: &mut MySqlConnection) -> Result<(), Failure> {
    run(on, MAKE).await
}

/// Writes down what there is of a change.
pub(super) async fn note(
    on: &mut MySqlConnection,
    server: &Server,
    id: &str,
    entry: &Entry,
) -> Result<(), Failure> {
    let text = serde_json::to_string(entry)
        .map_err(|error| Failure::Other(StoreError::Unavailable(error.to_string())))?;
    let mut out = Statement::new(server.dialect(), "REPLACE INTO `_purlin_changes` VALUES (");
    out.bind_text(id).push(", ").bind(Parameter::Text(text)).push(")");
    execute(on, Ready::new(&out, server.packet).map_err(Failure::Other)?).await.map(drop)
}

/// Forgets a change.
pub(super) async fn forget(
    on: &mut MySqlConnection,
    server: &Server,
    id: &str,
) -> Result<(), Failure> {
    let mut out = Statement::new(server.dialect(), "DELETE FROM `_purlin_changes` WHERE `id` = ");
    out.bind_text(id);
    execute(on, Ready::new(&out, server.packet).map_err(Failure::Other)?).await.map(drop)
}

/// The changes that somebody did not end.
pub(super) async fn left(
    on: &mut MySqlConnection,
    server: &Server,
) -> Result<Vec<(String, Entry)>, Failure> {
    if !exists(on, server, TABLE, None).await? {
        return Ok(Vec::new());
    }
    let out = Statement::new(server.dialect(), "SELECT `id`, `entry` FROM `_purlin_changes`");
    let mut found = Vec::new();
    each(on, Ready::new(&out, server.packet).map_err(Failure::Other)?, |row| {
        let forms = forms(row);
        if let (Cell::Text(id), Cell::Text(entry)) = (cell(row, &forms, 0)?, cell(row, &forms, 1)?)
        {
            let entry = serde_json::from_str(&entry)
                .map_err(|error| StoreError::Unavailable(format!("{TABLE} is broken: {error}")))?;
            found.push((id.into_owned(), entry));
        }
        Ok(())
    })
    .await?;
    Ok(found)
}

/// Ends a change: takes its steps back, or removes what it left.
pub(super) async fn end(
    on: &mut MySqlConnection,
    server: &Server,
    id: &str,
    entry: &Entry,
) -> Result<(), Failure> {
    if entry.done {
        for statement in &entry.rest {
            // What is gone already was removed before a crash.
            if let Err(Failure::Other(error @ StoreError::Unavailable(_))) =
                run(on, statement).await
            {
                return Err(Failure::Other(error));
            }
        }
        return forget(on, server, id).await;
    }
    // Views first and last: they stand on the tables.
    for step in entry.undo.iter().rev() {
        if let Undo::View { name } = step {
            let mut out = Statement::new(server.dialect(), "DROP VIEW IF EXISTS ");
            out.name(name);
            run(on, &out.text).await?;
        }
    }
    for step in entry.undo.iter().rev() {
        back(on, server, step).await?;
    }
    restore(on, server, &entry.undo).await?;
    forget(on, server, id).await
}

async fn back(on: &mut MySqlConnection, server: &Server, step: &Undo) -> Result<(), Failure> {
    match step {
        Undo::Table { name, mark } => {
            if exists(on, server, name, Some(mark)).await? {
                let mut out = Statement::new(server.dialect(), "DROP TABLE ");
                out.name(name);
                run(on, &out.text).await?;
            }
        }
        Undo::Alter { name, mark, statement } => {
            if exists(on, server, name, Some(mark)).await? {
                run(on, statement).await?;
            }
        }
        Undo::Rename { from, to } => {
            if exists(on, server, from, None).await? && !exists(on, server, to, None).await? {
                let mut out = Statement::new(server.dialect(), "RENAME TABLE ");
                out.name(from).push(" TO ").name(to);
                run(on, &out.text).await?;
            }
        }
        Undo::View { .. } | Undo::Restore { .. } => {}
    }
    Ok(())
}

/// Makes views as they were; those that read others after those.
async fn restore(on: &mut MySqlConnection, server: &Server, undo: &[Undo]) -> Result<(), Failure> {
    let mut left: Vec<(&String, &String)> = undo
        .iter()
        .filter_map(|step| match step {
            Undo::Restore { name, statement } => Some((name, statement)),
            _ => None,
        })
        .collect();
    while !left.is_empty() {
        let (before, mut failed, mut last) = (left.len(), Vec::new(), None);
        for (name, statement) in left {
            let mut out = Statement::new(server.dialect(), "DROP VIEW IF EXISTS ");
            out.name(name);
            run(on, &out.text).await?;
            if let Err(failure) = run(on, statement).await {
                failed.push((name, statement));
                last = Some(failure);
            }
        }
        if let (Some(failure), true) = (last, failed.len() == before) {
            // One that could not be read before cannot be made again.
            tracing::error!("views could not be restored: {}", failure.plain());
            return Ok(());
        }
        left = failed;
    }
    Ok(())
}

/// Whether a table or view is there; with a mark: whether it bears it.
pub(super) async fn exists(
    on: &mut MySqlConnection,
    server: &Server,
    name: &str,
    mark: Option<&str>,
) -> Result<bool, Failure> {
    let physical = server.dialect().physical(name);
    let mut out = Statement::new(
        server.dialect(),
        "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ",
    );
    out.bind_text(physical);
    if let Some(mark) = mark {
        out.push(" AND table_comment = ").bind_text(mark);
    }
    answers(on, Ready::new(&out, server.packet).map_err(Failure::Other)?).await
}

//! `purlin policy export` and `import`

use std::fs;
use std::io::Write as _;
use std::path::Path;

use purlin_model::policy::Row;
use purlin_model::policy::csv::{self, Placed};

use super::Failed;
use super::desk::{Desk, flat, say, told, why};
use crate::error::ApiError;
use crate::moving::policies::{self, Change};
use crate::records::failed_request;

/// Writes every line into the file, or to standard output.
pub(super) async fn export(desk: &Desk, file: Option<&Path>) -> Result<(), Failed> {
    let stored = desk.stored().await?;
    let rows: Vec<Row> = stored.into_iter().map(|line| line.row).collect();
    let text = csv::write(&rows);
    match file {
        None => {
            let written = std::io::stdout().lock().write_all(text.as_bytes());
            written.map_err(|error| Failed(format!("cannot write to standard output: {error}")))?;
        }
        Some(file) => {
            let written = fs::write(file, text);
            let unwritten = |error| Failed(format!("cannot write {}: {error}", file.display()));
            written.map_err(unwritten)?;
            let roles = rows.iter().filter(|row| matches!(row, Row::Role(_))).count();
            let policies = rows.len() - roles;
            let file = file.display();
            say(&format!("Policies: {policies}, role lines: {roles}, written to {file}."));
        }
    }
    Ok(())
}

/// The lines of a file.
pub(super) fn read(file: &Path) -> Result<Vec<Placed>, Failed> {
    let name = file.display();
    let text = fs::read_to_string(file);
    let text = text.map_err(|error| Failed(format!("cannot read {name}: {error}")))?;
    csv::read(&text).map_err(|error| Failed(format!("{name}:{}: {}", error.line, error.message)))
}

/// How lines of a file are brought in.
pub(super) struct Import {
    pub(super) name: String,
    pub(super) replace: bool,
    pub(super) dry_run: bool,
}

impl Import {
    pub(super) async fn run(&self, desk: &Desk, rows: Vec<Placed>) -> Result<(), Failed> {
        let schema = &desk.snapshot.schema;
        let rows = rows.into_iter().map(|(line, row)| (line, row.canonical(schema))).collect();
        let changes = policies::differences(desk.stored().await?, rows, self.replace);
        let (records, dry_run) = (&desk.app.records, self.dry_run);
        let done = policies::carry_out(records, &desk.snapshot, desk.now, &changes, dry_run).await;
        done.map_err(|error| self.failed(&changes, &error))?;
        if dry_run {
            changes.iter().for_each(|change| say(&shown(change)));
        }
        say(&summary(&changes, dry_run));
        Ok(())
    }

    /// Where it went wrong: in the file, or at a line that is stored.
    fn failed(&self, changes: &[Change], error: &ApiError) -> Failed {
        let name = &self.name;
        let found = failed_request(error);
        let Some((change, answer)) = found.and_then(|(at, said)| Some((changes.get(at)?, said)))
        else {
            return Failed(format!("cannot import {name}: {}", why(error)));
        };
        let reason = told(answer);
        Failed(match change {
            Change::Add((line, _)) | Change::Note(line, ..) => format!("{name}:{line}: {reason}"),
            Change::Remove(known) => format!("cannot remove {}: {reason}", known.id),
        })
    }
}

/// A change as a line of a diff.
fn shown(change: &Change) -> String {
    match change {
        Change::Add((_, row)) => format!("+ {}", csv::line(row)),
        Change::Remove(known) => format!("- {}", csv::line(&known.row)),
        Change::Note(_, known, note) => {
            format!("~ {} # note: {}", csv::line(&known.row), flat(note))
        }
    }
}

fn summary(changes: &[Change], dry_run: bool) -> String {
    let [mut added, mut removed, mut noted] = [0_usize; 3];
    for change in changes {
        match change {
            Change::Add(_) => added += 1,
            Change::Remove(_) => removed += 1,
            Change::Note(..) => noted += 1,
        }
    }
    match (changes.is_empty(), dry_run) {
        (true, _) => "Nothing to change.".to_owned(),
        (_, true) => format!("To be added: {added}, to be removed: {removed}, new notes: {noted}."),
        (_, false) => format!("Added: {added}, removed: {removed}, new notes: {noted}."),
    }
}

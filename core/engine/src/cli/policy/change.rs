//! `purlin policy add`, `grant` and `remove`

use purlin_model::Json;
use purlin_model::policy::Row;

use super::Failed;
use super::desk::{Desk, say, why};
use crate::moving::policies::{Stored, collection};
use crate::records::Submitted;

/// Saves a line and prints its id.
pub(super) async fn add(desk: &Desk, row: &Row) -> Result<(), Failed> {
    let submitted = Submitted { members: row.members(), uploads: Vec::new() };
    let saved = desk.app.records.create(&desk.ask(), collection(row), submitted).await;
    let failed = |reason: String| match row {
        Row::Policy(_) => Failed(format!("cannot add the policy: {reason}")),
        Row::Role(row) => Failed(format!("cannot grant {} to {}: {reason}", row.role, row.member)),
    };
    let record = saved.map_err(|error| failed(why(&error)))?;
    let record = Json::parse(&record).map_err(|error| failed(error.to_string()))?;
    say(record.get("id").and_then(Json::text).unwrap_or_default());
    Ok(())
}

/// Removes lines; nothing when one of them is not there.
pub(super) async fn remove(desk: &Desk, ids: &[String]) -> Result<(), Failed> {
    let stored = desk.stored().await?;
    let mut doomed: Vec<&Stored> = Vec::new();
    for id in ids {
        let found = stored.iter().find(|line| line.id == *id);
        let found = found.ok_or_else(|| Failed(format!("there is no policy or role line {id}")))?;
        if !doomed.iter().any(|line| line.id == found.id) {
            doomed.push(found);
        }
    }
    for line in &doomed {
        let removed = desk.app.records.delete(&desk.ask(), line.collection(), &line.id).await;
        removed.map_err(|error| Failed(format!("cannot remove {}: {}", line.id, why(&error))))?;
    }
    say(&match doomed.len() {
        1 => "1 line is removed.".to_owned(),
        more => format!("{more} lines are removed."),
    });
    Ok(())
}

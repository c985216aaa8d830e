//! Policies and roles in and out of files: what is stored, how a file differs from it, and the
//! difference carried out as one batch.

use std::sync::Arc;

use jiff::Timestamp;
use purlin_model::plan::Facts;
use purlin_model::policy::Row;
use purlin_model::policy::csv::Placed;
use purlin_model::query::MAX_PER_PAGE;
use purlin_model::schema::system::{POLICIES, ROLES};
use purlin_model::settings::Batch;
use purlin_model::{Caller, Json};

use crate::catalog::Snapshot;
use crate::error::{Answer, ApiError};
use crate::records::{Ask, BatchForm, Records};

/// How long an import may take, in seconds.
const TIMEOUT: u64 = 110;

/// A line that is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The id of its record.
    pub id: String,
    /// What it says.
    pub row: Row,
    /// The whole record.
    pub record: Json,
}

/// What has to be done for the stored lines to be those of a file.
#[derive(Clone, Debug)]
pub enum Change {
    /// A line of the file is not stored.
    Add(Placed),
    /// A stored line has another note than in the file, where it stands on this line.
    Note(usize, Stored, String),
    /// A stored line is not in the file.
    Remove(Stored),
}

impl Stored {
    /// The collection of its record.
    #[must_use]
    pub fn collection(&self) -> &'static str {
        collection(&self.row)
    }
}

/// Every policy, then every line of a role, each in the order they were made in.
///
/// # Errors
/// 503 when the store is away.
pub async fn stored(
    records: &Records,
    snapshot: &Arc<Snapshot>,
    now: Timestamp,
) -> Answer<Vec<Stored>> {
    let mut all = Vec::new();
    for (collection, row) in [(POLICIES, Row::of_policy as fn(&Json) -> Row), (ROLES, Row::of_role)]
    {
        for page in 1_u64.. {
            let query = [
                ("page", page.to_string()),
                ("perPage", MAX_PER_PAGE.to_string()),
                ("skipTotal", "true".to_owned()),
                ("sort", "@rowid".to_owned()),
            ];
            let query = query.map(|(name, value)| (name.to_owned(), value));
            let facts = Facts { query: &query, ..Facts::bare(&Caller::System, now) };
            let bytes = records.list(&Ask::new(snapshot, facts, ""), collection).await?;
            let page =
                Json::parse(&bytes).map_err(|error| ApiError::internal(error.to_string()))?;
            let found = page.get("items").and_then(Json::items).unwrap_or_default();
            all.extend(found.iter().map(|record| Stored {
                id: record.get("id").and_then(Json::text).unwrap_or_default().to_owned(),
                row: row(record),
                record: record.clone(),
            }));
            if (found.len() as u64) < MAX_PER_PAGE {
                break;
            }
        }
    }
    Ok(all)
}

/// What has to change for all lines of a file to be stored, and with `replace` no others. A line
/// that stands in the file twice is wanted twice. Notes of stored lines stay where the file says
/// none, unless it replaces.
#[must_use]
pub fn differences(stored: Vec<Stored>, file: Vec<Placed>, replace: bool) -> Vec<Change> {
    let mut left: Vec<Option<Stored>> = stored.into_iter().map(Some).collect();
    let mut take = |same: &dyn Fn(&Row) -> bool| {
        left.iter_mut().find(|it| it.as_ref().is_some_and(|it| same(&it.row)))?.take()
    };
    // Those with the same note first: of two that differ by it, each finds its own.
    let rest: Vec<Placed> =
        file.into_iter().filter(|(_, row)| take(&|known| known == row).is_none()).collect();
    let mut changes = Vec::new();
    for (line, row) in rest {
        match take(&|known| known.says_the_same(&row)) {
            Some(known) if replace || !row.note().is_empty() => {
                changes.push(Change::Note(line, known, row.note().to_owned()));
            }
            Some(_) => {}
            None => changes.push(Change::Add((line, row))),
        }
    }
    let removed = left.into_iter().flatten().filter(|_| replace).map(Change::Remove);
    // Before the others: a new line may take the place of an old one.
    removed.chain(changes).collect()
}

/// Carries changes out as one batch, in their order: all, or none. With `rehearse` they are taken
/// back at the end.
///
/// # Errors
/// As for [`Records::batch`]; [`crate::records::failed_request`] tells which of them it was.
pub async fn carry_out(
    records: &Records,
    snapshot: &Arc<Snapshot>,
    now: Timestamp,
    changes: &[Change],
    rehearse: bool,
) -> Answer<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let form = changes.iter().fold(BatchForm::default(), |form, change| match change {
        Change::Add((_, row)) => form.create(collection(row), row.members()),
        Change::Note(_, known, note) => {
            let note = ("note".to_owned(), Json::from(note.as_str()));
            form.update(known.collection(), &known.id, vec![note])
        }
        Change::Remove(known) => form.delete(known.collection(), &known.id),
    });
    let ask = Ask::new(snapshot, Facts::bare(&Caller::System, now), "");
    if rehearse {
        return records.rehearse(&ask, &form).await;
    }
    let limits =
        Batch { enabled: true, max_requests: u64::MAX, timeout: TIMEOUT, max_body_size: 0 };
    records.batch(&ask, form, &limits).await.map(drop)
}

/// The collection that keeps such a line.
#[must_use]
pub fn collection(row: &Row) -> &'static str {
    match row {
        Row::Policy(_) => POLICIES,
        Row::Role(_) => ROLES,
    }
}

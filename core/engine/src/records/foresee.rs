//! Whether a delete will be possible where it cannot be undone: in other datasources.

use std::collections::HashSet;
use std::sync::Arc;

use purlin_model::plan::{self, Select};
use purlin_model::{Collection, FieldKind, Record, Schema};

use super::Halt;
use super::cascade::{Loss, loss};
use super::elsewhere::may_keep;
use crate::store::{Access, api_error};

/// Records looked at in one read.
const CHUNK: u64 = 500;

/// What is still to be looked at.
enum Step {
    /// A record that would go.
    Goes(Record),
    /// The records that hold the id in that field, but for so many seen before.
    Holders { from: Arc<Collection>, field: usize, id: Arc<str>, seen: u64 },
}

/// Goes through all that would go with a record, wherever it is, without changing anything. Reads
/// nothing where the schema already tells that other datasources have no say.
///
/// What it finds may have changed when the delete is made: databases do not wait for one another.
/// A record that comes to require another one in between keeps its relation to what is gone.
///
/// # Errors
/// `Kept` when a record requires one that would go; 503 when a database that has a say is away.
pub(super) async fn foresee(
    access: &dyn Access,
    schema: &Schema,
    record: &Record,
) -> Result<(), Halt> {
    if !may_keep(schema, &record.collection) {
        return Ok(());
    }
    let mut leaving = HashSet::new();
    let mut steps = vec![Step::Goes(record.clone())];
    while let Some(step) = steps.pop() {
        match step {
            Step::Goes(record) => {
                let id: Arc<str> = record.id().into();
                if leaving.insert((record.collection.id.clone(), id.clone())) {
                    holders(schema, &record, &id, &mut steps);
                }
            }
            Step::Holders { from, field, id, seen } => {
                let referring = plan::referring(&from, field, &id, CHUNK);
                let select = Select { offset: seen, ..referring };
                let page = access.select(&select).await.map_err(api_error)?;
                if page.count == CHUNK {
                    let (from, id) = (from.clone(), id.clone());
                    steps.push(Step::Holders { from, field, id, seen: seen + CHUNK });
                }
                for record in page.records.into_iter().rev().map(|found| found.record) {
                    let known = (record.collection.id.clone(), record.id().into());
                    match loss(&record, field, &id) {
                        _ if leaving.contains(&known) => {}
                        Loss::Goes => steps.push(Step::Goes(record)),
                        Loss::Keeps => return Err(Halt::Kept),
                        Loss::Holds(_) => {}
                    }
                }
            }
        }
    }
    Ok(())
}

/// The fields that may keep a record, or go with it.
fn holders(schema: &Schema, record: &Record, id: &Arc<str>, steps: &mut Vec<Step>) {
    for reference in schema.references_to(&record.collection.id).iter().rev() {
        let (from, field) = (reference.collection.clone(), reference.field);
        let definition = &from.fields[field];
        let goes = matches!(definition.kind, FieldKind::Relation { cascade_delete: true, .. });
        if goes || definition.required {
            steps.push(Step::Holders { from, field, id: id.clone(), seen: 0 });
        }
    }
}

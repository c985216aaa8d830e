//! Writes with their guards as one statement.

use purlin_model::Collection;
use purlin_model::plan::{Guard, Source, Write};

use super::super::dialect::Dialect;
use super::super::statement::Statement;
use super::super::{delete, insert, insert_if, only_if, update};

/// The one statement that does a write if its guards hold; `None` where there is none.
pub(crate) fn guarded(
    dialect: &'static dyn Dialect,
    may_read_itself: bool,
    write: &Write,
) -> Option<Statement> {
    let possible = |collection: &Collection, guards: &[Guard]| {
        may_read_itself || !guards.iter().any(|it| reads(it, collection))
    };
    match write {
        Write::Create { record, left_out, guards } if guards.is_empty() => {
            Some(insert(dialect, record, left_out))
        }
        Write::Create { record, left_out, guards } => {
            Some(insert_if(dialect, record, left_out, guards))
        }
        Write::Update { collection, id, set, guards } => {
            if set.is_empty() || !possible(collection, guards) {
                return None;
            }
            let mut out = update(dialect, collection, id, set);
            only_if(&mut out, guards);
            Some(out)
        }
        Write::Delete { collection, id, guards, .. } => {
            if !possible(collection, guards) {
                return None;
            }
            let mut out = delete(dialect, collection, id);
            only_if(&mut out, guards);
            Some(out)
        }
    }
}

/// Whether a guard reads the table of a collection.
fn reads(guard: &Guard, collection: &Collection) -> bool {
    match guard {
        Guard::Matches(condition) => condition.rows.iter().any(|row| {
            !matches!(row.source, Source::Given(_))
                && row.collection.as_ref().is_some_and(|it| it.is_view() || it.id == collection.id)
        }),
        Guard::Exist { collection: of, .. } | Guard::Unchanged { collection: of, .. } => {
            of.id == collection.id
        }
    }
}

//! Which records of a batch a predicate shows. Most are decided in memory; those that need other
//! records are asked of the database, all at once.

use std::collections::HashMap;
use std::sync::Arc;

use purlin_model::Record;
use purlin_model::plan::{self, Condition, Found, Output, Select, Source, Term, Test};

use super::deliver::Subject;
use crate::error::Answer;
use crate::records::Watch;
use crate::store::{Access, api_error};

/// The records shown, by the indexes of their subjects, with what the masks answered.
pub(super) struct Verdicts {
    pub(super) shown: Vec<(usize, Found)>,
}

impl Verdicts {
    /// Decides for these of the subjects.
    ///
    /// # Errors
    /// 503 when the database is away.
    pub(super) async fn of(
        access: &dyn Access,
        watch: &Watch,
        subjects: &[Subject<'_>],
        among: &[usize],
    ) -> Answer<Self> {
        let (mut shown, mut stored) = (Vec::new(), Vec::new());
        for index in among.iter().copied() {
            let Subject { record, is_gone, .. } = &subjects[index];
            let select = &watch.select;
            match (select.condition.decide(record), decided(&select.masks, record)) {
                (Some(false), _) => {}
                (Some(true), Some(masks)) => shown.push((index, found(record, masks))),
                _ if *is_gone => {
                    let masks = given(access, select, record).await?;
                    shown.extend(masks.map(|masks| (index, found(record, masks))));
                }
                _ => stored.push(index),
            }
        }
        if !stored.is_empty() {
            let ids = stored.iter().map(|index| subjects[*index].record.id().to_owned()).collect();
            let page = access.select(&among_these(&watch.select, ids)).await.map_err(api_error)?;
            let records = page.records.into_iter();
            let by_id: HashMap<String, Found> =
                records.map(|found| (found.record.id().to_owned(), found)).collect();
            let answer = |index: usize| {
                by_id.get(subjects[index].record.id()).map(|found| (index, found.clone()))
            };
            shown.extend(stored.into_iter().filter_map(answer));
        }
        Ok(Verdicts { shown })
    }
}

fn found(record: &Record, masks: Vec<bool>) -> Found {
    Found { record: record.clone(), masks }
}

/// What the masks answer, where the record decides all of them.
fn decided(masks: &[Condition], record: &Record) -> Option<Vec<bool>> {
    masks.iter().map(|mask| mask.decide(record)).collect()
}

/// The same plan for the records of these ids.
fn among_these(select: &Select, mut ids: Vec<String>) -> Select {
    ids.sort_unstable();
    ids.dedup();
    let mut select = select.clone();
    let field = select.collection().field_index("id").unwrap_or(0);
    select.limit = ids.len() as u64;
    let named = Test::In { term: Term::Column { row: 0, field }, texts: ids };
    let test = std::mem::replace(&mut select.condition.test, Test::Constant(true));
    select.condition.test = Test::All(vec![named, test]);
    (select.total, select.output) = (false, Output::Records);
    select
}

/// What the masks answer for a record that is stored no more; `None` where it is not shown.
async fn given(
    access: &dyn Access,
    select: &Select,
    record: &Arc<Record>,
) -> Answer<Option<Vec<bool>>> {
    if !holds(access, &select.condition, record).await? {
        return Ok(None);
    }
    let mut masks = Vec::with_capacity(select.masks.len());
    for mask in &select.masks {
        masks.push(holds(access, mask, record).await?);
    }
    Ok(Some(masks))
}

async fn holds(access: &dyn Access, condition: &Condition, record: &Arc<Record>) -> Answer<bool> {
    let mut condition = condition.clone();
    condition.rows[0].source = Source::Given(record.clone());
    if let Some(holds) = condition.decide(record) {
        return Ok(holds);
    }
    Ok(access.select(&plan::whether(condition)).await.map_err(api_error)?.count > 0)
}

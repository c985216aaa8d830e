//! Carrying out reads.

use mongodb::bson::{Bson, Document, RawBsonRef, RawDocument, doc};
use purlin_model::plan::{Condition, Found, Output, Page, Select, Source};

use super::error::Failure;
use super::member::Layout;
use super::run::Place;
use super::select::{self, LIMITLESS, Query, page};
use super::{decode, document, encode, names};
use crate::store::{Asked, StoreError};

/// Carries out a read.
pub(super) async fn select(place: &mut Place<'_>, select: &Select) -> Result<Page, Failure> {
    let mut page = Page::default();
    let given = given(&select.condition)?;
    let (after, none) = match &select.after {
        None => (None, false),
        Some(id) => {
            let after = order_of(place, select, id).await?;
            (after, after.is_none())
        }
    };
    if let Output::Counts { field, prefix } = select.output {
        counts(place, select, (field, prefix), &mut page).await?;
    } else if select.limit > 0 && !none {
        records(place, select, given.clone(), after, &mut page).await?;
    }
    if select.total {
        // A page that is not full shows where the records end.
        let records = select.limit > 0 && !matches!(select.output, Output::Counts { .. });
        let ends = records && select.after.is_none() && page.count < select.limit;
        page.total = Some(if ends && (page.count > 0 || select.offset == 0) {
            select.offset + page.count
        } else {
            count(place, &select.condition, given).await?
        });
    }
    Ok(page)
}

/// Whether a condition holds for some record.
pub(super) async fn whether(place: &mut Place<'_>, condition: &Condition) -> Result<bool, Failure> {
    if let Source::Given(record) = &condition.rows[0].source
        && let Some(holds) = condition.decide(record)
    {
        return Ok(holds);
    }
    let given = given(condition)?;
    let stages = select::whether(condition, given.clone());
    let mut found = false;
    let mut each = |_: &RawDocument| {
        found = true;
        Ok(())
    };
    place.aggregate(base(condition, &given), stages, 1, &mut each).await?;
    Ok(found)
}

/// The command of a read, as JSON.
pub(super) fn asked(select: &Select) -> Asked {
    let given = given(&select.condition).unwrap_or_default();
    let table = base(&select.condition, &given).map_or(Bson::Int32(1), Bson::from);
    let command = match page(select, given, None) {
        Query::Find(find) => doc! {
            "find": table,
            "filter": find.filter,
            "sort": find.sort,
            "projection": find.projection,
            "limit": i64::try_from(select.limit).unwrap_or(i64::MAX),
        },
        Query::Pipeline(stages) => doc! { "aggregate": table, "pipeline": stages },
    };
    let text = Bson::Document(command).to_string();
    Asked { text, parameters: Vec::new() }
}

/// The stage a condition on a record that is not stored begins with.
fn given(condition: &Condition) -> Result<Option<Document>, StoreError> {
    let Source::Given(record) = &condition.rows[0].source else { return Ok(None) };
    let document = Document::try_from(document::given(record)?)
        .map_err(|error| StoreError::Refused(error.to_string()))?;
    Ok(Some(doc! { "$documents": { "$literal": [document] } }))
}

/// The collection a pipeline runs on.
fn base<'c>(condition: &'c Condition, given: &Option<Document>) -> Option<&'c str> {
    given.is_none().then(|| condition.base().table())
}

async fn records(
    place: &mut Place<'_>,
    select: &Select,
    given: Option<Document>,
    after: Option<i64>,
    page: &mut Page,
) -> Result<(), Failure> {
    let collection = select.collection();
    let layout = Layout::of(collection, select.masks.len());
    let base = base(&select.condition, &given);
    let mut each = |document: &RawDocument| {
        match &select.output {
            Output::Json(shape) => {
                if page.count == 0 {
                    page.json.reserve(if select.limit == 1 { 1 << 10 } else { 16 << 10 });
                } else {
                    page.json.push(b',');
                }
                encode::object(&mut page.json, &layout.find(document), collection, shape);
            }
            Output::Records => {
                let members = layout.find(document);
                let masks = members.masks();
                page.records.push(Found { record: decode::record(&members, collection), masks });
            }
            Output::Counts { .. } | Output::Nothing => {}
        }
        page.count += 1;
        Ok(())
    };
    let query = select::page(select, given, after);
    let range = (select.offset, select.limit);
    match (query, base) {
        (query, Some(base)) => place.query(base, query, range, &mut each).await,
        (select::Query::Pipeline(stages), None) => {
            place.aggregate(None, stages, select.limit, &mut each).await
        }
        (select::Query::Find(_), None) => Ok(()),
    }
}

/// The place of a record in the order of insertion, if it is there.
async fn order_of(
    place: &mut Place<'_>,
    select: &Select,
    id: &str,
) -> Result<Option<i64>, Failure> {
    let mut order = None;
    let mut each = |document: &RawDocument| {
        order = document.get_i64(names::ORDER).ok();
        Ok(())
    };
    let find = select::Find {
        filter: doc! { "_id": id },
        projection: doc! { names::ORDER: 1 },
        ..select::Find::default()
    };
    let query = select::Query::Find(Box::new(find));
    place.query(select.collection().table(), query, (0, 1), &mut each).await?;
    Ok(order)
}

async fn counts(
    place: &mut Place<'_>,
    select: &Select,
    (field, prefix): (usize, usize),
    page: &mut Page,
) -> Result<(), Failure> {
    let stages = select::groups(select, field, prefix);
    let mut each = |document: &RawDocument| {
        let text = document.get_str("_id").unwrap_or_default().to_owned();
        page.counts.push((text, number(document, "n")));
        page.count += 1;
        Ok(())
    };
    place.aggregate(Some(select.collection().table()), stages, LIMITLESS, &mut each).await
}

async fn count(
    place: &mut Place<'_>,
    condition: &Condition,
    given: Option<Document>,
) -> Result<u64, Failure> {
    let base = base(condition, &given);
    let mut count = 0;
    let stages = select::count(condition, given);
    let mut each = |document: &RawDocument| {
        count = number(document, "n");
        Ok(())
    };
    place.aggregate(base, stages, 1, &mut each).await?;
    Ok(count)
}

/// A count of a document.
pub(super) fn number(document: &RawDocument, name: &str) -> u64 {
    match document.get(name) {
        Ok(Some(RawBsonRef::Int32(number))) => u64::try_from(number).unwrap_or(0),
        Ok(Some(RawBsonRef::Int64(number))) => u64::try_from(number).unwrap_or(0),
        _ => 0,
    }
}

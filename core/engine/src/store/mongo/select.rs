//! Reads to queries: a find where the record's own fields decide, else an aggregation.

use mongodb::bson::{Bson, Document, doc};
use purlin_model::plan::{Condition, Key, Output, Row, RowSet, Select, Source, Term, Test};
use purlin_model::schema::{Collection, FieldKind};

use super::condition::{extreme, lowered};
use super::expr::op;
use super::field::is_foreign;
use super::index;
use super::lookup::Joins;
use super::member::mask;
use super::names;
use super::query::{Split, split};

/// Sets the row arrays of the condition itself apart.
const ROWS: Joins<'static> = Joins { prefix: ":row" };

/// A read as the server takes it.
#[derive(Debug, PartialEq)]
pub(super) enum Query {
    /// Of one collection, by what its documents hold.
    Find(Box<Find>),
    /// Everything else, skipping and limiting included. Without a stored base it begins with the
    /// given document.
    Pipeline(Vec<Document>),
}

/// A find.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Find {
    pub(super) filter: Document,
    pub(super) sort: Document,
    pub(super) projection: Document,
}

/// The query for the page of records; skipping and limiting a `Find` is left to the caller.
/// `after` is where in the order of insertion the page begins.
pub(super) fn page(select: &Select, given: Option<Document>, after: Option<i64>) -> Query {
    let order = Order::of(select);
    let mut parts = Parts::of(&select.condition);
    if let Some(after) = after {
        parts.split.matches.push(doc! { names::ORDER: { "$gt": after } });
    }
    let plain = given.is_none()
        && parts.joined.is_empty()
        && order.computed.is_empty()
        && select.masks.is_empty();
    if plain {
        let sort = if parts.is_point() { Document::new() } else { order.sort };
        let projection = unwanted(select.collection(), &select.output);
        return Query::Find(Box::new(Find { filter: parts.filter(), sort, projection }));
    }
    let mut stages: Vec<Document> = given.into_iter().collect();
    let sort = (!order.sort.is_empty() && !parts.is_point()).then(|| doc! { "$sort": &order.sort });
    let early = order.is_indexed(select.collection());
    stages.extend(parts.own_stage());
    stages.extend(sort.clone().filter(|_| early));
    let mut unset = parts.joined_stages(&order.used, &mut stages);
    if !order.computed.is_empty() {
        unset.extend(order.computed.keys().cloned());
        stages.push(doc! { "$set": order.computed });
    }
    stages.extend(sort.filter(|_| !early));
    if select.offset > 0 {
        stages.push(doc! { "$skip": whole(select.offset.min(LIMITLESS)) });
    }
    if select.limit < LIMITLESS {
        stages.push(doc! { "$limit": whole(select.limit) });
    }
    masks(select, &mut stages, &mut unset);
    let projection = unwanted(select.collection(), &select.output);
    if projection.values().any(|value| *value == Bson::Int32(1)) {
        stages.push(doc! { "$project": projection });
    } else {
        unset.extend(projection.keys().cloned());
        if !unset.is_empty() {
            stages.push(doc! { "$unset": unset });
        }
    }
    Query::Pipeline(stages)
}

/// The pipeline that counts what a condition holds for, as `n` of one document or none.
pub(super) fn count(condition: &Condition, given: Option<Document>) -> Vec<Document> {
    let mut stages: Vec<Document> = given.into_iter().collect();
    Parts::of(condition).stages(&mut stages);
    stages.push(doc! { "$count": "n" });
    stages
}

/// The pipeline that counts records by the first characters of a text field.
pub(super) fn groups(select: &Select, field: usize, prefix: usize) -> Vec<Document> {
    let mut stages = Vec::new();
    Parts::of(&select.condition).stages(&mut stages);
    let member = format!("${}", names::member(&select.collection().fields[field]));
    let length = i32::try_from(prefix).unwrap_or(i32::MAX);
    let text = op("$substrCP", vec![member.into(), Bson::Int32(0), Bson::Int32(length)]);
    stages.push(doc! { "$group": { "_id": text, "n": { "$sum": 1 } } });
    stages.push(doc! { "$sort": { "_id": 1 } });
    stages
}

/// The pipeline that finds one document iff a condition holds for some record.
pub(super) fn whether(condition: &Condition, given: Option<Document>) -> Vec<Document> {
    let mut stages: Vec<Document> = given.into_iter().collect();
    Parts::of(condition).stages(&mut stages);
    stages.push(doc! { "$limit": 1 });
    stages.push(doc! { "$project": { "_id": 1 } });
    stages
}

/// A condition on stored records as one filter of their documents; `None` where other records
/// decide too.
pub(super) fn own(condition: &Condition) -> Option<Document> {
    let parts = Parts::of(condition);
    parts.joined.is_empty().then(|| parts.filter())
}

/// Limits from here on are none.
pub(super) const LIMITLESS: u64 = 1 << 62;

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A condition in the parts a pipeline takes one after the other.
struct Parts<'c> {
    rows: &'c [Row],
    split: Split<'c>,
    /// Tests of the record alone.
    own: Vec<&'c Test>,
    /// Tests that need joined rows.
    joined: Vec<&'c Test>,
}

impl<'c> Parts<'c> {
    fn of(condition: &'c Condition) -> Self {
        let rows = &condition.rows;
        let mut split = split(condition);
        let rest = std::mem::take(&mut split.rest);
        let within = |test: &&Test| !RowSet::read_by_test(rows, test).reaches_out(rows);
        let (own, joined) = rest.into_iter().partition(within);
        Parts { rows, split, own, joined }
    }

    /// Whether the id is asked for: there is one record at the most.
    fn is_point(&self) -> bool {
        let is_id = |said: &Document| {
            said.get("_id").is_some_and(|value| !matches!(value, Bson::Document(_)))
        };
        self.split.matches.iter().any(is_id)
    }

    /// The tests of the record alone.
    fn filter(self) -> Document {
        let expression = (!self.own.is_empty()).then(|| lowered(self.rows, &ROWS, &self.own));
        self.split.document(expression)
    }

    /// Appends the stages that keep what the condition holds for.
    fn stages(&self, stages: &mut Vec<Document>) {
        stages.extend(self.own_stage());
        self.joined_stages(&RowSet::none(self.rows), stages);
    }

    /// The stage that keeps what the tests of the record alone hold for, where there are any.
    fn own_stage(&self) -> Option<Document> {
        let expression = (!self.own.is_empty()).then(|| lowered(self.rows, &ROWS, &self.own));
        let own = Split { matches: self.split.matches.clone(), rest: Vec::new() };
        let own = own.document(expression);
        (!own.is_empty()).then(|| doc! { "$match": own })
    }

    /// Appends the stages that keep what the other tests hold for, with these rows, origins and
    /// all. Answers the members to be removed in the end.
    fn joined_stages(&self, also: &RowSet, stages: &mut Vec<Document>) -> Vec<String> {
        let mut used = also.clone();
        self.joined.iter().for_each(|test| used.add(&RowSet::read_by_test(self.rows, test)));
        let (lookups, members) = ROWS.stages(self.rows, &used);
        stages.extend(lookups);
        if !self.joined.is_empty() {
            let test = lowered(self.rows, &ROWS, &self.joined);
            stages.push(doc! { "$match": { "$expr": test } });
        }
        members
    }
}

/// The order of a page.
struct Order {
    sort: Document,
    /// Keys that no member holds, as expressions.
    computed: Document,
    /// Rows they need, with those these are joined to.
    used: RowSet,
}

impl Order {
    fn of(select: &Select) -> Self {
        let rows = &select.condition.rows;
        let collection = select.collection();
        let stored = matches!(rows[0].source, Source::Base);
        let mut order =
            Order { sort: Document::new(), computed: Document::new(), used: RowSet::none(rows) };
        if !stored || matches!(select.output, Output::Nothing) {
            return order;
        }
        for (index, key) in select.sort.iter().enumerate() {
            let direction = if key.descending { -1 } else { 1 };
            let name = match &key.key {
                Key::Term(it) => match direct(collection, it) {
                    Some(name) => name,
                    None => order.compute(rows, it, index, key.descending),
                },
                Key::Insertion if collection.is_view() => continue,
                Key::Insertion => last_key(collection).to_owned(),
                Key::Random => {
                    let name = format!(":sort{index}");
                    order.computed.insert(&name, doc! { "$rand": {} });
                    name
                }
            };
            if !order.sort.contains_key(&name) {
                order.sort.insert(name, direction);
            }
            if matches!(key.key, Key::Insertion | Key::Random) {
                return order;
            }
        }
        let last = last_key(collection);
        let settled = order.sort.contains_key("_id") || order.sort.contains_key(last);
        if !(settled || collection.is_view() && order.sort.is_empty()) {
            order.sort.insert(last, 1);
        }
        order
    }

    /// Whether an index may have the records in this order, so that no more of them need be looked
    /// at, with the records they refer to, than a page takes.
    fn is_indexed(&self, collection: &Collection) -> bool {
        let kept = |first: &str| first == names::ORDER || first == "_id";
        let first = self.sort.keys().next();
        self.computed.is_empty()
            && !collection.is_view()
            && first.is_some_and(|first| kept(first) || index::has(collection, first))
    }

    fn compute(&mut self, rows: &[Row], it: &Term, index: usize, descending: bool) -> String {
        let name = format!(":sort{index}");
        self.used.add(&RowSet::read_by_term(rows, it));
        self.computed.insert(&name, extreme(rows, &ROWS, it, descending));
        name
    }
}

/// What ties break by.
fn last_key(collection: &Collection) -> &'static str {
    if collection.is_view() || collection.adopted.is_some() { "_id" } else { names::ORDER }
}

/// The member that holds what a term says, in the same order.
fn direct(collection: &Collection, it: &Term) -> Option<String> {
    let Term::Column { row: 0, field } = it else { return None };
    let field = &collection.fields[*field];
    let odd = matches!(field.kind, FieldKind::Json { .. } | FieldKind::GeoPoint);
    let is_id = field.name == "id" && collection.is_view();
    let plain = !odd && !field.kind.is_multiple();
    let exact = !collection.is_view()
        && (!is_foreign(collection, field) || field.nullable || field.column() == "_id");
    (plain && (exact || is_id)).then(|| names::member(field).into_owned())
}

/// Appends what answers the masks.
fn masks(select: &Select, stages: &mut Vec<Document>, unset: &mut Vec<String>) {
    let mut answers = Document::new();
    for (index, condition) in select.masks.iter().enumerate() {
        let prefix = format!(":m{index}row");
        let joins = Joins { prefix: &prefix };
        let rows = &condition.rows;
        let used = RowSet::read_by_test(rows, &condition.test);
        let (lookups, members) = joins.stages(rows, &used);
        stages.extend(lookups);
        unset.extend(members);
        answers.insert(mask(index), lowered(rows, &joins, &[&condition.test]));
    }
    if !answers.is_empty() {
        stages.push(doc! { "$set": answers });
    }
}

/// The members the answer does without; or, with 1, the only one it needs.
fn unwanted(collection: &Collection, output: &Output) -> Document {
    let mut out = Document::new();
    if matches!(output, Output::Nothing) {
        out.insert("_id", 1);
        return out;
    }
    for field in &collection.fields {
        if matches!(field.kind, FieldKind::Json { .. }) && field.native.is_none() {
            out.insert(names::tree_of(field), 0);
        }
    }
    out
}

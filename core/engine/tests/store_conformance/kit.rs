//! What the suite's tests are made of: collections, records and reads by hand.

use std::sync::Arc;

use purlin_core::store::{Access, SchemaChange, Store};
use purlin_model::plan::{
    Condition, Output, Page, Row, Select, Shape, Slot, Source, Term, Test, Write,
};
use purlin_model::query::Op;
use purlin_model::schema::{Collection, Field, FieldKind, Kind, Rules};
use purlin_model::{Record, Value};

pub(crate) fn field(name: &str, kind: FieldKind) -> Field {
    Field {
        id: format!("{}_{name}", kind.type_name()),
        name: name.to_owned(),
        system: false,
        hidden: false,
        presentable: false,
        help: String::new(),
        required: false,
        nullable: false,
        native: None,
        kind,
    }
}

pub(crate) fn text() -> FieldKind {
    FieldKind::Text {
        min: 0,
        max: 0,
        pattern: String::new(),
        autogenerate_pattern: String::new(),
        primary_key: false,
    }
}

pub(crate) fn number() -> FieldKind {
    FieldKind::Number { min: None, max: None, only_int: false }
}

pub(crate) fn json() -> FieldKind {
    FieldKind::Json { max_size: 0 }
}

pub(crate) fn select(max_select: u64) -> FieldKind {
    let values = ["a", "b", "c"].map(str::to_owned).to_vec();
    FieldKind::Select { values, max_select }
}

pub(crate) fn relation(to: &str, max_select: u64) -> FieldKind {
    FieldKind::Relation {
        collection_id: to.to_owned(),
        cascade_delete: false,
        min_select: 0,
        max_select,
    }
}

/// A collection with an id field before the given ones; its id is its name.
pub(crate) fn collection(name: &str, fields: Vec<Field>) -> Collection {
    let mut all = vec![field("id", text())];
    all.extend(fields);
    Collection {
        id: name.to_owned(),
        name: name.to_owned(),
        kind: Kind::Base,
        system: false,
        fields: all,
        indexes: Vec::new(),
        rules: Rules::default(),
        created: String::new(),
        updated: String::new(),
        datasource: purlin_model::schema::MAIN.to_owned(),
        adopted: None,
        change_log: true,
        cache_ttl: None,
    }
}

/// A record with some of its fields set.
pub(crate) fn record(collection: &Arc<Collection>, id: &str, values: &[(&str, Value)]) -> Record {
    let mut record = Record::blank(collection);
    record.set("id", id.into());
    for (name, value) in values {
        record.set(name, value.clone());
    }
    record
}

pub(crate) fn create(record: Record) -> Write {
    Write::create(record)
}

pub(crate) fn base(collection: &Arc<Collection>) -> Row {
    Row { source: Source::Base, collection: Some(collection.clone()), many: false }
}

/// A condition on the base record alone.
pub(crate) fn condition(collection: &Arc<Collection>, test: Test) -> Condition {
    Condition { rows: vec![base(collection)], test }
}

/// A column of a row, by name.
pub(crate) fn column(rows: &[Row], row: usize, name: &str) -> Term {
    let collection = rows[row].collection.as_ref().unwrap();
    Term::Column { row, field: collection.field_index(name).unwrap() }
}

pub(crate) fn compare(left: Term, op: Op, right: impl Into<Value>) -> Test {
    Test::Compare { left, op, right: Term::Value(right.into()), every: false }
}

/// The record of an id.
pub(crate) fn by_id(collection: &Arc<Collection>, id: &str) -> Condition {
    let rows = vec![base(collection)];
    let test = compare(column(&rows, 0, "id"), Op::Equal, id);
    Condition { rows, test }
}

pub(crate) fn everything(condition: Condition) -> Select {
    Select {
        condition,
        sort: Vec::new(),
        offset: 0,
        limit: 1000,
        total: false,
        after: None,
        masks: Vec::new(),
        output: Output::Records,
    }
}

/// All fields as JSON.
pub(crate) fn shape(collection: &Collection) -> Output {
    let slot = |(field, it): (usize, &Field)| Slot::Field {
        key: format!("\"{}\":", it.name),
        field,
        mask: None,
    };
    Output::Json(Arc::new(Shape {
        slots: collection.fields.iter().enumerate().map(slot).collect(),
    }))
}

/// The ids a read answers, in order.
pub(crate) async fn ids(access: &dyn Access, select: &Select) -> Vec<String> {
    ids_of(&access.select(select).await.unwrap())
}

pub(crate) fn ids_of(page: &Page) -> Vec<String> {
    page.records.iter().map(|found| found.record.id().to_owned()).collect()
}

/// The ids of the records a test holds for, joined by blanks.
pub(crate) async fn matching(store: &dyn Store, condition: Condition) -> String {
    ids(store, &everything(condition)).await.join(" ")
}

/// Makes collections and stores records.
pub(crate) async fn seed(
    store: &dyn Store,
    collections: &[&Arc<Collection>],
    records: Vec<Record>,
) {
    let changes: Vec<SchemaChange> =
        collections.iter().map(|it| SchemaChange::Create((*it).clone())).collect();
    store.migrate(&changes, records.into_iter().map(create).collect()).await.unwrap();
}

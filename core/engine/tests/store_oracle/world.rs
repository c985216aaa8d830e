//! Small worlds: collections of every kind of field that point at each other, and records with the
//! values that go wrong.

use std::collections::HashMap;
use std::sync::Arc;

use purlin_model::plan::World;
use purlin_model::schema::{Collection, Field, FieldKind, Schema, scaffold};
use purlin_model::{Record, Value};

use crate::random::Random;

/// What the worlds' clock says: 2026-11-21 03:04:05.678Z.
pub(crate) const NOW: i64 = 1_795_230_245_678;

pub(crate) const TEXTS: &[&str] = &[
    "",
    "",
    "a",
    "A",
    "abc",
    "ABC",
    "aBc d",
    "10",
    "10.0",
    "1",
    "1.0",
    "0",
    "-1",
    "1e2",
    " 1 ",
    "100",
    "%",
    "_",
    "\\",
    "a%c",
    "a_c",
    "100%",
    "\\%",
    "ü",
    "Ü",
    "über",
    "ß",
    "e\u{301}",
    "日本",
    "[\"a\"]",
    "[]",
    "{\"k\":1}",
    "null",
    "true",
    "'",
    "\"",
    "a\nb",
    "2024-01-31 10:20:30.456Z",
    "2024-01",
    "b",
    "c",
    "12:30",
    "2460000.5",
];

pub(crate) const NUMBERS: &[f64] = &[
    0.0,
    1.0,
    -1.0,
    2.0,
    10.0,
    10.5,
    0.1,
    -1.5,
    100.0,
    1e15,
    1e16,
    1e20,
    1e-7,
    123_456.789,
    2_460_000.5,
    1_700_000_000.0,
    45.0,
    -180.0,
];

const DATES: &[&str] = &[
    "",
    "2024-01-31 10:20:30.456Z",
    "2024-02-29 00:00:00.000Z",
    "1999-12-31 23:59:59.999Z",
    "2026-11-21 03:04:05.678Z",
    "2026-11-21 00:00:00.000Z",
];

const JSONS: &[&str] = &[
    "",
    "null",
    "true",
    "false",
    "0",
    "1",
    "10",
    "10.0",
    "-1.5",
    "1e2",
    "\"\"",
    "\"a\"",
    "\"ABC\"",
    "\"10\"",
    "\"\\u00fc\"",
    "\"a\\\"b\"",
    "[]",
    "{}",
    "[1,2,3]",
    "[\"a\",\"b\"]",
    "[[1],{\"k\":2}]",
    "{\"k\":1}",
    "{\"k\":\"a\",\"0\":\"zero\"}",
    "{\"k\":null,\"a\":{\"b\":[10,\"x\",1.50]}}",
    "{\"k\":true}",
    "{\"k\":\"10\",\"a\":[]}",
    "{\"a\":{\"b\":\"Ü\"}}",
    "{\"\":1,\"k\":{\"k\":false}}",
    "{\"k\":\"\"}",
    "{\"k\":10.0}",
    "{\"lon\":10}",
];

pub(crate) const OPTIONS: &[&str] = &["a", "A", "b", "10", "%", "[1]", "[x]", "ü", "a\"b"];

/// A schema and its records, by collection id.
pub(crate) struct Small {
    pub(crate) schema: Schema,
    pub(crate) records: HashMap<String, Vec<Arc<Record>>>,
}

impl World for Small {
    fn by_id(&self, collection: &Arc<Collection>, id: &str) -> Option<Arc<Record>> {
        self.records[&collection.id].iter().find(|record| record.id() == id).cloned()
    }

    fn all(&self, collection: &Arc<Collection>) -> Vec<Arc<Record>> {
        self.records[&collection.id].clone()
    }

    fn now(&self) -> i64 {
        NOW
    }
}

impl Small {
    pub(crate) fn new(random: &mut Random) -> Self {
        let schema = schema();
        let counts: HashMap<_, _> =
            schema.collections().iter().map(|it| (it.id.clone(), random.below(6))).collect();
        let mut records = HashMap::new();
        for collection in schema.collections() {
            let mut of = Vec::new();
            for number in 0..counts[&collection.id] {
                of.push(Arc::new(record(random, collection, number, &counts, &of)));
            }
            records.insert(collection.id.clone(), of);
        }
        Small { schema, records }
    }

    pub(crate) fn of(&self, name: &str) -> &[Arc<Record>] {
        &self.records[name]
    }
}

fn record(
    random: &mut Random,
    collection: &Arc<Collection>,
    number: usize,
    counts: &HashMap<String, usize>,
    before: &[Arc<Record>],
) -> Record {
    let mut record = Record::blank(collection);
    for field in &collection.fields {
        record.set(&field.name, value(random, &field.kind, counts));
    }
    record.set("id", format!("{}{number}", collection.name).as_str().into());
    let taken = |record: &Record| before.iter().any(|it| it.text("one") == record.text("one"));
    if collection.name == "p" && taken(&record) {
        record.set("one", "".into());
    }
    record
}

/// A value a field of that kind may hold. Few of them, so that records meet.
fn value(random: &mut Random, kind: &FieldKind, counts: &HashMap<String, usize>) -> Value {
    let list = |mut items: Vec<String>| {
        let mut seen = Vec::new();
        items.retain(|item| {
            !seen.contains(item) && {
                seen.push(item.clone());
                true
            }
        });
        Value::List(items)
    };
    match kind {
        FieldKind::Number { .. } => Value::Number(random.pick(NUMBERS)),
        FieldKind::Bool => Value::Bool(random.one_in(2)),
        FieldKind::Date { .. } => random.pick(DATES).into(),
        FieldKind::Json { .. } => match random.pick(JSONS) {
            "" | "null" => Value::Null,
            json => Value::Json(json.to_owned()),
        },
        FieldKind::GeoPoint => Value::Point {
            lon: random.pick(&[0.0, 10.0, -23.5, 180.0, 23.32]),
            lat: random.pick(&[0.0, 10.0, 42.69, -90.0]),
        },
        FieldKind::Relation { collection_id, .. } => {
            // One id more than there are: some relations dangle.
            let mut id = || format!("{collection_id}{}", random.below(counts[collection_id] + 1));
            if !kind.is_multiple() {
                let id = id();
                return if random.one_in(4) { "".into() } else { id.as_str().into() };
            }
            let ids = [id(), id(), id()];
            list(ids[random.below(4)..].to_vec())
        }
        FieldKind::Select { .. } | FieldKind::File { .. } if kind.is_multiple() => {
            let count = random.below(4);
            list((0..count).map(|_| random.pick(OPTIONS).to_owned()).collect())
        }
        FieldKind::Select { .. } | FieldKind::File { .. } => match random.one_in(4) {
            true => "".into(),
            false => random.pick(OPTIONS).into(),
        },
        _ => random.pick(TEXTS).into(),
    }
}

fn field(name: &str, kind: FieldKind) -> Field {
    Field {
        id: name.into(),
        name: name.into(),
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

fn text(name: &str) -> Field {
    let kind = FieldKind::Text {
        min: 0,
        max: 0,
        pattern: String::new(),
        autogenerate_pattern: String::new(),
        primary_key: false,
    };
    field(name, kind)
}

fn number(name: &str) -> Field {
    field(name, FieldKind::Number { min: None, max: None, only_int: false })
}

fn json(name: &str) -> Field {
    field(name, FieldKind::Json { max_size: 0 })
}

fn select(name: &str, max_select: u64) -> Field {
    let values = OPTIONS.iter().map(|it| (*it).to_owned()).collect();
    field(name, FieldKind::Select { values, max_select })
}

fn file(name: &str, max_select: u64) -> Field {
    let kind = FieldKind::File {
        max_select,
        max_size: 0,
        mime_types: Vec::new(),
        thumbs: Vec::new(),
        protected: false,
    };
    field(name, kind)
}

fn relation(name: &str, to: &str, max_select: u64) -> Field {
    let kind = FieldKind::Relation {
        collection_id: to.into(),
        cascade_delete: false,
        min_select: 0,
        max_select,
    };
    field(name, kind)
}

/// `a` has every kind of field; `c` is what it points at and points back; `p` points at one `a`
/// each, by a unique index, and at many `c`.
pub(crate) fn schema() -> Schema {
    let of = |name: &str, fields: Vec<Field>| {
        let mut collection = scaffold::base();
        collection.id = name.into();
        collection.name = name.into();
        collection.fields.extend(fields);
        collection
    };
    let date = FieldKind::Date { min: String::new(), max: String::new() };
    let a = vec![
        text("t"),
        text("u"),
        number("n"),
        number("m"),
        field("x", FieldKind::Bool),
        field("d", date),
        select("s1", 1),
        select("sm", 3),
        file("f1", 1),
        file("fm", 3),
        json("j"),
        json("k"),
        field("g", FieldKind::GeoPoint),
        relation("r1", "c", 1),
        relation("rm", "c", 3),
        relation("self", "a", 1),
    ];
    let c = vec![
        text("t"),
        number("n"),
        json("j"),
        select("sm", 3),
        relation("up", "c", 1),
        relation("ups", "c", 3),
        relation("owner", "a", 1),
    ];
    let mut p = of("p", vec![text("t"), relation("one", "a", 1), relation("many", "c", 3)]);
    p.indexes = vec!["CREATE UNIQUE INDEX `one_p` ON `p` (`one`) WHERE `one` != ''".into()];
    Schema::new([of("a", a), of("c", c), p].into_iter().map(Arc::new).collect())
}

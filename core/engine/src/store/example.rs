//! Collections and plans that tests of several stores look at.

use std::sync::Arc;

use purlin_model::Value;
use purlin_model::plan::{
    Condition, Key, Order, Output, Row, Select, Shape, Slot, Source, Term, Test,
};
use purlin_model::query::Op;
use purlin_model::schema::{Collection, Field, FieldKind, Kind, Rules};

/// Posts with a title, a number, a json, an author and tags; tags have a name.
pub(super) fn posts() -> [Arc<Collection>; 2] {
    let text = FieldKind::Text {
        min: 0,
        max: 0,
        pattern: String::new(),
        autogenerate_pattern: String::new(),
        primary_key: false,
    };
    let number = FieldKind::Number { min: None, max: None, only_int: false };
    let relation = |max_select| FieldKind::Relation {
        collection_id: "tags".into(),
        cascade_delete: false,
        min_select: 0,
        max_select,
    };
    let tags = collection("tags", [("id", text.clone()), ("name", text.clone())]);
    let fields = [
        ("id", text.clone()),
        ("title", text),
        ("n", number),
        ("j", FieldKind::Json { max_size: 0 }),
        ("top", relation(1)),
        ("tags", relation(9)),
    ];
    let mut posts = collection("posts", fields);
    posts.indexes = vec!["CREATE INDEX by_title ON posts (title, n)".into()];
    [Arc::new(posts), Arc::new(tags)]
}

fn collection<const N: usize>(name: &str, fields: [(&str, FieldKind); N]) -> Collection {
    let field = |(name, kind): (&str, FieldKind)| Field {
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
    };
    Collection {
        id: name.into(),
        name: name.into(),
        kind: Kind::Base,
        system: false,
        fields: fields.map(field).to_vec(),
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

/// A page of ids and titles under a test; rows: 0 posts, 1 top, 2 tags (many).
pub(super) fn select(test: Test) -> Select {
    let [posts, tags] = posts();
    let relation = |field, many| Row {
        source: Source::Relation { from: 0, field },
        collection: Some(tags.clone()),
        many,
    };
    let base = Row { source: Source::Base, collection: Some(posts), many: false };
    let slot = |field, key: &str| Slot::Field { key: key.into(), field, mask: None };
    Select {
        condition: Condition { rows: vec![base, relation(4, false), relation(5, true)], test },
        sort: Vec::new(),
        offset: 0,
        limit: 30,
        total: false,
        after: None,
        masks: Vec::new(),
        output: Output::Json(Arc::new(Shape {
            slots: vec![slot(0, "\"id\":"), slot(1, "\"title\":")],
        })),
    }
}

pub(super) fn column(row: usize, field: usize) -> Term {
    Term::Column { row, field }
}

pub(super) fn equal(left: Term, value: impl Into<Value>) -> Test {
    Test::Compare { left, op: Op::Equal, right: Term::Value(value.into()), every: false }
}

pub(super) fn by(key: Term, descending: bool) -> Order {
    Order { key: Key::Term(key), descending }
}

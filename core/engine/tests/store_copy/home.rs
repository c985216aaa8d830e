//! An installation with values of every kind, and what a copy of it is asked.

use std::sync::Arc;

use purlin_core::catalog::Catalog;
use purlin_core::clock::Clock;
use purlin_core::moving::MoveError;
use purlin_core::moving::copy::{self, Copied, Ends, Wish};
use purlin_core::store::{Datasources, SchemaChange, Store};
use purlin_model::plan::{self, Write};
use purlin_model::schema::{MAIN, system};
use purlin_model::{Collection, Json, Record, Value};

use crate::backends::Limits;
use crate::backends::sqlite::Database;

/// How many records the large collection has.
pub(crate) const MANY: usize = 50;

/// An installation on SQLite.
pub(crate) struct Home {
    pub(crate) store: Arc<dyn Store>,
    /// The directory goes with it.
    _place: Database,
}

impl Home {
    /// A database file without anything in it.
    pub(crate) fn empty() -> Home {
        let place = Database::new();
        let store = place.store(Limits::default()).unwrap();
        Home { store, _place: place }
    }

    /// An installation with collections of all types, and records in an order that is neither that
    /// of their ids nor of anything else in them.
    pub(crate) async fn furnished() -> Home {
        Home::with(&COLLECTIONS).await
    }

    /// The same as far as a target can hold it: no view in SQL where there is no SQL.
    pub(crate) async fn furnished_for(target: &Arc<dyn Store>) -> Home {
        let views = usize::from(target.capabilities().sql_views);
        Home::with(&COLLECTIONS[..2 + views]).await
    }

    async fn with(collections: &[&str]) -> Home {
        let home = Home::empty();
        let catalog = catalog(&home.store).await.unwrap();
        for body in collections {
            catalog.create(&json(body)).await.unwrap();
        }
        catalog.update_settings(&json(r#"{"meta":{"appName":"Ünïque"}}"#), false).await.unwrap();
        let users = find(&catalog, "users");
        let things = find(&catalog, "things");
        let rows = find(&catalog, "rows");
        let mut writes = vec![user(&users, "zoe"), user(&users, "ann")];
        writes.extend(odd_things(&things));
        writes.extend((0..MANY).map(|number| row(&rows, number)));
        // What is left to be done in another datasource.
        let pending = Arc::new(system::pending_table(MAIN));
        home.store.migrate(&[SchemaChange::Ensure(pending.clone())], Vec::new()).await.unwrap();
        let mut left = Record::blank(&pending);
        left.set("id", "left00000000000".into());
        left.set("target", "archive".into());
        writes.push(left);
        home.store.write(writes.into_iter().map(Write::create).collect()).await.unwrap();
        home
    }

    /// The collection of a name.
    pub(crate) async fn collection(&self, name: &str) -> Arc<Collection> {
        find(&catalog(&self.store).await.unwrap(), name)
    }
}

/// The catalog a server would open.
pub(crate) async fn catalog(store: &Arc<dyn Store>) -> Result<Catalog, String> {
    let opened =
        Catalog::open(Datasources::from(store.clone()), Clock::system(), None, |_| {}).await;
    opened.map_err(|error| error.to_string())
}

pub(crate) fn find(catalog: &Catalog, name: &str) -> Arc<Collection> {
    catalog.snapshot().schema.by_name(name).unwrap().clone()
}

/// Small batches, so that there are many of them.
pub(crate) const SMALL: Wish =
    Wish { restart: false, skip_refused: false, rows: 7, bytes: 100_000 };

pub(crate) async fn copy(
    from: &Arc<dyn Store>,
    to: &Arc<dyn Store>,
    wish: &Wish,
) -> Result<Copied, MoveError> {
    let ends = Ends { from: &**from, to: &**to, logs: None };
    copy::copy(&ends, wish, &Clock::system(), &mut |_| {}).await
}

/// The tables of a database, but for what its store keeps for itself from the first change on.
pub(crate) async fn tables(store: &Arc<dyn Store>) -> Vec<String> {
    let found = store.look().await.unwrap().into_iter().map(|table| table.name);
    found.filter(|name| name != "_purlin_changes" && name != "_purlin_log").collect()
}

/// Every record of every table of an installation, in order, as text.
pub(crate) async fn contents(store: &Arc<dyn Store>) -> Vec<String> {
    let catalog = catalog(store).await.unwrap();
    let snapshot = catalog.snapshot();
    let mut all = Vec::new();
    let own = [
        Arc::new(system::collections_table()),
        Arc::new(system::params_table()),
        Arc::new(system::pending_table(MAIN)),
    ];
    let known = store.look().await.unwrap();
    let is_there = |it: &&Arc<Collection>| known.iter().any(|table| table.name == it.name);
    let tables = snapshot.schema.collections().iter().filter(|it| it.is_own_table());
    for table in tables.chain(&own).filter(is_there) {
        let page = store.select(&plan::all(table)).await.unwrap();
        let line = |record: &Record| format!("{} {:?}", table.name, record.values);
        all.extend(page.records.iter().map(|found| line(&found.record)));
    }
    all
}

pub(crate) fn json(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap()
}

const COLLECTIONS: [&str; 3] = [
    r#"{"type":"base","name":"things","fields":[
        {"type":"text","name":"text"},{"type":"editor","name":"editor"},
        {"type":"number","name":"number"},{"type":"bool","name":"bool"},
        {"type":"email","name":"email"},{"type":"url","name":"url"},
        {"type":"date","name":"date"},{"type":"autodate","name":"made","onCreate":true},
        {"type":"select","name":"one","values":["a","b","c"],"maxSelect":1},
        {"type":"select","name":"some","values":["a","b","c"],"maxSelect":3},
        {"type":"file","name":"file","maxSelect":1},{"type":"file","name":"files","maxSelect":9},
        {"type":"relation","name":"by","collectionId":"_pb_users_auth_","maxSelect":1},
        {"type":"relation","name":"likes","collectionId":"_pb_users_auth_","maxSelect":99},
        {"type":"json","name":"json"},{"type":"geoPoint","name":"point"},
        {"type":"text","name":"hidden","hidden":true}],
        "indexes":["CREATE INDEX `idx_things_number` ON `things` (`number`)",
                   "CREATE UNIQUE INDEX `idx_things_text` ON `things` (`text`) WHERE `text` <> ''"],
        "listRule":"","viewRule":"by = @request.auth.id"}"#,
    r#"{"type":"base","name":"rows","fields":[{"type":"number","name":"place"}]}"#,
    r#"{"type":"view","name":"shown","viewQuery":"SELECT id, number FROM things WHERE number > 0"}"#,
];

fn user(users: &Arc<Collection>, name: &str) -> Record {
    let mut user = Record::blank(users);
    let text = |field: &str, value: String| (field.to_owned(), Value::Text(value));
    for (field, value) in [
        text("id", format!("{name}00000000000000")[..15].to_owned()),
        text("email", format!("{name}@example.com")),
        text("tokenKey", format!("{name}.key.{}", "k".repeat(40))),
        text("password", format!("$2a$10${name}/.abc")),
        text("created", "2026-01-02 03:04:05.678Z".to_owned()),
        ("verified".to_owned(), Value::Bool(name == "ann")),
    ] {
        user.set(&field, value);
    }
    user
}

/// Records whose values are easily changed on the way.
fn odd_things(things: &Arc<Collection>) -> Vec<Record> {
    let texts = |items: &[&str]| Value::List(items.iter().map(|&item| item.to_owned()).collect());
    let json = |text: &str| Value::Json(text.to_owned());
    let odd: [(&str, Value); 31] = [
        ("text", "Zürich 東京 👩‍👩‍👧 \u{202e}rtl".into()),
        ("text", "it's \"quoted\" `so` \\ and \n\t\r broken\u{1}".into()),
        ("text", "  blanks around  ".into()),
        ("text", "%_?$1:name".into()),
        ("text", "null".into()),
        ("text", "\u{e9}".into()),
        ("text", "e\u{301}".into()),
        ("editor", Value::Text("<p>long</p>".repeat(20_000))),
        ("number", Value::Number(-0.1)),
        ("number", Value::Number(1e308)),
        ("number", Value::Number(5e-324)),
        ("number", Value::Number(9_007_199_254_740_993.0)),
        ("number", Value::Number(1e21)),
        ("number", Value::Number(0.1 + 0.2)),
        ("bool", Value::Bool(true)),
        ("email", "ann@example.com".into()),
        ("url", "https://example.com/?a=b&c=%20".into()),
        ("date", "0001-01-01 00:00:00.000Z".into()),
        ("date", "9999-12-31 23:59:59.999Z".into()),
        ("made", "2026-11-21 01:02:03.004Z".into()),
        ("one", "b".into()),
        ("some", texts(&["c", "a"])),
        ("files", texts(&["ä b_1.png", "\"q\".txt"])),
        ("likes", texts(&["zoe000000000000", "ann000000000000"])),
        ("by", "zoe000000000000".into()),
        ("json", json("{\"b\":1.50,\"a\":[1,2],\"B\":null,\"\":\"\\u00e9\\/\"}")),
        ("json", json("\"text\"")),
        ("json", json("12345678901234567890123")),
        ("json", json("1E+300")),
        ("point", Value::Point { lon: -179.999_999, lat: 0.1 }),
        ("hidden", "secret".into()),
    ];
    let thing = |(number, (field, value)): (usize, (&str, Value))| {
        let mut thing = Record::blank(things);
        thing.set("id", Value::Text(format!("{:015}", number * 7919 % 101)));
        thing.set(field, value);
        thing
    };
    odd.into_iter().enumerate().map(thing).collect()
}

/// Ids in no order, alike but for case.
fn row(rows: &Arc<Collection>, number: usize) -> Record {
    let mut row = Record::blank(rows);
    let letter = if number.is_multiple_of(2) { 'a' } else { 'A' };
    row.set("id", Value::Text(format!("row{letter}{:011}", number / 2 * 37 % MANY)));
    #[allow(clippy::cast_precision_loss)]
    row.set("place", Value::Number(number as f64));
    row
}

//! Changes made by several nodes, and changes in several databases, with interruptions.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use purlin_model::plan::{self, Write};
use purlin_model::schema::system;
use purlin_model::{Collection, Json, Record, Schema, Value};

use super::intent::{self, Intent};
use super::{Catalog, CatalogError};
use crate::clock::Clock;
use crate::config::Address;
use crate::error::ApiError;
use crate::store::{Datasources, Options, SchemaChange, StoreError, open};

/// Two databases in a folder of their own.
struct House {
    root: PathBuf,
    datasources: Datasources,
}

impl House {
    async fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("purlin-catalog-{}-{count}", std::process::id());
        let root = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&root).unwrap();
        let datasources = House::databases(&root).await;
        House { root, datasources }
    }

    async fn databases(root: &std::path::Path) -> Datasources {
        let at = |name: &str| Address::Sqlite(root.join(name));
        let main = open(&at("main.db"), &Options::default()).await.unwrap();
        let old = open(&at("old.db"), &Options::default()).await.unwrap();
        Datasources::from(main).with("old", old)
    }

    /// A node of its own over the same databases.
    async fn node(&self) -> Catalog {
        Catalog::open(self.datasources.clone(), Clock::system(), None, |_| {}).await.unwrap()
    }

    /// The tables of the other database but those for Purlin's own use.
    async fn tables(&self) -> Vec<String> {
        let tables = self.datasources.named("old").unwrap().look().await.unwrap();
        let names = tables.into_iter().map(|table| table.name);
        names.filter(|name| !name.starts_with("_purlin")).collect()
    }

    async fn end(self) {
        self.datasources.close().await;
        std::fs::remove_dir_all(self.root).unwrap();
    }
}

fn json(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap()
}

fn notes(name: &str) -> Json {
    json(&format!(
        r#"{{"name":"{name}","type":"base","datasource":"old","fields":[{{"name":"title","type":"text"}}]}}"#
    ))
}

fn names(catalog: &Catalog) -> Vec<String> {
    let snapshot = catalog.snapshot();
    let own = snapshot.schema.collections().iter().filter(|known| !known.system);
    own.map(|known| known.name.clone()).filter(|name| name != "users").collect()
}

fn said(error: &ApiError) -> String {
    error.to_json().to_text()
}

#[tokio::test]
async fn nodes_do_not_overwrite_each_other() {
    let house = House::new().await;
    let (one, two) = (house.node().await, house.node().await);
    let define = |name: &str| json(&format!(r#"{{"name":"{name}","type":"base"}}"#));
    let (first, second) = (define("first"), define("second"));
    let (made, also_made) = tokio::join!(one.create(&first), two.create(&second));
    made.unwrap();
    also_made.unwrap();
    // What is not known here yet is known before a change is worked out.
    let twice = one.create(&second).await.unwrap_err();
    assert!(said(&twice).contains("validation_collection_name_exists"), "{}", said(&twice));
    let settings = json(r#"{"logs":{"maxDays":3}}"#);
    let renamed = json(r#"{"name":"third"}"#);
    let (changed, updated) =
        tokio::join!(one.update_settings(&settings, false), two.update("first", &renamed));
    changed.unwrap();
    updated.unwrap();
    for node in [&one, &two] {
        node.refresh().await.unwrap();
        let mut all = names(node);
        all.sort();
        assert_eq!(all, ["second", "third"]);
        assert_eq!(node.snapshot().settings.logs.max_days, 3);
    }
    assert_eq!(one.snapshot().version, two.snapshot().version);
    house.end().await;
}

#[tokio::test]
async fn a_change_reaches_the_other_nodes_by_itself() {
    let house = House::new().await;
    let one = house.node().await;
    let (heard, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let listener = move |snapshot: &super::Snapshot| {
        let _ = heard.send(snapshot.schema.by_name("first").is_some());
    };
    let two =
        Catalog::open(house.datasources.clone(), Clock::system(), None, listener).await.unwrap();
    let body = json(r#"{"name":"first","type":"base"}"#);
    one.create(&body).await.unwrap();
    let told = async { while !hears.recv().await.unwrap_or_default() {} };
    let told = tokio::time::timeout(Duration::from_secs(20), told);
    tokio::select! {
        () = two.watch() => {}
        told = told => told.expect("the other node hears of it"),
    }
    assert_eq!(names(&two), ["first"]);
    house.end().await;
}

#[tokio::test]
async fn a_collection_lives_where_it_says() {
    let house = House::new().await;
    let node = house.node().await;
    let made = node.create(&notes("notes")).await.unwrap();
    assert_eq!((made.datasource.as_str(), house.tables().await), ("old", vec!["notes".to_owned()]));
    node.update("notes", &json(r#"{"name":"letters"}"#)).await.unwrap();
    assert_eq!(house.tables().await, ["letters"]);
    for (body, expected) in [
        (
            json(r#"{"name":"x","type":"base","datasource":"gone"}"#),
            "validation_unknown_datasource",
        ),
        (notes("letters"), "validation_collection_name_exists"),
        (
            json(
                r#"{"name":"x","type":"view","datasource":"old","viewQuery":"select id from users"}"#,
            ),
            "they cannot be joined",
        ),
        (
            json(r#"{"name":"x","type":"view","viewQuery":"select id from letters"}"#),
            "they cannot be joined",
        ),
    ] {
        let error = said(&node.create(&body).await.unwrap_err());
        assert!(error.contains(expected), "{error}");
    }
    let moved = node.update("letters", &json(r#"{"datasource":"main"}"#)).await.unwrap_err();
    assert!(said(&moved).contains("validation_collection_datasource_change"), "{}", said(&moved));
    let view = r#"{"name":"seen","type":"view","datasource":"old","viewQuery":"select id, title from letters"}"#;
    let view = node.create(&json(view)).await.unwrap();
    assert_eq!(view.fields[1].name, "title");
    assert_eq!(house.tables().await, ["letters", "seen"]);
    node.delete("seen").await.unwrap();
    node.delete("letters").await.unwrap();
    assert_eq!((names(&node), house.tables().await), (vec![], vec![]));
    assert!(node.load().await.unwrap().intents.is_empty());
    house.end().await;
}

#[tokio::test]
async fn what_the_other_database_refuses_is_taken_back() {
    let house = House::new().await;
    let node = house.node().await;
    let made = node.create(&notes("notes")).await.unwrap();
    for id in ["a", "b"] {
        let mut record = Record::blank(&made);
        record.set("id", Value::from(id));
        let store = house.datasources.of(&made).unwrap();
        store.write(vec![Write::create(record)]).await.unwrap();
    }
    let body = r#"{"name":"letters","indexes":["CREATE UNIQUE INDEX one ON notes (title)"]}"#;
    let refused = node.update("notes", &json(body)).await.unwrap_err();
    assert!(said(&refused).contains("Failed to create index one"), "{}", said(&refused));
    assert_eq!(
        (names(&node), house.tables().await),
        (vec!["notes".to_owned()], vec!["notes".to_owned()])
    );
    let again = house.node().await;
    assert_eq!(again.snapshot().schema.by_name("notes").unwrap().indexes, made.indexes);
    node.update("notes", &json(r#"{"name":"letters"}"#)).await.unwrap();
    assert_eq!(house.tables().await, ["letters"]);
    house.end().await;
}

#[tokio::test]
async fn a_database_that_is_away_leaves_everything_as_it_was() {
    let mut house = House::new().await;
    let node = house.node().await;
    node.create(&notes("notes")).await.unwrap();
    house.datasources.named("old").unwrap().close().await;
    for _ in 0..2 {
        let away = node.delete("notes").await.unwrap_err();
        assert_eq!(away.status, 503, "{away:?}");
        assert_eq!(names(&node), ["notes"]);
    }
    // The main database goes on.
    node.create(&json(r#"{"name":"here","type":"base"}"#)).await.unwrap();
    house.datasources.close().await;
    house.datasources = House::databases(&house.root).await;
    let node = house.node().await;
    let mut all = names(&node);
    all.sort();
    assert_eq!(
        (all, house.tables().await),
        (vec!["here".to_owned(), "notes".to_owned()], vec!["notes".to_owned()])
    );
    node.delete("notes").await.unwrap();
    assert!(house.tables().await.is_empty());
    house.end().await;
}

/// Where a node ended in the middle of a change.
#[derive(Clone, Copy, Debug)]
enum End {
    Decided,
    CarriedOut,
}

/// Makes a change up to a point, as a node that is killed there.
async fn begin(node: &Catalog, after: Schema, end: End) -> Result<(), CatalogError> {
    let before = node.snapshot();
    let (mut changes, mut writes) = node.steps(&before, &after);
    let intents: Vec<Intent> = intent::elsewhere(&mut changes);
    for intent in &intents {
        let text = intent.to_json(&node.collections).to_text();
        writes.push(Write::create(node.param(&intent.id, text)));
    }
    node.store().migrate(&changes, writes).await?;
    for intent in intents.iter().filter(|_| matches!(end, End::CarriedOut)) {
        let marks = Arc::new(system::marks_table());
        let mut steps = vec![SchemaChange::Ensure(marks.clone())];
        steps.extend(intent.changes.clone());
        let mark = node.mark(&marks, intent, "done");
        node.datasources.named("old").unwrap().migrate(&steps, vec![mark]).await?;
    }
    Ok(())
}

fn with(schema: &Schema, name: &str, change: impl Fn(&mut Collection)) -> Schema {
    let mut all = schema.collections().to_vec();
    for known in all.iter_mut().filter(|known| known.name == name) {
        change(Arc::make_mut(known));
    }
    Schema::new(all)
}

#[tokio::test]
async fn whoever_comes_next_ends_what_was_left() {
    for end in [End::Decided, End::CarriedOut] {
        let house = House::new().await;
        let node = house.node().await;
        node.create(&notes("notes")).await.unwrap();
        let schema = node.snapshot().schema.clone();
        let renamed = with(&schema, "notes", |known| known.name = "letters".to_owned());
        begin(&node, renamed, end).await.unwrap();
        // Until it is known what became of it, everything is as before.
        let other = house.node();
        let expected = match end {
            End::Decided => "notes",
            End::CarriedOut => "letters",
        };
        let other = other.await;
        assert_eq!(
            (names(&other), house.tables().await),
            (vec![expected.to_owned()], vec![expected.to_owned()]),
            "{end:?}"
        );
        // A table that is to go.
        let rest = other.snapshot().schema.collections().to_vec();
        let rest = rest.into_iter().filter(|known| known.name != expected);
        begin(&other, Schema::new(rest.collect()), end).await.unwrap();
        let third = json(r#"{"name":"third","type":"base"}"#);
        node.create(&third).await.unwrap();
        let left: &[&str] = match end {
            End::Decided => &[expected],
            End::CarriedOut => &[],
        };
        assert_eq!(house.tables().await, left, "{end:?}");
        let mut all = names(&node);
        all.retain(|name| name != "third");
        assert_eq!(all, left, "{end:?}");
        assert!(node.load().await.unwrap().intents.is_empty());
        house.end().await;
    }
}

#[tokio::test]
async fn a_change_that_was_undone_meanwhile_is_not_made() {
    let house = House::new().await;
    let node = house.node().await;
    node.create(&notes("notes")).await.unwrap();
    let schema = node.snapshot().schema.clone();
    let renamed = with(&schema, "notes", |known| known.name = "letters".to_owned());
    begin(&node, renamed, End::Decided).await.unwrap();
    let intent = node.load().await.unwrap().intents.remove(0);
    assert!(!house.node().await.load().await.unwrap().intents.iter().any(|i| i.id == intent.id));
    let late = node.carry_out_all(&[intent]).await;
    assert!(matches!(late, Err(CatalogError::Store(StoreError::Outdated { .. }))), "{late:?}");
    assert_eq!(house.tables().await, ["notes"]);
    let marks = Arc::new(system::marks_table());
    let kept = house.datasources.named("old").unwrap().select(&plan::all(&marks)).await.unwrap();
    assert_eq!(kept.count, 1, "what was undone stays undone");
    house.end().await;
}

#[tokio::test]
async fn lines_follow_new_names_however_they_spell_the_old_ones() {
    let house = House::new().await;
    let node = house.node().await;
    node.create(&json(r#"{"name":"papers","type":"base"}"#)).await.unwrap();
    let policies = node.snapshot().schema.by_name(system::POLICIES).unwrap().clone();
    let mut policy = Record::blank(&policies);
    let subject = ("subject", "Users/*");
    for (name, text) in
        [("id", "policy000000001"), subject, ("object", "Papers"), ("action", "view")]
    {
        policy.set(name, Value::from(text));
    }
    let writes = vec![Write::create(policy), super::marking("2024-01-01 00:00:00.000Z")];
    house.datasources.main().write(writes).await.unwrap();
    node.refresh_lines().await.unwrap();
    for (name, new) in [("papers", "notes"), ("users", "people")] {
        node.update(name, &json(&format!(r#"{{"name":"{new}"}}"#))).await.unwrap();
    }
    let now = node.snapshot();
    let line = now.lines.policies().first().expect("the line still speaks of somebody");
    assert_eq!(line.subject.text(&now.schema), "people/*");
    assert_eq!(line.object.as_deref(), Some(now.schema.by_name("notes").unwrap().id.as_str()));
    house.end().await;
}

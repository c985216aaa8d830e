//! A server with a second database, and collections in both that refer to one another.

use std::path::Path;
use std::time::{Duration, Instant};

use purlin_tests::{Answer, Backend, Database, Home, ROOT, TestApp};
use rusqlite::Connection;
use serde_json::{Value, json};

/// How long anything that is done in the background may take.
const PATIENCE: Duration = Duration::from_secs(40);

/// A server on SQLite whose datasource `archive` is another database, of the kind that is tested.
/// The database goes when this does.
pub(crate) struct World {
    app: TestApp,
    archive: Database,
}

impl std::ops::Deref for World {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

impl std::ops::DerefMut for World {
    fn deref_mut(&mut self) -> &mut TestApp {
        &mut self.app
    }
}

/// A world without records.
pub(crate) fn start() -> World {
    let home = Home::on(Backend::Sqlite);
    let config = home.root().join("purlin.toml");
    let archive = Database::fresh(Backend::chosen());
    let file = format!("sqlite:{}", home.root().join("archive.db").display());
    let url = archive.url.as_deref().unwrap_or(&file);
    std::fs::write(&config, format!("[datasources.archive]\nurl = \"{url}\"\n"))
        .expect("the configuration");
    let made = home.run(&["superuser", "upsert", ROOT.0, "--stdin"], ROOT.1);
    assert!(made.success, "{}{}", made.out, made.err);
    let config = config.display().to_string();
    let mut app = TestApp::without_superuser(home, &["--config", &config]);
    app.sign_in();
    app.patch("/api/settings").root().json(&json!({"batch": {"enabled": true}})).expect(200);
    World { app, archive }
}

/// A relation as a field: `name`, where to, and `x` cascading, `!` required, `*` several.
pub(super) fn relation(name: &str, to: &str, marks: &str) -> Value {
    json!({
        "name": name,
        "type": "relation",
        "collectionId": to,
        "maxSelect": if marks.contains('*') { 9 } else { 1 },
        "cascadeDelete": marks.contains('x'),
        "required": marks.contains('!'),
    })
}

/// Makes a collection that is open to everybody; its id.
pub(crate) fn collection(app: &TestApp, datasource: &str, name: &str, fields: Value) -> String {
    let mut body = json!({"name": name, "datasource": datasource, "fields": fields});
    for rule in ["listRule", "viewRule", "createRule", "updateRule", "deleteRule"] {
        body[rule] = json!("");
    }
    app.post("/api/collections").root().json(&body).expect(200).text("/id")
}

/// Makes a record; its id.
pub(super) fn record(app: &TestApp, collection: &str, body: Value) -> String {
    make(app, collection, body).expect(200).text("/id")
}

/// A record in the making.
pub(super) fn make<'a>(
    app: &'a TestApp,
    collection: &str,
    body: Value,
) -> purlin_tests::Asking<'a> {
    app.post(&at(collection, "")).root().json(&body)
}

/// One record as it is now; null when it is gone.
pub(super) fn read(app: &TestApp, collection: &str, id: &str) -> Value {
    let answer = app.get(&at(collection, id)).root().send();
    if answer.status == 404 { Value::Null } else { answer.json() }
}

/// Deletes one record.
pub(super) fn delete(app: &TestApp, collection: &str, id: &str) -> Answer {
    app.delete(&at(collection, id)).root().send()
}

/// Where records are.
pub(super) fn at(collection: &str, id: &str) -> String {
    format!("/api/collections/{collection}/records/{id}").trim_end_matches('/').to_owned()
}

/// Another program that writes to the file and does not let go of it.
pub(super) struct Busy(Connection);

impl Busy {
    pub(super) fn on(app: &TestApp) -> Busy {
        let file = app.home.root().join("archive.db");
        let connection = Connection::open(file).expect("the file");
        connection.execute_batch("BEGIN IMMEDIATE").expect("its lock");
        Busy(connection)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let _ = self.0.execute_batch("ROLLBACK");
    }
}

/// How many rows wait in the tables of the files, which both of them are on SQLite.
pub(super) fn pending(world: &World) -> i64 {
    let main = waiting(&world.home.data().join("data.db"));
    match world.archive.url {
        None => main + waiting(&world.home.root().join("archive.db")),
        Some(_) => main,
    }
}

/// How many rows wait in a file; none where the table was never needed.
fn waiting(file: &Path) -> i64 {
    let connection = Connection::open(file).expect("the file");
    connection.busy_timeout(PATIENCE).expect("its timeout");
    let made = "SELECT count(*) FROM sqlite_schema WHERE name = '_purlin_pending'";
    let count = "SELECT count(*) FROM `_purlin_pending`";
    let ask = |query: &str| connection.query_row(query, [], |row| row.get::<_, i64>(0));
    if ask(made).expect(made) == 0 { 0 } else { ask(count).expect(count) }
}

/// Waits until something is so.
pub(super) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

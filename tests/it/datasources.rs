//! Several databases behind one server, as clients and the person who starts it meet them.

use std::fs;

use purlin_tests::{Backend, Database, Home, ROOT, TestApp, tell_postgres};
use serde_json::{Value, json};

const CONFIG: &str = "purlin.toml";
const ARCHIVE: &str = "[datasources.archive]\nurl = \"sqlite:archive.db\"\n";

/// A server with a second database called `archive`.
fn world() -> TestApp {
    world_with(ARCHIVE)
}

fn world_with(config: &str) -> TestApp {
    let home = Home::new();
    fs::write(home.root().join(CONFIG), config).expect("a file");
    let upsert = ["superuser", "upsert", ROOT.0, "--stdin", "--config", CONFIG];
    let made = home.run(&upsert, ROOT.1);
    assert!(made.success, "{}{}", made.out, made.err);
    let mut app = TestApp::without_superuser(home, &["--config", CONFIG]);
    app.sign_in();
    app
}

/// Makes a collection; what is special about it is laid over a plain one.
fn define(app: &TestApp, own: Value) -> Value {
    let mut body = json!({
        "type": "base",
        "datasource": "archive",
        "listRule": "",
        "fields": [{"name": "title", "type": "text"}],
    });
    if let (Some(body), Value::Object(own)) = (body.as_object_mut(), own) {
        body.extend(own);
    }
    app.post("/api/collections").root().json(&body).expect(200).json()
}

#[test]
fn a_collection_elsewhere_is_a_collection() {
    let mut app = world();
    assert_eq!(define(&app, json!({"name": "notes"}))["datasource"], "archive");
    let here = define(&app, json!({"name": "here", "datasource": "main"}));
    assert_eq!(here.get("datasource"), None, "what is in the main database is not mentioned");
    let notes = "/api/collections/notes/records";
    let made = app.post(notes).root().json(&json!({"title": "b"})).expect(200).text("/id");
    app.post(notes).root().json(&json!({"title": "a"})).expect(200);
    let one = format!("{notes}/{made}");
    app.patch(&one).root().json(&json!({"title": "b!"})).expect(200);
    app.get(notes).query("sort", "title").query("filter", "title != 'x'").expect(200).has("\"b!\"");
    app.restart();
    app.get(&format!("{notes}?perPage=1&sort=title")).expect(200).has("\"totalItems\":2");
    app.delete(&one).root().expect(204);
    app.delete("/api/collections/notes/truncate").root().expect(204);
    app.get(notes).expect(200).has("\"totalItems\":0");
    app.patch("/api/collections/notes").root().json(&json!({"name": "letters"})).expect(200);
    app.get("/api/collections/letters/records").expect(200);
    app.delete("/api/collections/letters").root().expect(204);
    app.get("/api/collections/letters/records").expect(404);
}

#[test]
fn accounts_may_be_elsewhere() {
    let app = world();
    define(&app, json!({"name": "members", "type": "auth", "viewRule": "id = @request.auth.id"}));
    let records = "/api/collections/members/records";
    let word = "correct horse";
    let body = json!({"email": "ann@example.com", "password": word, "passwordConfirm": word});
    let id = app.post(records).root().json(&body).expect(200).text("/id");
    let form = json!({"identity": "ann@example.com", "password": word});
    let sign_in = "/api/collections/members/auth-with-password";
    let token = app.post(sign_in).json(&form).expect(200).text("/token");
    let own = format!("{records}/{id}");
    app.get(&own).bearer(&token).expect(200).has("ann@example.com");
    app.get(&own).expect(404);
    app.post("/api/collections/members/auth-refresh").bearer(&token).expect(200);
    let second = json!({"name": "second", "type": "auth", "datasource": "gone"});
    let refused = app.post("/api/collections").root().json(&second).expect(400);
    refused.has("validation_unknown_datasource");
}

#[test]
fn a_datasource_that_is_no_longer_configured_is_named() {
    let mut app = world();
    define(&app, json!({"name": "notes"}));
    fs::write(app.home.root().join(CONFIG), "").expect("a file");
    app.restart();
    let said = "The datasource `archive` of the collection `notes` is not configured.";
    app.get("/api/collections/notes/records").expect_away().has(said);
    let body = json!({"title": "a"});
    app.post("/api/collections/notes/records").root().json(&body).expect_away().has(said);
    let rename = json!({"name": "letters"});
    app.patch("/api/collections/notes")
        .root()
        .json(&rename)
        .expect(400)
        .has("validation_unknown_datasource");
    app.delete("/api/collections/notes").root().expect_away().has(said);
    app.get("/api/collections/users/records").root().expect(200);
    app.get("/api/health").expect(200);
    fs::write(app.home.root().join(CONFIG), ARCHIVE).expect("a file");
    app.restart();
    app.get("/api/collections/notes/records").expect(200);
}

#[test]
fn a_datasource_that_is_away_is_waited_for() {
    let archive = Database::fresh(Backend::Postgres);
    let url = archive.url.as_deref().expect("a URL");
    let name = url.rsplit('/').next().and_then(|rest| rest.split('?').next()).expect("a name");
    let app = world_with(&format!("[datasources.archive]\nurl = \"{url}\"\n"));
    define(&app, json!({"name": "notes"}));
    let (notes, definition) = ("/api/collections/notes/records", "/api/collections/notes");
    let new = json!({"title": "a"});
    app.post(notes).root().json(&new).expect(200);
    let server = Backend::Postgres.server();
    let open = |open: bool| {
        tell_postgres(&server, format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {open}"));
    };
    open(false);
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname =";
    tell_postgres(&server, format!("{end} '{name}'"));
    let rename = json!({"name": "letters"});
    for _ in 0..2 {
        app.get(notes).expect_away().has("The database is not available");
        app.post(notes).root().json(&new).expect_away();
        app.patch(definition).root().json(&rename).expect_away();
        app.get(definition).root().expect(200).has("\"name\":\"notes\"");
        // The rest goes on.
        app.get("/api/health").expect(200);
        app.get("/api/datasources").root().expect(200).has("\"reachable\":false");
    }
    open(true);
    app.get(notes).expect(200).has("\"totalItems\":1");
    app.patch(definition).root().json(&rename).expect(200);
    app.get("/api/collections/letters/records").expect(200).has("\"totalItems\":1");
}

#[test]
fn superusers_are_told_what_there_is() {
    let app = world();
    app.get("/api/datasources").expect(401);
    let all = app.get("/api/datasources").root().expect(200).json();
    let names: Vec<_> = all.as_array().expect("a list").iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["main", "archive"]);
    let expected = json!({
        "name": "archive", "engine": "SQLite", "version": all[1]["version"], "reachable": true,
        "transactions": true, "sqlViews": true, "shared": false,
    });
    assert_eq!(all[1], expected);
}

#[test]
fn a_start_that_cannot_be_says_why_in_one_sentence() {
    let home = Home::new();
    let archive = "[datasources.archive]\nurl = \"postgres://ann:s3cret@127.0.0.1:1/x\"\n";
    fs::write(home.root().join("elsewhere.toml"), archive).expect("a file");
    let serve = ["serve", "--http", "127.0.0.1:0"];
    for (args, said) in [
        (["--database", "postgres://ann:s3cret@127.0.0.1:1/x"], "postgres://ann@127.0.0.1:1/x"),
        (["--database", "mariadb://ann:s3cret@127.0.0.1:1/x"], "mysql://ann@127.0.0.1:1/x"),
        (["--database", "mongodb://ann:s3cret@127.0.0.1:1/x"], "mongodb://ann@127.0.0.1:1/x"),
        (["--config", "elsewhere.toml"], "postgres://ann@127.0.0.1:1/x (datasource `archive`)"),
        (["--database", "sqlite:nowhere/a.db"], "nowhere/a.db"),
    ] {
        let ended = home.run(&[&serve[..], &args].concat(), "");
        assert!(!ended.success, "{args:?}: {}", ended.out);
        let sentence =
            ended.err.lines().filter(|line| line.starts_with("purlin: ")).collect::<Vec<_>>();
        let begin = format!("purlin: cannot open the database {said}: ");
        assert!(sentence.len() == 1 && sentence[0].starts_with(&begin), "{args:?}: {}", ended.err);
        assert!(!ended.err.contains("s3cret"), "{args:?}: {}", ended.err);
    }
}

//! `purlin copy`, as somebody at a terminal meets it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use purlin_tests::{Ended, Home, ROOT, TestApp};
use serde_json::json;

const USERS: &str = "/api/collections/users/records";
const SIGN_IN: &str = "/api/collections/users/auth-with-password";
const REFRESH: &str = "/api/collections/users/auth-refresh";

fn url(home: &Home) -> String {
    format!("sqlite:{}", database(home).display())
}

fn database(home: &Home) -> std::path::PathBuf {
    home.data().join("data.db")
}

fn copy(from: &Home, to: &Home, more: &[&str]) -> Ended {
    let (from, target) = (url(from), url(to));
    to.run(&[&["copy", "--from", &from, "--to", &target], more].concat(), "")
}

/// A user who signed in; the token.
fn with_user(app: &TestApp) -> String {
    let form = json!({"email": "ann@example.com", "password": "ann's password",
        "passwordConfirm": "ann's password", "name": "Ann"});
    app.post(USERS).json(&form).expect(200);
    let form = json!({"identity": "ann@example.com", "password": "ann's password"});
    app.post(SIGN_IN).json(&form).expect(200).text("/token")
}

fn tables(shown: &str) -> Vec<(&str, &str)> {
    let lines = shown.lines().skip(1).map(|line| {
        let mut words = line.split_whitespace();
        (words.next().unwrap_or_default(), words.next().unwrap_or_default())
    });
    lines.collect()
}

#[test]
fn who_was_signed_in_stays_signed_in() {
    let mut app = TestApp::start();
    let token = with_user(&app);
    let posts = json!({"name": "posts", "type": "base", "listRule": "by = @request.auth.id",
        "fields": [{"name": "title", "type": "text"}, {"name": "by", "type": "relation",
            "collectionId": "_pb_users_auth_", "maxSelect": 1}]});
    app.post("/api/collections").root().json(&posts).expect(200);
    let ann = app.post(REFRESH).bearer(&token).expect(200).text("/record/id");
    for title in ["one", "two", "three"] {
        let post = json!({"title": title, "by": ann});
        app.post("/api/collections/posts/records").root().json(&post).expect(200);
    }
    let list = "/api/collections/posts/records?sort=@rowid";
    let before = app.get(list).bearer(&token).expect(200).json();

    let target = Home::new();
    let refused = copy(&app.home, &target, &[]);
    assert!(!refused.success && refused.err.contains("another process is using"), "{refused:?}");
    app.terminate();
    assert!(app.ended().success());
    let bytes = fs::read(database(&app.home)).expect("the database");
    let copied = copy(&app.home, &target, &["--logs"]);
    assert!(copied.success, "{}{}", copied.out, copied.err);
    assert_eq!(fs::read(database(&app.home)).expect("the database"), bytes, "the source changed");
    let shown = tables(&copied.out);
    for (table, records) in [("_superusers", "1"), ("users", "1"), ("posts", "3")] {
        assert!(shown.contains(&(table, records)), "{table} in\n{}", copied.out);
    }
    assert!(shown.iter().any(|(table, records)| *table == "_logs" && *records != "0"));
    assert!(copied.out.contains("the same as in the source"), "{}", copied.out);
    let again = copy(&app.home, &target, &[]);
    assert!(!again.success && again.err.contains("already holds an installation"), "{again:?}");

    let mut moved = TestApp::without_superuser(target, &[]);
    moved.post(REFRESH).bearer(&token).expect(200).has("ann@example.com");
    let form = json!({"identity": "ann@example.com", "password": "ann's password"});
    moved.post(SIGN_IN).json(&form).expect(200).has(&ann);
    moved.post(SIGN_IN).json(&json!({"identity": "ann@example.com", "password": "no"})).expect(400);
    assert_eq!(moved.get(list).bearer(&token).expect(200).json(), before);
    moved.get("/api/collections").bearer(&app.token).expect(200);
    moved.sign_in();
}

#[test]
fn a_copy_that_was_killed_goes_on() {
    let mut app = TestApp::start();
    let many = json!({"name": "zz_many", "type": "base",
        "fields": [{"name": "title", "type": "text"}]});
    app.post("/api/collections").root().json(&many).expect(200);
    app.terminate();
    assert!(app.ended().success());
    fill(&database(&app.home), 60_000);

    let target = Home::new();
    let (from, to) = (url(&app.home), url(&target));
    let mut command = target.command(&["copy", "--from", &from, "--to", &to]);
    command.stderr(Stdio::piped()).stdout(Stdio::null());
    let mut running = command.spawn().expect("the copy starts");
    let mut said = BufReader::new(running.stderr.take().expect("a pipe")).lines();
    // The collection before the large one is there.
    let reached = said.any(|line| line.is_ok_and(|line| line.starts_with("users: 0 copied")));
    assert!(reached, "no progress was shown");
    running.kill().expect("it is killed");
    running.wait().expect("it ends");

    let served = target.run(&["serve", "--http", "127.0.0.1:0"], "");
    assert!(!served.success && served.err.contains("unfinished copy"), "{served:?}");
    let made = target.run(&["superuser", "upsert", ROOT.0, "--stdin"], ROOT.1);
    assert!(!made.success && made.err.contains("unfinished copy"), "{made:?}");
    let copied = copy(&app.home, &target, &[]);
    assert!(copied.success, "{}{}", copied.out, copied.err);
    assert!(tables(&copied.out).contains(&("zz_many", "60000")), "{}", copied.out);
    let moved = TestApp::without_superuser(target, &[]);
    moved.get("/api/collections/zz_many/records").bearer(&app.token).expect(200).has("60000");
}

fn fill(database: &Path, count: u32) {
    let database = rusqlite::Connection::open(database).expect("the database");
    let insert = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         INSERT INTO zz_many (id, title) SELECT printf('many%011d', i * 7919 % 1000003), 'title ' || i FROM n"
    );
    database.execute_batch(&insert).expect("many records");
}

#[test]
fn what_cannot_be_copied_is_said_in_a_sentence() {
    let (home, other) = (Home::new(), Home::new());
    fs::create_dir_all(home.data()).expect("a folder");
    fs::write(database(&home), "").expect("an empty file");
    let there = url(&home);
    for (from, to, said) in [
        ("oracle://x/y", "sqlite:a.db", "--from: must begin with `sqlite:`"),
        ("sqlite:missing.db", "sqlite:a.db", "there is no database file missing.db"),
        (there.as_str(), there.as_str(), "are the same database"),
        (there.as_str(), "sqlite:a.db", "no installation of Purlin in the source"),
        (there.as_str(), "mysql:", "--to: `mysql:` needs a server"),
    ] {
        let ended = other.run(&["copy", "--from", from, "--to", to], "");
        assert!(!ended.success && ended.out.is_empty(), "{from} {to}: {ended:?}");
        assert!(ended.err.starts_with("purlin: ") && ended.err.contains(said), "{}", ended.err);
        assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
    }
}

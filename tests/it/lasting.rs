//! What was acknowledged is there after a crash, a stop, and whatever a start may meet.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use purlin_tests::{Backend, Home, TestApp, together, wire};
use serde_json::{Value, json};

const THINGS: &str = "/api/collections/things/records";
/// Records of one batch.
const BATCH: usize = 5;

fn world() -> TestApp {
    let app = TestApp::start();
    let fields = json!([{"name": "n", "type": "number"}, {"name": "batch", "type": "text"}]);
    let body = json!({"name": "things", "fields": fields});
    app.post("/api/collections").root().json(&body).expect(200);
    app.patch("/api/settings").root().json(&json!({"batch": {"enabled": true}})).expect(200);
    app
}

/// What the server has acknowledged, and when it is to be ended.
struct Load {
    /// By id, the least `n` the record must have.
    kept: Mutex<HashMap<String, u64>>,
    acknowledged: AtomicUsize,
    end_after: usize,
}

impl Load {
    /// Writes of all kinds from several clients until the server is gone; `end` ends it.
    fn until(&self, app: &TestApp, end: impl Fn() + Sync) {
        together(4, |client| {
            let mut last: Option<(String, u64)> = None;
            for round in 0.. {
                let done = match (&last, round % 3) {
                    (Some((id, n)), 0) => self.update(app, id, n + 1),
                    (_, 1) => self.batch(app, &format!("{}-{client}-{round}", self.end_after)),
                    _ => self.create(app),
                };
                match done {
                    Some(written) => last = Some(written),
                    None => return,
                }
                if self.acknowledged.fetch_add(1, Ordering::SeqCst) + 1 == self.end_after {
                    end();
                }
            }
        });
    }

    fn note(&self, id: String, n: u64) -> (String, u64) {
        self.kept.lock().expect("no panic").insert(id.clone(), n);
        (id, n)
    }

    fn create(&self, app: &TestApp) -> Option<(String, u64)> {
        let answer = app.post(THINGS).root().json(&json!({"n": 1})).attempt().ok()?;
        Some(self.note(answer.text("/id"), 1))
    }

    fn update(&self, app: &TestApp, id: &str, n: u64) -> Option<(String, u64)> {
        let target = format!("{THINGS}/{id}");
        let answer = app.patch(&target).root().json(&json!({"n+": 1})).attempt().ok()?;
        Some(self.note(answer.text("/id"), n))
    }

    fn batch(&self, app: &TestApp, name: &str) -> Option<(String, u64)> {
        let item = json!({"method": "POST", "url": THINGS, "body": {"batch": name, "n": 1}});
        let body = json!({"requests": vec![item; BATCH]});
        let answer = app.post("/api/batch").root().json(&body).attempt().ok()?;
        let ids = (0..BATCH).map(|index| answer.text(&format!("/{index}/body/id")));
        ids.map(|id| self.note(id, 1)).last()
    }
}

/// Everything that was acknowledged is there, and no batch in part.
fn complete(app: &TestApp, kept: &HashMap<String, u64>) {
    let (mut found, mut batches) = (HashMap::new(), HashMap::<String, usize>::new());
    for page in 1.. {
        let answer =
            app.get(&format!("{THINGS}?perPage=1000&page={page}")).root().expect(200).json();
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        for item in &items {
            let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
            found.insert(text("id"), item["n"].as_u64().unwrap_or_default());
            *batches.entry(text("batch")).or_default() += 1;
        }
        if items.len() < 1_000 {
            break;
        }
    }
    for (id, n) in kept {
        assert!(
            found.get(id) >= Some(n),
            "{id}: {n} was acknowledged, {:?} is there",
            found.get(id)
        );
    }
    batches.remove("");
    assert!(!batches.is_empty(), "no batch was written");
    let partial: Vec<_> = batches.iter().filter(|(_, count)| **count != BATCH).collect();
    assert!(partial.is_empty(), "{partial:?}");
}

#[test]
fn a_crash_loses_nothing_acknowledged() {
    let mut app = world();
    let mut kept = HashMap::new();
    for end_after in [40, 75, 110] {
        let load = Load { kept: Mutex::new(kept), acknowledged: AtomicUsize::new(0), end_after };
        load.until(&app, || signal("KILL", app.process()));
        app.restart();
        kept = load.kept.into_inner().expect("no panic");
        complete(&app, &kept);
    }
}

#[test]
fn a_stop_finishes_what_was_begun() {
    let mut app = world();
    let load = Load { kept: Mutex::default(), acknowledged: AtomicUsize::new(0), end_after: 60 };
    load.until(&app, || app.terminate());
    assert!(app.ended().success(), "a stop is no failure");
    app.restart();
    complete(&app, &load.kept.into_inner().expect("no panic"));
}

/// Somebody in a hurry asks twice, and does not wait for a client that never ends its request.
#[test]
fn asked_twice_it_stops_at_once() {
    let mut app = TestApp::start();
    let mut link = wire::connect(app.port).expect("a connection");
    let head = "POST /api/collections/users/records HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{";
    link.write_all(head.as_bytes()).expect("a sent beginning");
    app.get("/api/health").expect(200);
    app.terminate();
    app.waits_for("stopping");
    app.terminate();
    assert!(app.ended().success());
}

fn signal(name: &str, process: u32) {
    let line = format!("kill -{name} {process}");
    let sent = std::process::Command::new("sh").args(["-c", &line]).status();
    assert!(sent.is_ok_and(|status| status.success()), "{line}");
}

/// The one sentence a failed command ends with.
fn refusal(home: &Home, args: &[&str]) -> String {
    let ended = home.run(args, "");
    assert!(!ended.success, "{args:?} succeeded: {}", ended.out);
    assert_eq!(ended.out, "", "{args:?} has nothing to say on standard output");
    assert_eq!(
        ended.err.trim_end().lines().count(),
        1,
        "{args:?} says more than a line: {}",
        ended.err
    );
    assert!(ended.err.starts_with("purlin: "), "{}", ended.err);
    ended.err
}

#[test]
fn what_cannot_be_served_is_said_in_one_sentence() {
    let home = Home::on(Backend::Sqlite);
    let root = home.root().display().to_string();
    let at = |name: &str| format!("{root}/{name}");
    let write = |name: &str, text: &str| fs::write(home.root().join(name), text).expect("a file");
    let taken =
        TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().map(|it| it.to_string());
    let held = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = held.local_addr().expect("an address").to_string();
    drop(taken);
    write("file", "");
    for folder in ["corrupt", "short"] {
        fs::create_dir_all(home.root().join(folder)).expect("a folder");
    }
    write("corrupt/data.db", &"this is no database ".repeat(1_000));
    write("short/data.db", "no");
    write("unknown.toml", "[server]\nhttps = \"x\"\n");
    write("wrong.toml", "[database]\nreaders = \"many\"\n");
    write("broken.toml", "[server\n");
    for (args, said) in [
        (vec!["--http", &port], "cannot listen on"),
        (vec!["--http", "nowhere"], "is not an address"),
        (vec!["--http", "1.2.3.4:99999"], "is not an address"),
        (vec!["--dir", &at("file")], "file"),
        (vec!["--dir", &at("file/below")], "file/below"),
        (vec!["--dir", "/proc/nowhere"], "/proc/nowhere"),
        (vec!["--dir", &at("corrupt")], "data.db"),
        (vec!["--dir", &at("short")], "data.db"),
        (vec!["--config", &at("missing.toml")], "missing.toml"),
        (vec!["--config", &at("unknown.toml")], "unknown.toml: line 2: unknown field `https`"),
        (vec!["--config", &at("wrong.toml")], "line 2"),
        (vec!["--config", &at("broken.toml")], "line 1"),
        (vec!["--database", "postgres://x/y"], "postgres"),
        (vec!["--redis", "x"], "redis.url must begin with"),
        (vec!["--database", "sqlite:"], "sqlite:"),
    ] {
        let mut all = vec!["serve"];
        if !args.contains(&"--http") {
            all.extend(["--http", "127.0.0.1:0"]);
        }
        all.extend(args);
        let sentence = refusal(&home, &all);
        assert!(sentence.contains(said), "{all:?}: {sentence}");
    }
}

#[test]
fn one_directory_has_one_server() {
    let app = TestApp::on(Backend::Sqlite);
    let sentence = refusal(&app.home, &["serve", "--http", "127.0.0.1:0"]);
    assert!(sentence.contains("another process is using"), "{sentence}");
    app.get("/api/health").expect(200);
    let body: Value = app.get("/api/collections").root().expect(200).json();
    assert_eq!(body["totalItems"], 8);
}

//! A server that is killed under load and started again.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use purlin_tests::{Answer, Asking, Backend, Database, Home, OwnServer, TestApp, together};
use serde_json::json;

use crate::away::on_servers;

on_servers! { what_was_acknowledged_is_there_when_it_returns }

const THINGS: &str = "/api/collections/things/records";
/// Within which the service notices that the database is back.
const RESUMES: Duration = Duration::from_secs(10);
/// Within which who asks is told that it is away.
const TOLD: Duration = Duration::from_secs(15);
/// Within which so much is written as a test needs.
const PATIENCE: Duration = Duration::from_secs(60);

fn what_was_acknowledged_is_there_when_it_returns(backend: Backend) {
    let server = Mutex::new(OwnServer::start(backend));
    let url = server.lock().expect("no panic").url.clone();
    let app = TestApp::at(Home::with(Database::fresh_at(backend, &url)), &[]);
    let body = json!({"name": "things", "fields": [{"name": "n", "type": "number"}]});
    app.post("/api/collections").root().json(&body).expect(200);
    let load = Load::default();
    together(6, |client| match client {
        0 => {
            let _over = Over(&load.over);
            for _ in 0..2 {
                load.more(&load.written, 30, PATIENCE);
                server.lock().expect("no panic").crash();
                load.more(&load.told, 20, TOLD * 2);
                server.lock().expect("no panic").again();
                load.more(&load.written, 1, RESUMES);
            }
            load.more(&load.written, 30, PATIENCE);
        }
        1 | 2 => load.read(&app),
        _ => load.write(&app),
    });
    load.complete(&app);
}

/// What several clients ask and are told until it is over.
#[derive(Default)]
struct Load {
    /// By id, the least `n` the record must have.
    kept: Mutex<HashMap<String, u64>>,
    /// How many writes were acknowledged.
    written: AtomicUsize,
    /// How many answers said that the database is away.
    told: AtomicUsize,
    over: AtomicBool,
}

/// Ends the load, also when a test fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

impl Load {
    /// Waits until a number has grown by so much.
    fn more(&self, number: &AtomicUsize, by: usize, patience: Duration) {
        let (wanted, end) = (number.load(SeqCst) + by, Instant::now() + patience);
        while number.load(SeqCst) < wanted {
            let state = (self.written.load(SeqCst), self.told.load(SeqCst));
            assert!(Instant::now() < end, "nothing happens; written and told: {state:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The answer; none where the database is away, which is told in time.
    fn ask(&self, app: &TestApp, asking: Asking<'_>) -> Option<Answer> {
        let started = Instant::now();
        let answer = asking.attempt_while_away().unwrap_or_else(|fault| panic!("{fault}"));
        assert!(started.elapsed() < TOLD, "an answer took {:?}: {answer}", started.elapsed());
        if answer.status == 503 {
            self.told.fetch_add(1, SeqCst);
            answer.lacks("127.0.0.1");
            return None;
        }
        assert_eq!(answer.status, 200, "{answer}; the server said last:\n{}", app.last_words());
        Some(answer)
    }

    fn read(&self, app: &TestApp) {
        let _over = Over(&self.over);
        while !self.over.load(SeqCst) {
            self.ask(app, app.get(THINGS).root().query("sort", "-n"));
        }
    }

    /// Creates records and counts them up. A write that was answered with 503 may have happened.
    fn write(&self, app: &TestApp) {
        let _over = Over(&self.over);
        let mut last: Option<(String, u64)> = None;
        while !self.over.load(SeqCst) {
            let (asking, n) = match &last {
                Some((id, n)) if n % 4 != 0 => (app.patch(&format!("{THINGS}/{id}")), n + 1),
                _ => (app.post(THINGS), 1),
            };
            let body = if n == 1 { json!({"n": 1}) } else { json!({"n+": 1}) };
            let Some(answer) = self.ask(app, asking.root().json(&body)) else { continue };
            let id = answer.text("/id");
            self.kept.lock().expect("no panic").insert(id.clone(), n);
            self.written.fetch_add(1, SeqCst);
            last = Some((id, n));
        }
    }

    /// Everything that was acknowledged is there.
    fn complete(&self, app: &TestApp) {
        let found = app.numbers(THINGS);
        for (id, n) in self.kept.lock().expect("no panic").iter() {
            let there = found.get(id);
            assert!(there >= Some(n), "{id}: {n} was acknowledged, {there:?} is there");
        }
    }
}

//! What several clients write and read through a balancer until it is over, and what came of it.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use purlin_tests::{Follower, TestApp, wire};
use serde_json::{Value, json};

use super::{COUNTER, PATIENCE, THINGS};

/// How long a client rests between two requests: one machine runs all of it.
const REST: Duration = Duration::from_millis(4);
/// How long after a write another server may answer from before it.
pub(super) const STALE: Duration = Duration::from_secs(2);
/// How often each record is written.
const WRITES: u64 = 4;

/// Clients of one port.
pub(super) struct Load {
    port: u16,
    told: Mutex<Told>,
    over: AtomicBool,
}

/// What the clients were told.
#[derive(Default)]
struct Told {
    /// The acknowledged writes: id, number, when.
    written: Vec<(String, u64, Instant)>,
    /// The acknowledged numbers of the counter.
    counted: Vec<(u64, Instant)>,
    /// How long requests took that were answered well, and when.
    took: Vec<(Instant, Duration)>,
    /// Requests that were not.
    failed: Vec<(Instant, String)>,
    /// Answers from too long ago.
    stale: Vec<String>,
}

/// Ends the load, also when a test fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

impl Load {
    pub(super) fn on(port: u16) -> Load {
        Load { port, told: Mutex::default(), over: AtomicBool::new(false) }
    }

    /// Runs the clients while `script` runs.
    pub(super) fn during<T>(&self, script: impl FnOnce() -> T) -> T {
        std::thread::scope(|scope| {
            let _over = Over(&self.over);
            for client in 0..5 {
                scope.spawn(move || {
                    let _over = Over(&self.over);
                    match client {
                        0 => self.count(),
                        1 => self.read(),
                        _ => self.write(),
                    }
                });
            }
            script()
        })
    }

    /// Waits until so many more writes were acknowledged.
    pub(super) fn more(&self, by: usize) {
        let written = || self.told.lock().expect("no panic").written.len();
        let (wanted, end) = (written() + by, Instant::now() + PATIENCE);
        while written() < wanted {
            let failed = || self.told.lock().expect("no panic").failed.last().cloned();
            assert!(Instant::now() < end, "nothing is written: {:?}", failed());
            assert!(!self.over.load(SeqCst), "a client ended: {:?}", failed());
            std::thread::sleep(REST);
        }
    }

    /// How long nine of ten requests took at the most since then, and what failed.
    pub(super) fn since(&self, then: Instant) -> (Duration, Vec<String>) {
        let told = self.told.lock().expect("no panic");
        let took = told.took.iter().filter(|(at, _)| *at >= then).map(|(_, took)| *took);
        let mut took: Vec<_> = took.collect();
        took.sort();
        let failed = told.failed.iter().filter(|(at, _)| *at >= then);
        let ninth = took.get(took.len() * 9 / 10).copied().unwrap_or(Duration::MAX);
        (ninth, failed.map(|(_, fault)| fault.clone()).collect())
    }

    /// Fails the test if an answer was from too long ago.
    pub(super) fn fresh(&self) {
        let told = self.told.lock().expect("no panic");
        assert!(told.counted.len() > 10, "it was hardly counted: {:?}", told.counted);
        assert!(told.stale.is_empty(), "{} stale: {:?}", told.stale.len(), told.stale.first());
    }

    /// Waits until a follower has heard of everything acknowledged so far, and fails the test if it
    /// did not come in order. How long the slowest of ten times nine messages took.
    pub(super) fn heard_by(&self, follower: &Follower, within: Duration) -> Duration {
        let written = self.told.lock().expect("no panic").written.clone();
        let end = Instant::now() + within;
        let late = loop {
            let heard = follower.heard();
            // The records told so far, each with its greatest number and when that came.
            let mut known: HashMap<&str, Vec<(u64, Instant)>> = HashMap::new();
            for message in &heard.messages {
                let id = message.record["id"].as_str().unwrap_or_default();
                let n = message.record["n"].as_u64().unwrap_or_default();
                let before = known.entry(id).or_default();
                let last = before.last().map_or(0, |(n, _)| *n);
                assert!(last <= n, "{id}: {n} came after {last} ({})", message.id);
                let is_first = before.is_empty() && id != COUNTER;
                assert!(!is_first || message.action == "create", "{id} begins: {message:?}");
                before.push((n, message.at));
            }
            let came = |(id, n, at): &(String, u64, Instant)| {
                let all = known.get(id.as_str())?;
                let (_, came) = all.iter().find(|(told, _)| told >= n)?;
                Some(came.saturating_duration_since(*at))
            };
            let missing: Vec<_> = written.iter().filter(|write| came(write).is_none()).collect();
            if missing.is_empty() {
                break written.iter().filter_map(came).collect::<Vec<_>>();
            }
            assert!(
                Instant::now() < end,
                "{} of {} were not told, first {:?}; faults {:?}, others {:?}",
                missing.len(),
                written.len(),
                missing.first(),
                heard.faults,
                heard.others,
            );
            std::thread::sleep(REST * 10);
        };
        let heard = follower.heard();
        assert!(heard.others.is_empty(), "told something else: {:?}", heard.others);
        let mut late = late;
        late.sort();
        late.get(late.len() * 9 / 10).copied().unwrap_or_default()
    }

    /// Everything that was acknowledged is there.
    pub(super) fn kept_by(&self, app: &TestApp) {
        let found = app.numbers(THINGS);
        for (id, n, _) in &self.told.lock().expect("no panic").written {
            let there = found.get(id);
            assert!(there >= Some(n), "{id}: {n} was acknowledged, {there:?} is there");
        }
    }

    /// Creates records and counts them up; one that failed may have happened, and is let be.
    fn write(&self) {
        let mut last: Option<(String, u64)> = None;
        while !self.over.load(SeqCst) {
            let (method, target, n) = match &last {
                Some((id, n)) if *n < WRITES => ("PATCH", format!("{THINGS}/{id}"), n + 1),
                _ => ("POST", THINGS.to_owned(), 1),
            };
            last = self.ask(method, &target, &json!({"n": n})).map(|record| {
                let id = record["id"].as_str().unwrap_or_default().to_owned();
                let mut told = self.told.lock().expect("no panic");
                told.written.push((id.clone(), n, Instant::now()));
                (id, n)
            });
        }
    }

    /// Counts one record up.
    fn count(&self) {
        let target = format!("{THINGS}/{COUNTER}");
        while !self.over.load(SeqCst) {
            if let Some(record) = self.ask("PATCH", &target, &json!({"n+": 1})) {
                let n = record["n"].as_u64().unwrap_or_default();
                self.told.lock().expect("no panic").counted.push((n, Instant::now()));
            }
        }
    }

    /// Reads what is counted.
    fn read(&self) {
        let target = format!("{THINGS}?filter=id%3D%22{COUNTER}%22");
        while !self.over.load(SeqCst) {
            let asked = Instant::now();
            let Some(page) = self.ask("GET", &target, &Value::Null) else { continue };
            let n = page["items"][0]["n"].as_u64().unwrap_or_default();
            let mut told = self.told.lock().expect("no panic");
            let old = told.counted.iter().rev();
            let old = old.filter(|(_, at)| asked.saturating_duration_since(*at) > STALE);
            let least = old.map(|(n, _)| *n).next().unwrap_or_default();
            if n < least {
                told.stale.push(format!("{n} where {least} was acknowledged {STALE:?} before"));
            }
        }
    }

    /// The answer, if it is a good one.
    fn ask(&self, method: &str, target: &str, body: &Value) -> Option<Value> {
        std::thread::sleep(REST);
        let headers = [("Content-Type".to_owned(), "application/json".to_owned())];
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let begun = Instant::now();
        let answer = wire::ask(self.port, method, target, &headers, &body);
        let mut told = self.told.lock().expect("no panic");
        let fault = match answer {
            Ok(answer) if answer.status == 200 => match serde_json::from_slice(&answer.body) {
                Ok(json) => {
                    told.took.push((begun, begun.elapsed()));
                    return Some(json);
                }
                Err(error) => error.to_string(),
            },
            Ok(answer) => {
                format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body))
            }
            Err(fault) => fault,
        };
        told.failed.push((begun, format!("{method} {target}: {fault}")));
        None
    }
}

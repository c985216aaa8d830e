//! Several servers on one database, behind a balancer, while something dies or stands still: what
//! was acknowledged is there, and whoever follows misses nothing.
//!
//! On the databases several servers are run on: PostgreSQL and MongoDB.

mod killed;
mod load;
mod redis;
mod without_redis;

use std::time::{Duration, Instant};

use purlin_tests::{Backend, Balancer, TestApp};
use serde_json::json;

/// How long a change may take until a follower hears of it when all is well again, generously: a
/// machine that runs tests is busy.
const HEALED: Duration = Duration::from_secs(10);
/// How long something may take that has no promise.
const PATIENCE: Duration = Duration::from_secs(30);
/// The collection that is written to.
const THINGS: &str = "/api/collections/things/records";
/// The record that is counted up.
const COUNTER: &str = "counter00000000";

/// Servers on one database, and what stands before them.
struct Nodes {
    apps: Vec<TestApp>,
    balancer: Balancer,
}

impl Nodes {
    /// As many servers as there are lists of arguments after `serve`, on a fresh database; `None`
    /// on databases these tests are not for.
    fn start(arguments: &[Vec<String>]) -> Option<Nodes> {
        if ![Backend::Postgres, Backend::Mongodb].contains(&Backend::chosen()) {
            return None;
        }
        let mut apps: Vec<TestApp> = Vec::new();
        for extra in arguments {
            let extra: Vec<&str> = extra.iter().map(String::as_str).collect();
            let app = match apps.first() {
                None => TestApp::start_with(&extra),
                Some(first) => first.beside(&extra),
            };
            apps.push(app);
        }
        let ports: Vec<u16> = apps.iter().map(|app| app.port).collect();
        let nodes = Nodes { apps, balancer: Balancer::before(&ports) };
        nodes.prepare();
        Some(nodes)
    }

    /// Makes the collection, kept in caches, and waits until all serve it.
    fn prepare(&self) {
        let body = json!({
            "name": "things", "fields": [{"name": "n", "type": "number"}], "cache": {"ttl": 60},
            "listRule": "", "viewRule": "", "createRule": "", "updateRule": "",
        });
        self.apps[0].post("/api/collections").root().json(&body).expect(200);
        self.apps[0].post(THINGS).json(&json!({"id": COUNTER, "n": 0})).expect(200);
        // Each request is counted, together with those of the other servers, but none is too many.
        let rule = json!({"label": "/api/", "maxRequests": 1_000_000, "duration": 60});
        let limits = json!({"rateLimits": {"enabled": true, "rules": [rule]}});
        self.apps[0].patch("/api/settings").root().json(&limits).expect(200);
        let deadline = Instant::now() + PATIENCE;
        while self.apps.iter().any(|app| app.get(THINGS).send().status != 200) {
            assert!(Instant::now() < deadline, "a server does not know the collection");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Starts a server again that was killed; the balancer finds it.
    fn restart(&mut self, number: usize) {
        let old = self.apps[number].port;
        self.apps[number].restart();
        self.balancer.replace(old, self.apps[number].port);
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        // Who lends the database goes last.
        while self.apps.pop().is_some() {}
    }
}

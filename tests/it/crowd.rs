//! Many at once: nothing acknowledged is lost, nothing happens twice, nobody sees an error of ours.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use purlin_tests::{TestApp, together};
use serde_json::{Value, json};

const THINGS: &str = "/api/collections/things/records";

fn world(fields: &Value, indexes: &[&str]) -> TestApp {
    let app = TestApp::start();
    define(&app, "things", fields, indexes);
    app.patch("/api/settings").root().json(&json!({"batch": {"enabled": true}})).expect(200);
    app
}

fn define(app: &TestApp, name: &str, fields: &Value, indexes: &[&str]) -> String {
    let body = json!({"name": name, "fields": fields, "indexes": indexes});
    app.post("/api/collections").root().json(&body).expect(200).text("/id")
}

fn create(app: &TestApp, target: &str, body: &Value) -> String {
    app.post(target).root().json(body).expect(200).text("/id")
}

/// The ids of all records.
fn ids(app: &TestApp, target: &str) -> HashSet<String> {
    let page = app.get(target).root().query("perPage", "1000").query("fields", "id").expect(200);
    assert!(page.json()["totalItems"].as_u64() <= Some(1_000), "a page holds all");
    let items = page.json()["items"].as_array().cloned().unwrap_or_default();
    items.iter().filter_map(|item| Some(item["id"].as_str()?.to_owned())).collect()
}

#[test]
fn sums_are_exact() {
    let app = world(&json!([{"name": "n", "type": "number"}]), &[]);
    let one = format!("{THINGS}/{}", create(&app, THINGS, &json!({"n": 0})));
    let item = json!({"method": "PATCH", "url": one, "body": {"n+": 1}});
    together(8, |number| {
        for _ in 0..20 {
            if number < 6 {
                app.patch(&one).root().json(&json!({"n+": 1})).expect(200);
            } else {
                let batch = json!({"requests": [item, item, item]});
                app.post("/api/batch").root().json(&batch).expect(200);
            }
        }
    });
    assert_eq!(app.get(&one).root().expect(200).text("/n"), (6 * 20 + 2 * 20 * 3).to_string());
}

/// Batches over the same records, half of them in the opposite order: whoever is in another's way
/// waits or is tried again, and no client hears of it.
#[test]
fn batches_that_cross_are_all_carried_out() {
    let app = world(&json!([{"name": "n", "type": "number"}]), &[]);
    // They wait for each other, longer than a batch may usually take.
    app.patch("/api/settings").root().json(&json!({"batch": {"timeout": 60}})).expect(200);
    let all: Vec<String> =
        (0..5).map(|_| format!("{THINGS}/{}", create(&app, THINGS, &json!({"n": 0})))).collect();
    let item = |url: &String| json!({"method": "PATCH", "url": url, "body": {"n+": 1}});
    together(6, |number| {
        let mut requests: Vec<Value> = all.iter().map(item).collect();
        if number % 2 == 0 {
            requests.reverse();
        }
        for _ in 0..10 {
            let batch = json!({"requests": requests});
            app.post("/api/batch").root().json(&batch).expect(200);
        }
    });
    for one in &all {
        assert_eq!(app.get(one).root().expect(200).text("/n"), "60", "{one}");
    }
}

#[test]
fn of_equal_unique_values_one_wins() {
    let index = "CREATE UNIQUE INDEX once ON things (t)";
    let app = world(&json!([{"name": "t", "type": "text"}]), &[index]);
    for round in 0..10 {
        let body = json!({"t": format!("r{round}")});
        let batch = json!({"requests": [{"method": "POST", "url": THINGS, "body": body}]});
        let statuses = together(6, |number| {
            let answer = match number % 2 {
                0 => app.post(THINGS).root().json(&body).send(),
                _ => app.post("/api/batch").root().json(&batch).send(),
            };
            if answer.status != 200 {
                answer.has("validation_not_unique");
            }
            answer.status
        });
        let won = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(won, 1, "{statuses:?}");
    }
    assert_eq!(ids(&app, THINGS).len(), 10);
}

#[test]
fn a_changing_schema_loses_nothing() {
    let app = world(&json!([{"name": "t", "type": "text"}]), &[]);
    let kept = Mutex::new(HashSet::new());
    let over = AtomicBool::new(false);
    together(5, |number| match number {
        0 => {
            change_schema(&app);
            over.store(true, Ordering::SeqCst);
        }
        1 | 2 => {
            let query = ["sort=-t&filter=t!=%27%27", "expand=x&fields=*"][number - 1];
            while !over.load(Ordering::SeqCst) {
                app.get(&format!("{THINGS}?{query}")).root().expect(200);
            }
        }
        _ => {
            while !over.load(Ordering::SeqCst) {
                let answer = app.post(THINGS).root().json(&json!({"t": "a", "extra": 5})).send();
                if answer.status == 200 {
                    kept.lock().expect("no panic").insert(answer.text("/id"));
                }
            }
        }
    });
    let kept = kept.into_inner().expect("no panic");
    assert!(kept.len() > 10, "only {} were created", kept.len());
    assert_eq!(ids(&app, THINGS), kept);
}

fn change_schema(app: &TestApp) {
    for round in 0..24 {
        let mut fields = json!([{"name": "t", "type": "text"}]);
        let indexes = match round % 3 {
            0 => json!([]),
            1 => json!(["CREATE INDEX by_t ON things (t)"]),
            _ => json!(["CREATE INDEX by_extra ON things (extra, t)"]),
        };
        if round % 3 > 0 {
            let kind = if round % 2 == 0 { "number" } else { "json" };
            let extra = json!({"name": "extra", "id": format!("x{round}"), "type": kind});
            fields.as_array_mut().expect("a list").push(extra);
        }
        let body = json!({"fields": fields, "indexes": indexes});
        app.patch("/api/collections/things").root().json(&body).expect(200);
    }
}

#[test]
fn a_collection_may_come_and_go() {
    let app = world(&json!([]), &[]);
    let things = app.get("/api/collections/things").root().expect(200).text("/id");
    let field = json!([{"name": "of", "type": "relation", "collectionId": things}]);
    let mayflies = "/api/collections/mayfly/records";
    let thing = create(&app, THINGS, &json!({}));
    let over = AtomicBool::new(false);
    together(4, |number| {
        if number == 0 {
            for _ in 0..15 {
                define(&app, "mayfly", &field, &[]);
                app.delete("/api/collections/mayfly").root().expect(204);
            }
            over.store(true, Ordering::SeqCst);
        }
        let batch =
            json!({"requests": [{"method": "POST", "url": mayflies, "body": {"of": thing}}]});
        while !over.load(Ordering::SeqCst) {
            let statuses = [
                app.get(&format!("{mayflies}?expand=of&sort=of.id")).root().send().status,
                app.post(mayflies).root().json(&json!({"of": thing})).send().status,
                app.post("/api/batch").root().json(&batch).send().status,
                app.get(&format!("{THINGS}?expand=mayfly_via_of")).root().send().status,
                app.delete(&format!("{THINGS}/{}", create(&app, THINGS, &json!({}))))
                    .root()
                    .send()
                    .status,
            ];
            assert!(
                statuses.iter().all(|status| [200, 204, 400, 404].contains(status)),
                "{statuses:?}"
            );
        }
    });
}

#[test]
fn cascades_leave_no_orphans() {
    let app = world(&json!([]), &[]);
    let parents = app.get("/api/collections/things").root().expect(200).text("/id");
    let relation = json!([{"name": "of", "type": "relation", "collectionId": parents, "cascadeDelete": true, "required": true}]);
    define(&app, "parts", &relation, &[]);
    let parts = "/api/collections/parts/records";
    let things: Vec<String> = (0..12).map(|_| create(&app, THINGS, &json!({}))).collect();
    together(4, |number| {
        for (position, id) in things.iter().enumerate() {
            if number < 2 {
                app.post(parts).root().json(&json!({"of": id})).send();
            } else if position % 3 != 0 {
                let status = app.delete(&format!("{THINGS}/{id}")).root().send().status;
                assert!([204, 404].contains(&status), "{status}");
            }
        }
    });
    let orphans = app.get(parts).root().query("filter", "of.id = ''").expect(200);
    orphans.has("\"totalItems\":0");
    assert_eq!(ids(&app, THINGS).len(), 4);
}

/// As long as the stack of a thread would not have borne it.
#[test]
fn a_long_chain_is_deleted_whole() {
    let app = world(&json!([]), &[]);
    let id = app.get("/api/collections/things").root().expect(200).text("/id");
    let next =
        json!([{"name": "next", "type": "relation", "collectionId": id, "cascadeDelete": true}]);
    app.patch("/api/collections/things").root().json(&json!({"fields": next})).expect(200);
    app.patch("/api/settings")
        .root()
        .json(&json!({"batch": {"maxRequests": 4_000, "timeout": 60}}))
        .expect(200);
    let name = |number: usize| format!("{number:0>15}");
    let link = |number: usize| json!({"method": "POST", "url": THINGS, "body": {"id": name(number), "next": if number == 0 { String::new() } else { name(number - 1) }}});
    let chain: Vec<Value> = (0..3_000).map(link).collect();
    app.post("/api/batch").root().json(&json!({"requests": chain})).expect(200);
    app.delete(&format!("{THINGS}/{}", name(0))).root().expect(204);
    app.get(THINGS).root().expect(200).has("\"totalItems\":0");
}

#[test]
fn the_last_superuser_stays() {
    let app = TestApp::start();
    let superusers = "/api/collections/_superusers/records";
    for number in 0..3 {
        let body = json!({"email": format!("s{number}@example.com"), "password": "12345678", "passwordConfirm": "12345678"});
        create(&app, superusers, &body);
    }
    let each: Vec<(String, String)> = ids(&app, superusers)
        .into_iter()
        .map(|id| {
            let target = format!("/api/collections/_superusers/impersonate/{id}");
            let token = app.post(&target).root().expect(200).text("/token");
            (id, token)
        })
        .collect();
    let statuses = together(each.len(), |number| {
        let (id, token) = &each[number];
        app.delete(&format!("{superusers}/{id}")).bearer(token).send().status
    });
    let gone = statuses.iter().filter(|status| **status == 204).count();
    assert_eq!(gone, each.len() - 1, "{statuses:?}");
    let alive = each
        .iter()
        .filter(|(_, token)| app.get("/api/collections").bearer(token).send().status == 200);
    assert_eq!(alive.count(), 1);
}

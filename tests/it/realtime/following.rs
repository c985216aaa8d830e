//! A connection follows whom it speaks for.

use std::sync::atomic::Ordering::Relaxed;

use purlin_tests::{Stream, TestApp};
use serde_json::json;

use super::place::*;

/// What a change to somebody's account leaves of its connection.
fn hears(app: &TestApp, stream: &mut Stream, title: &str) -> bool {
    make(app, "posts", json!({"title": title}));
    let heard = briefly(app, stream, "title");
    assert!(heard.is_empty() || heard == [format!("posts/* create {title}")], "{heard:?}");
    !heard.is_empty()
}

#[test]
fn what_becomes_of_an_account_is_in_force_with_the_next_message() {
    let Some(app) = place() else { return };
    let rules = json!({"listRule": "@request.auth.name = 'ann'"});
    collection(&app, "posts", rules, json!([text("title")]));
    let (id, token) = user(&app, "ann");
    let mut stream = subscriber(&app, &token, &["posts/*"]);
    assert!(hears(&app, &mut stream, "at first"));
    set(&app, "users", &id, json!({"name": "someone else"}));
    assert!(!hears(&app, &mut stream, "renamed"));
    set(&app, "users", &id, json!({"name": "ann"}));
    assert!(hears(&app, &mut stream, "renamed again"));
    // Sign-outs everywhere end what the connection may hear, not the connection.
    let word = "another horse";
    set(&app, "users", &id, json!({"password": word, "passwordConfirm": word}));
    assert!(!hears(&app, &mut stream, "another password"));
    // It may sign in again.
    let form = json!({"identity": "ann@example.com", "password": word});
    let signed = app.post("/api/collections/users/auth-with-password").json(&form).expect(200);
    let token = signed.text("/token");
    stream.subscribe(&app, &token, &["posts/*", MARK]);
    assert!(hears(&app, &mut stream, "signed in"));
    remove(&app, "users", &id);
    assert!(!hears(&app, &mut stream, "gone"));
}

#[test]
fn a_new_secret_ends_every_trust() {
    let Some(app) = place() else { return };
    collection(
        &app,
        "posts",
        json!({"listRule": "@request.auth.id != ''"}),
        json!([text("title")]),
    );
    let (_, token) = user(&app, "ann");
    let mut stream = subscriber(&app, &token, &["posts/*"]);
    assert!(hears(&app, &mut stream, "at first"));
    change(&app, "users", json!({"listRule": ""}));
    assert!(hears(&app, &mut stream, "another rule"));
    change(&app, "users", json!({"authToken": {"secret": "x".repeat(40), "duration": 1000}}));
    assert!(!hears(&app, &mut stream, "another secret"));
}

#[test]
fn a_connection_speaks_for_one() {
    let Some(app) = place() else { return };
    let (_, ann) = user(&app, "ann");
    let (_, bob) = user(&app, "bob");
    let root = app.token.clone();
    let stream = Stream::open(&app, "");
    let table: &[(&str, u16)] =
        &[("", 204), (&ann, 204), (&ann, 204), (&bob, 403), (&root, 403), ("", 403), (&ann, 204)];
    for (token, status) in table {
        let asking = stream.subscribing(&app, &["posts/*"]);
        let asking = if token.is_empty() { asking } else { asking.bearer(token) };
        let answer = asking.expect(*status);
        if *status == 403 {
            answer.has("The current and the previous request authorization don't match.");
        }
    }
}

#[test]
fn what_was_committed_before_is_not_told() {
    let Some(app) = place() else { return };
    collection(&app, "posts", json!({"listRule": ""}), json!([text("title")]));
    // Somebody else listens all the time: the log is followed, and a little behind.
    let mut other = subscriber(&app, "", &["posts/*"]);
    for round in 0..20 {
        make(&app, "posts", json!({"title": format!("before {round}")}));
        let mut stream = subscriber(&app, "", &["posts/*"]);
        make(&app, "posts", json!({"title": "after"}));
        assert_eq!(briefly(&app, &mut stream, "title"), ["posts/* create after"], "{round}");
    }
    let heard = briefly(&app, &mut other, "title");
    assert_eq!(heard.iter().filter(|it| it.starts_with("posts/*")).count(), 40, "{heard:?}");
}

#[test]
fn what_is_gone_by_then_is_told_as_it_was_at_last() {
    let Some(app) = place() else { return };
    let rules = json!({"listRule": "title != 'secret'"});
    collection(&app, "posts", rules, json!([text("title"), text("more")]));
    let mut stream = subscriber(&app, "", &["posts/*"]);
    let told =
        |title: &str| ["create", "update", "delete"].map(|it| format!("posts/* {it} {title}"));
    for round in 0..20 {
        for title in ["last", "secret"] {
            let id = make(&app, "posts", json!({"title": title}));
            set(&app, "posts", &id, json!({"more": "x"}));
            remove(&app, "posts", &id);
        }
        assert_eq!(briefly(&app, &mut stream, "title"), told("last"), "{round}");
    }
}

#[test]
fn a_subscription_that_stays_misses_nothing_while_others_come_and_go() {
    let Some(app) = place() else { return };
    collection(&app, "posts", json!({"listRule": ""}), json!([text("title")]));
    let count = 100;
    let mut stream = subscriber(&app, "", &["posts/*"]);
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (app, stream, is_over) = (&app, &stream, &is_over);
        scope.spawn(move || {
            for number in 0..count {
                make(app, "posts", json!({"title": number.to_string()}));
            }
            is_over.store(true, Relaxed);
        });
        for other in ["users/*", "users", "posts/none"].iter().cycle() {
            stream.subscribe(app, "", &[other, "posts/*", MARK]);
            if is_over.load(Relaxed) {
                break;
            }
        }
    });
    let told: Vec<_> = (0..count).map(|number| format!("posts/* create {number}")).collect();
    assert_eq!(briefly(&app, &mut stream, "title"), told);
}

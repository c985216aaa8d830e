//! The other database is away when a record goes, or the process dies.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::place::{
    Busy, World, collection, delete, make, pending, read, record, relation, start, until,
};

/// `orgs` in main; `bound` in the archive goes with one, `plain` loses it.
fn world() -> (World, String, String, String) {
    let app = start();
    let orgs = collection(&app, "main", "orgs", json!([]));
    collection(&app, "archive", "bound", json!([relation("org", &orgs, "x")]));
    collection(&app, "archive", "plain", json!([relation("org", &orgs, "")]));
    let org = record(&app, "orgs", json!({}));
    let bound = record(&app, "bound", json!({"org": org}));
    let plain = record(&app, "plain", json!({"org": org}));
    (app, org, bound, plain)
}

fn is_done(app: &World, bound: &str, plain: &str) -> bool {
    read(app, "bound", bound) == Value::Null && read(app, "plain", plain)["org"] == ""
}

#[test]
fn what_could_not_be_told_is_told_later() {
    let (app, org, bound, plain) = world();
    let busy = Busy::on(&app);
    let started = Instant::now();
    assert_eq!(delete(&app, "orgs", &org).status, 204);
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    assert_eq!(read(&app, "orgs", &org), Value::Null);
    assert_ne!(read(&app, "bound", &bound), Value::Null);
    assert_eq!(pending(&app), 1);
    // Nobody takes the place of the record until those who refer to it know.
    let refused = make(&app, "orgs", json!({"id": org})).expect(400);
    assert_eq!(refused.text("/data/id/code"), "validation_pk_parting");
    record(&app, "orgs", json!({}));
    drop(busy);
    until("the cascade", || is_done(&app, &bound, &plain));
    until("its row gone", || pending(&app) == 0);
    make(&app, "orgs", json!({"id": org})).expect(200);
}

#[test]
fn a_crash_between_the_commit_and_the_cascade_loses_nothing() {
    let (mut app, org, bound, plain) = world();
    let busy = Busy::on(&app);
    assert_eq!(delete(&app, "orgs", &org).status, 204);
    app.kill();
    drop(busy);
    assert_eq!(pending(&app), 1);
    app.restart();
    until("the cascade", || is_done(&app, &bound, &plain));
    until("its row gone", || pending(&app) == 0);
}

#[test]
fn those_who_find_the_database_away_do_not_wait_one_by_one() {
    let (app, org, ..) = world();
    let others = [(); 5].map(|()| record(&app, "orgs", json!({})));
    let busy = Busy::on(&app);
    assert_eq!(delete(&app, "orgs", &org).status, 204);
    app.waits_for("will be done later");
    let started = Instant::now();
    for other in &others {
        assert_eq!(delete(&app, "orgs", other).status, 204);
    }
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    drop(busy);
    until("all rows gone", || pending(&app) == 0);
}

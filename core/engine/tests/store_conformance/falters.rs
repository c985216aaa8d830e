//! A server that cannot serve is away, whatever it calls it. MongoDB's can be told to refuse.

use std::sync::Arc;

use mongodb::Client;
use mongodb::bson::{Bson, doc};
use purlin_core::store::StoreError;

use crate::backends::{Bench, on_stores};
use crate::kit::*;

on_stores! { mongo: what_a_server_says_that_cannot_serve }

/// Not yet a member, not the primary, starting, its keys or the majority not there yet, a cursor
/// from before it was started again, no room.
const AWAY: [i32; 9] = [94, 10107, 13436, 211, 134, 262, 43, 100, 14031];
/// A limit of ours, somebody's hand.
const LATE: [i32; 2] = [50, 11601];
/// A value, a type, a document too large.
const REFUSED: [i32; 3] = [2, 14, 10334];

async fn what_a_server_says_that_cannot_serve(bench: &Bench) {
    let store = bench.open().await;
    let items = Arc::new(collection("items", vec![field("t", text())]));
    seed(&*store, &[&items], vec![record(&items, "a", &[])]).await;
    let server = Client::with_uri_str(bench.url()).await.unwrap();
    let name = server.default_database().unwrap().name().to_owned();
    let refusing = async |mode: Bson, code: i32| {
        let data = doc! {
            "errorCode": code,
            "failCommands": ["find", "aggregate", "insert", "update"],
            "namespace": format!("{name}.items"),
        };
        let command = doc! { "configureFailPoint": "failCommand", "mode": mode, "data": data };
        server.database("admin").run_command(command).await.unwrap();
    };
    let read = everything(by_id(&items, "a"));
    for code in AWAY.into_iter().chain(LATE).chain(REFUSED) {
        refusing("alwaysOn".into(), code).await;
        let seen = store.select(&read).await.map(drop);
        let written = store.write(vec![create(record(&items, "b", &[]))]).await.map(drop);
        refusing("off".into(), code).await;
        for (what, outcome) in [("a read", seen), ("a write", written)] {
            let error = outcome.expect_err("the server refuses");
            let right = match code {
                code if AWAY.contains(&code) => matches!(error, StoreError::Unavailable(_)),
                code if LATE.contains(&code) => matches!(error, StoreError::Timeout),
                _ => matches!(error, StoreError::Refused(_)),
            };
            assert!(right, "{what} that is refused with {code} is {error:?}");
        }
    }
    assert_eq!(ids(&*store, &read).await, ["a"]);
    store.close().await;
}

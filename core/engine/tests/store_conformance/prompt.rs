//! Nothing waits for a timer of the network.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::backends::{Bench, on_stores};
use crate::kit::*;

on_stores! { statements_are_answered_at_once }

/// More than a connection keeps prepared: each one more puts an older one away.
const KEPT: u64 = 256;
const MORE: usize = 40;

/// What a delayed acknowledgement costs is 40 ms, each time.
async fn statements_are_answered_at_once(bench: &Bench) {
    let store = bench.open().await;
    let items = Arc::new(collection("items", vec![field("t", text())]));
    seed(&*store, &[&items], vec![record(&items, "a", &[])]).await;
    let mut times = Vec::new();
    for limit in 1..=KEPT + MORE as u64 {
        let mut select = everything(by_id(&items, "a"));
        select.limit = limit;
        let start = Instant::now();
        assert_eq!(ids(&*store, &select).await, ["a"]);
        times.push(start.elapsed());
    }
    let putting_away = &mut times[usize::try_from(KEPT).unwrap()..];
    putting_away.sort();
    // The quickest quarter: the machine may be busy.
    assert!(putting_away[MORE / 4] < Duration::from_millis(30), "{putting_away:?}");
    store.close().await;
}

//! What goes on while a transaction is open, on stores with more than one writer.

use std::time::Duration;

use purlin_model::plan::{Condition, Write};
use purlin_model::query::Op;

use crate::backends::{Bench, on_stores};
use crate::kit::*;
use crate::transactions::{notes, stored};

on_stores! { postgres: an_open_transaction_holds_up_no_other_records }
on_stores! { mongo: an_open_transaction_holds_up_no_other_records }

async fn an_open_transaction_holds_up_no_other_records(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    let one = |id: &str, t: &str| create(record(&notes, id, &[("t", t.into())]));
    let there = ["n1", "n2"].map(|id| record(&notes, id, &[("t", id.into())]));
    seed(&*store, &[&notes], there.to_vec()).await;
    let open = store.begin().await.unwrap();
    let set = |id: &str, t: &str| Write::Update {
        collection: notes.clone(),
        id: id.to_owned(),
        set: vec![(1, t.into())],
        guards: Vec::new(),
    };
    open.write(vec![set("n1", "within")]).await.unwrap();
    let beside = async {
        store.write(vec![set("n2", "beside")]).await.unwrap();
        store.write(vec![one("n3", "x")]).await.unwrap();
        store.write(vec![set("n3", "y"), one("n4", "z")]).await.unwrap();
    };
    tokio::time::timeout(Duration::from_secs(20), beside).await.expect("nobody waits");
    open.commit().await.unwrap();
    let titled = |t: &str| {
        let rows = vec![base(&notes)];
        let test = compare(column(&rows, 0, "t"), Op::Equal, t);
        matching(&*store, Condition { rows, test })
    };
    assert_eq!(titled("within").await, "n1");
    assert_eq!(titled("beside").await, "n2");
    assert_eq!(stored(&*store, &notes).await, "n1 n2 n3 n4");
}

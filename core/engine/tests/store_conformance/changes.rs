//! The log of committed changes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use purlin_core::store::{Feed, Logged, Position, SchemaChange, Store, StoreError};
use purlin_model::plan::{Guard, Write};
use purlin_model::schema::FieldKind;
use purlin_model::{Action, Collection, Record};

use crate::backends::{Bench, on_stores};
use crate::kit::*;
use crate::transactions::notes;

on_stores! {
    committed_changes_are_told_in_order_and_no_others,
    a_transaction_is_told_when_it_commits,
    many_writers_are_told_completely_and_each_record_in_order,
    a_log_is_followed_from_any_position_and_says_when_it_is_gone,
    what_is_not_logged_is_not_told,
    what_records_never_show_is_not_told,
    each_change_of_a_transaction_is_a_place_to_go_on_from,
    a_feed_that_caught_up_has_told_what_was_committed_before,
    the_end_is_after_what_was_committed_and_before_what_comes,
    another_node_hears_of_it_whatever_the_collection_is_called,
    forgetting_keeps_the_newest,
}

/// Reads on until so many changes have come.
pub(crate) async fn read(feed: &mut dyn Feed, count: usize) -> Vec<Logged> {
    let (mut all, begun) = (Vec::new(), Instant::now());
    while all.len() < count {
        let some = feed.next().await.unwrap();
        if some.is_empty() {
            assert!(begun.elapsed() < Duration::from_secs(20), "only {all:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        all.extend(some);
    }
    all
}

/// Nothing more comes for a while.
pub(crate) async fn nothing(feed: &mut dyn Feed) {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(100) {
        assert_eq!(feed.next().await.unwrap(), []);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub(crate) fn told(changes: &[Logged]) -> String {
    let one = |it: &Logged| format!("{} {}/{}", it.action.text(), it.collection, it.record);
    changes.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn update(collection: &Arc<Collection>, id: &str, text: &str) -> Write {
    let field = collection.field_index("t").unwrap();
    let set = vec![(field, text.into())];
    Write::Update { collection: collection.clone(), id: id.into(), set, guards: vec![] }
}

fn delete(was: &Record) -> Write {
    Write::Delete {
        collection: was.collection.clone(),
        id: was.id().to_owned(),
        guards: vec![],
        was: Some(Arc::new(was.clone())),
    }
}

async fn committed_changes_are_told_in_order_and_no_others(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![]).await;
    let mut feed = store.follow(None).await.unwrap();
    let first = record(&notes, "n1", &[("t", "one".into())]);
    store.write(vec![create(first.clone())]).await.unwrap();
    store
        .write(vec![update(&notes, "n1", "two"), create(record(&notes, "n2", &[]))])
        .await
        .unwrap();
    // What fails leaves no trace: neither of its own nor of what came before it in the batch.
    let twice = vec![create(record(&notes, "n3", &[])), create(first.clone())];
    store.write(twice).await.unwrap_err();
    store.write(vec![update(&notes, "gone", "x")]).await.unwrap_err();
    store.write(vec![delete(&first)]).await.unwrap();
    let changes = read(&mut *feed, 4).await;
    let expected = "create notes/n1, update notes/n1, create notes/n2, delete notes/n1";
    assert_eq!(told(&changes), expected);
    let was = changes[3].was.as_deref().unwrap();
    assert_eq!(Record::from_kept(&notes, was), Some(first));
    assert!(changes[..3].iter().all(|change| change.was.is_none()));
    assert!(changes.is_sorted_by(|one, next| one.position < next.position));
    assert_eq!(feed.position(), changes[3].position);
    nothing(&mut *feed).await;
}

async fn a_feed_that_caught_up_has_told_what_was_committed_before(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![record(&notes, "n", &[])]).await;
    let mut feed = store.follow(None).await.unwrap();
    let from = feed.position();
    for n in 0..6 {
        let id = format!("n{n}");
        // A write that changes nothing, one that fails and one that is undone may be told or not.
        match n % 4 {
            0 => drop(store.write(vec![update(&notes, "n", "same")]).await.unwrap()),
            1 => drop(store.write(vec![update(&notes, "gone", "x")]).await.unwrap_err()),
            2 => {
                let open = store.begin().await.unwrap();
                open.write(vec![create(record(&notes, "undone", &[]))]).await.unwrap();
            }
            _ => {}
        }
        store.write(vec![create(record(&notes, &id, &[]))]).await.unwrap();
        let (wrote, mut changes) = (Instant::now(), Vec::new());
        while feed.caught_up() < Some(wrote) {
            assert!(wrote.elapsed() < Duration::from_secs(20), "after {changes:?}");
            changes.extend(feed.next().await.unwrap());
        }
        assert!(changes.iter().any(|it| it.record == id), "{n}: {changes:?}");
    }
    // Who goes on from before has not told it again yet.
    let again = store.follow(Some(from)).await.unwrap();
    assert_eq!(again.caught_up(), None);
}

async fn the_end_is_after_what_was_committed_and_before_what_comes(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![]).await;
    let mut feed = store.follow(None).await.unwrap();
    let (mut ends, mut changes) = (Vec::new(), Vec::new());
    for n in 0..8 {
        let id = format!("n{n}");
        store.write(vec![create(record(&notes, &id, &[]))]).await.unwrap();
        ends.push(store.end().await.unwrap());
        if n == 3 {
            changes.extend(read(&mut *feed, 4).await);
        }
    }
    changes.extend(read(&mut *feed, 4).await);
    for (n, (change, end)) in changes.iter().zip(&ends).enumerate() {
        assert!(change.position <= *end, "{n}: {change:?} {end}");
        assert!(
            changes.get(n + 1).is_none_or(|next| next.position > *end),
            "{n}: {changes:?} {end}"
        );
        // Who goes on from there hears what came later.
        let rest = read(&mut *store.follow(Some(*end)).await.unwrap(), 7 - n).await;
        assert_eq!(rest, changes[n + 1..], "{n}");
    }
    nothing(&mut *feed).await;
}

async fn a_transaction_is_told_when_it_commits(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![record(&notes, "n1", &[])]).await;
    let mut feed = store.follow(None).await.unwrap();
    let open = store.begin().await.unwrap();
    open.write(vec![create(record(&notes, "n2", &[]))]).await.unwrap();
    let twice = vec![create(record(&notes, "n3", &[])), create(record(&notes, "n2", &[]))];
    open.write(twice).await.unwrap_err();
    open.write(vec![update(&notes, "n1", "x"), delete(&record(&notes, "n2", &[]))]).await.unwrap();
    nothing(&mut *feed).await;
    open.commit().await.unwrap();
    let changes = read(&mut *feed, 3).await;
    assert_eq!(told(&changes), "create notes/n2, update notes/n1, delete notes/n2");

    let open = store.begin().await.unwrap();
    open.write(vec![create(record(&notes, "n4", &[]))]).await.unwrap();
    drop(open);
    store.write(vec![create(record(&notes, "n5", &[]))]).await.unwrap();
    assert_eq!(told(&read(&mut *feed, 1).await), "create notes/n5");
    nothing(&mut *feed).await;
}

async fn many_writers_are_told_completely_and_each_record_in_order(bench: &Bench) {
    const WRITERS: usize = 16;
    const EACH: usize = 12;
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![]).await;
    let mut feed = store.follow(None).await.unwrap();
    let mut tasks = Vec::new();
    for writer in 0..WRITERS {
        let (store, notes) = (store.clone(), notes.clone());
        tasks.push(tokio::spawn(async move { write(&*store, &notes, writer, EACH).await }));
    }
    let count: usize = WRITERS * EACH * 3;
    let changes = read(&mut *feed, count).await;
    for task in tasks {
        task.await.unwrap();
    }
    nothing(&mut *feed).await;
    assert!(changes.is_sorted_by(|one, next| one.position < next.position));
    let mut lives: HashMap<&str, String> = HashMap::new();
    for change in &changes {
        *lives.entry(&change.record).or_default() += &change.action.text()[..1];
    }
    assert_eq!(lives.len(), WRITERS * EACH);
    assert!(lives.values().all(|life| life == "cud"), "{lives:?}");
}

/// Records that come, change and go: alone, in batches, in transactions; some in vain.
async fn write(store: &dyn Store, notes: &Arc<Collection>, writer: usize, count: usize) {
    for n in 0..count {
        let new = record(notes, &format!("w{writer}n{n}"), &[]);
        let text = format!("{writer}-{n}");
        let change = update(notes, new.id(), &text);
        match n % 3 {
            0 => {
                for write in [create(new.clone()), change, delete(&new)] {
                    store.write(vec![write]).await.unwrap();
                }
            }
            1 => {
                let twice = vec![create(new.clone()), create(new.clone())];
                store.write(twice).await.unwrap_err();
                store.write(vec![create(new.clone()), change, delete(&new)]).await.unwrap();
            }
            _ => loop {
                let open = store.begin().await.unwrap();
                open.write(vec![create(new.clone())]).await.unwrap();
                let rest = open.write(vec![change.clone(), delete(&new)]).await;
                match rest {
                    Ok(_) if open.commit().await.is_ok() => break,
                    _ => tokio::task::yield_now().await,
                }
            },
        }
    }
}

async fn a_log_is_followed_from_any_position_and_says_when_it_is_gone(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![]).await;
    let start = store.follow(None).await.unwrap().position();
    for n in 0..6 {
        store.write(vec![create(record(&notes, &format!("n{n}"), &[]))]).await.unwrap();
    }
    let mut feed = store.follow(Some(start)).await.unwrap();
    let all = read(&mut *feed, 6).await;
    let mut feed = store.follow(Some(all[3].position)).await.unwrap();
    assert_eq!(read(&mut *feed, 2).await, all[4..]);
    let text = all[3].position.to_string();
    assert_eq!(text.parse::<Position>().unwrap(), all[3].position);
    let far = Position::at(all[5].position.at + (1 << 40));
    let gone = store.follow(Some(far)).await;
    assert!(matches!(gone, Err(StoreError::Gone)), "{gone:?}");
}

async fn what_is_not_logged_is_not_told(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    let mut quiet = collection("quiet", vec![field("t", text())]);
    quiet.change_log = false;
    let quiet = Arc::new(quiet);
    seed(&*store, &[&notes, &quiet], vec![]).await;
    let mut feed = store.follow(None).await.unwrap();
    let silent = record(&quiet, "q1", &[]);
    store.write(vec![create(silent.clone()), create(record(&notes, "n1", &[]))]).await.unwrap();
    store.write(vec![delete(&silent)]).await.unwrap();
    assert_eq!(told(&read(&mut *feed, 1).await), "create notes/n1");
    nothing(&mut *feed).await;
}

async fn what_records_never_show_is_not_told(bench: &Bench) {
    let store = bench.open().await;
    let password = FieldKind::Password { min: 0, max: 0, pattern: String::new(), cost: 0 };
    let users = collection("users", vec![field("t", text()), field("secret", password)]);
    let users = Arc::new(users);
    seed(&*store, &[&users], vec![record(&users, "u1", &[])]).await;
    let mut feed = store.follow(None).await.unwrap();
    let set = |names: &[&str]| Write::Update {
        collection: users.clone(),
        id: "u1".into(),
        set: names.iter().map(|name| (users.field_index(name).unwrap(), "x".into())).collect(),
        guards: vec![],
    };
    store.write(vec![set(&["secret"])]).await.unwrap();
    // Others hold the record that theirs rest on.
    let ids = vec!["u1".to_owned()];
    let guards = vec![Guard::Exist { collection: users.clone(), ids }];
    let record = record(&users, "u2", &[]);
    let held = Write::Create { record, left_out: vec![], guards };
    store.write(vec![held, set(&["secret", "t"])]).await.unwrap();
    // A change of the schema rewrites documents.
    let mut to = (*users).clone();
    to.fields.retain(|field| field.name != "t");
    to.fields.push(field("n", number()));
    let to = Arc::new(to);
    let changes = [SchemaChange::Alter { from: users.clone(), to: to.clone() }];
    store.migrate(&changes, Vec::new()).await.unwrap();
    store.write(vec![create(crate::kit::record(&to, "u3", &[]))]).await.unwrap();
    let expected = "create users/u2, update users/u1, create users/u3";
    assert_eq!(told(&read(&mut *feed, 3).await), expected);
    nothing(&mut *feed).await;
}

async fn each_change_of_a_transaction_is_a_place_to_go_on_from(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![record(&notes, "n0", &[])]).await;
    let mut feed = store.follow(None).await.unwrap();
    let new: Vec<_> = (1..5).map(|n| create(record(&notes, &format!("n{n}"), &[]))).collect();
    let mut batch = vec![delete(&record(&notes, "n0", &[]))];
    batch.extend(new);
    batch.push(delete(&record(&notes, "n1", &[])));
    store.write(batch).await.unwrap();
    let all = read(&mut *feed, 6).await;
    for (n, change) in all.iter().enumerate() {
        let mut feed = store.follow(Some(change.position)).await.unwrap();
        assert_eq!(feed.position(), change.position);
        assert_eq!(read(&mut *feed, 5 - n).await, all[n + 1..]);
        nothing(&mut *feed).await;
    }
}

async fn another_node_hears_of_it_whatever_the_collection_is_called(bench: &Bench) {
    let (store, other) = (bench.open().await, bench.open().await);
    let notes = Arc::new(collection("notes", vec![field("t", text())]));
    seed(&*store, &[&notes], vec![]).await;
    other.known(std::slice::from_ref(&notes));
    let mut feed = other.follow(None).await.unwrap();
    let start = feed.position();
    store.write(vec![create(record(&notes, "n1", &[]))]).await.unwrap();
    let renamed = Arc::new(Collection { name: "papers".into(), ..(*notes).clone() });
    let to = renamed.clone();
    store.migrate(&[SchemaChange::Alter { from: notes.clone(), to }], Vec::new()).await.unwrap();
    store
        .write(vec![update(&renamed, "n1", "x"), delete(&record(&renamed, "n1", &[]))])
        .await
        .unwrap();
    let expected = "create notes/n1, update notes/n1, delete notes/n1";
    assert_eq!(told(&read(&mut *feed, 3).await), expected);
    for told_late in [false, true] {
        if told_late {
            other.known(std::slice::from_ref(&renamed));
        }
        let mut feed = other.follow(Some(start)).await.unwrap();
        assert_eq!(told(&read(&mut *feed, 3).await), expected);
    }
}

async fn forgetting_keeps_the_newest(bench: &Bench) {
    let store = bench.open().await;
    if !bench.forgets() {
        return;
    }
    let notes = notes();
    seed(&*store, &[&notes], vec![]).await;
    let start = store.follow(None).await.unwrap().position();
    for n in 0..5 {
        store.write(vec![create(record(&notes, &format!("n{n}"), &[]))]).await.unwrap();
    }
    let all = read(&mut *store.follow(Some(start)).await.unwrap(), 5).await;
    assert_eq!(store.prune(Duration::from_secs(600)).await.unwrap(), 0);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let mut slow = store.follow(Some(all[0].position)).await.unwrap();
    assert_eq!(store.prune(Duration::ZERO).await.unwrap(), 4);
    let gone = store.follow(Some(all[1].position)).await;
    assert!(matches!(gone, Err(StoreError::Gone)), "{gone:?}");
    // Whoever was reading must not believe to have heard everything.
    let gone = slow.next().await;
    assert!(matches!(gone, Err(StoreError::Gone)), "{gone:?}");
    let mut feed = store.follow(Some(all[3].position)).await.unwrap();
    assert_eq!(read(&mut *feed, 1).await, all[4..]);
    store.write(vec![create(record(&notes, "later", &[]))]).await.unwrap();
    let later = read(&mut *feed, 1).await;
    assert_eq!((later[0].action, later[0].record.as_str()), (Action::Create, "later"));
    assert!(later[0].position > all[4].position);
}

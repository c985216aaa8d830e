//! How long connections last and how far clients may be behind, without waiting for either.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use super::queue::{MAX_BEHIND, MAX_BYTES, Message, Queue};
use super::{Connection, Realtime, Resume};
use crate::cache::Cache;
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::config::Address;
use crate::events::Bus;
use crate::passwords::Passwords;
use crate::records::Records;
use crate::store::{Datasources, Options, Position, open};

/// Realtime over an empty database, which nobody looks after.
async fn realtime(file: &std::path::Path) -> (Arc<Realtime>, Datasources) {
    let store = open(&Address::Sqlite(file.to_owned()), &Options::default()).await.unwrap();
    let (datasources, clock) = (Datasources::from(store), Clock::system());
    let catalog = Catalog::open(datasources.clone(), clock.clone(), None, |_| {}).await.unwrap();
    let catalog = Arc::new(catalog);
    let cache = Arc::new(Cache::new(datasources.clone(), clock.clone(), 0));
    let (bus, passwords) = (Arc::new(Bus::default()), Passwords::new(1));
    let records = Arc::new(Records::new(cache, catalog.clone(), bus, passwords));
    let realtime = Realtime::new("n", datasources.clone(), catalog, records, clock);
    (realtime, datasources)
}

/// Sends what waits at that time; whether the connection goes on.
fn send(connection: &Connection, now: Instant) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match connection.client.queue.poll(&mut context, now, |_| true) {
            Poll::Ready(Some(())) => {}
            Poll::Ready(None) => return false,
            Poll::Pending => return true,
        }
    }
}

fn message(length: usize, place: Option<(&Arc<str>, u64)>) -> Message {
    let place = place.map(|(source, at)| (source.clone(), Position::at(at)));
    Message { event: Some("a/*".into()), data: "x".repeat(length).into(), place }
}

#[tokio::test]
async fn connections_end_when_their_time_is_up() {
    let root = std::env::temp_dir().join(format!("purlin-realtime-{}", std::process::id()));
    std::fs::create_dir_all(&root).unwrap();
    let (realtime, datasources) = realtime(&root.join("data.db")).await;
    let often: Vec<u64> = (1..30).map(|minute| minute * 60).collect();
    // Seconds after its begin at which something is sent to a client, seconds after which it is
    // looked at, and whether it goes on.
    let table: &[(&[u64], u64, bool)] = &[
        (&[], 299, true),
        (&[], 300, false),
        (&[200], 499, true),
        (&[200], 500, false),
        (&[200, 400], 699, true),
        (&often, 1799, true),
        (&often, 1800, false),
    ];
    for (times, look, goes_on) in table {
        let connection = realtime.connect(None, &Resume::default()).await;
        let begun = connection.client.begun;
        assert!(send(&connection, begun));
        for at in times.iter().map(|at| begun + Duration::from_secs(*at)) {
            connection.client.queue.tell(message(1, None));
            assert!(send(&connection, at));
            realtime.sweep(at);
        }
        let at = begun + Duration::from_secs(*look);
        // What waits is no reason to stay, and is sent all the same.
        connection.client.queue.tell(message(1, None));
        realtime.sweep(at);
        let id = connection.id().clone();
        assert_eq!(realtime.rooms.lock().seats.contains_key(&id), *goes_on, "{times:?} {look}");
        let sent = connection.client.queue.counts().1;
        assert_eq!(send(&connection, at), *goes_on, "{times:?} {look}");
        assert_eq!(connection.client.queue.counts().1, sent + 1);
    }
    // A place alone is no message.
    let connection = realtime.connect(None, &Resume::default()).await;
    let begun = connection.client.begun;
    assert!(send(&connection, begun));
    let place = Some(("main".into(), Position::at(1)));
    connection.client.queue.tell(Message { event: None, data: "".into(), place });
    assert!(send(&connection, begun + Duration::from_secs(200)));
    realtime.sweep(begun + Duration::from_secs(300));
    assert!(!send(&connection, begun + Duration::from_secs(300)));
    datasources.close().await;
    std::fs::remove_dir_all(root).unwrap();
}

#[test]
fn a_client_may_be_so_far_behind_and_no_further() {
    // Batches as numbers of messages and their lengths, and whether the client is given up.
    let table: &[(&[(usize, usize)], bool)] = &[
        (&[(MAX_BEHIND, 1), (1, 1)], false),
        (&[(MAX_BEHIND, 1), (1, 1), (1, 1)], true),
        (&[(10 * MAX_BEHIND, 1)], false),
        (&[(1, MAX_BYTES), (1, 1)], false),
        (&[(1, MAX_BYTES), (1, 1), (1, 1)], true),
        (&[(1, 2 * MAX_BYTES)], false),
    ];
    for (batches, given_up) in table {
        let queue = Queue::new(Instant::now());
        for (batch, (count, length)) in (1..).zip(*batches) {
            let source: Arc<str> = "main".into();
            let batch = (0..*count).map(|_| message(*length, Some((&source, batch))));
            let first: Vec<bool> = batch.map(|message| queue.push(message)).collect();
            assert_eq!(first.iter().filter(|is_first| **is_first).count(), 1);
            queue.complete(&source);
        }
        assert_eq!(queue.is_closed(), *given_up, "{batches:?}");
        // Nothing is kept for who is given up.
        let all: usize = batches.iter().map(|(count, _)| count).sum();
        assert_eq!(queue.counts().0, if *given_up { 0 } else { all }, "{batches:?}");
    }
}

#[test]
fn who_was_given_what_it_missed_is_not_behind_for_that() {
    let queue = Queue::new(Instant::now());
    let source: Arc<str> = "main".into();
    let mut live = (100..).map(|at| {
        queue.push(message(MAX_BYTES / 2, Some((&source, at))));
        queue.complete(&source);
        queue.is_closed()
    });
    let mut live = || live.next().unwrap();
    queue.catch_up((1..5).map(|at| message(MAX_BYTES, Some((&source, at)))).collect());
    assert!(!queue.has_room());
    assert!(!live() && !live() && !live(), "it had no time to receive what it missed");
    // All that it missed is received, and some of what came since.
    let mut context = Context::from_waker(Waker::noop());
    let mut left = 5;
    let sent = queue.poll(&mut context, Instant::now(), |_| {
        left -= 1;
        left > 0
    });
    assert!(matches!(sent, Poll::Ready(Some(()))));
    assert!(queue.has_room());
    assert!(!live(), "two halves wait");
    assert!(live(), "and one more is too much");
}

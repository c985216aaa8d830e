//! What the engine asks of Redis, against servers of the test's own.

// A test that meets what it does not expect fails right there.
#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use purlin_core::config::RedisAddress;
use purlin_core::redis::{Away, Redis, Said};
use server::RedisServer;

#[allow(unreachable_pub, reason = "the kit of the tests through the front door has it, too")]
#[path = "../../../tests/kit/redis.rs"]
mod server;

const MINUTE: Duration = Duration::from_secs(60);
/// What a call may take when Redis does not answer: its deadline, and what a busy machine adds.
const SHORT: Duration = Duration::from_millis(100);
/// How long is waited for what comes at once, generously.
const SOON: Duration = Duration::from_secs(10);

async fn open(url: &str, installation: &str) -> Redis {
    let address = RedisAddress::parse(url).unwrap_or_else(|error| panic!("{url} {error}"));
    Redis::open(&address, installation).await
}

async fn comes_back(redis: &Redis) {
    let start = Instant::now();
    while redis.get("anything").await.is_err() {
        assert!(start.elapsed() < SOON, "Redis is not found again");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What it takes to be told that Redis is away.
async fn refusal(redis: &Redis) -> Duration {
    let start = Instant::now();
    assert_eq!(redis.get("anything").await, Err(Away));
    start.elapsed()
}

#[tokio::test]
async fn values_counters_and_locks_are_of_all_nodes_of_one_installation() {
    let server = RedisServer::start();
    let (one, two) = (open(&server.url(), "a").await, open(&server.url(), "a").await);
    let foreign = open(&server.url(), "b").await;

    assert_eq!(one.get("k").await, Ok(None));
    assert_eq!(one.set("k", b"\0v\xff", MINUTE).await, Ok(()));
    assert_eq!(two.get("k").await.unwrap().as_deref(), Some(b"\0v\xff".as_slice()));
    assert_eq!(foreign.get("k").await, Ok(None));
    assert_eq!((two.delete("k").await, one.delete("k").await), (Ok(true), Ok(false)));
    one.set("short", b"v", Duration::from_millis(1)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(one.get("short").await, Ok(None));

    for (redis, count) in [(&one, 1), (&two, 2), (&one, 3), (&foreign, 1)] {
        let counted = redis.count("c", MINUTE).await.unwrap();
        assert_eq!(counted.count, count);
        assert!(counted.left > Duration::from_secs(50) && counted.left <= MINUTE, "{counted:?}");
    }
    assert_eq!(one.count("brief", Duration::from_millis(5)).await.unwrap().count, 1);
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert_eq!(two.count("brief", MINUTE).await.unwrap().count, 1);

    let held = one.lock("l", MINUTE).await.unwrap().expect("it is free");
    assert!(two.lock("l", MINUTE).await.unwrap().is_none());
    assert!(foreign.lock("l", MINUTE).await.unwrap().is_some());
    assert_eq!(one.renew(&held, Duration::from_millis(10)).await, Ok(true));
    tokio::time::sleep(Duration::from_millis(40)).await;
    let taken = two.lock("l", MINUTE).await.unwrap().expect("it has ended");
    assert_eq!(one.renew(&held, MINUTE).await, Ok(false));
    assert_eq!(one.release(held).await, Ok(false));
    assert_eq!(two.release(taken).await, Ok(true));
}

#[tokio::test]
async fn what_is_published_is_heard() {
    let mut server = RedisServer::start();
    let (one, two) = (open(&server.url(), "a").await, open(&server.url(), "a").await);
    let foreign = open(&server.url(), "b").await;
    let mut ears = two.subscribe(&["x", "y"]);
    assert_eq!(ears.next().await, Said::Joined);
    foreign.publish("x", b"not for us").await.unwrap();
    for (channel, text) in [("x", "1"), ("z", "2"), ("y", "3"), ("x", "4")] {
        one.publish(channel, text.as_bytes()).await.unwrap();
    }
    for (channel, text) in [("x", "1"), ("y", "3"), ("x", "4")] {
        let message = Said::Message { channel: channel.to_owned(), payload: text.into() };
        assert_eq!(ears.next().await, message);
    }
    server.again();
    let joined = tokio::time::timeout(SOON, ears.next()).await;
    assert_eq!(joined, Ok(Said::Joined));
    comes_back(&one).await;
    one.publish("x", b"5").await.unwrap();
    let message = Said::Message { channel: "x".to_owned(), payload: "5".into() };
    assert_eq!(tokio::time::timeout(SOON, ears.next()).await, Ok(message));
}

#[tokio::test]
async fn whoever_asks_while_redis_is_away_hears_so_at_once() {
    let mut server = RedisServer::start();
    let redis = open(&server.url(), "a").await;
    redis.set("k", b"v", MINUTE).await.unwrap();

    server.freeze();
    let first = refusal(&redis).await;
    assert!(first < SHORT, "{first:?}");
    let mut next = Vec::new();
    for _ in 0..20 {
        next.push(refusal(&redis).await);
    }
    next.sort();
    // Three of four: the machine itself may stand still for a moment.
    assert!(next[14] < Duration::from_millis(10) && next[19] < SHORT, "{next:?}");
    assert!(!redis.state().connected);
    server.thaw();
    comes_back(&redis).await;
    assert_eq!(redis.get("k").await.unwrap().as_deref(), Some(b"v".as_slice()));
    assert!(redis.state().connected && redis.state().latency.is_some());

    server.kill();
    let first = refusal(&redis).await;
    assert!(first < SHORT, "{first:?}");
    server.again();
    comes_back(&redis).await;
    assert_eq!(redis.get("k").await, Ok(None), "it forgot");

    // Whoever sleeps on the server's side is as good as away, and the others wait as long.
    let slow = server.tell("CLIENT PAUSE 400");
    assert!(slow.starts_with("+OK"), "{slow}");
    let start = Instant::now();
    let both = tokio::join!(redis.get("k"), redis.count("c", MINUTE));
    assert_eq!(both, (Err(Away), Err(Away)));
    assert!(start.elapsed() < SHORT, "{:?}", start.elapsed());
    comes_back(&redis).await;
}

#[tokio::test]
async fn an_absent_redis_is_joined_when_it_comes() {
    let mut server = RedisServer::start();
    server.kill();
    let start = Instant::now();
    let redis = open(&server.url(), "a").await;
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert!(refusal(&redis).await < SHORT);
    server.again();
    comes_back(&redis).await;
}

#[tokio::test]
async fn users_passwords_and_databases_are_those_of_the_url() {
    let server = RedisServer::start_with(&[
        "--requirepass",
        "s3cret",
        "--user",
        "ann",
        "on",
        ">p%40ss",
        "~purlin:*",
        "&purlin:*",
        "+@all",
    ]);
    let place = format!("127.0.0.1:{}", server.port);
    for (account, works) in
        [(":s3cret@", true), ("ann:p%2540ss@", true), ("", false), (":no@", false)]
    {
        let redis = open(&format!("redis://{account}{place}"), "a").await;
        assert_eq!(redis.set("k", b"v", MINUTE).await.is_ok(), works, "{account}");
        assert!(!redis.state().address.contains("s3cret"));
    }
    let zero = open(&format!("redis://:s3cret@{place}"), "a").await;
    let seven = open(&format!("redis://:s3cret@{place}/7"), "a").await;
    assert_eq!(zero.get("k").await.unwrap().as_deref(), Some(b"v".as_slice()));
    assert_eq!(seven.get("k").await, Ok(None));
}

#[tokio::test]
async fn clusters_are_spoken_to_as_servers_are() {
    let server = RedisServer::start_with(&["--cluster-enabled", "yes"]);
    let slots = server.tell("CLUSTER ADDSLOTSRANGE 0 16383");
    assert!(slots.starts_with("+OK"), "{slots}");
    let start = Instant::now();
    while !server.tell("CLUSTER INFO").contains("cluster_state:ok") {
        assert!(start.elapsed() < SOON, "the cluster does not come up");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let url = format!("redis+cluster://127.0.0.1:{}", server.port);
    everything_works(&open(&url, "a").await).await;
}

#[tokio::test]
async fn sentinels_know_the_server() {
    let server = RedisServer::start();
    let sentinel = RedisServer::sentinel(&server);
    let url = format!("redis+sentinel://127.0.0.1:{}/main/3", sentinel.port);
    everything_works(&open(&url, "a").await).await;
    let unknown = format!("redis+sentinel://127.0.0.1:{}/other", sentinel.port);
    assert!(!open(&unknown, "a").await.state().connected);
}

async fn everything_works(redis: &Redis) {
    comes_back(redis).await;
    let mut ears = redis.subscribe(&["x"]);
    assert_eq!(tokio::time::timeout(SOON, ears.next()).await, Ok(Said::Joined));
    redis.publish("x", b"1").await.unwrap();
    let message = Said::Message { channel: "x".to_owned(), payload: "1".into() };
    assert_eq!(tokio::time::timeout(SOON, ears.next()).await, Ok(message));
    for number in 0..5 {
        let key = format!("k{number}");
        redis.set(&key, key.as_bytes(), MINUTE).await.unwrap();
        assert_eq!(redis.get(&key).await.unwrap().as_deref(), Some(key.as_bytes()));
        assert_eq!(redis.count(&format!("c{number}"), MINUTE).await.unwrap().count, 1);
    }
    let held = redis.lock("l", MINUTE).await.unwrap().expect("it is free");
    assert_eq!(redis.release(held).await, Ok(true));
}

//! Several servers on one database, joined by a Redis of the test's own.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use purlin_tests::{Certificate, Home, RedisServer, Stream, TestApp};
use serde_json::{Value, json};

/// How long something may take that is promised within a second or so; machines that run tests are
/// busy.
const SOON: Duration = Duration::from_secs(10);
/// Far less than what looking takes, half a second, and than what is believed of a token, a second.
const AT_ONCE: Duration = Duration::from_millis(300);

fn joined(redis: &RedisServer) -> Option<[TestApp; 2]> {
    let pair = TestApp::pair(&["--redis", &redis.url()])?;
    for app in &pair {
        comes_true("Redis is connected", || nodes(app)["redis"]["connected"] == true);
    }
    Some(pair)
}

fn comes_true(what: &str, is_so: impl Fn() -> bool) -> Duration {
    purlin_tests::comes_true(SOON, what, is_so)
}

fn nodes(app: &TestApp) -> Value {
    app.get("/api/nodes").root().expect(200).json()
}

/// How long until a setting of one server is in force on the other.
fn travels([one, two]: &[TestApp; 2], name: &str) -> Duration {
    let body = json!({"meta": {"appName": name}});
    one.patch("/api/settings").root().json(&body).expect(200);
    let is_there = || two.get("/api/settings").root().expect(200).text("/meta/appName") == name;
    comes_true("a setting of the other server", is_there)
}

/// How long until a token is refused by the second server that the first one revokes.
fn is_refused([one, two]: &[TestApp; 2], name: &str) -> Duration {
    let email = format!("{name}@example.com");
    let account = json!({"email": email, "password": "12345678", "passwordConfirm": "12345678"});
    let made = one.post("/api/collections/users/records").root().json(&account).expect(200);
    let own = format!("/api/collections/users/records/{}", made.text("/id"));
    let form = json!({"identity": email, "password": "12345678"});
    let signed = one.post("/api/collections/users/auth-with-password").json(&form).expect(200);
    let token = signed.text("/token");
    two.get(&own).bearer(&token).expect(200);
    let fresh = json!({"password": "87654321", "passwordConfirm": "87654321"});
    one.patch(&own).root().json(&fresh).expect(200);
    comes_true("the token is refused", || two.get(&own).bearer(&token).send().status == 404)
}

/// How long nine of ten requests take at the most: the machine itself may stand still for a moment.
fn nine_of_ten(app: &TestApp) -> Duration {
    let ask = |_| {
        let start = Instant::now();
        app.get("/api/collections/users/records").root().expect(200);
        start.elapsed()
    };
    let mut times: Vec<_> = (0..20).map(ask).collect();
    times.sort();
    times[17]
}

/// The one in the middle.
fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<_> = times.collect();
    times.sort();
    times[times.len() / 2]
}

#[test]
fn news_travel_at_once() {
    let redis = RedisServer::start();
    let Some(pair) = joined(&redis) else { return };
    // Looking would take a quarter of a second on average.
    let time = median((0..11).map(|round| travels(&pair, &format!("a{round}"))));
    assert!(time < Duration::from_millis(150), "{time:?}");
    let time = median((0..5).map(|round| is_refused(&pair, &format!("ann{round}"))));
    assert!(time < AT_ONCE, "a token was good for {time:?}");
}

#[test]
fn without_redis_the_same_is_found_by_looking() {
    let Some(pair) = TestApp::pair(&[]) else { return };
    travels(&pair, "a");
    is_refused(&pair, "ann");
    assert_eq!(nodes(&pair[0])["redis"], Value::Null);
    let warned = |app: &TestApp| app.said().matches("there is no Redis between them").count();
    for app in &pair {
        comes_true("a warning", || warned(app) == 1);
    }
}

#[test]
fn a_redis_that_is_frozen_killed_or_emptied_holds_nobody_up() {
    let mut redis = RedisServer::start();
    let Some(pair) = joined(&redis) else { return };
    let normal = nine_of_ten(&pair[0]);
    redis.freeze();
    let frozen = nine_of_ten(&pair[0]);
    assert!(frozen < normal + Duration::from_millis(100), "{frozen:?}, otherwise {normal:?}");
    travels(&pair, "frozen");
    is_refused(&pair, "frozen");
    pair[0].waits_for("is away");
    redis.thaw();
    pair[0].waits_for("is back");
    comes_true("news travel at once", || {
        travels(&pair, &format!("{:?}", Instant::now())) < AT_ONCE
    });
    redis.kill();
    let killed = nine_of_ten(&pair[0]);
    assert!(killed < normal + Duration::from_millis(100), "{killed:?}, otherwise {normal:?}");
    travels(&pair, "killed");
    redis.again();
    comes_true("Redis is there", || nodes(&pair[1])["redis"]["connected"] == true);
    let is_quick = |name: &str| is_refused(&pair, name) < AT_ONCE;
    assert!((0..5).any(|round| is_quick(&format!("again{round}"))));
}

#[test]
fn a_server_starts_without_the_redis_it_is_told_of() {
    let mut redis = RedisServer::start();
    redis.kill();
    let app = TestApp::start_with(&["--redis", &redis.url().replace("//", "//:s3cret@")]);
    app.waits_for("is away");
    assert!(!app.said().contains("s3cret"), "{}", app.said());
    assert_eq!(nodes(&app)["redis"]["connected"], false);
    assert!(!nodes(&app).to_string().contains("s3cret"));
    let time = nine_of_ten(&app);
    assert!(time < Duration::from_millis(500), "{time:?}");
}

fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    free.local_addr().expect("its number").port()
}

#[test]
fn a_redis_with_tls_is_spoken_to_when_its_certificate_is_trusted() {
    let certificate = Certificate::new();
    let port = free_port().to_string();
    let files = certificate.files().map(|file| file.display().to_string());
    let _redis = RedisServer::start_with(&[
        "--tls-port",
        &port,
        "--tls-auth-clients",
        "no",
        "--tls-cert-file",
        &files[0],
        "--tls-key-file",
        &files[1],
        "--tls-ca-cert-file",
        &files[2],
    ]);
    let url = format!("rediss://localhost:{port}");
    let trusting = Home::new().with_variable("SSL_CERT_FILE", certificate.authority());
    let app = TestApp::at(trusting, &["--redis", &url]);
    comes_true("Redis is connected", || nodes(&app)["redis"]["connected"] == true);
    let app = TestApp::start_with(&["--redis", &url]);
    app.waits_for("is away");
    assert!(app.said().contains("certificate"), "{}", app.said());
    assert_eq!(nodes(&app)["redis"]["connected"], false);
}

#[test]
fn nodes_are_listed_while_they_are_there() {
    let alone = TestApp::start();
    alone.get("/api/nodes").expect(401);
    let list = nodes(&alone);
    assert_eq!(list["nodes"].as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!((&list["nodes"][0]["here"], &list["redis"]), (&json!(true), &Value::Null));
    drop(alone);

    let redis = RedisServer::start();
    let Some([one, mut two]) = joined(&redis) else { return };
    let count = |app: &TestApp| nodes(app)["nodes"].as_array().map_or(0, Vec::len);
    for app in [&one, &two] {
        comes_true("both are there", || count(app) == 2);
    }
    let list = nodes(&one);
    let [here, other] = [&list["nodes"][0], &list["nodes"][1]];
    assert_eq!((&here["here"], &other["here"]), (&json!(true), &json!(false)), "{list}");
    assert_eq!(here["id"].as_str().map(str::len), Some(8));
    assert_eq!(other["address"], json!(format!("127.0.0.1:{}", two.port)));
    assert_eq!(other["version"], here["version"]);
    assert!(other["schema"].as_f64() > Some(0.0), "{list}");
    let state = &list["redis"];
    assert_eq!(state["url"], json!(redis.url()));
    assert!(state["latency"].as_f64().is_some_and(|latency| latency < 50.0), "{list}");
    two.terminate();
    assert!(two.ended().success());
    assert_eq!(count(&one), 1, "who stops says so");
}

#[test]
fn a_subscription_finds_the_node_of_its_client() {
    let redis = RedisServer::start();
    let Some([one, two]) = joined(&redis) else { return };
    let mut stream = Stream::open(&one, "");
    let submit = |app: &TestApp| stream.subscribing(app, &["users/*"]).bearer(&app.token).send();
    // The other node listens to what it is handed when it has joined Redis.
    comes_true("the subscription", || submit(&two).status == 204);
    let form =
        json!({"email": "ann@example.com", "password": "12345678", "passwordConfirm": "12345678"});
    two.post("/api/collections/users/records").root().json(&form).expect(200);
    let frame = stream.next().expect("an event");
    assert_eq!(frame.brief("email"), "users/* create ann@example.com");

    // What the node says goes back: a client that has an account cannot become a guest.
    stream.subscribing(&one, &[]).expect(403);
    stream.subscribing(&two, &[]).expect(403);
    // Ids of nobody, and of nodes that are not there.
    let unknown = |id: &str| two.post("/api/realtime").json(&json!({"clientId": id}));
    let start = Instant::now();
    unknown(&"a".repeat(40)).expect(404);
    unknown("x").expect(404);
    let stranger = format!("{}{}", &stream.id[..8], "b".repeat(32));
    unknown(&stranger).expect(404);
    assert!(start.elapsed() < SOON / 2, "{:?}", start.elapsed());

    // Who can only write to Redis cannot subscribe as somebody.
    let forged = forged(&stream.id);
    let keys = redis.tell("PUBSUB CHANNELS *node:*");
    let channel = keys.split("\r\n").find(|line| line.ends_with(&stream.id[..8]));
    let told = redis.tell(&format!("PUBLISH {} {forged}", channel.expect("its channel")));
    assert!(told.starts_with(":1"), "{told}");
    one.waits_for("none of its nodes wrote");
}

/// What a node would write, with a signature that is none.
fn forged(client: &str) -> String {
    let letter = json!({"id": "a", "from": "b", "to": &client[..8], "at": 0,
        "content": {"submit": {"client": client, "subscriptions": [], "caller": null, "ip": null}}});
    format!("'{}{letter}'", "0".repeat(32))
}

//! What goes over the wire, and what is refused.

use purlin_tests::{Stream, percent};
use serde_json::{Value, json};

use super::place::*;

#[test]
fn frames_are_what_clients_expect_to_the_letter() {
    let Some(app) = place() else { return };
    let id =
        collection(&app, "posts", json!({"listRule": "", "viewRule": ""}), json!([text("title")]));
    let stream = &mut Stream::open(&app, "");
    let head = stream.head.to_lowercase();
    for line in [
        "http/1.1 200",
        "content-type: text/event-stream\r\n",
        "cache-control: no-store\r\n",
        "x-accel-buffering: no\r\n",
    ] {
        assert!(head.contains(line), "no {line} in {head}");
    }
    let client = stream.id.clone();
    assert!(client.len() == 40 && client.chars().all(|c| c.is_ascii_alphanumeric()), "{client}");
    let greeting = format!("id:{client}\nevent:PB_CONNECT\ndata:{{\"clientId\":\"{client}\"}}\n\n");
    assert_eq!(stream.greeting.raw, greeting);
    let query = percent(r#"{"query":{"fields":"title"}}"#);
    let narrow = format!("posts/*?options={query}");
    stream.subscribe(&app, "", &["posts/*", "posts/abcdefghijklmno", &id, &narrow]);
    make(&app, "posts", json!({"id": "abcdefghijklmno", "title": "Aé\n\"b\""}));
    let expected = |event: &str, record: &str, action: &str| {
        let data = format!("{{\"record\":{record},\"action\":\"{action}\"}}");
        format!("id:{client}\nevent:{event}\ndata:{data}\n\n")
    };
    let mut took = || {
        let mut frames: Vec<_> = (0..4).map(|_| stream.next().expect("a frame").raw).collect();
        frames.sort();
        frames
    };
    let mut all = |action: &str, title: &str| {
        let record = format!(
            "{{\"collectionId\":\"{id}\",\"collectionName\":\"posts\",\
             \"id\":\"abcdefghijklmno\",\"title\":{title}}}"
        );
        let narrow = expected(&narrow, &format!("{{\"title\":{title}}}"), action);
        let events = ["posts/*", "posts/abcdefghijklmno", &id];
        let mut frames: Vec<_> =
            events.iter().map(|event| expected(event, &record, action)).chain([narrow]).collect();
        frames.sort();
        assert_eq!(took(), frames, "{action}");
    };
    all("create", "\"Aé\\n\\\"b\\\"\"");
    set(&app, "posts", "abcdefghijklmno", json!({"title": "c"}));
    all("update", "\"c\"");
    remove(&app, "posts", "abcdefghijklmno");
    all("delete", "\"c\"");
}

#[test]
fn subscriptions_that_cannot_be_are_refused() {
    let Some(app) = place() else { return };
    collection(&app, "quiet", json!({"changeLog": false}), json!([]));
    let stream = Stream::open(&app, "");
    let client = &stream.id;
    let too_many = vec!["a"; 1001];
    let long = |length: usize| "a".repeat(length);
    let table: &[(Value, u16, &str)] = &[
        (
            json!({}),
            400,
            r#"{"clientId":{"code":"validation_required","message":"Cannot be blank."}}"#,
        ),
        (json!({"clientId": "x"}), 404, "Missing or invalid client id."),
        (json!({"clientId": long(256)}), 400, "The length must be between 1 and 255."),
        (json!({"clientId": 5}), 400, r#"{"data":{},"#),
        (json!({"clientId": client, "subscriptions": too_many}), 400, "no more than 1000."),
        (
            json!({"clientId": client, "subscriptions": [long(2501)]}),
            400,
            r#""subscriptions":{"0":{"code":"validation_length_too_long","#,
        ),
        (json!({"clientId": client, "subscriptions": [1]}), 400, r#"{"data":{},"#),
        (json!({"clientId": client, "subscriptions": ["quiet/*"]}), 400, "The collection `quiet`"),
        (json!({"clientId": client, "subscriptions": [long(2500)]}), 204, ""),
        (
            json!({"clientId": client, "subscriptions": ["nowhere/*", "@oauth2", "", "a/b/c?x"]}),
            204,
            "",
        ),
        (json!({"clientId": client, "subscriptions": []}), 204, ""),
        (json!({"clientId": client}), 204, ""),
    ];
    for (body, status, says) in table {
        app.post("/api/realtime").json(body).expect(*status).has(says);
    }
    app.post("/api/realtime").raw("application/json", "[1").expect(400);
    let form = format!("clientId={client}&subscriptions=a&subscriptions=b");
    app.post("/api/realtime").raw("application/x-www-form-urlencoded", form).expect(204);
    drop(stream);
}

#[test]
fn a_client_is_told_apart_by_where_it_is() {
    let Some(app) = place() else { return };
    let proxy = json!({"trustedProxy": {"headers": ["X-Forwarded-For"]}});
    app.patch("/api/settings").root().json(&proxy).expect(200);
    let stream = Stream::open_with(&app, "", &[("X-Forwarded-For", "10.0.0.1")]);
    for (ip, status) in [("10.0.0.2", 400), ("10.0.0.1", 204)] {
        let asking = stream.subscribing(&app, &["marks/*"]).header("X-Forwarded-For", ip);
        let answer = asking.expect(status);
        assert_eq!(answer.body.is_empty(), status == 204);
        if status == 400 {
            answer.has("Invalid realtime client.");
        }
    }
}

#[test]
fn the_set_of_subscriptions_is_replaced() {
    let Some(app) = place() else { return };
    collection(&app, "posts", json!({"listRule": ""}), json!([text("title")]));
    let mut stream = subscriber(&app, "", &["posts/*"]);
    make(&app, "posts", json!({"title": "a"}));
    assert_eq!(briefly(&app, &mut stream, "title"), ["posts/* create a"]);
    stream.subscribe(&app, "", &[MARK]);
    make(&app, "posts", json!({"title": "b"}));
    assert!(briefly(&app, &mut stream, "title").is_empty());
    stream.subscribe(&app, "", &["posts", "posts", MARK]);
    make(&app, "posts", json!({"title": "c"}));
    assert_eq!(briefly(&app, &mut stream, "title"), ["posts create c"]);
}

#[test]
fn only_superusers_see_who_is_connected() {
    let Some(app) = place() else { return };
    let (_, token) = user(&app, "ann");
    let stream = subscriber(&app, &token, &["posts/*"]);
    app.get("/api/realtime/clients").expect(401);
    app.get("/api/realtime/clients").bearer(&token).expect(403);
    let overview = app.get("/api/realtime/clients").root().expect(200).json();
    let of = |client: &&Value| stream.id.starts_with(client["id"].as_str().unwrap_or("?"));
    let client = overview["clients"].as_array().and_then(|all| all.iter().find(of));
    let client = client.expect("the client");
    assert_ne!(client["id"], stream.id.as_str());
    assert_eq!(client["subscriptions"], json!(["posts/*", MARK]));
    assert_eq!(client["caller"]["collectionName"], "users");
    assert_eq!(client["ip"], "127.0.0.1");
}

#[test]
fn a_server_that_stops_does_not_wait_for_listeners() {
    let Some(mut app) = place() else { return };
    let mut streams: Vec<_> = (0..3).map(|_| subscriber(&app, "", &["users/*"])).collect();
    let begin = std::time::Instant::now();
    app.terminate();
    assert!(streams.iter_mut().all(|stream| stream.next().is_none()));
    assert!(app.ended().success());
    // Requests in flight would have been given eight seconds.
    assert!(begin.elapsed() < std::time::Duration::from_secs(6), "{:?}", begin.elapsed());
}

//! Collections to subscribe to, and subscribers.

use purlin_tests::{Frame, Stream, TestApp};
use serde_json::{Value, json};

/// The collection whose records say that everything before them has been delivered.
const MARKS: &str = "marks";

/// A server with a collection of marks. `None` where the database has no log of changes.
pub(super) fn place() -> Option<TestApp> {
    let app = TestApp::start();
    logs_changes(&app).then(|| {
        collection(&app, MARKS, json!({"listRule": ""}), json!([text("name")]));
        app
    })
}

/// Whether the main database of a server can be subscribed to.
pub(super) fn logs_changes(app: &TestApp) -> bool {
    let stream = Stream::open(app, "");
    let answer = stream.subscribing(app, &["users/*"]).send();
    assert!(answer.status == 204 || answer.status == 400, "{answer}");
    answer.status == 204
}

/// Makes a collection; of the rules only those given are not for superusers alone. Answers its id.
pub(super) fn collection(app: &TestApp, name: &str, rules: Value, fields: Value) -> String {
    let mut body = json!({"name": name, "fields": fields});
    for (key, value) in rules.as_object().expect("rules") {
        body[key] = value.clone();
    }
    app.post("/api/collections").root().json(&body).expect(200).text("/id")
}

/// Changes a collection.
pub(super) fn change(app: &TestApp, name: &str, body: Value) {
    app.patch(&format!("/api/collections/{name}")).root().json(&body).expect(200);
}

pub(super) fn text(name: &str) -> Value {
    json!({"name": name, "type": "text"})
}

pub(super) fn relation(name: &str, target: &str) -> Value {
    json!({"name": name, "type": "relation", "collectionId": target, "maxSelect": 1,
           "cascadeDelete": true})
}

/// Makes a record as the superuser; answers its id.
pub(super) fn make(app: &TestApp, name: &str, body: Value) -> String {
    app.post(&records(name)).root().json(&body).expect(200).text("/id")
}

/// Changes a record as the superuser.
pub(super) fn set(app: &TestApp, name: &str, id: &str, body: Value) {
    app.patch(&format!("{}/{id}", records(name))).root().json(&body).expect(200);
}

/// Deletes a record as the superuser.
pub(super) fn remove(app: &TestApp, name: &str, id: &str) {
    app.delete(&format!("{}/{id}", records(name))).root().expect(204);
}

pub(super) fn records(name: &str) -> String {
    format!("/api/collections/{name}/records")
}

/// Makes a user and signs it in; answers its id and token.
pub(super) fn user(app: &TestApp, name: &str) -> (String, String) {
    let (word, email) = ("correct horse", format!("{name}@example.com"));
    let body = json!({"email": email, "name": name, "password": word, "passwordConfirm": word});
    let id = make(app, "users", body);
    let form = json!({"identity": email, "password": word});
    let path = "/api/collections/users/auth-with-password";
    (id, app.post(path).json(&form).expect(200).text("/token"))
}

/// A subscriber, which hears of marks besides.
pub(super) fn subscriber(app: &TestApp, token: &str, topics: &[&str]) -> Stream {
    let stream = Stream::open(app, "");
    let all: Vec<&str> = topics.iter().copied().chain([MARK]).collect();
    stream.subscribe(app, token, &all);
    stream
}

/// The id of the collection `users`.
pub(super) const USERS: &str = "_pb_users_auth_";

/// The subscription to marks.
pub(super) const MARK: &str = "marks/*";

/// Makes a mark; everything each of them received before it.
pub(super) fn heard(app: &TestApp, streams: &mut [Stream]) -> Vec<Vec<Frame>> {
    let mark = make(app, MARKS, json!({}));
    streams.iter_mut().map(|stream| stream.until(&mark)).collect()
}

/// As [`heard`] of one of them, in brief: see [`Frame::brief`].
pub(super) fn briefly(app: &TestApp, stream: &mut Stream, member: &str) -> Vec<String> {
    let heard = heard(app, std::slice::from_mut(stream)).remove(0);
    heard.iter().map(|frame| frame.brief(member)).collect()
}

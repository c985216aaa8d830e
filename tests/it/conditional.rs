//! Conditional requests: tags of answers, and 304 for who has the answer already.

use purlin_tests::{Answer, Asking, TestApp};
use serde_json::json;

/// A server with a collection that everybody reads and one that each reads differently.
fn served() -> TestApp {
    let app = TestApp::start();
    let text = |name: &str| json!({"name": name, "type": "text"});
    for (name, rule) in [("notes", ""), ("mine", "owner = @request.auth.id")] {
        let body = json!({
            "name": name, "listRule": rule, "viewRule": rule, "createRule": "",
            "fields": [text("title"), text("owner")],
        });
        app.post("/api/collections").root().json(&body).expect(200);
        let record = json!({"id": "one000000000000", "title": "a", "owner": "nobody"});
        app.post(&format!("/api/collections/{name}/records")).json(&record).expect(200);
    }
    app
}

fn tag(answer: &Answer) -> String {
    let tag = answer.header("etag").unwrap_or_else(|| panic!("no tag: {answer}"));
    assert!(tag.starts_with("W/\"") && tag.ends_with('"') && tag.len() > 20, "{tag}");
    tag
}

const LIST: &str = "/api/collections/notes/records";
const VIEW: &str = "/api/collections/notes/records/one000000000000";

#[test]
fn who_has_the_answer_is_told_so() {
    let app = served();
    for target in [LIST, VIEW, &format!("{LIST}?fields=items.title"), &format!("{VIEW}?expand=x")] {
        for method in ["GET", "HEAD"] {
            let whole = app.ask(method, target).expect(200);
            let tag = tag(&whole);
            let strong = tag.trim_start_matches("W/");
            for (asked, expected) in [
                (tag.clone(), 304),
                (strong.to_owned(), 304),
                ("*".to_owned(), 304),
                (format!("\"x\", W/\"y\",{tag}"), 304),
                (tag.to_ascii_lowercase(), 200),
                ("\"x\"".to_owned(), 200),
                (strong.trim_matches('"').to_owned(), 200),
                (String::new(), 200),
            ] {
                let answer =
                    app.ask(method, target).header("If-None-Match", &asked).expect(expected);
                let has_body = expected == 200 && method == "GET";
                assert_eq!(!answer.body.is_empty(), has_body, "{method} {asked}: {answer}");
                for header in ["etag", "cache-control", "vary", "x-content-type-options"] {
                    assert_eq!(answer.header(header), whole.header(header), "{asked} {answer}");
                }
                let length = (expected == 200).then(|| whole.header("content-length")).flatten();
                assert_eq!(answer.header("content-length"), length, "{method} {asked}");
            }
            assert_eq!(whole.header("cache-control").as_deref(), Some("private, no-cache"));
        }
    }
}

#[test]
fn the_tag_changes_with_what_is_shown() {
    let app = served();
    let get = |target: &str| tag(&app.get(target).expect(200));
    let before = [get(LIST), get(VIEW)];
    assert_eq!(before, [get(LIST), get(VIEW)]);
    assert_ne!(before[1], get(&format!("{VIEW}?fields=title")));
    assert_ne!(before[0], get(&format!("{LIST}?skipTotal=1")));
    app.patch(VIEW).root().json(&json!({"title": "b"})).expect(200);
    for (target, before) in [LIST, VIEW].into_iter().zip(&before) {
        let answer = app.get(target).header("If-None-Match", before).expect(200);
        assert_ne!(&tag(&answer), before);
        answer.has("\"title\":\"b\"");
    }
    app.patch(VIEW).root().json(&json!({"title": "a"})).expect(200);
    assert_eq!(before, [get(LIST), get(VIEW)], "the same content has the same tag");
}

#[test]
fn a_tag_opens_nothing() {
    let app = served();
    let mine = "/api/collections/mine/records/one000000000000";
    let tag = tag(&app.get(mine).root().expect(200));
    app.get(mine).header("If-None-Match", &tag).expect(404).lacks("etag");
    app.get(mine).header("If-None-Match", "*").expect(404);
    app.get(mine).root().header("If-None-Match", &tag).expect(304);
    app.patch("/api/collections/mine").root().json(&json!({"viewRule": null})).expect(200);
    app.get(mine).header("If-None-Match", "*").expect(403);
    app.get(mine).root().header("If-None-Match", &tag).expect(304);
    app.get(&format!("{LIST}?filter=(")).header("If-None-Match", "*").expect(400);
}

/// Writes are no cause for conditions, and what is not read from a collection has no tag.
#[test]
fn only_reads_of_records_have_tags() {
    let app = served();
    let made = app.post(LIST).header("If-None-Match", "*").json(&json!({"title": "c"})).expect(200);
    let changed = app.patch(VIEW).root().header("If-None-Match", "*").json(&json!({})).expect(200);
    let deleted = app.delete(VIEW).root().header("If-None-Match", "*").expect(204);
    for answer in [made, changed, deleted, app.get("/api/health").expect(200), app.get(VIEW).send()]
    {
        assert_eq!((answer.header("etag"), answer.header("cache-control")), (None, None));
    }
}

fn from_a_page(asking: Asking<'_>) -> Asking<'_> {
    asking.header("Origin", "https://a.example")
}

#[test]
fn browsers_may_read_tags_and_send_them() {
    let app = served();
    let whole = from_a_page(app.get(VIEW)).expect(200);
    let again = from_a_page(app.get(VIEW)).header("If-None-Match", &tag(&whole)).expect(304);
    for answer in [&whole, &again] {
        let allowed = answer.header("access-control-allow-origin");
        assert_eq!(allowed.as_deref(), Some("*"));
        assert_eq!(answer.header("access-control-expose-headers").as_deref(), Some("ETag"));
    }
    assert_eq!(app.get(VIEW).expect(200).header("access-control-expose-headers"), None);
    let preflight = from_a_page(app.ask("OPTIONS", VIEW))
        .header("Access-Control-Request-Method", "GET")
        .header("Access-Control-Request-Headers", "if-none-match")
        .expect(204);
    let allowed = preflight.header("access-control-allow-headers");
    assert_eq!(allowed.as_deref(), Some("if-none-match"));
}

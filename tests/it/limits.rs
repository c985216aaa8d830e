//! Rate limits (http-api.md 5.13).

use std::time::{Duration, Instant};

use purlin_tests::{RedisServer, TestApp, comes_true};
use serde_json::{Value, json};

/// Longer than a test takes.
const LONG: u64 = 600;

fn limit(app: &TestApp, rules: &Value, excluded: &Value) {
    let limits = json!({"enabled": true, "rules": rules, "excludedIPs": excluded});
    app.patch("/api/settings").root().json(&json!({"rateLimits": limits})).expect(200);
}

fn rule(label: &str, audience: &str, max: u64) -> Value {
    json!({"label": label, "audience": audience, "duration": LONG, "maxRequests": max})
}

/// A signed-in account, and the collections `posts` and `notes` that everybody reads and writes.
fn furnish(app: &TestApp) -> String {
    for name in ["posts", "notes"] {
        let rules = json!({"name": name, "listRule": "", "viewRule": "", "createRule": ""});
        app.post("/api/collections").root().json(&rules).expect(200);
    }
    let form =
        json!({"email": "ann@example.com", "password": "12345678", "passwordConfirm": "12345678"});
    app.post("/api/collections/users/records").root().json(&form).expect(200);
    let form = json!({"identity": "ann@example.com", "password": "12345678"});
    app.post("/api/collections/users/auth-with-password").json(&form).expect(200).text("/token")
}

const POSTS: &str = "GET /api/collections/posts/records";
const NOTES: &str = "GET /api/collections/notes/records";
const CREATE: &str = "POST /api/collections/posts/records";
const HEALTH: &str = "GET /api/health";

#[test]
fn one_rule_counts_a_request() {
    let app = TestApp::start();
    let token = furnish(&app);
    let (guest, ann) = ("", token.as_str());
    // Rules, then requests with the number of those that pass in a row before one is refused.
    for (rules, requests) in [
        (vec![rule("posts:list", "", 2)], vec![(POSTS, guest, Some(2)), (NOTES, guest, None)]),
        // Each collection is counted apart, and each action.
        (
            vec![rule("*:list", "", 1)],
            vec![(POSTS, guest, Some(1)), (NOTES, guest, Some(1)), (CREATE, guest, None)],
        ),
        // The rule that says most, wherever it stands.
        (
            vec![rule("/api/", "", 1), rule("*:list", "", 2), rule("posts:list", "", 3)],
            vec![(POSTS, guest, Some(3)), (NOTES, guest, Some(2)), (HEALTH, guest, Some(1))],
        ),
        (
            vec![rule("/api/health", "", 1), rule("GET /api/health", "", 2)],
            vec![(HEALTH, guest, Some(2))],
        ),
        (
            vec![rule("/api/collections/", "", 1)],
            vec![(POSTS, guest, Some(1)), (CREATE, guest, Some(1)), (HEALTH, guest, None)],
        ),
        (vec![rule("POST /api/", "", 1)], vec![(POSTS, guest, None), (CREATE, guest, Some(1))]),
        // Whose requests.
        (vec![rule("*:list", "@guest", 1)], vec![(POSTS, guest, Some(1)), (POSTS, ann, None)]),
        (vec![rule("*:list", "@auth", 1)], vec![(POSTS, guest, None), (POSTS, ann, Some(1))]),
        (
            vec![rule("*:list", "@auth", 1), rule("*:list", "@guest", 2)],
            vec![(NOTES, guest, Some(2))],
        ),
        (vec![rule("posts:view", "", 1), rule("other", "", 1)], vec![(POSTS, guest, None)]),
    ] {
        limit(&app, &json!(rules), &json!([]));
        for (request, who, passes) in requests {
            let found = passed(&app, request, who);
            assert_eq!(found, passes, "{request} of {who:?} under {rules:?}");
        }
    }
    // Paths that nobody serves are counted, collections that are not there are not.
    limit(&app, &json!([rule("/api/", "", 2)]), &json!([]));
    let statuses = |target: &str| [0; 3].map(|_| app.get(target).send().status);
    assert_eq!(statuses("/api/nowhere"), [404, 404, 429]);
    assert_eq!(statuses("/api/collections/nothing/records"), [404, 404, 404]);
    assert_eq!(statuses("/api/batch"), [429, 429, 429]);
    // Superusers are not counted, nor who comes from an excluded address.
    limit(&app, &json!([rule("/api/", "", 1)]), &json!([]));
    for _ in 0..3 {
        app.get("/api/collections/posts/records").root().expect(200);
    }
    assert_eq!(passed(&app, POSTS, guest), Some(1));
    for (excluded, passes) in [("127.0.0.0/8", None), ("10.0.0.0/8", Some(1))] {
        limit(&app, &json!([rule("/api/", "", 1)]), &json!([excluded]));
        assert_eq!(passed(&app, POSTS, guest), passes, "{excluded}");
    }
}

/// How many requests pass before one is refused; `None` when five do.
fn passed(app: &TestApp, request: &str, token: &str) -> Option<usize> {
    let (method, target) = request.split_once(' ').expect("a method and a path");
    let refused = |_: &usize| {
        let asked = match method {
            "GET" => app.get(target),
            _ => app.post(target).json(&json!({})),
        };
        let answer = if token.is_empty() { asked } else { asked.bearer(token) }.send();
        if answer.status == 429 {
            answer.has(r#"{"data":{},"message":"Too Many Requests.","status":429}"#);
            return true;
        }
        assert_eq!(answer.status, 200, "{answer}");
        false
    };
    (0..5).find(refused)
}

#[test]
fn windows_end_and_new_settings_begin_anew() {
    let app = TestApp::start();
    furnish(&app);
    let short = json!([{"label": "*:list", "audience": "", "duration": 1, "maxRequests": 2}]);
    limit(&app, &short, &json!([]));
    assert_eq!(passed(&app, POSTS, ""), Some(2));
    let start = Instant::now();
    while app.get("/api/collections/posts/records").send().status == 429 {
        assert!(start.elapsed() < Duration::from_secs(5), "the window does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
    limit(&app, &json!([rule("*:list", "", 1)]), &json!([]));
    assert_eq!(passed(&app, POSTS, ""), Some(1));
    assert_eq!(passed(&app, POSTS, ""), Some(0));
    limit(&app, &json!([rule("*:list", "", 3)]), &json!([]));
    assert_eq!(passed(&app, POSTS, ""), Some(3));
    app.patch("/api/settings").root().json(&json!({"rateLimits": {"enabled": false}})).expect(200);
    assert_eq!(passed(&app, POSTS, ""), None);
}

#[test]
fn nodes_count_together_while_there_is_redis() {
    let redis = RedisServer::start();
    let Some([one, two]) = TestApp::pair(&["--redis", &redis.url()]) else { return };
    furnish(&one);
    limit(&one, &json!([rule("*:list", "", 3)]), &json!([]));
    comes_true(Duration::from_secs(10), "the settings arrive", || {
        let settings = two.get("/api/settings").root().expect(200);
        settings.text("/rateLimits/rules/0/label") == "*:list"
    });
    let list = |app: &TestApp| app.get("/api/collections/posts/records").send().status;
    let statuses = [list(&one), list(&two), list(&one), list(&two), list(&one)];
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
    // Alone, each counts for itself.
    redis.freeze();
    assert_eq!([passed(&one, NOTES, ""), passed(&two, NOTES, "")], [Some(3), Some(3)]);
}

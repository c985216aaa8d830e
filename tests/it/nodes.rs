//! Several servers on one database.

use std::time::Duration;

use purlin_tests::{Backend, Home, TestApp, together};
use serde_json::{Value, json};

/// How long a change may take to be served by the other server, generously: a machine that runs
/// tests is busy. The promise is a second.
const SOON: Duration = Duration::from_secs(5);

fn comes_true(what: &str, is_so: impl Fn() -> bool) -> Duration {
    purlin_tests::comes_true(SOON, what, is_so)
}

fn collection(app: &TestApp, name: &str) -> Value {
    app.get(&format!("/api/collections/{name}")).root().send().json()
}

#[test]
fn what_one_server_changes_the_other_serves() {
    let Some([one, two]) = TestApp::pair(&[]) else { return };
    let body =
        json!({"name": "notes", "listRule": "", "fields": [{"name": "title", "type": "text"}]});
    one.post("/api/collections").root().json(&body).expect(200);
    let notes = "/api/collections/notes/records";
    comes_true("a new collection", || two.get(notes).send().status == 200);
    one.post(notes).root().json(&json!({"title": "a"})).expect(200);
    two.get(notes).expect(200).has("\"totalItems\":1");
    two.patch("/api/collections/notes").root().json(&json!({"name": "letters"})).expect(200);
    let letters = "/api/collections/letters/records";
    comes_true("a new name", || one.get(letters).send().status == 200);
    one.get(notes).expect(404);
    one.patch("/api/settings").root().json(&json!({"meta": {"appName": "Ours"}})).expect(200);
    let named = || two.get("/api/settings").root().expect(200).text("/meta/appName") == "Ours";
    comes_true("a setting", named);
    two.delete("/api/collections/letters").root().expect(204);
    comes_true("a collection that is gone", || one.get(letters).send().status == 404);
}

#[test]
fn changes_at_the_same_time_are_all_made() {
    let Some([one, two]) = TestApp::pair(&[]) else { return };
    let apps = [&one, &two];
    apps[0].post("/api/collections").root().json(&json!({"name": "things"})).expect(200);
    let seen = || collection(apps[1], "things")["name"] == "things";
    comes_true("a new collection", seen);
    for round in 0..8 {
        let rule = format!("id != '{round}'");
        let made = together(2, |number| {
            let app = apps[number];
            let member = ["listRule", "viewRule"][number];
            let body = json!({ member: rule });
            app.patch("/api/collections/things").root().json(&body).expect(200);
            let twin = json!({"name": format!("twin{round}")});
            app.post("/api/collections").root().json(&twin).send().status
        });
        let won = made.iter().filter(|status| **status == 200).count();
        assert_eq!((won, made.contains(&400)), (1, true), "{made:?}");
        for app in apps {
            let both = || {
                let things = collection(app, "things");
                things["listRule"] == rule.as_str() && things["viewRule"] == rule.as_str()
            };
            comes_true("both rules", both);
        }
    }
}

#[test]
fn who_is_locked_out_by_one_server_is_locked_out_of_the_other() {
    let Some([one, two]) = TestApp::pair(&[]) else { return };
    let word = "correct horse";
    let body = json!({"email": "ann@example.com", "password": word, "passwordConfirm": word});
    let users = "/api/collections/users/records";
    let id = one.post(users).json(&body).expect(200).text("/id");
    let own = format!("{users}/{id}");
    let form = json!({"identity": "ann@example.com", "password": word});
    let sign_in = "/api/collections/users/auth-with-password";
    let token = one.post(sign_in).json(&form).expect(200).text("/token");
    two.get(&own).bearer(&token).expect(200);
    let word = "another horse";
    let body = json!({"password": word, "passwordConfirm": word});
    one.patch(&own).root().json(&body).expect(200);
    comes_true("an old token", || two.get(&own).bearer(&token).send().status == 404);
}

/// Whoever goes, another superuser has to be there: each server sees one, and has it removed by the
/// other meanwhile.
#[test]
fn two_servers_leave_one_superuser() {
    let Some([one, two]) = TestApp::pair(&[]) else { return };
    let superusers = "/api/collections/_superusers/records";
    let all = |token: &str| one.get(superusers).bearer(token).expect(200).json();
    let id = all(&one.token)["items"][0]["id"].as_str().expect("an id").to_owned();
    let mut left = (id, one.token.clone());
    for round in 0..16 {
        let email = format!("s{round}@example.com");
        let body = json!({"email": email, "password": "12345678", "passwordConfirm": "12345678"});
        let id = one.post(superusers).bearer(&left.1).json(&body).expect(200).text("/id");
        let target = format!("/api/collections/_superusers/impersonate/{id}");
        let token = one.post(&target).bearer(&left.1).expect(200).text("/token");
        let both = [left, (id, token)];
        let statuses = together(2, |number| {
            // Themselves, or each other.
            let (goes, asks) = (&both[number].0, &both[(number + round) % 2].1);
            let app = [&one, &two][number];
            app.delete(&format!("{superusers}/{goes}")).bearer(asks).send().status
        });
        // Who lost was the last by then, or was gone.
        let lost = |status: &u16| [400, 401, 403, 404].contains(status);
        let won = statuses.iter().position(|status| *status == 204).expect("one goes");
        assert!(lost(&statuses[1 - won]), "{statuses:?}");
        left = both[1 - won].clone();
        let page = all(&left.1);
        assert_eq!((&page["totalItems"], &page["items"][0]["id"]), (&json!(1), &json!(left.0)));
    }
}

#[test]
fn lines_of_one_server_hold_on_the_other() {
    let Some([one, two]) = TestApp::pair(&[]) else { return };
    let text = |name: &str| json!({"name": name, "type": "text"});
    let open = json!({
        "name": "posts", "listRule": "", "viewRule": "", "fields": [text("title"), text("secret")],
    });
    let posts = one.post("/api/collections").root().json(&open).expect(200).text("/id");
    let posts = format!("/api/collections/{posts}/records");
    one.post(&posts).root().json(&json!({"title": "a", "secret": "mango"})).expect(200);
    let shows = |app: &TestApp| {
        let answer = app.get(&posts).send();
        answer.status == 200 && answer.json()["items"][0]["secret"] == "mango"
    };
    comes_true("the post", || shows(&two));
    let mut longest = Duration::ZERO;
    for round in 0..4 {
        // What was changed here is in force here at once, and soon there.
        let [here, there] = if round % 2 == 0 { [&one, &two] } else { [&two, &one] };
        let deny = json!({
            "subject": "role:out", "object": "posts", "action": "read", "effect": "deny",
            "fields": ["secret"],
        });
        let lines = "/api/collections/_policies/records";
        let deny = here.post(lines).root().json(&deny).expect(200).text("/id");
        let everybody = json!({"subject": "*"});
        here.patch(&format!("{lines}/{deny}")).root().json(&everybody).expect(200);
        assert!(!shows(here), "round {round}");
        longest = longest.max(comes_true("a line", || !shows(there)));
        // A name that changes there leaves nothing open here, nor there.
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    assert!(!shows(here) && !shows(there), "while names change");
                }
            });
            for name in ["letters", "notes", "posts"] {
                let path = format!("/api/collections/{}", posts.split('/').nth(3).unwrap_or(""));
                there.patch(&path).root().json(&json!({"name": name})).expect(200);
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        there.delete(&format!("{lines}/{deny}")).root().expect(204);
        assert!(shows(there), "round {round}");
        longest = longest.max(comes_true("no line", || shows(here)));
    }
    println!("a line was in force on the other server within {longest:?}");
}

#[test]
fn servers_start_together_on_an_empty_database() {
    if Backend::chosen() == Backend::Sqlite {
        return;
    }
    let first = Home::new();
    let homes = [Home::with(first.database().lent()), Home::with(first.database().lent())];
    let apps = together(2, |number| {
        let home = Home::with(homes[number].database().lent());
        TestApp::without_superuser(home, &[]).port
    });
    assert!(apps.iter().all(|port| *port > 0), "{apps:?}");
    let app = TestApp::at(Home::with(first.database().lent()), &[]);
    app.get("/api/collections?perPage=100").root().expect(200).has("\"totalItems\":8");
}

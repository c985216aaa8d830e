//! With the cache or without, everybody is answered the same: random rules, callers, reads and writes.

use purlin_tests::{Backend, Chance, TestApp};
use serde_json::{Value, json};

use super::{asked, comes, text};

const NOTES: &str = "/api/collections/notes/records";
const GROUPS: &str = "/api/collections/groups/records";
const LINES: &str = "/api/collections/_policies/records";

const RULES: &[Option<&str>] = &[
    Some(""),
    None,
    Some("owner = @request.auth.id"),
    Some("@request.auth.id != ''"),
    Some("public = true"),
    Some("public = true || owner = @request.auth.id"),
    Some("group.open = true"),
    Some("@collection.groups.open ?= true && public = true"),
    Some("@request.auth.name = 'ann'"),
    Some("@request.query.key = 'open'"),
];

const READS: &[&str] = &[
    "",
    "?sort=-title,id",
    "?perPage=3&page=2&sort=id",
    "?skipTotal=1&sort=id",
    "?filter=n%3E2",
    "?filter=group.open=true&sort=-n,id",
    "?filter=secret~'a'",
    "?filter=owner!=''&sort=owner,id",
    "?fields=items.title,totalItems",
    "?key=open",
    "/n00000000000000",
    "/n00000000000001",
    "/n00000000000002",
    "/n00000000000003",
];

struct World {
    app: TestApp,
    /// Nobody, two users, the superuser.
    callers: Vec<String>,
    users: Vec<String>,
    lines: Vec<String>,
}

fn id(letter: char, number: usize) -> String {
    format!("{letter}{number:014}")
}

fn world() -> World {
    let app = TestApp::start();
    let groups =
        json!({"name": "groups", "fields": [text("name"), {"name": "open", "type": "bool"}]});
    let groups = app.post("/api/collections").root().json(&groups).expect(200).text("/id");
    let notes = json!({
        "name": "notes", "cache": {"ttl": 600}, "listRule": "", "viewRule": "",
        "fields": [
            text("title"), text("secret"), text("owner"), {"name": "n", "type": "number"},
            {"name": "public", "type": "bool"},
            {"name": "group", "type": "relation", "collectionId": groups, "maxSelect": 1},
        ],
    });
    app.post("/api/collections").root().json(&notes).expect(200);
    let (mut callers, mut users) = (vec![String::new()], Vec::new());
    for name in ["ann", "bob"] {
        let email = format!("{name}@example.com");
        let word = "correct horse";
        let body = json!({"name": name, "email": email, "password": word, "passwordConfirm": word});
        let user = app.post("/api/collections/users/records").root().json(&body).expect(200);
        users.push(user.text("/id"));
        let form = json!({"identity": email, "password": word});
        let signed = app.post("/api/collections/users/auth-with-password").json(&form).expect(200);
        callers.push(signed.text("/token"));
    }
    callers.push(app.token.clone());
    for number in 0..3 {
        let body = json!({"id": id('g', number), "name": "g", "open": number == 0});
        app.post(GROUPS).root().json(&body).expect(200);
    }
    comes(&app, "notes");
    World { app, callers, users, lines: Vec::new() }
}

impl World {
    /// One change, whichever; some are refused, which is as good.
    fn write(&mut self, chance: &mut Chance) {
        let app = &self.app;
        let note = format!("{NOTES}/{}", id('n', chance.below(8)));
        let group = format!("{GROUPS}/{}", id('g', chance.below(3)));
        match chance.below(20) {
            0..6 => {
                let mut body = self.values(chance);
                body["id"] = json!(note.rsplit('/').next());
                app.post(NOTES).root().json(&body).send();
            }
            6..12 => drop(app.patch(&note).root().json(&self.values(chance)).send()),
            12 => drop(app.delete(&note).root().send()),
            13 | 14 => {
                let body = json!({"open": chance.below(2) == 0});
                app.patch(&group).root().json(&body).send();
            }
            15 => {
                let name = *chance.of(&["ann", "eve"]);
                let own = format!("/api/collections/users/records/{}", chance.of(&self.users));
                app.patch(&own).root().json(&json!({"name": name})).expect(200);
            }
            16 | 17 => {
                let body = json!({"listRule": chance.of(RULES), "viewRule": chance.of(RULES)});
                app.patch("/api/collections/notes").root().json(&body).expect(200);
            }
            18 => {
                let subject = chance.of(&["*", "@auth", "@guest"]);
                let rule = chance.of(&["", "public = true", "owner = @request.auth.id"]);
                let fields = [&["secret"][..], &["secret", "n"], &[]][chance.below(3)];
                let effect = chance.of(&["deny", "deny", "allow"]);
                let line = json!({
                    "subject": subject, "object": "notes", "action": "read", "effect": effect,
                    "rule": rule, "fields": fields,
                });
                let made = app.post(LINES).root().json(&line).send();
                if made.status == 200 {
                    self.lines.push(made.text("/id"));
                }
            }
            _ => {
                if let Some(line) = self.lines.pop() {
                    app.delete(&format!("{LINES}/{line}")).root().expect(204);
                }
            }
        }
    }

    fn values(&self, chance: &mut Chance) -> Value {
        json!({
            "title": chance.of(&["a", "b", "c"]),
            "secret": chance.of(&["mango", "plum"]),
            "owner": chance.of(&self.users),
            "n": chance.below(5),
            "public": chance.below(2) == 0,
            "group": id('g', chance.below(3)),
        })
    }

    /// One read, with the cache and beside it: what is to be expanded is never kept.
    fn read(&self, chance: &mut Chance) {
        let (target, caller) = (chance.of(READS), chance.of(&self.callers));
        let ask = |more: &str| {
            let mut path = format!("{NOTES}{target}");
            if !more.is_empty() {
                path.push(if path.contains('?') { '&' } else { '?' });
                path.push_str(more);
            }
            let asking = self.app.get(&path);
            if caller.is_empty() { asking.send() } else { asking.bearer(caller).send() }
        };
        let (kept, read) = (ask(""), ask("expand=nothing"));
        let shown =
            |answer: &purlin_tests::Answer| String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!((kept.status, shown(&kept)), (read.status, shown(&read)), "{kept}\n{read}");
        assert_eq!(kept.header("etag"), read.header("etag"));
    }
}

#[test]
fn nobody_can_tell_whether_answers_are_kept() {
    let mut world = world();
    let mut chance = Chance::seeded(0xcafe_5eed);
    let rounds = if Backend::chosen() == Backend::Sqlite { 1200 } else { 400 };
    for _ in 0..rounds {
        if chance.below(5) == 0 {
            world.write(&mut chance);
        } else {
            world.read(&mut chance);
        }
    }
    let [hits, misses] = asked(&world.app, "notes");
    println!("{hits} hits, {misses} misses");
    assert!(hits > rounds / 20 && misses > rounds / 20, "{hits} hits, {misses} misses");
}

//! Requests that find out what a server can do on its database.

use std::time::{Duration, Instant};

use purlin_tests::{Answer, Backend, Home, TestApp, together};
use serde_json::{Value, json};

const COLLECTIONS: &str = "/api/collections";
const THINGS: &str = "/api/collections/things/records";
/// What a database without transactions says.
const ALONE: &str = "MongoDB keeps several writes together on a replica set only";

/// Finds out about one row of the table.
pub(super) struct Probe {
    /// The row's name.
    pub(super) row: &'static str,
    /// `Ok` when it works, else what the answer was.
    pub(super) run: fn(&World<'_>) -> Result<(), String>,
    /// With which status and sentences it is refused.
    refusal: (u16, &'static [&'static str]),
}

impl Probe {
    /// Whether it was refused as it should be.
    pub(super) fn refused(&self, said: &str) -> bool {
        let (status, sentences) = self.refusal;
        said.starts_with(&format!("{status}: ")) && sentences.iter().any(|it| said.contains(it))
    }
}

/// A server with a collection `things`, and `parts` that go with one.
pub(super) struct World<'a> {
    app: &'a TestApp,
    fields: Value,
}

#[rustfmt::skip] // one row, one line
pub(super) const PROBES: &[Probe] = &[
    Probe { row: "Atomic batches", run: batch, refusal: (403, &[ALONE]) },
    Probe { row: "Atomic cascades", run: cascade, refusal: (400, &[ALONE]) },
    Probe { row: "Collections are emptied at once", run: truncate, refusal: (400, &[ALONE]) },
    Probe { row: "Refused schema changes change nothing", run: refused_change, refusal: (0, &[]) },
    Probe { row: "Views in SQL", run: sql_view, refusal: (400, &["a view query is JSON"]) },
    Probe { row: "Views as pipelines", run: pipeline, refusal: (400, &["Invalid query - "]) },
    Probe { row: "Unique index with a condition", run: |it| it.unique("title", "n > 0", json!({"n": 1, "title": "a"}), json!({"n": 1, "title": "A"})), refusal: (0, &[]) },
    Probe { row: "Index conditions with `OR`, `NOT`, `IN`", run: |it| it.index("title", "n = 1 OR NOT (n IN (2, 3))"), refusal: (400, &["joined by AND"]) },
    Probe { row: "Index without regard to case", run: |it| it.unique("title COLLATE NOCASE", "n = 7", json!({"n": 7, "title": "Ab"}), json!({"n": 7, "title": "abc"})), refusal: (0, &[]) },
    Probe { row: "Index over `lower(field)`", run: |it| it.index("lower(title)", ""), refusal: (0, &[]) },
    Probe { row: "Index over other expressions", run: |it| it.index("length(title)", ""), refusal: (400, &["fields, or lower(field)", "fields and lower(field)", "over fields, lower(field)"]) },
    Probe { row: "Index over several fields with several values", run: |it| it.index("tags, marks", ""), refusal: (400, &["one field with several values"]) },
    Probe { row: "Index over texts of any length", run: |it| it.unique("body", "body > ''", json!({"body": noise(20_000)}), json!({"body": noise(20_001)})), refusal: (400, &["A value is too large"]) },
    Probe { row: "Request log", run: log, refusal: (0, &[]) },
    Probe { row: "`strftime` in filters", run: strftime, refusal: (0, &[]) },
    Probe { row: "Names of up to 100 characters", run: long_names, refusal: (0, &[]) },
    Probe { row: "Ids longer than 255 characters", run: long_ids, refusal: (400, &["A value is too long"]) },
    Probe { row: "Text with U+0000", run: nul, refusal: (400, &["The database cannot hold the character U+0000."]) },
    Probe { row: "Several Purlins on one database", run: shared, refusal: (1, &["another process is using"]) },
    Probe { row: "Read replicas through `replicas`", run: replicas, refusal: (1, &["database.replicas"]) },
];

/// `Ok` for an answer of that status.
fn when(answer: Answer, status: u16) -> Result<Answer, String> {
    let said = String::from_utf8_lossy(&answer.body).into_owned();
    if answer.status == status { Ok(answer) } else { Err(format!("{}: {said}", answer.status)) }
}

fn sure(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("wrong: {what}")) }
}

impl<'a> World<'a> {
    pub(super) fn on(app: &'a TestApp) -> World<'a> {
        let several = |name: &str| json!({"name": name, "type": "select", "values": ["a", "b"], "maxSelect": 2});
        let body = json!({"name": "things", "fields": [
            {"name": "title", "type": "text"}, {"name": "n", "type": "number"},
            {"name": "body", "type": "editor"}, several("tags"), several("marks"),
        ]});
        let things = app.post(COLLECTIONS).root().json(&body).expect(200).json();
        let of = json!({"name": "of", "type": "relation", "collectionId": things["id"], "cascadeDelete": true});
        let parts = json!({"name": "parts", "fields": [of]});
        app.post(COLLECTIONS).root().json(&parts).expect(200);
        World { app, fields: things["fields"].clone() }
    }

    fn make(&self, body: &Value) -> Answer {
        self.app.post(THINGS).root().json(body).send()
    }

    fn total(&self) -> String {
        self.app.get(THINGS).root().expect(200).text("/totalItems")
    }

    /// Gives `things` that index; takes it away again.
    fn index(&self, columns: &str, condition: &str) -> Result<(), String> {
        self.indexed("INDEX", columns, condition, || Ok(()))
    }

    fn indexed(
        &self,
        kind: &str,
        columns: &str,
        condition: &str,
        then: impl Fn() -> Result<(), String>,
    ) -> Result<(), String> {
        let end = if condition.is_empty() { String::new() } else { format!(" WHERE {condition}") };
        let text = format!("CREATE {kind} probe ON things ({columns}){end}");
        let set = |indexes: Value| {
            self.app.patch("/api/collections/things").root().json(&json!({"indexes": indexes}))
        };
        when(set(json!([text])).send(), 200)?;
        let done = then();
        set(json!([])).expect(200);
        done
    }

    /// A unique index under which `one` can be stored once, and `other` beside it.
    fn unique(
        &self,
        columns: &str,
        condition: &str,
        one: Value,
        other: Value,
    ) -> Result<(), String> {
        self.indexed("UNIQUE INDEX", columns, condition, || {
            when(self.make(&one), 200)?;
            let again = self.make(&one);
            again.has("validation_not_unique");
            when(again, 400)?;
            when(self.make(&other), 200).map(drop)
        })
    }
}

fn batch(world: &World<'_>) -> Result<(), String> {
    let before = world.total();
    let create = |body: Value| json!({"method": "POST", "url": THINGS, "body": body});
    let ask = |second: Value| {
        let body = json!({"requests": [create(json!({"title": "one"})), create(second)]});
        world.app.post("/api/batch").root().json(&body).send()
    };
    when(ask(json!({"title": "two"})), 200)?;
    when(ask(json!({"id": "!"})), 400)?;
    let after: u32 = before.parse().unwrap_or_default();
    sure(world.total() == (after + 2).to_string(), "half a batch is kept")
}

fn cascade(world: &World<'_>) -> Result<(), String> {
    let thing = world.make(&json!({"title": "whole"})).text("/id");
    let parts = "/api/collections/parts/records";
    let part = json!({"of": thing});
    let part = world.app.post(parts).root().json(&part).expect(200).text("/id");
    when(world.app.delete(&format!("{THINGS}/{thing}")).root().send(), 204)?;
    let gone = world.app.get(&format!("{parts}/{part}")).root().send();
    when(gone, 404).map(drop)
}

fn truncate(world: &World<'_>) -> Result<(), String> {
    let target = "/api/collections/parts/truncate";
    when(world.app.delete(target).root().send(), 204).map(drop)
}

fn refused_change(world: &World<'_>) -> Result<(), String> {
    for _ in 0..2 {
        when(world.make(&json!({"title": "same"})), 200)?;
    }
    let mut fields = world.fields.as_array().cloned().unwrap_or_default();
    fields.push(json!({"name": "extra", "type": "text"}));
    let index = "CREATE UNIQUE INDEX refused ON things (title) WHERE title = 'same'";
    let things = "/api/collections/things";
    let body = json!({"fields": fields, "indexes": [index]});
    let refused = world.app.patch(things).root().json(&body).send();
    when(refused, 400)?;
    world.app.get(things).root().expect(200).lacks("extra").lacks("refused");
    when(world.make(&json!({"title": "after"})), 200)?.lacks("extra");
    let body = json!({"fields": fields});
    world.app.patch(things).root().json(&body).expect(200);
    world.make(&json!({"extra": "there"})).has("there");
    Ok(())
}

fn view(world: &World<'_>, query: &str) -> Result<(), String> {
    let body = json!({"name": "seen", "type": "view", "viewQuery": query});
    when(world.app.post(COLLECTIONS).root().json(&body).send(), 200)?;
    let made = world.make(&json!({"title": "to be seen"})).text("/id");
    let seen = world.app.get(&format!("/api/collections/seen/records/{made}")).root().send();
    world.app.delete("/api/collections/seen").root().expect(204);
    when(seen, 200)?.has("to be seen");
    Ok(())
}

fn sql_view(world: &World<'_>) -> Result<(), String> {
    view(world, "SELECT id, title FROM things")
}

fn pipeline(world: &World<'_>) -> Result<(), String> {
    view(world, r#"{"from": "things", "pipeline": [{"$project": {"title": 1}}]}"#)
}

fn strftime(world: &World<'_>) -> Result<(), String> {
    let made = world.make(&json!({"title": "2024-02-29 10:00:00.000Z"})).text("/id");
    let filter = format!("id = '{made}' && strftime('%Y-%m-%d', title, '+1 year') = '2025-03-01'");
    let found = when(world.app.get(THINGS).root().query("filter", &filter).send(), 200)?;
    sure(found.text("/totalItems") == "1", "a year after 29 February")
}

fn long_names(world: &World<'_>) -> Result<(), String> {
    let [one, other] = ["a", "b"].map(|end| format!("{}{end}", "f".repeat(99)));
    let name = "c".repeat(100);
    let field = |name: &str| json!({"name": name, "type": "text"});
    let body = json!({"name": name, "fields": [field(&one), field(&other)]});
    when(world.app.post(COLLECTIONS).root().json(&body).send(), 200)?;
    let target = format!("/api/collections/{name}/records");
    let made = world.app.post(&target).root().json(&json!({&one: "1", &other: "2"})).send();
    let made = when(made, 200)?.json();
    sure(made[&one] == "1" && made[&other] == "2", "two long names are one")
}

fn long_ids(world: &World<'_>) -> Result<(), String> {
    let id = json!({"name": "id", "type": "text", "primaryKey": true, "system": true,
        "required": true, "min": 1, "max": 400, "pattern": "^[a-z]+$"});
    let body = json!({"name": "ids", "fields": [id]});
    world.app.post(COLLECTIONS).root().json(&body).expect(200);
    let made = |length: usize| {
        let body = json!({"id": "i".repeat(length)});
        world.app.post("/api/collections/ids/records").root().json(&body).send()
    };
    when(made(255), 200)?;
    when(made(256), 200).map(drop)
}

/// A text that nothing makes shorter.
fn noise(length: usize) -> String {
    let mut state = 1_u32;
    let mut next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'!' + (state >> 24) as u8 % 90)
    };
    (0..length).map(&mut next).collect()
}

/// Many lines that are written down at once.
fn log(world: &World<'_>) -> Result<(), String> {
    together(4, |_| (0..10).for_each(|_| drop(world.app.get("/api/missing").send())));
    // They are written every three seconds.
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let asked = world.app.get("/api/logs").root().query("filter", "message ~ '/api/missing'");
        let found = when(asked.send(), 200)?.text("/totalItems");
        if found == "40" || Instant::now() > end {
            return sure(found == "40", &format!("{found} of 40 lines"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn nul(world: &World<'_>) -> Result<(), String> {
    let made = when(world.make(&json!({"title": "a\0b"})), 200)?;
    sure(made.json()["title"] == "a\0b", "the text is another")
}

fn shared(world: &World<'_>) -> Result<(), String> {
    let home = &world.app.home;
    match &home.database().url {
        Some(_) => {
            let other = Home::with(home.database().lent());
            let mut beside = TestApp::without_superuser(other, &[]);
            beside.sign_in();
            when(beside.get(THINGS).root().send(), 200).map(drop)
        }
        None => {
            let ended = home.run(&["serve", "--http", "127.0.0.1:0"], "");
            Err(format!("{}: {}", u8::from(!ended.success), ended.err))
        }
    }
}

/// Whether a replica may be named (here: the database itself). That it is read from is not seen.
fn replicas(world: &World<'_>) -> Result<(), String> {
    let database = world.app.home.database();
    let backend = database.backend;
    let url = database.url.clone().unwrap_or_else(|| "sqlite:x.db".to_owned());
    let home =
        if backend == Backend::Sqlite { Home::on(backend) } else { Home::with(database.lent()) };
    let file = home.root().join("purlin.toml");
    let text = format!("[database]\nreplicas = [\"{url}\"]\n");
    std::fs::write(&file, text).expect("a configuration");
    let file = file.display().to_string();
    let ended = home.run(
        &["superuser", "upsert", "ann@example.com", "--stdin", "--config", &file],
        "correct horse",
    );
    if ended.success { Ok(()) } else { Err(format!("1: {}", ended.err)) }
}

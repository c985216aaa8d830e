//! Whatever is sent gets an answer of the contract: never a 500, a lost connection or a dead
//! server, and nobody else waits for it. The kit holds every answer to its shape.

mod bodies;
mod links;
mod mutations;
mod queries;
mod schemas;
mod slow;

use purlin_tests::{Asking, TestApp};
use serde_json::{Value, json};

/// Fields of every type that takes values.
const FIELDS: [(&str, &str); 10] = [
    ("text", "text"),
    ("rich", "editor"),
    ("number", "number"),
    ("flag", "bool"),
    ("mail", "email"),
    ("link", "url"),
    ("day", "date"),
    ("any", "json"),
    ("place", "geoPoint"),
    ("secret", "password"),
];

/// A server with the collection `things`, open to everybody, with a field of every type, one
/// record in it, and batches allowed.
fn world() -> TestApp {
    let app = TestApp::start();
    let mut fields: Vec<Value> =
        FIELDS.iter().map(|(name, kind)| json!({"name": name, "type": kind})).collect();
    fields.push(json!({"name": "pick", "type": "select", "values": ["a", "b"], "maxSelect": 2}));
    fields.push(json!({"name": "user", "type": "relation", "collectionId": "_pb_users_auth_"}));
    fields.push(json!({"name": "files", "type": "file", "maxSelect": 3}));
    let open = json!({
        "name": "things", "fields": fields,
        "listRule": "", "viewRule": "", "createRule": "", "updateRule": "", "deleteRule": "",
    });
    app.post("/api/collections").root().json(&open).expect(200);
    app.post("/api/collections/things/records").json(&json!({"id": "a23456789012345"})).expect(200);
    app.patch("/api/settings").root().json(&json!({"batch": {"enabled": true}})).expect(200);
    app
}

/// What was answered wrong, gathered so that one run tells all.
#[derive(Default)]
struct Verdict {
    asked: usize,
    wrong: Vec<String>,
}

impl Verdict {
    /// The status of the answer; 0 when it was wrong.
    fn on(&mut self, asking: Asking<'_>) -> u16 {
        self.asked += 1;
        match asking.attempt() {
            Ok(answer) => answer.status,
            Err(fault) => {
                self.wrong.push(fault);
                0
            }
        }
    }

    /// As [`Verdict::on`], where the status is known.
    fn expect(&mut self, status: u16, asking: Asking<'_>) {
        let what = asking.to_string();
        let got = self.on(asking);
        if got != status && got != 0 {
            self.wrong.push(format!("{what}: {got} instead of {status}"));
        }
    }

    fn reached(self, least: usize) {
        assert!(self.asked >= least, "only {} requests were made", self.asked);
        assert!(self.wrong.is_empty(), "{} wrong:\n{}", self.wrong.len(), self.wrong.join("\n"));
    }
}

/// Texts that mean something to some layer below.
fn odd_texts() -> Vec<String> {
    let plain = [
        "",
        " ",
        "'",
        "\"",
        "`",
        ";",
        "--",
        "/*",
        "%",
        "%%",
        "_",
        "\\",
        "?",
        "?1",
        ":a",
        "@x",
        "$1",
        "{{a}}",
        "{:a}",
        "${a}",
        "../../../../etc/passwd",
        "..%2f..%2f",
        "a/b",
        "a\\b",
        "C:\\con",
        "' OR 1=1 --",
        "\"; DROP TABLE users; --",
        "1) UNION SELECT password FROM _superusers --",
        "<script>alert(1)</script>",
        "\0",
        "a\0b",
        "\u{1}\u{2}\u{1b}[31m",
        "\r\nX-Injected: 1",
        "\u{202e}\u{2066}abc",
        "\u{feff}",
        "\u{fffd}\u{ffff}",
        "👩‍👩‍👧‍👦",
        "e\u{301}",
        "ÜBER",
        "NaN",
        "Infinity",
        "1e400",
        "-0",
        "0x10",
        "null",
        "true",
        "[",
        "[\"a\",\"b\"",
        "{\"a\":",
        "[object Object]",
        "9999-99-99 99:99:99.999Z",
        "18446744073709551616",
        "@request.auth.id",
        "@collection.users.id",
    ];
    let mut texts: Vec<String> = plain.into_iter().map(str::to_owned).collect();
    texts.push("x".repeat(3_000));
    texts.push("é".repeat(3_000));
    texts
}

/// Values of every JSON type, some of them hard to hold.
fn odd_values() -> Vec<Value> {
    let mut deep = json!([]);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    let numbers = [-0.0, 1.5, -1.0, 1e308, 5e-324, 9_007_199_254_740_993.0, 1.8e19, -1e300];
    let mut values: Vec<Value> = numbers.into_iter().map(|number| json!(number)).collect();
    values.extend([
        Value::Null,
        json!(true),
        json!(0),
        json!(u64::MAX),
        json!(i64::MIN),
        json!([]),
        json!({}),
        json!([null, 1, "a", [], {}]),
        json!({"a": {"b": [1]}, "id": "x", "lon": "x", "lat": []}),
        json!(vec!["a"; 2_000]),
        deep,
    ]);
    values.extend(["", "a", "\0", "'", "[\"a\"]", "{", "NaN"].map(Value::from));
    values
}

//! What was imported, as clients meet it.

use jsonwebtoken::{EncodingKey, Header};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::place::Home;
use purlin_tests::wire;

/// 2100-01-01, in seconds.
const LATER: i64 = 4_102_444_800;

fn ask(port: u16, method: &str, path: &str, token: &str, body: &Value) -> (u16, Value) {
    let headers = [
        ("Authorization".to_owned(), token.to_owned()),
        ("Content-Type".to_owned(), "application/json".to_owned()),
    ];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = wire::ask(port, method, path, &headers, body.as_bytes()).expect("an answer");
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
}

/// A token as stock PocketBase signs it: by the record's key and the collection's secret.
fn token(source: &Connection, collection: &str, email: &str) -> String {
    let text = |query: &str, of: &str| -> String {
        source.query_row(query, [of], |row| row.get(0)).expect(query)
    };
    let secret = text(
        "SELECT json_extract(options, '$.authToken.secret') FROM _collections WHERE name = ?1",
        collection,
    );
    let key = text(&format!("SELECT tokenKey FROM {collection} WHERE email = ?1"), email);
    let claims = json!({
        "collectionId": text("SELECT id FROM _collections WHERE name = ?1", collection),
        "id": text(&format!("SELECT id FROM {collection} WHERE email = ?1"), email),
        "exp": LATER,
        "refreshable": true,
        "type": "auth",
    });
    let key = EncodingKey::from_secret(format!("{key}{secret}").as_bytes());
    jsonwebtoken::encode(&Header::default(), &claims, &key).expect("a token")
}

#[test]
fn tokens_passwords_and_views_keep_working() {
    let home = Home::recorded("served");
    let source = home.source_database();
    // Users who signed in before the move.
    let tokens = [("_superusers", "root@example.com"), ("users", "bob@example.com")]
        .map(|(collection, email)| (collection, email, token(&source, collection, email)));
    home.import(&[]).expect("the import works");
    let server = home.serve();

    for (collection, email, token) in &tokens {
        let path = format!("/api/collections/{collection}/auth-refresh");
        let (status, answer) = ask(server.port, "POST", &path, token, &Value::Null);
        assert_eq!((status, &answer["record"]["email"]), (200, &json!(email)), "{answer}");
    }
    // The first sign-in meets the hash that came along, the second the one made of it.
    for _ in 0..2 {
        for (collection, email, password) in [
            ("_superusers", "root@example.com", "root-password"),
            ("users", "alice@example.com", "alice-password"),
            ("members", "mia@example.com", "mia-password"),
        ] {
            let path = format!("/api/collections/{collection}/auth-with-password");
            let form = json!({"identity": email, "password": password});
            let (status, answer) = ask(server.port, "POST", &path, "", &form);
            assert_eq!((status, &answer["record"]["email"]), (200, &json!(email)), "{answer}");
            let form = json!({"identity": email, "password": "another"});
            assert_eq!(ask(server.port, "POST", &path, "", &form).0, 400);
        }
    }
    let superuser = &tokens[0].2;
    let views = ["v_plain", "v_count", "v_cast", "v_join", "v_expr", "v_null"];
    for view in views {
        let path = format!("/api/collections/{view}/records");
        let (status, answer) = ask(server.port, "GET", &path, superuser, &Value::Null);
        assert_eq!(status, 200, "{view}: {answer}");
        let query = format!("SELECT count(*) FROM {view}");
        let count: i64 = source.query_row(&query, [], |row| row.get(0)).expect("a view");
        assert_eq!(answer["totalItems"], json!(count), "{view}");
    }
    let (_, settings) = ask(server.port, "GET", "/api/settings", superuser, &Value::Null);
    let stored: String = source
        .query_row("SELECT CAST(value AS TEXT) FROM _params WHERE id = 'settings'", [], |row| {
            row.get(0)
        })
        .expect("settings");
    let stored: Value = serde_json::from_str(&stored).expect("JSON");
    for part in ["meta", "batch", "logs", "rateLimits"] {
        assert_eq!(settings[part], stored[part], "{part}");
    }
}

#[test]
fn views_are_made_after_the_views_they_read() {
    let home = Home::recorded("views");
    // In the order of the source the reader comes first.
    home.change(
        "UPDATE _collections SET options = json_set(options, '$.viewQuery',
           'SELECT id, title FROM v_count') WHERE name = 'v_plain';
         DROP VIEW v_plain; CREATE VIEW v_plain AS SELECT * FROM (SELECT id, title FROM v_count);",
    );
    home.import(&[]).expect("the import works");
    let (source, target) = (home.source_database(), home.target_database());
    let count = |database: &Connection| -> i64 {
        database.query_row("SELECT count(*) FROM v_plain", [], |row| row.get(0)).expect("a view")
    };
    assert!(count(&source) > 0);
    assert_eq!(count(&target), count(&source));
}

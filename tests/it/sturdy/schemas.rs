//! Definitions and settings.

use purlin_tests::Backend;
use serde_json::{Value, json};

use super::{Verdict, odd_texts, odd_values, world};

const COLLECTIONS: &str = "/api/collections";

#[test]
fn odd_members_of_a_definition_are_refused_or_kept() {
    let app = world();
    let mut verdict = Verdict::default();
    let keys = [
        "id",
        "name",
        "type",
        "system",
        "listRule",
        "createRule",
        "fields",
        "indexes",
        "viewQuery",
        "created",
        "authRule",
        "manageRule",
        "oauth2",
        "passwordAuth",
        "mfa",
        "otp",
        "authToken",
    ];
    for kind in ["base", "auth", "view"] {
        for key in keys {
            for value in odd_values() {
                let mut body = json!({"name": format!("c{}", verdict.asked), "type": kind});
                body[key] = value;
                let asking = app.post(COLLECTIONS).root().json(&body);
                verdict.on(asking);
            }
        }
    }
    verdict.expect(200, app.get(COLLECTIONS).root().query("perPage", "1000"));
    verdict.reached(1_000);
}

#[test]
fn odd_texts_in_a_definition_are_refused_or_kept() {
    let app = world();
    let mut verdict = Verdict::default();
    for text in odd_texts() {
        let number = verdict.asked;
        let name = format!("c{number}");
        for body in [
            json!({"name": text}),
            json!({"name": name, "id": text}),
            json!({"name": name, "listRule": text}),
            json!({"name": name, "fields": [{"name": text, "type": "text"}]}),
            json!({"name": name, "fields": [{"name": "a", "type": text}]}),
            json!({"name": name, "fields": [{"name": "a", "type": "text", "pattern": text}]}),
            json!({"name": name, "fields": [{"name": "a", "type": "text", "autogeneratePattern": text}]}),
            json!({"name": name, "fields": [{"name": "a", "type": "relation", "collectionId": text}]}),
            json!({"name": name, "fields": [{"name": "a", "type": "select", "values": [text, "b"]}]}),
            json!({"name": name, "indexes": [text]}),
            json!({"name": name, "indexes": [format!("CREATE INDEX {text} ON x (id)")]}),
            json!({"name": name, "indexes": [format!("CREATE INDEX i{number} ON x ({text})")]}),
            json!({"name": name, "indexes": [format!("CREATE INDEX i{number} ON x (id) WHERE {text}")]}),
            json!({"name": name, "type": "view", "viewQuery": text}),
            json!({"name": name, "type": "view", "viewQuery": format!("SELECT id, {text} FROM users")}),
            json!({"name": name, "type": "view", "viewQuery": format!("SELECT id FROM users {text}")}),
        ] {
            verdict.on(app.post(COLLECTIONS).root().json(&body));
            if let Some(query) = body["viewQuery"].as_str() {
                let target = "/api/collections/meta/dry-run-view";
                verdict.on(app.post(target).root().json(&json!({"query": query})));
            }
            verdict.on(app.delete(&format!("{COLLECTIONS}/{name}")).root());
        }
    }
    // The tables are still those of the definitions.
    verdict.expect(200, app.get("/api/collections/users/records").root());
    verdict.reached(1_500);
}

#[test]
fn exploding_definitions_are_bounded() {
    let app = world();
    let mut verdict = Verdict::default();
    let text = |option: &str, value: &str| json!({"name": "boom", "fields": [{"name": "a", "type": "text", option: value}]});
    for body in [
        text("pattern", "((a{1000}){1000}){1000}"),
        text("pattern", &format!("{}a{}", "(".repeat(5_000), ")".repeat(5_000))),
        text("autogeneratePattern", "[a-z]{1000000}"),
        text("autogeneratePattern", "((a{1000}){1000}){1000}"),
        text("autogeneratePattern", r"[^\x00-\x{10FFFF}]{4000000000}"),
        json!({"name": "boom", "listRule": format!("{}id=''{}", "(".repeat(200_000), ")".repeat(200_000))}),
        json!({"name": "boom", "listRule": "//".repeat(100_000)}),
        json!({"name": "boom", "fields": [{"name": "a", "type": "password", "cost": 1_000_000}]}),
        json!({"name": "boom", "indexes": ["CREATE INDEX i ON x (id); DROP TABLE users"]}),
        json!({"name": "boom", "indexes": [format!("CREATE INDEX i ON x ({}id)", "id,".repeat(3_000))]}),
        json!({"name": "boom", "type": "view", "viewQuery": "SELECT id FROM users; DELETE FROM users"}),
        json!({"name": "boom", "type": "view", "viewQuery": "SELECT id FROM users) UNION SELECT id FROM (SELECT 'a' id"}),
        json!({"name": "boom", "type": "view", "viewQuery": "SELECT id FROM _collections"}),
        json!({"name": "boom", "type": "view", "viewQuery": "PRAGMA user_version"}),
        json!({"name": "boom", "type": "view", "viewQuery": "ATTACH DATABASE 'x' AS y"}),
        // The functions the filter language itself is carried out with.
        json!({"name": "json_each"}),
    ] {
        verdict.expect(400, app.post(COLLECTIONS).root().json(&body));
    }
    // Tables have so many columns; documents have any.
    let (many, of_documents) = (0..2_100, Backend::chosen() == Backend::Mongodb);
    let fields = many.map(|n| json!({"name": format!("f{n}"), "type": "text"}));
    let wide = json!({"name": "wide", "fields": fields.collect::<Vec<_>>()});
    let status = if of_documents { 200 } else { 400 };
    verdict.expect(status, app.post(COLLECTIONS).root().json(&wide));
    let target = "/api/collections/wide/records";
    let status = if of_documents { 200 } else { 404 };
    verdict.expect(status, app.post(target).root().json(&json!({"f2099": "last"})));
    verdict.expect(status, app.get(target).root().query("filter", "f2099 = 'last' && f0 = ''"));
    verdict.reached(19);
}

#[test]
fn values_an_index_cannot_take_are_refused() {
    let app = world();
    let defined = |name: &str, index: &str| {
        let body =
            json!({"name": name, "indexes": [index], "fields": [{"name": "a", "type": "text"}]});
        app.post(COLLECTIONS).root().json(&body).expect(200);
        let target = format!("/api/collections/{name}/records");
        app.post(&target).root().json(&json!({"a": "no json"})).expect(400);
    };
    defined("large", "CREATE INDEX i1 ON x (zeroblob(2000000000))");
    defined("broken", "CREATE INDEX i2 ON x (json_extract(a, '$.x'))");
}

#[test]
fn odd_settings_are_refused_or_kept() {
    let app = world();
    let mut verdict = Verdict::default();
    let settings: Value = app.get("/api/settings").root().expect(200).json();
    for (section, members) in settings.as_object().into_iter().flatten() {
        for value in odd_values() {
            // These would lock the superuser of this test out, as they should.
            if section != "superuserIPs" {
                verdict.on(app.patch("/api/settings").root().json(&json!({section: value})));
            }
            for key in members.as_object().into_iter().flat_map(|members| members.keys()) {
                let body = json!({section: {key: value}});
                verdict.on(app.patch("/api/settings").root().json(&body));
            }
        }
    }
    verdict.expect(200, app.get("/api/settings").root());
    verdict.reached(500);
}

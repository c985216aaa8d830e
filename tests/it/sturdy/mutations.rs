//! Valid requests with one random change each. The seed is fixed; `PURLIN_TEST_SEED` sets another.

use purlin_tests::Chance;
use serde_json::{Value, json};

use super::{Verdict, odd_texts, odd_values, world};

/// How many changes are tried.
const ROUNDS: usize = 1_000;

fn valid() -> Vec<(&'static str, &'static str, Value)> {
    let things = "/api/collections/things/records";
    vec![
        (
            "POST",
            things,
            json!({"text": "a", "number": 1, "pick": ["a"], "any": {"a": [1]}, "place": {"lon": 1, "lat": 2}}),
        ),
        (
            "PATCH",
            "/api/collections/things/records/a23456789012345",
            json!({"number+": 1, "pick-": "a", "day": "2026-01-01", "mail": "a@b.co"}),
        ),
        (
            "POST",
            "/api/collections/users/records",
            json!({"email": "a@example.com", "password": "12345678", "passwordConfirm": "12345678"}),
        ),
        (
            "POST",
            "/api/collections/users/auth-with-password",
            json!({"identity": "a@example.com", "password": "12345678"}),
        ),
        (
            "POST",
            "/api/batch",
            json!({"requests": [{"method": "POST", "url": things, "body": {"text": "b"}}, {"method": "DELETE", "url": "/api/collections/things/records/b"}]}),
        ),
        (
            "POST",
            "/api/collections",
            json!({"name": "made", "type": "auth", "listRule": "id != ''", "fields": [{"name": "a", "type": "select", "values": ["x"], "maxSelect": 1}, {"name": "r", "type": "relation", "collectionId": "_pb_users_auth_", "maxSelect": 2}], "indexes": ["CREATE UNIQUE INDEX im ON made (a, r)"], "authToken": {"duration": 100}, "mfa": {"enabled": false}}),
        ),
        (
            "POST",
            "/api/collections/meta/dry-run-save",
            json!({"name": "tried", "fields": [{"name": "n", "type": "number", "min": 1, "max": 2}]}),
        ),
        (
            "PATCH",
            "/api/collections/users",
            json!({"oauth2": {"enabled": false, "mappedFields": {"name": "name"}}, "passwordAuth": {"enabled": true, "identityFields": ["email"]}}),
        ),
        (
            "PUT",
            "/api/collections/import",
            json!({"collections": [{"name": "came", "type": "base", "fields": [{"name": "t", "type": "text"}]}], "deleteMissing": false}),
        ),
        (
            "PATCH",
            "/api/settings",
            json!({"meta": {"appName": "a"}, "logs": {"maxDays": 5}, "rateLimits": {"rules": [{"label": "*:list", "duration": 1, "maxRequests": 9}]}}),
        ),
    ]
}

#[test]
fn a_random_change_never_breaks_the_server() {
    let app = world();
    let mut chance = Chance::seeded(0x5eed_5eed_5eed_5eed);
    let mut odd = odd_values();
    odd.extend(odd_texts().into_iter().map(Value::from));
    let mut verdict = Verdict::default();
    let requests = valid();
    for _ in 0..ROUNDS {
        let (method, target, body) = &requests[chance.below(requests.len())];
        let mut body = body.clone();
        let count = 1 + chance.below(2);
        for _ in 0..count {
            change(&mut body, &odd, &mut chance);
        }
        let asking = app.ask(method, target);
        let asking = if chance.below(4) == 0 { asking } else { asking.root() };
        let text = body.to_string().into_bytes();
        let asking = match chance.below(8) {
            0 => asking.raw("application/json", cut(text, &mut chance)),
            _ => asking.raw("application/json", text),
        };
        verdict.on(asking);
    }
    app.get("/api/collections").root().expect(200);
    verdict.reached(ROUNDS);
}

/// Puts something odd in the place of a random part, or of a random key.
fn change(value: &mut Value, odd: &[Value], chance: &mut Chance) {
    let replace = chance.below(4) == 0;
    match value {
        Value::Object(members) if !members.is_empty() && !replace => {
            let nth = chance.below(members.len());
            let Some(key) = members.keys().nth(nth).cloned() else { return };
            if chance.below(6) == 0 {
                let value = members.remove(&key).unwrap_or_default();
                members.insert(odd[chance.below(odd.len())].to_string(), value);
            } else if let Some(value) = members.get_mut(&key) {
                change(value, odd, chance);
            }
        }
        Value::Array(items) if !items.is_empty() && !replace => {
            let nth = chance.below(items.len());
            change(&mut items[nth], odd, chance);
        }
        value => *value = odd[chance.below(odd.len())].clone(),
    }
}

/// A body that ends early, or has a random byte in it.
fn cut(mut body: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let at = chance.below(body.len());
    if chance.below(2) == 0 {
        body.truncate(at);
    } else if let Some(byte) = body.get_mut(at) {
        *byte = u8::try_from(chance.below(256)).unwrap_or(0);
    }
    body
}

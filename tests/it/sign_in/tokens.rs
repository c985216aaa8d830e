//! Refreshing, impersonating, and when tokens end.

use serde_json::{Value, json};

use super::{change, id_of, people, sign_in, token_of};

const REFRESH: &str = "/api/collections/people/auth-refresh";

/// What a token says, read without any key.
fn claims(token: &str) -> Value {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let payload = token.split('.').nth(1).expect("three parts");
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for letter in payload.bytes() {
        let value = ALPHABET.iter().position(|known| *known == letter).expect("base64url");
        bits = bits << 6 | u32::try_from(value).expect("six bits");
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).expect("a byte"));
        }
    }
    serde_json::from_slice(&bytes).expect("claims are JSON")
}

#[test]
fn only_the_records_of_a_collection_are_refreshed_there() {
    let app = people(&json!({}));
    let ann = token_of(&app, "ann");
    let none = "The request requires valid record authorization token.";
    let of_people = "The request requires auth record from people collection.";
    let of_superusers = "The request requires auth record from _superusers collection.";
    let missing = "Missing or invalid collection context.";
    for (collection, token, status, said) in [
        ("people", "", 401, none),
        ("people", "x.y.z", 401, none),
        ("_mfas", "", 401, none),
        ("nowhere", "", 404, missing),
        ("nowhere", &ann, 404, missing),
        ("users", &ann, 403, of_people),
        ("_mfas", &ann, 403, of_people),
        ("people", &app.token, 403, of_superusers),
        ("people", &ann, 200, "token"),
    ] {
        let target = format!("/api/collections/{collection}/auth-refresh");
        app.post(&target).bearer(token).expect(status).has(said);
    }
    for body in ["{bad", "[]"] {
        let _ = app.post(REFRESH).bearer(&ann).raw("application/json", body).expect(400);
    }
}

#[test]
fn a_new_sign_in_rule_ends_all_tokens() {
    let app = people(&json!({}));
    for (options, refreshed) in [
        (json!({"listRule": ""}), 200),
        (json!({"authRule": "name = 'ann'"}), 401),
        (json!({"authRule": "name = 'ann'"}), 200),
        (json!({"authRule": "", "authToken": {"secret": "s".repeat(50)}}), 401),
        (json!({"mfa": {"duration": 900}}), 200),
    ] {
        let ann = token_of(&app, "ann");
        change(&app, &options);
        let answer = app.post(REFRESH).bearer(&ann).send();
        assert_eq!(answer.status, refreshed, "{options}: {answer}");
    }
}

#[test]
fn becoming_verified_ends_the_tokens_of_who_had_links() {
    let app = people(&json!({}));
    let person = format!("/api/collections/people/records/{}", id_of("ann"));
    for (linked, refreshed) in [(false, 200), (true, 401)] {
        app.patch(&person).root().json(&json!({"verified": false})).expect(200);
        if linked {
            let collection = app.get("/api/collections/people").root().expect(200).text("/id");
            let link = json!({"collectionRef": collection, "recordRef": id_of("ann"), "provider": "google", "providerId": "g1"});
            app.post("/api/collections/_externalAuths/records").root().json(&link).expect(200);
        }
        let ann = token_of(&app, "ann");
        app.patch(&person).root().json(&json!({"verified": true})).expect(200);
        assert_eq!(app.post(REFRESH).bearer(&ann).send().status, refreshed, "linked: {linked}");
        let links = app.get("/api/collections/_externalAuths/records").root().expect(200);
        assert_eq!(links.text("/totalItems"), "0");
    }
}

#[test]
fn impersonation_lasts_as_long_as_asked() {
    let app = people(&json!({"authToken": {"duration": 7000}}));
    let target = format!("/api/collections/people/impersonate/{}", id_of("ann"));
    let now = || {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        i64::try_from(since.expect("a time").as_secs()).expect("seconds")
    };
    for (body, expected) in [
        (json!({}), Ok(7000)),
        (json!({"duration": 0}), Ok(7000)),
        (json!({"duration": null}), Ok(7000)),
        (json!({"Duration": 77}), Ok(77)),
        (json!({"duration": -1}), Err("validation_min_greater_equal_than_required")),
        (json!({"duration": 1.5}), Err("An error occurred while loading the submitted data.")),
        (json!({"duration": "5"}), Err("An error occurred while loading the submitted data.")),
    ] {
        let answer = app.post(&target).root().json(&body).send();
        match expected {
            Err(said) => drop(answer.has(said)),
            Ok(seconds) => {
                let claims = claims(&answer.text("/token"));
                let left = claims["exp"].as_i64().expect("exp") - now();
                assert!((seconds - 5..=seconds).contains(&left), "{body}: {left} s");
                assert_eq!(claims["refreshable"], false);
                assert_eq!(
                    (&claims["type"], &claims["id"]),
                    (&json!("auth"), &json!(id_of("ann")))
                );
            }
        }
    }
}

#[test]
fn an_impersonating_token_is_echoed() {
    let app = people(&json!({"mfa": {"enabled": true}, "otp": {"enabled": true}}));
    let target = format!("/api/collections/people/impersonate/{}", id_of("ann"));
    // A second factor is asked of people who sign in, not here.
    assert_eq!(sign_in(&app, "ann", &json!({})).status, 401);
    let token = app.post(&target).root().expect(200).text("/token");
    let echoed = app.post(REFRESH).bearer(&token).expect(200).text("/token");
    assert_eq!(echoed, token);
}

#[test]
fn only_superusers_impersonate() {
    let app = people(&json!({}));
    let ann = token_of(&app, "ann");
    for (collection, id, token, status) in [
        ("people", id_of("bob"), "", 401),
        ("people", id_of("bob"), &*ann, 403),
        ("people", "nobody".to_owned(), &app.token, 404),
        ("nowhere", "nobody".to_owned(), &app.token, 404),
        ("_mfas", "nobody".to_owned(), &app.token, 404),
        ("people", id_of("bob"), &app.token, 200),
    ] {
        let target = format!("/api/collections/{collection}/impersonate/{id}");
        let _ = app.post(&target).bearer(token).expect(status);
    }
}

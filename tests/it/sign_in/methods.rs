//! `auth-methods`: what a collection offers.

use purlin_tests::TestApp;
use serde_json::{Value, json};

use super::{change, people};

fn methods(app: &TestApp) -> Value {
    app.get("/api/collections/people/auth-methods").expect(200).json()
}

/// The URL of an offer with what is drawn anew replaced.
fn url(offer: &Value) -> String {
    let text = |key: &str| offer[key].as_str().unwrap_or_default().to_owned();
    assert_eq!(offer["authURL"], offer["authUrl"]);
    let url = text("authURL").replace(&text("state"), "STATE");
    match text("codeChallenge") {
        none if none.is_empty() => url,
        challenge => url.replace(&challenge, "CHALLENGE"),
    }
}

fn offer(app: &TestApp, provider: &Value) -> Value {
    change(app, &json!({"oauth2": {"enabled": true, "providers": [provider]}}));
    methods(app)["oauth2"]["providers"][0].clone()
}

fn configured(name: &str, more: &Value) -> Value {
    let mut provider = json!({"name": name, "clientId": "ID", "clientSecret": "S"});
    for (key, value) in more.as_object().into_iter().flatten() {
        provider[key] = value.clone();
    }
    provider
}

#[test]
fn methods_are_listed_as_configured() {
    let app = people(&json!({}));
    let off = json!({"enabled": false, "duration": 0});
    let mut expected = json!({
        "password": {"identityFields": ["email", "name"], "enabled": true},
        "oauth2": {"providers": [], "enabled": false},
        "mfa": off, "otp": off,
        "authProviders": [], "usernamePassword": false, "emailPassword": true,
    });
    assert_eq!(methods(&app), expected);
    change(&app, &json!({"mfa": {"enabled": true}, "otp": {"enabled": true, "duration": 44}}));
    expected["mfa"] = json!({"enabled": true, "duration": 600});
    expected["otp"] = json!({"enabled": true, "duration": 44});
    assert_eq!(methods(&app), expected);
    change(&app, &json!({"mfa": {"enabled": false}, "passwordAuth": {"enabled": false}}));
    expected["mfa"] = off;
    expected["password"] = json!({"identityFields": [], "enabled": false});
    expected["emailPassword"] = json!(false);
    assert_eq!(methods(&app), expected);
}

#[test]
fn services_are_offered_with_their_urls() {
    let app = people(&json!({}));
    let proof = "&code_challenge=CHALLENGE&code_challenge_method=S256";
    let end = "&state=STATE&redirect_uri=";
    for (name, more, expected) in [
        (
            "google",
            json!({}),
            format!(
                "https://accounts.google.com/o/oauth2/v2/auth?client_id=ID{proof}&response_type=code\
                 &scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fuserinfo.profile+\
                 https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fuserinfo.email{end}"
            ),
        ),
        (
            "apple",
            json!({}),
            format!(
                "https://appleid.apple.com/auth/authorize?client_id=ID{proof}\
                 &response_mode=form_post&response_type=code&scope=name+email{end}"
            ),
        ),
        (
            "vk",
            json!({}),
            format!(
                "https://oauth.vk.com/authorize?client_id=ID&response_type=code&scope=email{end}"
            ),
        ),
        (
            "vk",
            json!({"pkce": true}),
            format!(
                "https://oauth.vk.com/authorize?client_id=ID{proof}&response_type=code&scope=email{end}"
            ),
        ),
        (
            "trakt",
            json!({"clientId": "a b/&é~*"}),
            format!(
                "https://trakt.tv/oauth/authorize?client_id=a+b%2F%26%C3%A9~%2A{proof}\
                 &response_type=code{end}"
            ),
        ),
        (
            "oidc",
            json!({"authURL": "https://login.example.com/?tenant=1", "pkce": false}),
            format!(
                "https://login.example.com/?tenant=1&client_id=ID&response_type=code\
                 &scope=openid+email+profile{end}"
            ),
        ),
    ] {
        assert_eq!(url(&offer(&app, &configured(name, &more))), expected, "{name} {more}");
    }
}

#[test]
fn each_offer_is_drawn_anew() {
    let app = people(&json!({}));
    let first = offer(&app, &configured("github", &json!({"displayName": "The hub"})));
    let listed = methods(&app);
    let second = &listed["oauth2"]["providers"][0];
    let text = |offer: &Value, key: &str| offer[key].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        (text(&first, "name"), text(&first, "displayName")),
        ("github".into(), "The hub".into())
    );
    for (key, length) in [("state", 30), ("codeVerifier", 43), ("codeChallenge", 43)] {
        assert_eq!(text(&first, key).len(), length, "{key}");
        assert_ne!(first[key], second[key], "{key} is drawn anew");
    }
    assert_eq!(first["codeChallengeMethod"], "S256");
    assert!(text(&first, "logo").starts_with("<svg"));
    // What old clients read: the same offers, without the pictures.
    let mut old = second.clone();
    old["logo"] = json!("");
    assert_eq!(listed["authProviders"], json!([old]));

    let without = offer(&app, &configured("github", &json!({"pkce": false})));
    for key in ["codeVerifier", "codeChallenge", "codeChallengeMethod"] {
        assert_eq!(without[key], "", "{key}");
    }
}

#[test]
fn every_known_service_is_offered_in_the_order_configured() {
    let app = people(&json!({}));
    let known = app.get("/api/collections/meta/oauth2-providers").root().expect(200).json();
    let mut names: Vec<String> = known
        .as_array()
        .expect("a list")
        .iter()
        .map(|known| known["name"].as_str().unwrap_or_default().to_owned())
        .collect();
    names.reverse();
    let providers: Vec<Value> = names.iter().map(|name| configured(name, &json!({}))).collect();
    change(&app, &json!({"oauth2": {"enabled": true, "providers": providers}}));
    let offered = methods(&app);
    let offered = offered["oauth2"]["providers"].as_array().expect("a list");
    let offered: Vec<&str> = offered.iter().filter_map(|offer| offer["name"].as_str()).collect();
    assert_eq!(offered, names);
}

//! Signing in, out and as somebody else.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use purlin_sdk::{Client, Session};
use serde::Deserialize;
use serde_json::json;

use crate::server::{EMAIL, PASSWORD, TestServer};

#[derive(Deserialize)]
struct User {
    id: String,
    email: String,
    name: String,
}

async fn sign_up(client: &Client, email: &str) -> String {
    let body =
        json!({"email": email, "password": PASSWORD, "passwordConfirm": PASSWORD, "name": "Ada"});
    client.collection("users").create(&body).await.expect("signed up").id().to_owned()
}

#[tokio::test]
async fn a_user_signs_in_edits_the_profile_and_leaves() {
    let server = TestServer::start().await;
    let client = server.guest();
    let id = sign_up(&client, "ada@example.com").await;
    let users = client.collection("users").typed::<User>();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&heard);
    client.auth().on_change(move |session| {
        let name = session.map(|session| session.record.text("name").to_owned());
        log.lock().expect("the log").push(name);
    });

    let wrong = users.auth_with_password("ada@example.com", "wrong").await;
    assert!(wrong.err().is_some_and(|error| error.is_bad_request()));
    assert!(!client.auth().is_valid());

    let auth = users.auth_with_password("ada@example.com", PASSWORD).await.expect("signed in");
    assert_eq!((auth.record.id.as_str(), auth.record.email.as_str()), (&*id, "ada@example.com"));
    assert!(client.auth().is_valid());
    let session = client.auth().session().expect("a session");
    assert!(session.is_refreshable() && !session.is_superuser() && !session.is_expired());
    assert!(!format!("{client:?} {session:?}").contains(&session.token), "tokens stay out of logs");

    let changed = users.update(&id, &json!({"name": "Ada L."})).await.expect("updated");
    assert_eq!(changed.name, "Ada L.");
    assert_eq!(client.auth().record().expect("a record").text("name"), "Ada L.");

    // A clone shares the sign-in, a fork has its own.
    assert!(client.clone().auth().is_valid());
    let other = client.fork(None);
    assert!(!other.auth().is_valid());
    assert!(other.collection("users").one(&id).await.expect_err("a guest").is_not_found());

    client.auth().clear();
    assert!(users.one(&id).await.err().is_some_and(|error| error.is_not_found()));
    let heard = heard.lock().expect("the log").clone();
    assert_eq!(heard, [Some("Ada".into()), Some("Ada L.".into()), None]);
}

#[tokio::test]
async fn a_saved_session_goes_on() {
    let server = TestServer::start().await;
    let id = sign_up(&server.guest(), "ada@example.com").await;
    let first = server.guest();
    first.collection("users").auth_with_password("ada@example.com", PASSWORD).await.expect("in");
    let saved = serde_json::to_string(&first.auth().session()).expect("saved");

    let loaded: Option<Session> = serde_json::from_str(&saved).expect("loaded");
    let second = Client::builder(&server.url).session(loaded).build().expect("a client");
    assert_eq!(
        second.collection("users").one(&id).await.expect("me").text("email"),
        "ada@example.com"
    );
}

#[tokio::test]
async fn superusers_act_as_others() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    assert!(superuser.auth().session().expect("a session").is_superuser());
    let id = sign_up(&superuser, "ada@example.com").await;

    let users = superuser.collection("users");
    let ada = users.impersonate(&id).duration(Duration::from_secs(60)).await.expect("a client");
    let session = ada.auth().session().expect("a session");
    assert_eq!(session.record.id(), id);
    assert!(!session.is_refreshable());
    assert_eq!(ada.collection("users").list().await.expect("a list").total_items, Some(1));
    assert!(ada.settings().view().await.expect_err("no superuser").is_forbidden());
    assert!(superuser.settings().view().await.is_ok(), "the superuser stays who they are");
}

#[tokio::test]
async fn methods_tell_how_to_sign_in() {
    let server = TestServer::start().await;
    let methods = server.guest().collection("users").auth_methods().await.expect("methods");
    assert!(methods.password.enabled && !methods.oauth2.enabled && !methods.otp.enabled);
    assert_eq!(methods.password.identity_fields, ["email"]);

    let superusers = server.guest().collection("_superusers");
    let wrong_field = superusers.auth_with_password(EMAIL, PASSWORD).identity_field("id").await;
    let error = wrong_field.expect_err("not an identity field");
    assert_eq!(
        error.field("identityField").map(|e| e.code.as_str()),
        Some("validation_in_invalid")
    );
}

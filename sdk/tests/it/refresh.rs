//! Tokens are renewed in time, once, and without getting into anybody's way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use purlin_sdk::{Client, Session};
use serde_json::json;

use crate::server::{PASSWORD, TestServer};

/// Longer than any token lives, so that a restored session is due at once.
const ALWAYS_DUE: Duration = Duration::from_secs(86_400 * 3650);

async fn saved_session(server: &TestServer) -> Session {
    let superuser = server.superuser().await;
    superuser.auth().session().expect("a session")
}

fn restore(server: &TestServer, session: Session) -> (Client, Arc<AtomicUsize>) {
    let client = Client::builder(&server.url).session(session).refresh_before(ALWAYS_DUE).build();
    let client = client.expect("a client");
    let changes = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&changes);
    client.auth().on_change(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
    });
    (client, changes)
}

/// On one thread every task gets to its first wait before any answer is read, so all twenty find the
/// token due.
#[tokio::test]
async fn many_requests_refresh_once() {
    let server = TestServer::start().await;
    let (client, changes) = restore(&server, saved_session(&server).await);
    let calls = (0..20).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.collections().list().await.map(|page| page.items.len()) })
    });
    for call in calls.collect::<Vec<_>>() {
        assert!(call.await.expect("no panic").expect("a list") > 0);
    }
    // The new token's life is known, so it is not due at once again.
    client.collections().list().await.expect("a list");
    assert_eq!(changes.load(Ordering::SeqCst), 1);
    assert_eq!(logged_refreshes(&client).await, Some(1));

    let explicit = client.collection("_superusers").auth_refresh().await.expect("refreshed");
    assert_eq!(client.auth().token(), Some(explicit.token));
    assert_eq!(changes.load(Ordering::SeqCst), 2);
}

/// How many refreshes the server has seen. Its log is late, so first something newer must show.
async fn logged_refreshes(client: &Client) -> Option<u64> {
    client.collections().one("last_of_all").await.expect_err("there is none");
    let logs = client.logs();
    let deadline = Instant::now() + Duration::from_secs(30);
    while logs.list().filter("message ~ 'last_of_all'").await.expect("a log").items.is_empty() {
        assert!(Instant::now() < deadline, "the log is not written");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    logs.list().filter("message ~ 'auth-refresh'").await.expect("a log").total_items
}

#[tokio::test]
async fn a_revoked_token_ends_the_sign_in() {
    let server = TestServer::start().await;
    let session = saved_session(&server).await;
    let superuser = server.superuser().await;
    let change = json!({"password": "another-long-one", "passwordConfirm": "another-long-one"});
    let superusers = superuser.collection("_superusers");
    superusers.update(session.record.id(), &change).await.expect("a new password");

    let (client, changes) = restore(&server, session);
    let error = client.settings().view().await.expect_err("nobody is signed in");
    assert!(error.is_unauthorized());
    assert_eq!(client.auth().session(), None);
    assert_eq!(changes.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn tokens_that_cannot_be_refreshed_are_left_alone() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    let body =
        json!({"email": "ada@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD});
    let user = superuser.collection("users").create(&body).await.expect("a user");
    let ada = superuser.collection("users").impersonate(user.id()).await.expect("a client");

    let (client, changes) = restore(&server, ada.auth().session().expect("a session"));
    client.collection("users").one(user.id()).await.expect("viewed");
    assert_eq!(changes.load(Ordering::SeqCst), 0);

    let nonsense = Session::from_token("not.a.token");
    assert!(nonsense.is_expired() && !nonsense.is_superuser());
    let (client, _) = restore(&server, nonsense);
    client.health().await.expect("an unknown token is a guest's");
}

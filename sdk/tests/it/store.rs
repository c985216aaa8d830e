//! The auth store on its own, and requests that are dropped half-way.

use std::io::Read;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use purlin_sdk::{AuthStore, Client, Session};

/// A token of record `a` in `users` that lives until the year 3000. Nobody signed it.
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJjb2xsZWN0aW9uSWQiOiJ1c2VycyIsImV4cCI6MzI1MDM2ODAwMDAsImlkIjoiYSIsInJlZnJlc2hhYmxlIjp0cnVlfQ.c2ln";

#[test]
fn listeners_hear_every_change_in_order_even_their_own() {
    let store = AuthStore::default();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (log, inner) = (Arc::clone(&heard), store.clone());
    store.on_change(move |session| {
        log.lock().expect("the log").push(session.map(|session| session.token.clone()));
        // Changes made in here are told later, not inside each other.
        match session.map(|session| session.token.as_str()) {
            Some("one") => inner.set(Session::from_token("two")),
            Some("two") => inner.clear(),
            _ => {}
        }
    });
    store.set(Session::from_token("one"));
    store.clear();
    assert_eq!(store.session(), None);
    let heard = heard.lock().expect("the log").clone();
    assert_eq!(heard, [Some("one".into()), Some("two".into()), None]);
}

#[test]
fn a_panicking_listener_does_not_silence_the_store() {
    let store = AuthStore::default();
    let heard = Arc::new(Mutex::new(0));
    let count = Arc::clone(&heard);
    store.on_change(move |session| {
        *count.lock().expect("the count") += 1;
        assert!(session.is_none(), "a listener that fails");
    });
    let first = store.clone();
    let failed = std::thread::spawn(move || first.set(Session::from_token("one"))).join();
    assert!(failed.is_err());
    store.clear();
    assert_eq!(*heard.lock().expect("the count"), 2);
}

#[test]
fn sessions_know_what_their_token_says() {
    let session = Session::from_token(TOKEN);
    assert!(session.is_refreshable() && !session.is_expired() && !session.is_superuser());
    let end = session.expires_at().expect("a token");
    assert_eq!(purlin_sdk::DateTime::from(end).to_string(), "3000-01-01 00:00:00.000Z");
}

#[tokio::test]
async fn a_dropped_call_lets_the_next_one_refresh() {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("an address"));
    let client = Client::builder(&url)
        .session(Session::from_token(TOKEN))
        .refresh_before(Duration::from_secs(86_400 * 365_250))
        .build()
        .expect("a client");
    // Nobody answers the refresh; the call gives up on it, twice.
    let listener = std::thread::spawn(move || {
        [(); 2].map(|()| {
            let (mut stream, _) = socket.accept().expect("a connection");
            let mut line = [0; 50];
            stream.read_exact(&mut line).expect("a request");
            // The stream stays open: a closed one would be an answer of a kind.
            (String::from_utf8_lossy(&line).into_owned(), stream)
        })
    });
    while !listener.is_finished() {
        let call = client.collection("users").list();
        let _ = tokio::time::timeout(Duration::from_millis(100), call.into_future()).await;
    }
    for (line, _open) in listener.join().expect("two requests") {
        assert!(line.starts_with("POST /api/collections/users/auth-refresh HTTP/1.1"), "{line}");
    }
}

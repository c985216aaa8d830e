//! Exchanging the token for a newer one shortly before it expires.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use reqwest::Method;

use super::sign_in::Answer;
use super::{AuthStore, Session};
use crate::client::Client;
use crate::request::Request;

/// How long to leave a server alone that could not refresh.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// Refreshes the token if it is time, before a request that would use it.
///
/// One request does it; the others go on with the token they have, which is still valid. A refresh
/// that fails does not fail the request: it has a valid token too. Only a server that no longer
/// knows the token (401) ends the sign-in, which the store's listeners hear.
pub(crate) async fn keep_fresh(client: &Client) {
    let store = client.auth();
    if store.due(SystemTime::now()).is_none() {
        return;
    }
    let Some(_turn) = client.refresh_turn().take() else { return };
    // Another request may have finished its refresh between the two lines above.
    if let Some(session) = store.due(SystemTime::now()) {
        refresh(client, store, &session).await;
    }
}

async fn refresh(client: &Client, store: &AuthStore, session: &Session) {
    let Some(claims) = session.claims() else { return };
    let request =
        Request::new(Method::POST, ["collections", &claims.collection_id, "auth-refresh"])
            .with_token(&session.token);
    match client.send::<Answer>(request).await {
        Ok(answer) => store.exchange(&session.token, answer.into_session()),
        Err(error) if error.is_unauthorized() => store.end(&session.token),
        Err(_) => store.postpone(&session.token, SystemTime::now() + RETRY_AFTER),
    }
}

/// The right to refresh, held by one request at a time and given back when it is dropped, so a
/// cancelled request does not keep it.
#[derive(Default)]
pub(crate) struct RefreshTurn(AtomicBool);

pub(crate) struct Turn<'a>(&'a AtomicBool);

impl RefreshTurn {
    pub(crate) fn take(&self) -> Option<Turn<'_>> {
        let taken = self.0.swap(true, Ordering::Acquire);
        (!taken).then(|| Turn(&self.0))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

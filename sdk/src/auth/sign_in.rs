//! The calls that yield a token.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Session;
use crate::client::Client;
use crate::request::{Call, Request, request_options};
use crate::{Error, Record, Result};

/// A successful sign-in. The client has stored it already.
#[derive(Clone)]
#[non_exhaustive]
pub struct Auth<T> {
    /// The token.
    pub token: String,
    /// Who is signed in.
    pub record: T,
    /// What an OAuth2 provider said about the user; `null` otherwise.
    pub meta: Value,
}

/// Leaves out the token: sign-ins end up in logs.
impl<T: fmt::Debug> fmt::Debug for Auth<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("record", &self.record).finish_non_exhaustive()
    }
}

/// The server's answer, before the record becomes a `T`.
#[derive(Deserialize)]
pub(crate) struct Answer {
    token: String,
    record: Record,
    #[serde(default)]
    meta: Value,
}

impl Answer {
    pub(crate) fn into_session(self) -> Session {
        Session { token: self.token, record: self.record }
    }

    fn into_auth<T: DeserializeOwned>(self) -> Result<Auth<T>> {
        Ok(Auth { record: self.record.parse()?, token: self.token, meta: self.meta })
    }

    fn session(&self) -> Session {
        Session { token: self.token.clone(), record: self.record.clone() }
    }
}

/// Sends a sign-in and stores the session: after the answer there is no further await, so a
/// cancelled call has either not signed in or is stored completely.
async fn sign_in<T: DeserializeOwned>(client: &Client, request: Request) -> Result<Auth<T>> {
    let answer: Answer = client.send(request).await?;
    let session = answer.session();
    let auth = answer.into_auth()?;
    client.auth().set_fresh(session);
    Ok(auth)
}

/// A sign-in with a password; see [`Records::auth_with_password`](crate::Records::auth_with_password).
#[must_use = "a request is sent when it is awaited"]
pub struct AuthWithPassword<T> {
    client: Client,
    request: Request,
    body: Value,
    record: PhantomData<fn() -> T>,
}

impl<T> AuthWithPassword<T> {
    pub(crate) fn new(client: Client, collection: &str, identity: &str, password: &str) -> Self {
        let path = ["collections", collection, "auth-with-password"];
        let body = json!({"identity": identity, "password": password});
        Self {
            client,
            request: Request::new(Method::POST, path).without_token(),
            body,
            record: PhantomData,
        }
    }

    /// Looks the identity up in this field only, instead of in all that the collection allows.
    pub fn identity_field(mut self, field: &str) -> Self {
        self.body["identityField"] = field.into();
        self
    }

    /// Completes a sign-in whose first factor gave [`ApiError::mfa_id`](crate::ApiError::mfa_id).
    pub fn mfa_id(mut self, id: &str) -> Self {
        self.body["mfaId"] = id.into();
        self
    }

    /// Loads related records into the signed-in record's `expand`.
    pub fn expand(mut self, relations: &str) -> Self {
        self.request.set_query("expand", relations);
        self
    }

    request_options!();
}

impl<T: DeserializeOwned + 'static> IntoFuture for AuthWithPassword<T> {
    type Output = Result<Auth<T>>;
    type IntoFuture = Call<Auth<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { sign_in(&self.client, self.request.json(&self.body)).await })
    }
}

/// A refresh of the token; see [`Records::auth_refresh`](crate::Records::auth_refresh).
#[must_use = "a request is sent when it is awaited"]
pub struct AuthRefresh<T> {
    client: Client,
    request: Request,
    record: PhantomData<fn() -> T>,
}

impl<T> AuthRefresh<T> {
    pub(crate) fn new(client: Client, collection: &str) -> Self {
        let request = Request::new(Method::POST, ["collections", collection, "auth-refresh"]);
        Self { client, request, record: PhantomData }
    }

    /// Loads related records into the signed-in record's `expand`.
    pub fn expand(mut self, relations: &str) -> Self {
        self.request.set_query("expand", relations);
        self
    }

    request_options!();
}

impl<T: DeserializeOwned + 'static> IntoFuture for AuthRefresh<T> {
    type Output = Result<Auth<T>>;
    type IntoFuture = Call<Auth<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Some(token) = self.client.auth().token() else {
                return Err(Error::Request(
                    "nobody is signed in, so there is nothing to refresh".into(),
                ));
            };
            let answer: Answer = self.client.send(self.request.with_token(&token)).await?;
            let session = answer.session();
            let auth = answer.into_auth()?;
            self.client.auth().exchange(&token, session);
            Ok(auth)
        })
    }
}

/// A token for somebody else; see [`Records::impersonate`](crate::Records::impersonate).
#[must_use = "a request is sent when it is awaited"]
pub struct Impersonate {
    client: Client,
    request: Request,
    seconds: u64,
}

impl Impersonate {
    pub(crate) fn new(client: Client, collection: &str, id: &str) -> Self {
        let request = Request::new(Method::POST, ["collections", collection, "impersonate", id]);
        Self { client, request, seconds: 0 }
    }

    /// How long the token lives, in whole seconds. Default: as long as the collection's tokens.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.seconds = duration.as_secs();
        self
    }

    request_options!();
}

impl IntoFuture for Impersonate {
    type Output = Result<Client>;
    type IntoFuture = Call<Client>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let request = self.request.json(&json!({"duration": self.seconds}));
            let answer: Answer = self.client.send(request).await?;
            Ok(self.client.fork(Some(answer.into_session())))
        })
    }
}

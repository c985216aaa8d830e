//! The client: where the server is, who is signed in, and the way to everything else.

mod builder;

use std::fmt;
use std::sync::Arc;

use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use builder::ClientBuilder;

use crate::admin::{Collections, Explain, Logs, Policy, Role, Settings};
use crate::auth::{AuthStore, RefreshTurn, Session, keep_fresh};
use crate::realtime::Realtime;
use crate::request::{Caller, Request};
use crate::transport::Transport;
use crate::{Batch, Custom, Record, Records, Result};

/// A server and a sign-in.
///
/// Clones are cheap and share both, including the connections. A client works in any tokio
/// runtime; every call can be cancelled by dropping its future.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    transport: Arc<Transport>,
    auth: AuthStore,
    refresh_turn: RefreshTurn,
    refreshing: builder::Refreshing,
    realtime: Realtime,
}

/// The answer of [`Client::health`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Health {
    /// 200 when all is well.
    pub code: u16,
    /// One sentence for people.
    pub message: String,
    /// More for superusers; empty for others.
    #[serde(default)]
    pub data: serde_json::Map<String, serde_json::Value>,
}

impl Client {
    /// A client for the server at `url`, such as `http://127.0.0.1:8090`, with nobody signed in.
    ///
    /// # Errors
    /// [`Error::Request`](crate::Error::Request) when `url` is not an absolute http(s) URL.
    pub fn new(url: &str) -> Result<Self> {
        Self::builder(url).build()
    }

    /// A client with other settings than the defaults.
    pub fn builder(url: &str) -> ClientBuilder {
        ClientBuilder::new(url)
    }

    /// The records of a collection, by its name or id.
    pub fn collection(&self, name: &str) -> Records<Record> {
        Records::new(self.clone(), name)
    }

    /// Several writes at once: all of them happen, or none.
    pub fn batch(&self) -> Batch {
        Batch::new(self.clone())
    }

    /// The definitions of the collections; for superusers.
    pub fn collections(&self) -> Collections {
        Collections::new(self.clone())
    }

    /// The policies: who may do what, besides the rules of collections; for superusers. They are
    /// records, so everything records can do they can, and they are in force once the call is
    /// answered.
    ///
    /// ```no_run
    /// # use purlin_sdk::{Client, Policy, filter};
    /// # async fn run(client: Client) -> purlin_sdk::Result<()> {
    /// let policies = client.policies();
    /// let read = policies.create(&Policy::allow("role:editor", "posts", "read")).await?;
    /// policies.update(&read.id, &read.clone().rule("draft = false")).await?;
    /// let about_posts = filter!("object = {:name}", name = "posts");
    /// for policy in policies.full_list().filter(about_posts).await? {
    ///     println!("{} {} {}", policy.subject, policy.action, policy.rule);
    /// }
    /// policies.delete(&read.id).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn policies(&self) -> Records<Policy> {
        self.collection("_policies").typed()
    }

    /// Who has which roles; for superusers.
    ///
    /// ```no_run
    /// # use purlin_sdk::{Client, Role};
    /// # async fn run(client: Client) -> purlin_sdk::Result<()> {
    /// let given = client.roles().create(&Role::new("users/m5x2k8q0w1e9r7t", "role:editor")).await?;
    /// client.roles().delete(&given.id).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn roles(&self) -> Records<Role> {
        self.collection("_roles").typed()
    }

    /// Asks why somebody may or may not do something; for superusers. The action is `list`, `view`,
    /// `create`, `update`, `delete` or `manage`.
    ///
    /// ```no_run
    /// # use purlin_sdk::{Client, Decision};
    /// # async fn run(client: Client) -> purlin_sdk::Result<()> {
    /// let why = client
    ///     .explain("posts", "view")
    ///     .caller("users", "m5x2k8q0w1e9r7t")
    ///     .record("q8w2e4r6t1y3u5i")
    ///     .await?;
    /// if why.decision == Decision::Deny {
    ///     println!("{}", why.reason);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn explain(&self, collection: &str, action: &str) -> Explain {
        Explain::new(self.clone(), collection, action)
    }

    /// The server's settings; for superusers.
    pub fn settings(&self) -> Settings {
        Settings::new(self.clone())
    }

    /// The server's request logs; for superusers.
    pub fn logs(&self) -> Logs {
        Logs::new(self.clone())
    }

    /// Asks the server whether it is well.
    pub async fn health(&self) -> Result<Health> {
        self.send(Request::new(Method::GET, ["health"])).await
    }

    /// Calls any other endpoint below `/api/`: `client.call(Method::GET, "crons")`.
    pub fn call(&self, method: Method, path: &str) -> Custom {
        Custom::new(self.clone(), method, path)
    }

    /// The sign-in that this client and its clones share.
    pub fn auth(&self) -> &AuthStore {
        &self.0.auth
    }

    /// A client for the same server and over the same connections, but with a sign-in of its own:
    /// one per user in a server that acts for many.
    #[must_use]
    pub fn fork(&self, session: Option<Session>) -> Self {
        Self::with(Arc::clone(&self.0.transport), session, self.0.refreshing)
    }

    fn with(
        transport: Arc<Transport>,
        session: Option<Session>,
        refreshing: builder::Refreshing,
    ) -> Self {
        let auth = AuthStore::new(session, refreshing.before);
        let (refresh_turn, realtime) = (RefreshTurn::default(), Realtime::default());
        Self(Arc::new(Inner { transport, auth, refresh_turn, refreshing, realtime }))
    }

    pub(crate) fn realtime(&self) -> &Realtime {
        &self.0.realtime
    }

    pub(crate) fn refresh_turn(&self) -> &RefreshTurn {
        &self.0.refresh_turn
    }

    /// Every call goes through here.
    pub(crate) async fn send<T: DeserializeOwned>(&self, request: Request) -> Result<T> {
        let token = match &request.caller {
            Caller::Guest => None,
            Caller::Token(token) => Some(token.clone()),
            Caller::SignedIn if request.mistake.is_some() => None,
            Caller::SignedIn => self.fresh_token().await,
        };
        self.0.transport.send(request, token.as_deref()).await
    }

    /// The current token, exchanged for a newer one if it is time.
    pub(crate) async fn fresh_token(&self) -> Option<String> {
        if self.0.refreshing.automatic {
            // Boxed because refreshing sends a request, and sending asks for a token.
            Box::pin(keep_fresh(self)).await;
        }
        self.auth().token()
    }

    /// Sends a request of nobody whose answer has no end.
    pub(crate) async fn open(&self, request: Request) -> Result<reqwest::Response> {
        self.0.transport.open(request).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("api", &self.0.transport.api.as_str())
            .field("auth", &self.0.auth)
            .finish_non_exhaustive()
    }
}

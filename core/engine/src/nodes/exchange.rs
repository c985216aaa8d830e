//! Subscriptions that reach another node than the one their client is connected to: they go there
//! over Redis, and its answer comes back.
//!
//! Whoever can write to Redis must not subscribe as somebody: messages are signed under the secret
//! of the installation, which is in the database only.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use bytes::Bytes;
use parking_lot::Mutex;
use purlin_model::Caller;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use crate::auth::Sessions;
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::error::{Answer, ApiError};
use crate::random;
use crate::realtime::{self, Realtime, Submit};
use crate::redis::{Redis, Said};

/// How long another node may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How old a message may be, clocks that differ included.
const OLDEST_MS: i64 = 60_000;
/// Bytes of a signature.
const SIGNATURE: usize = 32;
const ID: usize = 16;

/// What nodes write to each other.
#[derive(Debug, Serialize, Deserialize)]
struct Letter {
    /// Which question it is, or answers.
    id: String,
    from: String,
    to: String,
    /// Milliseconds since 1970.
    at: i64,
    content: Content,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Content {
    Submit { client: String, subscriptions: Vec<String>, caller: Option<Named>, ip: Option<IpAddr> },
    Answer { status: u16, message: String },
}

/// A signed-in record, and proof of the key its token was signed with.
#[derive(Debug, Serialize, Deserialize)]
struct Named {
    collection: String,
    record: String,
    proof: String,
}

/// Sends submissions to the nodes they are for, and takes in those of others.
pub struct Exchange {
    node: Arc<str>,
    redis: Redis,
    key: hmac::Key,
    clock: Clock,
    waiting: Mutex<HashMap<String, oneshot::Sender<(u16, String)>>>,
}

/// What submissions of other nodes are carried out with.
pub struct Desk {
    /// Knows the clients.
    pub realtime: Arc<Realtime>,
    /// Knows the records.
    pub sessions: Arc<Sessions>,
    /// Knows the collections.
    pub catalog: Arc<Catalog>,
}

impl Exchange {
    /// Over this Redis, under the secret of the installation.
    #[must_use]
    pub fn new(node: Arc<str>, redis: Redis, secret: &str, clock: Clock) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        Exchange { node, redis, key, clock, waiting: Mutex::default() }
    }

    /// Whether a client is, by its id, one of another node.
    #[must_use]
    pub fn is_elsewhere(&self, client: &str) -> bool {
        let fits =
            client.len() == realtime::ID && client.bytes().all(|b| b.is_ascii_alphanumeric());
        fits && !client.starts_with(&*self.node)
    }

    /// Has the node of a client carry out what was submitted here.
    ///
    /// # Errors
    /// What the other node answers; 404 when there is none, or it cannot be reached.
    pub async fn submit(&self, client: &str, submit: Submit) -> Answer<()> {
        let caller = submit.caller.record().map(|record| Named {
            collection: record.collection.id.clone(),
            record: record.id().to_owned(),
            proof: self.proof(record.text("tokenKey")),
        });
        let Submit { subscriptions, ip, .. } = submit;
        let to = client.get(..self.node.len()).unwrap_or_default();
        let content = Content::Submit { client: client.to_owned(), subscriptions, caller, ip };
        let id = random::text(ID);
        let (send, answer) = oneshot::channel();
        self.waiting.lock().insert(id.clone(), send);
        let sent = self.send(&id, to, content).await;
        let answer = match sent {
            true => tokio::time::timeout(PATIENCE, answer).await.ok().and_then(Result::ok),
            false => None,
        };
        self.waiting.lock().remove(&id);
        match answer {
            Some((204, _)) => Ok(()),
            Some((status, message)) => Err(ApiError::new(status, message)),
            None => Err(realtime::unknown().because(format!("the node {to} does not answer"))),
        }
    }

    /// Hears what others write, for as long as it is polled.
    pub(super) async fn attend(self: Arc<Self>, desk: Arc<Desk>) {
        let channel = channel(&self.node);
        let mut subscription = self.redis.subscribe(&[&channel]);
        loop {
            let Said::Message { payload, .. } = subscription.next().await else { continue };
            let Some(letter) = self.read(&payload) else {
                tracing::warn!("Redis holds messages for this node that none of its nodes wrote");
                continue;
            };
            match letter.content {
                Content::Answer { status, message } => {
                    if let Some(waiting) = self.waiting.lock().remove(&letter.id) {
                        let _ = waiting.send((status, message));
                    }
                }
                Content::Submit { client, subscriptions, caller, ip } => {
                    let (exchange, desk) = (self.clone(), desk.clone());
                    tokio::spawn(async move {
                        let caller = exchange.caller(&desk, caller).await;
                        let submitted = match caller {
                            Ok(caller) => {
                                let submit = Submit { subscriptions, caller, ip };
                                desk.realtime.submit(&client, submit).await
                            }
                            Err(error) => Err(error),
                        };
                        let (status, message) = match submitted {
                            Ok(()) => (204, String::new()),
                            Err(error) => (error.status, error.message.into_owned()),
                        };
                        let answer = Content::Answer { status, message };
                        exchange.send(&letter.id, &letter.from, answer).await;
                    });
                }
            }
        }
    }

    /// Who submits, as this node finds the record. Whoever's key was changed since is a guest.
    async fn caller(&self, desk: &Desk, named: Option<Named>) -> Answer<Caller> {
        let Some(named) = named else { return Ok(Caller::Guest) };
        let snapshot = desk.catalog.snapshot();
        let found = desk.sessions.caller(&snapshot, &named.collection, &named.record).await?;
        let found = found.filter(|caller| {
            let key = caller.record().map_or("", |record| record.text("tokenKey"));
            !key.is_empty() && self.proof(key) == named.proof
        });
        Ok(found.unwrap_or(Caller::Guest))
    }

    /// Whether anybody may have heard it.
    async fn send(&self, id: &str, to: &str, content: Content) -> bool {
        let letter = Letter {
            id: id.to_owned(),
            from: self.node.to_string(),
            to: to.to_owned(),
            at: self.clock.now().as_millisecond(),
            content,
        };
        let body = serde_json::to_vec(&letter).unwrap_or_default();
        let mut message = hmac::sign(&self.key, &body).as_ref().to_vec();
        message.extend(body);
        let heard = self.redis.publish(&channel(to), &message).await;
        heard.is_ok_and(|listeners| listeners > 0 || self.redis.is_cluster())
    }

    /// A letter to this node that one of the installation's nodes wrote a moment ago.
    fn read(&self, message: &Bytes) -> Option<Letter> {
        let (signature, body) = message.split_at_checked(SIGNATURE)?;
        hmac::verify(&self.key, body, signature).ok()?;
        let letter: Letter = serde_json::from_slice(body).ok()?;
        let age = self.clock.now().as_millisecond() - letter.at;
        (*letter.to == *self.node && age.abs() < OLDEST_MS).then_some(letter)
    }

    fn proof(&self, token_key: &str) -> String {
        let bytes = hmac::sign(&self.key, format!("key:{token_key}").as_bytes());
        bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn channel(node: &str) -> String {
    format!("node:{node}")
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Exchange").field(&self.node).finish()
    }
}

//! The task that keeps a client's connection while anybody listens.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use reqwest::Method;
use serde::Serialize;
use tokio::time::sleep;

use super::backoff::Backoff;
use super::connection::{Connection, Lost};
use super::subscribers::{Subscribers, Topics};
use crate::client::Client;
use crate::request::Request;
use crate::{Error, Result};

pub(super) struct Keeper {
    client: Client,
    subscribers: Arc<Subscribers>,
    backoff: Backoff,
    /// The id of the last frame: where a new connection resumes.
    position: Option<String>,
}

/// What the server was told of the subscriptions, and as whom.
#[derive(PartialEq)]
struct Submitted {
    topics: Topics,
    token: Option<String>,
}

type Submission = Pin<Box<dyn Future<Output = (Option<String>, Result<()>)> + Send>>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    client_id: &'a str,
    subscriptions: Vec<&'a str>,
}

/// Why a connection is left.
enum End {
    Unwanted,
    /// The server had taken the topics before, so another connection may be expected to do.
    Lost,
    /// The server took nothing.
    Failed(Error),
    /// A message does not fit into memory; asking for it again would end the same way.
    Flooded,
}

/// Ends the streams when the task is dropped, as a runtime does that shuts down.
struct Ending {
    subscribers: Arc<Subscribers>,
    /// Nobody listened any more; whoever has come since has another task.
    done: bool,
}

impl Drop for Ending {
    fn drop(&mut self) {
        if !self.done {
            self.subscribers.end();
        }
    }
}

/// Runs until nobody listens any more.
pub(super) async fn keep(client: Client, subscribers: Arc<Subscribers>) {
    let mut ending = Ending { subscribers: Arc::clone(&subscribers), done: false };
    let mut keeper = Keeper { client, subscribers, backoff: Backoff::default(), position: None };
    while keeper.subscribers.keep() {
        match Connection::open(&keeper.client, keeper.position.as_deref()).await {
            Ok(connection) => match keeper.run(connection).await {
                End::Unwanted => continue,
                End::Lost => {}
                End::Flooded => keeper.position = None,
                End::Failed(error) => keeper.subscribers.fail(error),
            },
            Err(error) => keeper.subscribers.fail(error),
        }
        keeper.rest().await;
    }
    ending.done = true;
}

impl Keeper {
    /// Waits before the next attempt, unless somebody new wants to know at once.
    async fn rest(&mut self) {
        let pause = sleep(self.backoff.next());
        tokio::pin!(pause);
        loop {
            tokio::select! {
                () = &mut pause => return,
                () = self.subscribers.changed.notified() => {
                    if self.subscribers.has_waiting() || !self.subscribers.keep() {
                        return;
                    }
                }
            }
        }
    }

    async fn run(&mut self, mut connection: Connection) -> End {
        if !connection.resumed {
            self.subscribers.note_gap();
            self.position = connection.position.take();
        }
        let mut submitted: Option<Submitted> = None;
        let mut submission: Option<(Topics, Vec<u64>, Submission)> = None;
        loop {
            if submission.is_none() {
                let (topics, numbers) = self.subscribers.topics();
                if numbers.is_empty() {
                    return End::Unwanted;
                }
                let wanted = Submitted { topics, token: self.client.auth().token() };
                if submitted.as_ref() == Some(&wanted) {
                    self.subscribers.accept(&numbers);
                } else {
                    let sending = self.submit(&connection.client_id, wanted.topics.clone());
                    submission = Some((wanted.topics, numbers, sending));
                }
            }
            tokio::select! {
                frame = connection.next() => match frame {
                    Ok(frame) => {
                        self.subscribers.deliver(&frame);
                        self.position = frame.id.or(self.position.take());
                    }
                    Err(Lost::Flooded) => return End::Flooded,
                    Err(Lost::Connection(error)) => return end(error, submitted.is_none()),
                },
                (token, answer) = sent(&mut submission) => {
                    let Some((topics, numbers, _)) = submission.take() else { continue };
                    match answer {
                        Ok(()) => {
                            self.subscribers.accept(&numbers);
                            self.backoff.reset();
                            submitted = Some(Submitted { topics, token });
                        }
                        Err(error) => match self.judge(error, submitted.is_none()) {
                            Some(error) => return end(error, submitted.is_none()),
                            None => continue,
                        },
                    }
                },
                () = self.subscribers.changed.notified() => {}
            }
        }
    }

    /// Tells the server the topics, as whoever is signed in by then.
    fn submit(&self, client_id: &str, topics: Topics) -> Submission {
        let subscriptions = topics.iter().map(|topic| &**topic).collect();
        let body = Body { client_id, subscriptions };
        let request = Request::new(Method::POST, ["realtime"]).json(&body);
        let client = self.client.clone();
        Box::pin(async move {
            let token = client.fresh_token().await;
            let request = match &token {
                Some(token) => request.with_token(token),
                None => request.without_token(),
            };
            let answer = client.send::<()>(request).await;
            (token, answer)
        })
    }

    /// What to do about topics that were not taken: a server that does not know the connection, or
    /// knows it as somebody else's, wants a new one. What else it refuses it will refuse again.
    fn judge(&self, error: Error, is_first: bool) -> Option<Error> {
        match error {
            Error::Api(answer) => match answer.status {
                403 if !is_first => Some(Error::Api(answer)),
                404 | 408 | 429 | 500.. => Some(Error::Api(answer)),
                _ => {
                    self.subscribers.refuse(&answer);
                    None
                }
            },
            other => Some(other),
        }
    }
}

fn end(error: Error, is_first: bool) -> End {
    if is_first { End::Failed(error) } else { End::Lost }
}

/// How the submission went; never, when there is none.
async fn sent(
    submission: &mut Option<(Topics, Vec<u64>, Submission)>,
) -> (Option<String>, Result<()>) {
    match submission {
        Some((_, _, sending)) => sending.await,
        None => std::future::pending().await,
    }
}

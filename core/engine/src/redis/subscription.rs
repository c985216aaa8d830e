//! Hearing what other nodes publish.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use redis::aio::{PubSubSink, PubSubStream};

use super::Shared;
use super::link::{CONNECT, listen};

/// How often a silent connection is asked whether it is still one.
const LOOK: Duration = Duration::from_secs(1);
/// How long it may take to answer that.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long Redis is left alone after it could not be listened to: at first, and at the most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// What is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The channels are listened to from now on; what was said before, nobody heard.
    Joined,
    /// A message.
    Message {
        /// The channel, as [`super::Redis::subscribe`] was given it.
        channel: String,
        /// What was published.
        payload: Bytes,
    },
}

/// Listens to channels. Connects again by itself, and says when it did.
pub struct Subscription {
    shared: Arc<Shared>,
    /// As Redis knows them, and as they were asked for.
    channels: HashMap<String, String>,
    ears: Option<(PubSubSink, PubSubStream)>,
    attempt: usize,
    pause: Duration,
}

impl Subscription {
    pub(super) fn new(shared: Arc<Shared>, channels: &[&str]) -> Self {
        let known = |name: &&str| (format!("{}{name}", shared.prefix), (*name).to_owned());
        let channels = channels.iter().map(known).collect();
        Subscription { shared, channels, ears: None, attempt: 0, pause: PAUSE.0 }
    }

    /// What is heard next. Messages that come while nobody asks are kept. Giving up on the answer
    /// loses none.
    pub async fn next(&mut self) -> Said {
        loop {
            let Some((sink, stream)) = &mut self.ears else {
                if self.join().await {
                    return Said::Joined;
                }
                continue;
            };
            match tokio::time::timeout(LOOK, stream.next()).await {
                Ok(Some(message)) => {
                    let Some(channel) = self.channels.get(message.get_channel_name()) else {
                        continue;
                    };
                    let payload = Bytes::copy_from_slice(message.get_payload_bytes());
                    return Said::Message { channel: channel.clone(), payload };
                }
                Ok(None) => self.ears = None,
                Err(_) => {
                    let answer = sink.ping_message::<Vec<u8>>("");
                    if !matches!(tokio::time::timeout(PATIENCE, answer).await, Ok(Ok(_))) {
                        self.ears = None;
                    }
                }
            }
        }
    }

    async fn join(&mut self) -> bool {
        let names: Vec<&String> = self.channels.keys().collect();
        let joined = async {
            let (mut sink, stream) = listen(&self.shared.address, self.attempt).await?.split();
            let joined = tokio::time::timeout(CONNECT, sink.subscribe(names)).await;
            match joined {
                Ok(Ok(())) => Ok((sink, stream)),
                Ok(Err(error)) => Err(error.to_string()),
                Err(_) => Err("no answer".to_owned()),
            }
        };
        match joined.await {
            Ok(ears) => {
                (self.ears, self.pause) = (Some(ears), PAUSE.0);
                true
            }
            Err(why) => {
                tracing::debug!(why, "Redis cannot be listened to");
                self.attempt = self.attempt.wrapping_add(1);
                tokio::time::sleep(self.pause).await;
                self.pause = (self.pause * 2).min(PAUSE.1);
                false
            }
        }
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.channels.values()).finish()
    }
}

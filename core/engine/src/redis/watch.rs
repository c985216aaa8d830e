//! Keeps the connection up: looks whether Redis answers, and connects when it is back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::cmd;

use super::link::Link;
use super::{DEADLINE, Shared};

/// How often Redis is asked whether it is there, so that it is rarely a request that finds out.
const LOOK: Duration = Duration::from_secs(1);
/// How long it is left alone after it was found away: at first, and at the most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

impl Shared {
    /// Goes on for as long as it is polled; `away` when that was said already.
    pub(super) async fn watch(&self, mut away: bool) {
        let mut pause = PAUSE.0;
        loop {
            if let Some(link) = self.link.load_full() {
                let _ = tokio::time::timeout(LOOK, self.lost.notified()).await;
                self.look(&link).await;
                continue;
            }
            match self.connect().await {
                Ok(()) => {
                    if away {
                        tracing::info!("Redis at {} is back", self.address);
                    }
                    (away, pause) = (false, PAUSE.0);
                }
                Err(why) => {
                    if !away {
                        self.warn(&why);
                    }
                    away = true;
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(PAUSE.1);
                }
            }
        }
    }

    async fn look(&self, link: &Arc<Link>) {
        // Somebody may have found out meanwhile.
        if self.link.load().is_some() {
            let since = Instant::now();
            match tokio::time::timeout(DEADLINE, link.ask::<()>(&cmd("PING"))).await {
                Ok(Ok(())) => self.noted(since),
                _ => self.lose(link, "no answer when it was looked for"),
            }
        }
    }

    /// Connects and asks once: who does not answer in time now would not later.
    pub(super) async fn connect(&self) -> Result<(), String> {
        let link = Link::connect(&self.address).await?;
        let since = Instant::now();
        match tokio::time::timeout(DEADLINE, link.ask::<()>(&cmd("PING"))).await {
            Ok(Ok(())) => {}
            Ok(Err(super::Failure::Refused(why) | super::Failure::Broken(why))) => return Err(why),
            Err(_) => return Err(format!("no answer within {} ms", DEADLINE.as_millis())),
        }
        self.noted(since);
        self.link.store(Some(Arc::new(link)));
        Ok(())
    }
}

//! What is looked at from time to time: whether the schema changed while nobody wrote, and whose
//! time is up.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::Realtime;
use super::rooms::{Key, Seat, key_of};

/// How often.
const TICK: Duration = Duration::from_secs(1);
/// How long a connection lasts without a message.
const IDLE: Duration = Duration::from_secs(5 * 60);
/// How long a connection lasts.
const LIFE: Duration = Duration::from_secs(30 * 60);
/// Every so many ticks callers are read anew whose collections have no log.
const UNLOGGED: u64 = 5;
/// Every so many ticks those who can resume are told where they are.
const PLACES: u64 = 30;

impl Realtime {
    /// Looks after connections for as long as it is polled.
    pub async fn watch(&self) {
        let mut ticks = tokio::time::interval(TICK);
        let mut before = 0;
        for tick in 1_u64.. {
            ticks.tick().await;
            let unlogged = if tick % UNLOGGED == 0 { self.unlogged() } else { HashSet::new() };
            if let Err(error) = self.refresh(&unlogged).await {
                tracing::debug!(?error, "subscriptions cannot be brought up to date now");
            }
            self.follow_more().await;
            self.sweep(Instant::now());
            if tick % PLACES == 0 {
                self.tell_places();
            }
            let delivered = self.delivered.load(Ordering::Relaxed);
            self.rate.store(delivered - before, Ordering::Relaxed);
            before = delivered;
        }
    }

    /// Ends connections that are silent for too long, or too old. Whose connection is to end leaves:
    /// one that does not read does not notice the end either.
    pub(super) fn sweep(&self, now: Instant) {
        let mut rooms = self.rooms.lock();
        let mut ended = Vec::new();
        for seat in rooms.seats.values() {
            let client = &seat.client;
            let is_silent = client.queue.silent_for(now) >= IDLE;
            if is_silent || now.saturating_duration_since(client.begun) >= LIFE {
                client.queue.close(false);
            }
            if client.queue.is_closed() {
                ended.push(client.id.clone());
            }
        }
        let left: Vec<Seat> = ended.iter().filter_map(|id| rooms.leave(id)).collect();
        // What they had wanted is let go of when nobody waits for it.
        drop(rooms);
        drop(left);
    }

    /// The callers whose collections have no log to hear of them by.
    fn unlogged(&self) -> HashSet<Key> {
        let rooms = self.rooms.lock();
        let callers = rooms.seats.values().filter_map(|seat| seat.caller.record());
        callers.filter(|it| !it.collection.logs_changes()).map(|it| key_of(it)).collect()
    }

    /// Follows logs that subscriptions came to need: of a collection that is there by now.
    async fn follow_more(&self) {
        let missing: Vec<(Arc<str>, String)> = {
            let rooms = self.rooms.lock();
            let Some(snapshot) = &rooms.snapshot else { return };
            let of = |seat: &Seat| {
                let sources = seat.unfollowed(snapshot, &self.datasources);
                sources
                    .into_iter()
                    .map(|source| (seat.client.id.clone(), source))
                    .collect::<Vec<_>>()
            };
            rooms.seats.values().flat_map(of).collect()
        };
        for (id, source) in missing {
            let Ok(want) = self.want(&source).await else { continue };
            let mut rooms = self.rooms.lock();
            if let Some(seat) = rooms.seats.get_mut(&id) {
                seat.wants.push((source, want));
            }
        }
    }
}

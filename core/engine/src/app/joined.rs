//! What joins this node to others.

use std::sync::Arc;

use super::OpenError;
use crate::auth::Sessions;
use crate::cache::Cache;
use crate::catalog::Catalog;
use crate::changes::Changes;
use crate::clock::Clock;
use crate::nodes::{Desk, Ears, Exchange, Newsroom, Presence, Whereabouts, Wire};
use crate::realtime::Realtime;
use crate::redis::Redis;
use crate::store::Datasources;

/// What nodes tell each other of, and with.
pub(super) struct Joining<'a> {
    pub(super) node: &'a Arc<str>,
    pub(super) redis: Option<&'a Redis>,
    pub(super) newsroom: &'a Arc<Newsroom>,
    pub(super) datasources: &'a Datasources,
    pub(super) clock: &'a Clock,
    pub(super) catalog: &'a Arc<Catalog>,
    pub(super) sessions: &'a Arc<Sessions>,
    pub(super) changes: &'a Arc<Changes>,
    pub(super) cache: &'a Arc<Cache>,
    pub(super) realtime: &'a Arc<Realtime>,
}

/// The node among others.
pub(super) struct Joined {
    /// Submissions between nodes; `None` without Redis.
    pub(super) exchange: Option<Arc<Exchange>>,
    /// News between nodes; `None` without Redis.
    pub(super) wire: Option<Wire>,
    pub(super) presence: Arc<Presence>,
}

impl Joined {
    /// Joins the node to the others, through Redis where there is one.
    ///
    /// # Errors
    /// When what the nodes have in common cannot be read.
    pub(super) async fn join(of: Joining<'_>) -> Result<Self, OpenError> {
        let (mut exchange, mut wire) = (None, None);
        if let Some(redis) = of.redis {
            let secret = of.catalog.installation().await?.secret;
            let made = Exchange::new(of.node.clone(), redis.clone(), &secret, of.clock.clone());
            let made = Arc::new(made);
            let (catalog, sessions) = (of.catalog.clone(), of.sessions.clone());
            let (changes, cache) = (of.changes.clone(), of.cache.clone());
            let ears = Ears { catalog, sessions, changes, cache };
            let (catalog, sessions) = (of.catalog.clone(), of.sessions.clone());
            let desk = Desk { realtime: of.realtime.clone(), sessions, catalog };
            wire = Some(Wire::open(of.newsroom, &made, redis, (ears, desk)));
            exchange = Some(made);
        }
        let realtime = of.realtime.clone();
        let presence = Presence::new(Whereabouts {
            node: of.node.clone(),
            datasources: of.datasources.clone(),
            catalog: of.catalog.clone(),
            changes: of.changes.clone(),
            clients: Box::new(move || realtime.count()),
            clock: of.clock.clone(),
            has_redis: of.redis.is_some(),
        });
        Ok(Joined { exchange, wire, presence: Arc::new(presence) })
    }
}

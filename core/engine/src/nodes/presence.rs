//! Who is there: each node keeps a row of `_params` on a database that is shared, and changes it
//! every few seconds. One whose row stands still is not there any more, whatever its clock says.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use purlin_model::plan::{self, Write};
use purlin_model::schema::system;
use purlin_model::{Collection, Json, Record, Value, date};

use crate::catalog::Catalog;
use crate::changes::Changes;
use crate::clock::Clock;
use crate::store::{Datasources, StoreError};

/// How often a node says that it is there.
const BEAT: Duration = Duration::from_secs(3);
/// How long a node may be silent before it counts as gone, and before its row goes.
const SILENT: Duration = Duration::from_secs(15);
const FORGOTTEN: Duration = Duration::from_secs(60);

/// A node, as it said last.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its id.
    pub id: String,
    /// What it says of itself: `started`, `seen`, `version`, `schema`, `address`, `clients`, `lag`.
    pub says: Vec<(String, Json)>,
}

/// What a node needs to know of itself.
pub struct Whereabouts {
    /// Its id.
    pub node: Arc<str>,
    /// Where the rows are.
    pub datasources: Datasources,
    /// Which version of definitions it runs.
    pub catalog: Arc<Catalog>,
    /// How far behind it is.
    pub changes: Arc<Changes>,
    /// How many clients hear of changes.
    pub clients: Box<dyn Fn() -> usize + Send + Sync>,
    /// Tells when.
    pub clock: Clock,
    /// Whether news travel.
    pub has_redis: bool,
}

/// Says that this node is there, and knows who else is.
pub struct Presence {
    about: Whereabouts,
    params: Arc<Collection>,
    started: String,
    address: Mutex<String>,
    others: Mutex<Others>,
}

#[derive(Default)]
struct Others {
    known: HashMap<String, Known>,
    warned: bool,
}

/// A row as it was found.
struct Known {
    says: String,
    since: Instant,
    /// Whether it was seen to change.
    is_alive: bool,
}

impl Presence {
    /// Of a node that does not say so yet.
    #[must_use]
    pub fn new(about: Whereabouts) -> Self {
        Presence {
            params: Arc::new(system::params_table()),
            started: date::format(about.clock.now()),
            address: Mutex::default(),
            others: Mutex::default(),
            about,
        }
    }

    /// Says that this node is there, at that address, and looks for others; for as long as it is
    /// polled.
    pub async fn keep(&self, address: String) {
        *self.address.lock() = address;
        if !self.is_shared() {
            return;
        }
        let mut ticks = tokio::time::interval(BEAT);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.beat().await {
                tracing::debug!(%error, "this node cannot say that it is there");
            } else if let Err(error) = self.look().await {
                tracing::debug!(%error, "other nodes cannot be looked for");
            }
        }
    }

    /// Says good-bye.
    pub async fn leave(&self) {
        if self.is_shared()
            && let Err(error) = self.forget(&self.about.node).await
        {
            tracing::debug!(%error, "this node cannot say that it goes");
        }
    }

    /// The nodes that are there, this one first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn nodes(&self) -> Result<Vec<Node>, StoreError> {
        let mut all = vec![Node { id: self.about.node.to_string(), says: self.says() }];
        if self.is_shared() {
            all.extend(self.look().await?);
        }
        Ok(all)
    }

    fn is_shared(&self) -> bool {
        self.about.datasources.main().capabilities().shared
    }

    fn says(&self) -> Vec<(String, Json)> {
        let number = |number: f64| Json::Number(number);
        let lag = self.about.changes.lag().map(|lag| number(lag.as_millis() as f64));
        [
            ("started", Json::from(self.started.as_str())),
            ("seen", Json::from(date::format(self.about.clock.now()).as_str())),
            ("version", Json::from(env!("CARGO_PKG_VERSION"))),
            ("schema", number(self.about.catalog.snapshot().version as f64)),
            ("address", Json::from(self.address.lock().as_str())),
            ("clients", number((self.about.clients)() as f64)),
            ("lag", lag.unwrap_or_default()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into()
    }

    async fn beat(&self) -> Result<(), StoreError> {
        let store = self.about.datasources.main();
        let row = self.row();
        let fields = ["value", "updated"].into_iter().filter_map(|it| self.params.field_index(it));
        let set = fields.map(|field| (field, row.values[field].clone())).collect();
        let (collection, id) = (self.params.clone(), row.id().to_owned());
        let update = Write::Update { collection, id, set, guards: Vec::new() };
        match store.write(vec![update]).await {
            // The first time, or somebody believed it gone.
            Err(StoreError::Missing { .. }) => {
                store.write(vec![Write::create(row)]).await.map(drop)
            }
            done => done.map(drop),
        }
    }

    fn row(&self) -> Record {
        let now = date::format(self.about.clock.now());
        let mut row = Record::blank(&self.params);
        row.set("id", Value::Text(format!("{}{}", system::NODE, self.about.node)));
        row.set("value", Value::Json(Json::Object(self.says()).to_text()));
        row.set("created", Value::Text(now.clone()));
        row.set("updated", Value::Text(now));
        row
    }

    /// The others that are there. The rows of those that have long been gone go.
    async fn look(&self) -> Result<Vec<Node>, StoreError> {
        let page = self.about.datasources.main().select(&plan::all(&self.params)).await?;
        let mut rows = Vec::new();
        for found in page.records {
            let id = found.record.id().strip_prefix(system::NODE).map(str::to_owned);
            let Some(id) = id.filter(|id| **id != *self.about.node) else { continue };
            if let Some(Value::Json(says)) = found.record.get("value") {
                rows.push((id, says.clone()));
            }
        }
        let (nodes, gone) = self.others.lock().seen(rows, Instant::now());
        for id in gone {
            self.forget(&id).await?;
        }
        self.warn();
        Ok(nodes)
    }

    fn warn(&self) {
        let mut others = self.others.lock();
        let Some((id, _)) = others.known.iter().find(|(_, known)| known.is_alive) else { return };
        if !self.about.has_redis && !others.warned {
            tracing::warn!(
                "node {id} serves this database, too, and there is no Redis between them: each \
                 looks for the other's changes every half second (docs/nodes.md)"
            );
            others.warned = true;
        }
    }

    async fn forget(&self, node: &str) -> Result<(), StoreError> {
        let (collection, id) = (self.params.clone(), format!("{}{node}", system::NODE));
        let delete = Write::Delete { collection, id, guards: Vec::new(), was: None };
        match self.about.datasources.main().write(vec![delete]).await {
            Ok(_) | Err(StoreError::Missing { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Others {
    /// Takes in the rows there are; who is there, and who has long been gone.
    fn seen(&mut self, rows: Vec<(String, String)>, now: Instant) -> (Vec<Node>, Vec<String>) {
        self.known.retain(|id, _| rows.iter().any(|(there, _)| there == id));
        let (mut there, mut gone) = (Vec::new(), Vec::new());
        for (id, says) in rows {
            match self.known.get_mut(&id) {
                Some(known) if known.says != says => {
                    *known = Known { says, since: now, is_alive: true };
                }
                Some(known) => known.is_alive &= now - known.since < SILENT,
                None => {
                    let known = Known { says, since: now, is_alive: false };
                    self.known.insert(id.clone(), known);
                }
            }
            let Some(known) = self.known.get(&id) else { continue };
            let silent = now - known.since;
            if silent < SILENT {
                let says = Json::parse(known.says.as_bytes()).ok();
                let says = says.and_then(|says| says.members().map(<[_]>::to_vec));
                there.push(Node { id, says: says.unwrap_or_default() });
            } else if silent >= FORGOTTEN {
                gone.push(id);
            }
        }
        there.sort_by(|one, other| one.id.cmp(&other.id));
        (there, gone)
    }
}

impl std::fmt::Debug for Presence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Presence").field(&self.about.node).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_stands_still_is_gone() {
        let (mut others, start) = (Others::default(), Instant::now());
        // Seconds since the start, what the row says then, whether the node is listed, known to be
        // alive, and to be forgotten.
        for (at, says, listed, alive, forgotten) in [
            (0, "1", true, false, false),
            (3, "2", true, true, false),
            (6, "3", true, true, false),
            (20, "3", true, true, false),
            (21, "3", false, false, false),
            (65, "3", false, false, false),
            (66, "3", false, false, true),
            (67, "4", true, true, false),
        ] {
            let rows = vec![("n".to_owned(), format!("{{\"x\":{says}}}"))];
            let (there, gone) = others.seen(rows, start + Duration::from_secs(at));
            let found = (!there.is_empty(), others.known["n"].is_alive, !gone.is_empty());
            assert_eq!(found, (listed, alive, forgotten), "after {at} s");
        }
        assert_eq!(others.seen(Vec::new(), start), (Vec::new(), Vec::new()));
        assert!(others.known.is_empty());
    }
}

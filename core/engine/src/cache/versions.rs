//! How new this node knows the records of each collection to be.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Instant;

use purlin_model::Collection;

use crate::events::Change;
use crate::store::{Logged, Position};

/// Of a collection's records. Whoever reads after having taken it reads what is at least as new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    /// Every change up to here has been heard, and none to this collection since: the same on every
    /// node that heard as much.
    pub(super) position: Position,
    /// Counts what this node wrote itself, which it knows before the log tells; and flushes.
    pub(super) own: u64,
    /// Whether the log has told of everything that this node wrote itself, so that the position says
    /// as much as it does on other nodes.
    pub(super) is_settled: bool,
}

/// The versions of all collections.
#[derive(Default)]
pub(super) struct Versions(RwLock<Known>);

#[derive(Default)]
struct Known {
    datasources: HashMap<String, Following>,
    /// By datasource: what was committed before this has been heard.
    caught_up: HashMap<String, Instant>,
    /// The last change heard of each collection. Not forgotten when nobody follows any more: where
    /// following begins anew is later.
    heard: HashMap<String, Position>,
    own: HashMap<String, Own>,
    flushes: u64,
}

/// What this node wrote to a collection, and flushes of it.
#[derive(Default)]
struct Own {
    count: u64,
    /// When the last write had been committed.
    last: Option<Instant>,
}

enum Following {
    /// Everything up to here has been heard, and everything later will be.
    From(Position),
    /// Changes were passed over: what is heard next says how far this node is.
    Lost,
    /// Nothing is heard; why, for people.
    Not(String),
}

impl Versions {
    pub(super) fn follows(&self, datasource: &str, from: Position) {
        self.write().datasources.insert(datasource.to_owned(), Following::From(from));
    }

    pub(super) fn ignores(&self, datasource: &str, why: &str) {
        self.write().datasources.insert(datasource.to_owned(), Following::Not(why.to_owned()));
    }

    pub(super) fn heard(&self, datasource: &str, changes: &[Logged], position: Position) {
        let mut known = self.write();
        for change in changes {
            match known.heard.get_mut(&change.collection) {
                Some(last) => *last = change.position.max(*last),
                None => drop(known.heard.insert(change.collection.clone(), change.position)),
            }
        }
        if let Some(following @ Following::Lost) = known.datasources.get_mut(datasource) {
            *following = Following::From(position);
        }
    }

    /// To be called after what was heard was told.
    pub(super) fn caught_up(&self, datasource: &str, moment: Instant) {
        self.write().caught_up.insert(datasource.to_owned(), moment);
    }

    pub(super) fn lost(&self, datasource: &str) {
        if let Some(following @ Following::From(_)) = self.write().datasources.get_mut(datasource) {
            *following = Following::Lost;
        }
    }

    /// What is kept of these collections counts no more on this node.
    pub(super) fn renew<'a>(&self, collections: impl IntoIterator<Item = &'a str>) {
        let mut known = self.write();
        for id in collections {
            known.own(id).count += 1;
        }
    }

    /// The same for all collections.
    pub(super) fn renew_all(&self) {
        self.write().flushes += 1;
    }

    /// What this node committed: its position is not known until the log tells.
    pub(super) fn wrote(&self, changes: &[Change]) {
        let mut known = self.write();
        let now = Instant::now();
        for change in changes {
            let own = known.own(&change.collection.id);
            (own.count, own.last) = (own.count + 1, Some(now));
        }
    }

    /// The versions of these collections; `None` where changes of one are not heard.
    pub(super) fn of(&self, collections: &[Arc<Collection>]) -> Option<Vec<Version>> {
        let known = self.read();
        collections.iter().map(|collection| known.version(collection)).collect()
    }

    /// Why nothing is heard from a datasource; `None` = it is.
    pub(super) fn hindrance(&self, datasource: &str) -> Option<String> {
        match self.read().datasources.get(datasource) {
            Some(Following::From(_)) => None,
            Some(Following::Lost) => Some("changes were passed over".to_owned()),
            Some(Following::Not(why)) => Some(why.clone()),
            None => Some("the log of changes is not followed yet".to_owned()),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn own(&mut self, id: &str) -> &mut Own {
        self.own.entry(id.to_owned()).or_default()
    }

    fn version(&self, collection: &Collection) -> Option<Version> {
        let Following::From(from) = self.datasources.get(&collection.datasource)? else {
            return None;
        };
        let heard = self.heard.get(&collection.id).copied().unwrap_or_default();
        let (own, last) =
            self.own.get(&collection.id).map_or((0, None), |own| (own.count, own.last));
        let caught_up = self.caught_up.get(&collection.datasource).copied();
        Some(Version {
            position: heard.max(*from),
            // Both only ever grow, and so does their sum.
            own: own + self.flushes,
            is_settled: last.is_none_or(|last| caught_up >= Some(last)),
        })
    }
}

#[cfg(test)]
mod tests {
    use purlin_model::Action;
    use purlin_model::schema::scaffold;

    use super::*;

    fn collection(id: &str) -> Arc<Collection> {
        Arc::new(Collection { id: id.to_owned(), ..scaffold::base() })
    }

    fn change(collection: &str, at: u64) -> Logged {
        Logged {
            position: Position::at(at),
            collection: collection.to_owned(),
            record: "r".to_owned(),
            action: Action::Update,
            was: None,
        }
    }

    /// Position and own count of `a` and `b`, `-` where they are not known.
    fn shown(versions: &Versions) -> String {
        let one = |id| match versions.of(&[collection(id)]).as_deref() {
            Some([version]) => format!("{}/{}", version.position, version.own),
            _ => "-".to_owned(),
        };
        format!("{} {}", one("a"), one("b"))
    }

    #[test]
    fn a_write_is_settled_when_the_log_was_read_to_its_end_since() {
        let versions = Versions::default();
        versions.follows("main", Position::at(7));
        let settled = || versions.of(&[collection("a")]).unwrap()[0].is_settled;
        let wrote = |ids: &[&str]| {
            let one = |id: &&str| Change {
                collection: collection("a"),
                id: (*id).to_owned(),
                action: Action::Update,
            };
            versions.wrote(&ids.iter().map(one).collect::<Vec<_>>());
        };
        assert!(settled(), "nothing was written");
        let before = Instant::now();
        wrote(&["r"]);
        assert!(!settled(), "the log has yet to tell");
        versions.heard("main", &[change("a", 8)], Position::at(8));
        assert!(!settled(), "it may have told of another node's write");
        versions.caught_up("main", before);
        assert!(!settled(), "it was asked before");
        versions.caught_up("other", Instant::now());
        assert!(!settled(), "another log was asked");
        versions.caught_up("main", Instant::now());
        assert!(settled());
        wrote(&["r", "s"]);
        assert!(!settled());
    }

    #[test]
    fn versions_are_what_was_heard() {
        let versions = Versions::default();
        let heard = |id: &str, at: u64| {
            versions.heard("main", &[change(id, at)], Position::at(at));
            shown(&versions)
        };
        assert_eq!(shown(&versions), "- -", "nobody follows");
        assert_eq!(heard("a", 8), "- -", "what is heard before does not begin it");
        versions.follows("main", Position::at(7));
        assert_eq!(shown(&versions), "8/0 7/0", "what was heard meanwhile counts");
        assert_eq!(heard("b", 9), "8/0 9/0");
        versions.renew(["a", "a"]);
        assert_eq!(shown(&versions), "8/2 9/0");
        versions.renew_all();
        assert_eq!(shown(&versions), "8/3 9/1");
        versions.lost("other");
        versions.lost("main");
        assert_eq!(shown(&versions), "- -", "what was passed over is not known");
        assert!(versions.hindrance("main").is_some());
        assert_eq!(heard("b", 12), "12/3 12/1", "every collection may have changed before");
        versions.ignores("main", "no log");
        assert_eq!(
            (shown(&versions), versions.hindrance("main")),
            ("- -".into(), Some("no log".into()))
        );
        versions.follows("main", Position::at(20));
        assert_eq!(shown(&versions), "20/3 20/1");
        assert!(versions.of(&[collection("a"), collection("b")]).is_some());
        let elsewhere = Collection { datasource: "other".to_owned(), ..scaffold::base() };
        assert!(versions.of(&[collection("a"), Arc::new(elsewhere)]).is_none());
    }
}

//! Whether the table of an adopted collection is still what the collection says.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use purlin_model::Collection;
use purlin_model::adopt::Drift;

use crate::error::{Answer, ApiError};

/// How soon a table is looked at again because requests fail.
const PAUSE: Duration = Duration::from_secs(1);

/// What is known of the table of an adopted collection. Outlives definitions of the same shape.
#[derive(Debug)]
pub struct Standing {
    now: ArcSwap<State>,
    looked: Mutex<Option<Instant>>,
}

/// What the last look said.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Nobody looked yet.
    Unknown,
    /// These differences, perhaps none.
    Known(Vec<Drift>),
}

impl Standing {
    /// That of a collection nobody looked at.
    #[must_use]
    pub(super) fn unknown() -> Self {
        Standing { now: ArcSwap::from_pointee(State::Unknown), looked: Mutex::default() }
    }

    /// What is known.
    #[must_use]
    pub fn state(&self) -> Arc<State> {
        self.now.load_full()
    }

    /// Takes over what a look said; true when it is news.
    pub(super) fn set(&self, drifts: Vec<Drift>) -> bool {
        let next = State::Known(drifts);
        let news = **self.now.load() != next;
        if news {
            self.now.store(Arc::new(next));
        }
        news
    }

    /// Whether it is time to look again at what fails.
    pub(super) fn may_look(&self) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let due = looked.is_none_or(|last| last.elapsed() >= PAUSE);
        if due {
            *looked = Some(Instant::now());
        }
        due
    }

    /// Refuses what would be answered wrongly.
    ///
    /// # Errors
    /// 503 that names the collection; superusers are told what changed.
    pub(super) fn check(&self, collection: &Collection, is_superuser: bool) -> Answer<()> {
        match &**self.now.load() {
            State::Known(drifts) => match report(collection, drifts) {
                None => Ok(()),
                Some(report) if is_superuser => Err(ApiError::new(503, report)),
                Some(report) => Err(ApiError::new(503, away(collection)).because(report)),
            },
            State::Unknown => {
                Err(ApiError::new(503, away(collection)).because("nobody looked at its table yet"))
            }
        }
    }
}

/// What is said to those who need not know the table.
fn away(collection: &Collection) -> String {
    format!("The collection {} cannot be served at the moment.", collection.name)
}

/// One sentence for all that stops a collection from being served; `None` when nothing does.
#[must_use]
pub fn report(collection: &Collection, drifts: &[Drift]) -> Option<String> {
    let stops = drifts.iter().filter(|drift| drift.stops);
    let all: Vec<String> = stops.map(|drift| drift.difference.to_string()).collect();
    (!all.is_empty()).then(|| {
        format!(
            "The collection {} does not fit its table any more: {}. Change the table back, or adopt it again.",
            collection.name,
            all.join("; ")
        )
    })
}

/// Whether two definitions say the same of their table.
pub(super) fn same_shape(one: &Collection, other: &Collection) -> bool {
    let columns = |of: &Collection| -> Vec<_> {
        of.fields.iter().map(|field| (field.native.clone(), field.nullable)).collect()
    };
    one.adopted == other.adopted
        && one.datasource == other.datasource
        && one.is_view() == other.is_view()
        && columns(one) == columns(other)
}

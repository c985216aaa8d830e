//! What happened: committed changes, told to whoever asked to hear of them.

use std::fmt;
use std::sync::{Arc, RwLock};

use purlin_model::{Action, Collection};

/// A committed write to one record.
#[derive(Clone, Debug)]
pub struct Change {
    /// The record's collection.
    pub collection: Arc<Collection>,
    /// The record's id.
    pub id: String,
    /// Create, update or delete.
    pub action: Action,
}

type Listener = Box<dyn Fn(&[Change]) + Send + Sync>;

/// Tells committed changes to listeners, in the order of their commits as far as one caller sees
/// it. Listeners must not block.
#[derive(Default)]
pub struct Bus(RwLock<Vec<Listener>>);

impl Bus {
    /// Adds a listener; it hears of everything published from now on.
    pub fn listen(&self, listener: impl Fn(&[Change]) + Send + Sync + 'static) {
        let mut listeners = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        listeners.push(Box::new(listener));
    }

    /// Tells what was committed.
    pub fn publish(&self, changes: &[Change]) {
        let listeners = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        listeners.iter().for_each(|listener| listener(changes));
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bus")
    }
}

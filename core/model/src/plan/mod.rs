//! Plans: what is to be read or written, typed and authorised, with every name resolved and every
//! value bound. A store decides how to carry a plan out, never whether.

pub mod compare;
pub mod condition;
pub mod matches;
pub mod pattern;
pub mod rendering;
pub mod row_set;
pub mod scope;
pub mod select;
pub mod shape;
pub mod write;

mod apart;
mod bound;
mod call;
mod check;
mod entry;
mod facts;
mod fork;
mod key;
mod members;
mod moment;
mod names;
mod planner;
mod read;
mod show;
mod side;
mod terms;
#[cfg(test)]
mod tests;

pub use bound::bound;
pub use check::check_rule;
pub use compare::{Affinity, compare};
pub use condition::{Condition, Row, Source, Term, Test};
pub use entry::Entry;
pub use facts::{Facts, Occasion, OwnRules, Scopes};
pub use matches::World;
pub use names::MAX_HOPS;
pub use planner::Planner;
pub use read::{
    all, by_id, by_ids, by_value, first, gather, last, list, next, owned, owned_before, pending,
    referring, rule_on, view, whether,
};
pub use row_set::RowSet;
pub use scope::{Reach, Scope, Terms};
pub use select::{Found, Key, Order, Output, Page, Select, Shape, Slot};
pub use shape::Sight;
pub use terms::{masks, met_by_any, met_given, met_on};
pub use write::{Guard, Write};

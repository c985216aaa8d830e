//! Plans told apart: two reads with the same key answer the same, whoever asks.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::condition::{Condition, Row, Term, Test};
use super::select::{Key, Select};
use crate::record::Record;
use crate::schema::Collection;
use crate::value::Value;

impl Select {
    /// Bytes that are the same for two plans only if both read the same: rows with everything
    /// bound, order, page, and what comes back of each record. They mean the same in every process
    /// of one build. Collections count by their ids and when they were last changed.
    #[must_use]
    pub fn key(&self) -> Vec<u8> {
        key_of(self)
    }

    /// Whether the answer rests on what is stored alone: neither on chance nor on when it is asked.
    #[must_use]
    pub fn is_steady(&self) -> bool {
        let random = self.sort.iter().any(|order| match &order.key {
            Key::Random => true,
            Key::Term(term) => !is_steady(term),
            Key::Insertion => false,
        });
        !random && [&self.condition].into_iter().chain(&self.masks).all(Condition::is_steady)
    }

    /// The collections whose records the answer rests on, by their ids, each once.
    #[must_use]
    pub fn collections(&self) -> Vec<&Arc<Collection>> {
        let mut all: Vec<&Arc<Collection>> = Vec::new();
        for condition in [&self.condition].into_iter().chain(&self.masks) {
            for collection in condition.rows.iter().filter_map(|row| row.collection.as_ref()) {
                if !all.iter().any(|known| known.id == collection.id) {
                    all.push(collection);
                }
            }
        }
        all
    }
}

impl Condition {
    /// The same for a condition alone, see [`Select::key`].
    #[must_use]
    pub fn key(&self) -> Vec<u8> {
        key_of(self)
    }

    /// Whether it does not depend on when it is asked.
    #[must_use]
    pub fn is_steady(&self) -> bool {
        steady_test(&self.test)
    }
}

fn steady_test(test: &Test) -> bool {
    match test {
        Test::Constant(_) => true,
        Test::All(tests) | Test::Any(tests) => tests.iter().all(steady_test),
        Test::Not(test) | Test::Some { test, .. } => steady_test(test),
        Test::In { term, .. } => is_steady(term),
        Test::Compare { left, right, .. } => is_steady(left) && is_steady(right),
    }
}

fn is_steady(term: &Term) -> bool {
    match term {
        Term::Strftime { time, modifiers, .. } => {
            time.as_deref().is_some_and(is_steady)
                && !modifiers.iter().any(|modifier| modifier.contains("now"))
        }
        Term::Lower(term) => is_steady(term),
        Term::Distance(terms) => terms.iter().all(is_steady),
        Term::When { test, term } => steady_test(test) && is_steady(term),
        Term::Value(_)
        | Term::Column { .. }
        | Term::Path { .. }
        | Term::Length { .. }
        | Term::Item { .. } => true,
    }
}

fn key_of(plan: &impl Hash) -> Vec<u8> {
    let mut bytes = Bytes(Vec::with_capacity(256));
    plan.hash(&mut bytes);
    bytes.0
}

/// Keeps what is hashed instead of hashing it.
struct Bytes(Vec<u8>);

impl Hasher for Bytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        self.0.len() as u64
    }
}

impl Hash for Row {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Row { source, collection, many } = self;
        source.hash(state);
        many.hash(state);
        collection.is_some().hash(state);
        if let Some(collection) = collection {
            (&collection.id, &collection.updated).hash(state);
        }
    }
}

impl Hash for Record {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.collection.id, &self.collection.updated, &self.values).hash(state);
    }
}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Value::Null => {}
            Value::Bool(truth) => truth.hash(state),
            Value::Number(number) => number.to_bits().hash(state),
            Value::Text(text) | Value::Json(text) => text.hash(state),
            Value::List(items) => items.hash(state),
            Value::Point { lon, lat } => (lon.to_bits(), lat.to_bits()).hash(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Output, by_id};
    use super::*;
    use crate::schema::scaffold;

    fn posts() -> Arc<Collection> {
        let mut posts = scaffold::base();
        (posts.id, posts.name) = ("p".to_owned(), "posts".to_owned());
        Arc::new(posts)
    }

    #[test]
    fn plans_have_one_key_if_they_read_the_same() {
        let posts = posts();
        let one = |id: &str| by_id(&posts, id, Output::Records).key();
        assert_eq!(one("a"), one("a"));
        assert_ne!(one("a"), one("b"));
        let mut paged = by_id(&posts, "a", Output::Records);
        paged.offset = 1;
        assert_ne!(one("a"), paged.key());
        let mut changed = (*posts).clone();
        changed.updated = "later".to_owned();
        assert_ne!(one("a"), by_id(&Arc::new(changed), "a", Output::Records).key());
    }

    #[test]
    fn what_chance_or_the_time_decides_is_not_steady() {
        let posts = posts();
        let mut select = by_id(&posts, "a", Output::Records);
        assert!(select.is_steady());
        let key = Key::Random;
        select.sort.push(super::super::Order { key, descending: false });
        assert!(!select.is_steady());
        select.sort.clear();
        let now = Term::Strftime { format: "%Y".to_owned(), time: None, modifiers: Vec::new() };
        let right = Term::Value(Value::from("2026"));
        let op = crate::query::Op::Equal;
        select.condition.test = Test::Compare { left: now, op, right, every: false };
        assert!(!select.is_steady());
        assert_eq!(select.collections(), [&posts]);
    }
}

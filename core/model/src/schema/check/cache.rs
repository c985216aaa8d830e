//! Whether what is read from a collection may be kept for a while.

use std::sync::Arc;

use super::{at_least, at_most};
use crate::fault::{Fault, Faults};
use crate::schema::{Collection, Schema, beneath};

/// A day: who wants to keep answers for longer wants a copy.
const LONGEST: u32 = 24 * 60 * 60;

/// `after` is the schema with the definition in it.
pub(super) fn check(new: &Arc<Collection>, after: &Schema, faults: &mut Faults) {
    if let Some(ttl) = new.cache_ttl
        && let Some(fault) = ttl_fault(new, ttl, after)
    {
        faults.group("cache").add("ttl", fault);
    }
    if !new.change_log
        && let Some(reader) = kept_reader(new, after)
    {
        let message = format!(
            "Answers read from {reader} are kept, which needs the log of changes of this collection."
        );
        faults.add("changeLog", Fault::new("validation_cache_change_log", message));
    }
}

fn ttl_fault(new: &Arc<Collection>, ttl: u32, after: &Schema) -> Option<Fault> {
    if ttl < 1 {
        return Some(at_least(1.0));
    }
    if ttl > LONGEST {
        return Some(at_most(f64::from(LONGEST)));
    }
    if new.system {
        let message = "System collections are always read from the database.";
        return Some(Fault::new("validation_cache_system", message));
    }
    let Some(beneath) = beneath(after, new) else {
        let message = "It is not known which collections the view reads.";
        return Some(Fault::new("validation_cache_unknown", message));
    };
    if let Some(system) = beneath.iter().find(|it| it.system) {
        let message = format!("The view reads the system collection {}.", system.name);
        return Some(Fault::new("validation_cache_system", message));
    }
    let silent = beneath.iter().find(|it| !it.change_log)?;
    let message = format!("Nothing would tell of changes: {} keeps no log of them.", silent.name);
    Some(Fault::new("validation_cache_change_log", message))
}

/// Another collection that keeps answers made of the records of this one.
fn kept_reader<'a>(new: &Collection, after: &'a Schema) -> Option<&'a str> {
    let kept = |it: &&Arc<Collection>| it.cache_ttl.is_some() && it.is_view() && it.id != new.id;
    let mut readers = after.collections().iter().filter(kept);
    let rests = |it: &Arc<Collection>| {
        beneath(after, it).is_some_and(|all| all.iter().any(|it| it.id == new.id))
    };
    readers.find(|it| rests(it)).map(|it| it.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Kind, scaffold};

    fn named(mut collection: Collection, name: &str) -> Collection {
        (collection.id, collection.name) = (name.to_owned(), name.to_owned());
        collection
    }

    fn view(name: &str, query: &str) -> Collection {
        let kind = Kind::View { query: query.to_owned() };
        Collection { kind, ..named(scaffold::view(), name) }
    }

    /// What is wrong with a definition among these others, as `path code`.
    fn judge(new: Collection, others: Vec<Collection>) -> String {
        let mut all: Vec<_> = others.into_iter().map(Arc::new).collect();
        let new = Arc::new(new);
        all.push(new.clone());
        let mut faults = Faults::default();
        check(&new, &Schema::new(all), &mut faults);
        match faults.0.first() {
            Some((key, Fault::Item { code, .. })) => format!("{key} {code}"),
            Some((key, Fault::Group(group))) => match group.0.first() {
                Some((inner, Fault::Item { code, .. })) => format!("{key}.{inner} {code}"),
                _ => key.clone(),
            },
            None => String::new(),
        }
    }

    #[test]
    fn what_is_kept_is_told_of() {
        let notes = || named(scaffold::base(), "notes");
        let silent = || Collection { change_log: false, ..notes() };
        let system = || Collection { system: true, ..notes() };
        let kept = |ttl, collection| Collection { cache_ttl: Some(ttl), ..collection };
        let on = || view("v", "select id from notes");
        for (new, others, expected) in [
            (kept(1, notes()), vec![], ""),
            (kept(86_400, notes()), vec![], ""),
            (kept(0, notes()), vec![], "cache.ttl validation_min_greater_equal_than_required"),
            (kept(86_401, notes()), vec![], "cache.ttl validation_max_less_equal_than_required"),
            (kept(60, silent()), vec![], "cache.ttl validation_cache_change_log"),
            (kept(60, system()), vec![], "cache.ttl validation_cache_system"),
            (silent(), vec![], ""),
            (kept(60, on()), vec![notes()], ""),
            (kept(60, on()), vec![silent()], "cache.ttl validation_cache_change_log"),
            (kept(60, on()), vec![system()], "cache.ttl validation_cache_system"),
            (kept(60, on()), vec![], "cache.ttl validation_cache_unknown"),
            (on(), vec![silent()], ""),
            (silent(), vec![kept(60, on())], "changeLog validation_cache_change_log"),
            (silent(), vec![on()], ""),
            (notes(), vec![kept(60, on())], ""),
        ] {
            let asked = format!("{} {:?} among {}", new.name, new.cache_ttl, others.len());
            assert_eq!(judge(new, others), expected, "{asked}");
        }
    }
}

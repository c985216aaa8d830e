//! Which collections stand in the way of removing one, and which ones another rests on.

use std::sync::Arc;

use super::collection::{Collection, Kind};
use super::schema::Schema;
use super::view;

/// The names of the other collections with relations to this one.
#[must_use]
pub fn relating_to(schema: &Schema, collection: &Collection) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for reference in schema.references_to(&collection.id) {
        let holder = &reference.collection;
        if holder.id != collection.id && !names.contains(&holder.name) {
            names.push(holder.name.clone());
        }
    }
    names
}

/// The collections whose records make up what is read from this one: itself, or those that a view
/// reads, however far down. `None` where nobody knows: the database's own view, or a broken query.
#[must_use]
pub fn beneath(schema: &Schema, collection: &Arc<Collection>) -> Option<Vec<Arc<Collection>>> {
    let (mut found, mut seen) = (Vec::new(), Vec::new());
    let mut next = vec![collection.clone()];
    while let Some(collection) = next.pop() {
        if seen.contains(&collection.id) {
            continue;
        }
        seen.push(collection.id.clone());
        let Kind::View { query } = &collection.kind else {
            found.push(collection);
            continue;
        };
        if collection.adopted.is_some() {
            return None;
        }
        for id in view::infer(schema, query).ok()?.reads {
            next.push(schema.by_id(&id)?.clone());
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::super::{scaffold, system};
    use super::*;

    fn view(name: &str, query: &str) -> Arc<Collection> {
        let mut view = scaffold::view();
        (view.id, view.name) = (name.to_owned(), name.to_owned());
        view.kind = Kind::View { query: query.to_owned() };
        Arc::new(view)
    }

    #[test]
    fn views_rest_on_what_they_read() {
        let mut all: Vec<_> =
            system::defaults("", &mut |n| "x".repeat(n)).into_iter().map(Arc::new).collect();
        let mut foreign = (*view("foreign", "")).clone();
        foreign.adopted = Some("their_view".to_owned());
        all.extend([
            view("one", "select id from users"),
            view("two", "select one.id from one join _roles on one.id = _roles.id"),
            view("none", "select 1 as id"),
            view("broken", "select"),
            view("above", "select id from foreign"),
            Arc::new(foreign),
        ]);
        let schema = Schema::new(all);
        for (name, expected) in [
            ("users", Some(vec!["users"])),
            ("one", Some(vec!["users"])),
            ("two", Some(vec!["_roles", "users"])),
            ("none", Some(vec![])),
            ("broken", None),
            ("foreign", None),
            ("above", None),
        ] {
            let collection = schema.by_name(name).expect(name);
            let found = beneath(&schema, collection);
            let mut names: Option<Vec<_>> =
                found.as_ref().map(|all| all.iter().map(|it| it.name.as_str()).collect());
            names.iter_mut().for_each(|names| names.sort_unstable());
            assert_eq!(names, expected, "{name}");
        }
    }
}

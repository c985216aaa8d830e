//! What the schema says of relations between datasources.

use std::collections::HashSet;

use purlin_model::schema::MAIN;
use purlin_model::{Collection, FieldKind, Schema};

/// The other datasources that have to hear when a record of the collection goes: those with
/// relations to it, and the one of the system collections, should the record sign in.
pub(super) fn told<'s>(schema: &'s Schema, collection: &Collection) -> Vec<&'s str> {
    let references = schema.references_to(&collection.id).iter();
    let mut names: Vec<&str> = references.map(|it| &*it.collection.datasource).collect();
    if collection.is_auth() {
        names.push(MAIN);
    }
    names.sort_unstable();
    names.dedup();
    names.retain(|name| *name != collection.datasource);
    names
}

/// Whether anything in a datasource has to be told to another one.
pub(super) fn tells(schema: &Schema, datasource: &str) -> bool {
    let mut collections = schema.collections().iter();
    collections.any(|known| known.datasource == datasource && !told(schema, known).is_empty())
}

/// Whether a record of another datasource may keep a record of the collection from being deleted:
/// it requires the record, or one that goes with it.
pub(super) fn may_keep(schema: &Schema, collection: &Collection) -> bool {
    let mut seen = HashSet::new();
    let mut next = vec![(collection, false)];
    while let Some((collection, crossed)) = next.pop() {
        if !seen.insert((&*collection.id, crossed)) {
            continue;
        }
        for reference in schema.references_to(&collection.id) {
            let crossed = crossed || reference.collection.datasource != collection.datasource;
            let field = &reference.collection.fields[reference.field];
            match &field.kind {
                FieldKind::Relation { cascade_delete: true, .. } => {
                    next.push((&reference.collection, crossed));
                }
                _ if field.required && crossed => return true,
                _ => {}
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use purlin_model::schema::{Field, scaffold};

    use super::*;

    /// `name@datasource`, and fields as `name>collection`, marked `!` required and `x` cascading.
    fn schema(lines: &[&str]) -> Schema {
        let all = lines.iter().map(|line| {
            let mut words = line.split(' ');
            let (name, datasource) = words.next().and_then(|it| it.split_once('@')).unwrap();
            let mut collection = scaffold::base();
            (collection.id, collection.name) = (name.to_owned(), name.to_owned());
            collection.datasource = datasource.to_owned();
            collection.fields.extend(words.map(|word| {
                let (name, to) = word.split_once('>').unwrap();
                let kind = FieldKind::Relation {
                    collection_id: to.trim_end_matches(['!', 'x']).to_owned(),
                    cascade_delete: to.contains('x'),
                    min_select: 0,
                    max_select: 1,
                };
                Field { required: to.contains('!'), ..Field::new(name, kind) }
            }));
            Arc::new(collection)
        });
        Schema::new(all.collect())
    }

    #[test]
    fn who_is_told_and_who_may_say_no() {
        let schema = schema(&[
            "A@main",
            "B@main a>A!x",
            "C@old b>Bx a>A",
            "D@old c>C!",
            "E@old a>E!",
            "F@main e>E",
        ]);
        let at = |name: &str| schema.by_name(name).unwrap();
        for (name, wanted, kept) in [
            ("A", &["old"][..], true),
            ("B", &["old"], true),
            ("C", &[], false),
            ("D", &[], false),
            ("E", &["main"], false),
            ("F", &[], false),
        ] {
            assert_eq!(told(&schema, at(name)), wanted, "{name}");
            assert_eq!(may_keep(&schema, at(name)), kept, "{name}");
        }
        assert!(tells(&schema, "main") && tells(&schema, "old") && !tells(&schema, "new"));
    }
}

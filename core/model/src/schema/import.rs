//! Many definitions at once (http-api.md 3.7).

use std::sync::Arc;

use super::collection::Collection;
use super::merge::merge;
use super::scaffold::Random;
use super::schema::Schema;
use super::{check, settle};
use crate::fault::{Fault, Faults};
use crate::json::Json;

/// What comes before a single reason.
pub const FAILED: &str = "Failed to import the collections configuration. Raw error:\n";

/// What an import leaves the schema as.
#[derive(Clone, Debug)]
pub struct Import {
    /// Every collection there is afterwards: the stored ones in their order, then new ones, views
    /// of the import last.
    pub schema: Schema,
    /// Ids of the collections the import made or changed, in the order they were taken in.
    pub touched: Vec<String>,
}

/// Why an import fails: the message below `data.collections`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ImportError(pub String);

/// Merges definitions onto the stored ones, which they match by id or else by name. Stored fields
/// that are not listed stay unless `delete_missing`; then collections that are not listed go too,
/// but no system ones. Nothing is checked yet: definitions may need one another.
///
/// # Errors
/// A definition of the wrong form, or of another type than the stored one.
pub fn import(
    schema: &Schema,
    items: &[Json],
    delete_missing: bool,
    random: Random<'_>,
) -> Result<Import, ImportError> {
    let mut all = schema.collections().to_vec();
    let mut touched = Vec::new();
    // Views last: their fields come from what the others become.
    let is_view = |item: &&Json| item.get("type").and_then(Json::text) == Some("view");
    let (views, others): (Vec<&Json>, Vec<&Json>) = items.iter().partition(is_view);
    for item in others.into_iter().chain(views) {
        let current = Schema::new(all.clone());
        let old = stored(schema, item);
        let mut faults = Faults::default();
        let body = match old {
            Some(old) => with_stored_fields(old, item, delete_missing),
            None => item.clone(),
        };
        let body = match old {
            Some(old) => with_member(body, "id", Json::Text(old.id.clone())),
            None => body,
        };
        let merged = merge(&current, old.map(Arc::as_ref), &body, random, &mut faults);
        let name = item.get("name").and_then(Json::text).unwrap_or_default();
        let new = merged.map_err(|_| unreadable(name))?;
        if !faults.is_empty() {
            return Err(invalid(&new, &faults));
        }
        let twice = all.iter().any(|known| {
            touched.contains(&known.id)
                && (known.id == new.id || known.name.eq_ignore_ascii_case(&new.name))
        });
        if twice {
            return Err(ImportError(format!(
                "{FAILED}the collection {:?} is listed twice",
                new.name
            )));
        }
        touched.push(new.id.clone());
        match all.iter_mut().find(|known| known.id == new.id) {
            Some(known) => *known = Arc::new(new),
            None => all.push(Arc::new(new)),
        }
    }
    if delete_missing {
        all.retain(|known| known.system || touched.contains(&known.id));
    }
    Ok(Import { schema: Schema::new(all), touched })
}

fn stored<'a>(schema: &'a Schema, item: &Json) -> Option<&'a Arc<Collection>> {
    let text = |key| item.get(key).and_then(Json::text).filter(|text| !text.is_empty());
    match text("id") {
        Some(id) => schema.by_id(id),
        None => schema.find(text("name")?),
    }
}

fn with_member(mut object: Json, key: &str, value: Json) -> Json {
    if let Json::Object(members) = &mut object {
        match members.iter_mut().find(|(known, _)| known == key) {
            Some(member) => member.1 = value,
            None => members.push((key.to_owned(), value)),
        }
    }
    object
}

/// The definition with its fields given the ids of the stored ones of the same name and type.
fn with_stored_ids(old: &Collection, item: &Json) -> Json {
    let Some(fields) = item.get("fields").and_then(Json::items) else { return item.clone() };
    let matched = fields.iter().map(|field| {
        let text = |key| field.get(key).and_then(Json::text).unwrap_or_default();
        let known_id = old.fields.iter().any(|known| known.id == text("id"));
        let same = |known: &&super::Field| {
            known.name == text("name") && known.kind.type_name() == text("type")
        };
        match old.fields.iter().find(same) {
            Some(known) if !known_id => {
                with_member(field.clone(), "id", Json::Text(known.id.clone()))
            }
            _ => field.clone(),
        }
    });
    let fields = Json::List(matched.collect());
    with_member(item.clone(), "fields", fields)
}

/// The definition with the stored fields it does not list behind its own: only those of the system
/// when the others are to go.
fn with_stored_fields(old: &Collection, item: &Json, only_system: bool) -> Json {
    let item = with_stored_ids(old, item);
    let listed = match item.get("fields") {
        Some(Json::List(listed)) => listed.as_slice(),
        None if only_system => &[],
        _ => return item,
    };
    let mut fields = listed.to_vec();
    let is_listed = |id: &str| listed.iter().any(|f| f.get("id").and_then(Json::text) == Some(id));
    let kept = old.fields.iter().filter(|field| field.system || !only_system);
    let rest = kept.filter(|field| !is_listed(&field.id));
    fields.extend(rest.map(super::Field::to_json));
    with_member(item, "fields", Json::List(fields))
}

fn unreadable(name: &str) -> ImportError {
    ImportError(format!("{FAILED}the definition of {name:?} is not of the expected form"))
}

/// The message for a definition with these faults: they follow as indented JSON.
#[must_use]
pub fn invalid(collection: &Collection, faults: &Faults) -> ImportError {
    let mut text = String::new();
    tree(faults, 0, &mut text);
    ImportError(format!(
        "Data validations failed for collection {:?} ({}):\n{text}",
        collection.name, collection.id
    ))
}

fn tree(faults: &Faults, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    out.push_str("{\n");
    let mut sorted: Vec<_> = faults.0.iter().collect();
    sorted.sort_by_key(|(key, _)| key);
    for (at, (key, fault)) in sorted.into_iter().enumerate() {
        let key = Json::from(key.as_str()).to_text();
        out.push_str(&format!("{indent}  {key}: "));
        match fault {
            Fault::Item { code, message, .. } => {
                out.push_str(&Json::from(phrase(code, message).as_str()).to_text());
            }
            Fault::Group(group) => tree(group, depth + 1, out),
        }
        out.push_str(if at + 1 < faults.0.len() { ",\n" } else { "\n" });
    }
    out.push_str(&format!("{indent}}}"));
}

/// A message inside the tree: those that many values share are phrases there, not sentences.
fn phrase(code: &str, message: &str) -> String {
    if !check::SHARED_CODES.contains(&code) {
        return message.to_owned();
    }
    let mut chars = message.strip_suffix('.').unwrap_or(message).chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// Completes every view of a schema anew: their fields follow from what they read.
#[must_use]
pub fn refresh_views(schema: &Schema) -> Schema {
    let mut all = schema.collections().to_vec();
    for at in 0..all.len() {
        if all[at].is_view() {
            let current = Schema::new(all.clone());
            let mut view = Collection::clone(&all[at]);
            settle::settle(&current, &mut view, Some(&all[at]));
            if view != *all[at] {
                all[at] = Arc::new(view);
            }
        }
    }
    Schema::new(all)
}

#[cfg(test)]
mod tests {
    use super::super::system;
    use super::*;

    fn run(schema: &Schema, items: &str, delete: bool) -> Result<Import, ImportError> {
        let items = Json::parse(items.as_bytes()).expect(items);
        import(schema, items.items().expect("a list"), delete, &mut |n| "x".repeat(n))
    }

    fn field_ids(import: &Import, name: &str) -> String {
        let found = import.schema.by_name(name).expect(name);
        found.fields.iter().map(|field| field.id.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The field lists a stock server ends with after the same imports in a row.
    #[test]
    fn fields_are_kept_as_observed() {
        let defaults = system::defaults("", &mut |n| "x".repeat(n)).into_iter().map(Arc::new);
        let mut schema = Schema::new(defaults.collect());
        for (items, delete, ids) in [
            (r#"[{"name":"imp1"}]"#, false, "text3208210256"),
            (
                r#"[{"name":"imp1","fields":[{"name":"a","type":"text"},{"name":"b","type":"number"}]}]"#,
                false,
                "text3904355907 number1908338681 text3208210256",
            ),
            (
                r#"[{"name":"imp1","fields":[{"name":"c","type":"text"},{"name":"a","type":"text","id":"zzz","max":4}]}]"#,
                false,
                "text112844655 text3904355907 number1908338681 text3208210256",
            ),
            (
                r#"[{"id":"pbc_2122916250","name":"imp1","fields":[{"name":"zz","type":"text"}]}]"#,
                true,
                "text618208161 text3208210256",
            ),
        ] {
            let after = run(&schema, items, delete).expect(items);
            assert_eq!(field_ids(&after, "imp1"), ids, "{items}");
            schema = after.schema;
        }
        let left: Vec<&str> = schema.collections().iter().map(|c| c.name.as_str()).collect();
        assert_eq!(
            left,
            [
                "_mfas",
                "_otps",
                "_externalAuths",
                "_authOrigins",
                "_superusers",
                "_policies",
                "_roles",
                "imp1"
            ]
        );
    }

    #[test]
    fn views_come_last_and_relations_may_point_ahead() {
        let items = r#"[{"name":"v","type":"view","viewQuery":"select id, e from later"},{"name":"later","fields":[{"name":"e","type":"text"}]},{"name":"ahead","fields":[{"name":"r","type":"relation","collectionId":"own_id"}]},{"name":"own","id":"own_id","fields":[{"name":"r","type":"relation","collectionId":"own_id"}]}]"#;
        let after = run(&Schema::default(), items, false).expect("an import");
        for id in &after.touched {
            let new = after.schema.by_id(id).expect("an imported collection");
            let faults = super::super::check(None, new, &after.schema, &crate::plan::check_rule);
            assert_eq!(faults, Faults::default(), "{}", new.name);
        }
        let names: Vec<&str> = after.schema.collections().iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["later", "ahead", "own", "v"]);
        assert_eq!(after.schema.by_name("v").expect("the view").fields[1].name, "e");
    }

    #[test]
    fn what_cannot_be_merged_is_named() {
        let schema = Schema::default();
        for (items, message) in [
            (r#"[{"name":"x","type":"nope"}]"#, "Data validations failed for collection \"x\" ("),
            (r#"[{"name":"x","fields":[{"name":"a","type":"nope"}]}]"#, "Failed to import"),
            (r#"[{"name":"x"},{"name":"x"}]"#, "Failed to import"),
        ] {
            let error = run(&schema, items, false).expect_err(items);
            assert!(error.0.starts_with(message), "{error}");
        }
        let mut faults = Faults::default();
        faults.group("fields").group("1").add("name", Fault::new("c", "must be in \"order\""));
        faults.add("listRule", Fault::new("c", "bad"));
        let mut collection = super::super::scaffold::base();
        collection.name = "imp3".to_owned();
        collection.id = "pbc_1".to_owned();
        assert_eq!(
            invalid(&collection, &faults).0,
            "Data validations failed for collection \"imp3\" (pbc_1):\n{\n  \"fields\": {\n    \"1\": {\n      \"name\": \"Must be in \\\"order\\\".\"\n    }\n  },\n  \"listRule\": \"Bad.\"\n}"
        );
    }
}

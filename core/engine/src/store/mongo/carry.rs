//! Pipelines that carry along what the store keeps beside a json field, so that a view's json can be
//! looked into as its collection's can: the server cannot read JSON texts itself.

use mongodb::bson::{Bson, Document, doc};

/// A pipeline as it is given to the server. What is carried already stays as it is.
pub(super) fn carrying(pipeline: &[Document]) -> Vec<Document> {
    pipeline.iter().map(stage).collect()
}

fn stage(stage: &Document) -> Document {
    let mut out = stage.clone();
    for (word, argument) in out.iter_mut() {
        let Bson::Document(given) = argument else { continue };
        match word.as_str() {
            "$project" if is_inclusive(given) => add(given, projected),
            "$set" | "$addFields" => add(given, set),
            "$group" => add(given, passed),
            "$lookup" | "$unionWith" => {
                if let Some(Bson::Array(stages)) = given.get_mut("pipeline") {
                    for inner in stages.iter_mut().filter_map(Bson::as_document_mut) {
                        *inner = self::stage(inner);
                    }
                }
            }
            _ => {}
        }
    }
    out
}

/// Whether a projection names what stays.
fn is_inclusive(given: &Document) -> bool {
    given.iter().any(|(name, value)| name != "_id" && says(value) != Some(false))
        || given.get("_id").is_some_and(|value| says(value).is_none())
}

/// Whether a member of a projection stays or goes; nothing of one that is computed.
fn says(value: &Bson) -> Option<bool> {
    match value {
        Bson::Boolean(truth) => Some(*truth),
        Bson::Int32(number) => Some(*number != 0),
        Bson::Int64(number) => Some(*number != 0),
        Bson::Double(number) => Some(*number != 0.0),
        _ => None,
    }
}

/// Adds the tree of each member for which there is one.
fn add(given: &mut Document, tree_of: impl Fn(&Bson) -> Option<Bson>) {
    let own = |name: &str| name != "_id" && !name.contains([':', '.']);
    let trees: Vec<(String, Bson)> = given
        .iter()
        .filter(|(name, _)| own(name) && !given.contains_key(tree(name)))
        .filter_map(|(name, value)| Some((tree(name), tree_of(value)?)))
        .collect();
    given.extend(trees);
}

fn tree(name: &str) -> String {
    format!("{name}:tree")
}

/// What a projection names stays with its tree.
fn projected(value: &Bson) -> Option<Bson> {
    match says(value) {
        None => passed(value),
        Some(stays) => stays.then_some(Bson::Int32(1)),
    }
}

/// What is put in a member's place takes its tree's place too.
fn set(value: &Bson) -> Option<Bson> {
    Some(passed(value).unwrap_or_else(|| "$$REMOVE".into()))
}

/// The tree of a member that is passed on as it is, or of the first or last of several.
fn passed(value: &Bson) -> Option<Bson> {
    if let Some(path) = value.as_str() {
        let path = path.strip_prefix('$').filter(|path| !path.starts_with('$'))?;
        return Some(Bson::String(format!("${}", tree(path))));
    }
    let given = value.as_document()?;
    ["$first", "$last"].into_iter().find_map(|word| {
        let tree = passed(given.get(word).filter(|of| of.as_str().is_some())?)?;
        Some(doc! { word: tree }.into())
    })
}

#[test]
fn trees_go_with_their_members() {
    let rows = [
        (doc! { "$project": { "j": 1 } }, doc! { "$project": { "j": 1, "j:tree": 1 } }),
        (
            doc! { "$project": { "_id": 0, "k": "$j" } },
            doc! { "$project": { "_id": 0, "k": "$j", "k:tree": "$j:tree" } },
        ),
        (
            doc! { "$set": { "j": { "$add": [1, 2] } } },
            doc! { "$set": { "j": { "$add": [1, 2] }, "j:tree": "$$REMOVE" } },
        ),
        (
            doc! { "$group": { "_id": "$a", "n": { "$sum": 1 }, "j": { "$first": "$j" } } },
            doc! { "$group": {
                "_id": "$a", "n": { "$sum": 1 }, "j": { "$first": "$j" },
                "j:tree": { "$first": "$j:tree" },
            } },
        ),
        (doc! { "$project": { "j": 0 } }, doc! { "$project": { "j": 0 } }),
        (doc! { "$match": { "j": 1 } }, doc! { "$match": { "j": 1 } }),
    ];
    for (given, expected) in rows {
        let carried = carrying(&[given]);
        assert_eq!(carried, [expected]);
        assert_eq!(carrying(&carried), carried);
    }
}

//! What a client sent over what is stored.

use super::Draft;
use super::modifier::{Modifier, apply, resolve};
use crate::fault::{Fault, Faults};
use crate::json::Json;
use crate::pattern::Random;
use crate::record::Record;
use crate::schema::{Collection, FieldKind};
use crate::value::Value;

/// A client's wish for a record.
#[derive(Clone, Debug, Default)]
pub struct Submission {
    /// The body's members in order.
    pub members: Vec<(String, Json)>,
    /// Keys and file names of uploaded parts.
    pub uploads: Vec<(String, String)>,
    /// Whether the record is to be created.
    pub is_new: bool,
    /// Whether hidden fields may be written: superusers only.
    pub hidden: bool,
}

/// The record that would come of a submission. Keys apply in ascending length, so that a modifier
/// acts on the value given beside it; unknown keys and those of autodates change nothing.
#[must_use]
pub fn submit(base: &Record, submission: Submission, random: &mut Random<'_>) -> Draft {
    let collection = base.collection.clone();
    let mut draft = Draft {
        record: base.clone(),
        base: base.clone(),
        is_new: submission.is_new,
        touched: Vec::new(),
        computed: Vec::new(),
        plain: Vec::new(),
        body: Json::Null,
        faults: Faults::default(),
    };
    let mut body: Vec<(String, Json)> = Vec::with_capacity(submission.members.len());
    let mut fields = Vec::new();
    for (key, sent) in submission.members {
        match resolve(&collection, &key) {
            Some((index, _)) if is_closed(&collection, index, submission.hidden) => {}
            Some((index, modifier)) => fields.push((key.len(), index, modifier, sent)),
            None if names_hidden(&collection, &key, submission.hidden) => {}
            None => body.push((key, sent)),
        }
    }
    fields.sort_by_key(|(length, ..)| *length);
    for (_, index, modifier, sent) in fields {
        take(&mut draft, index, modifier, &sent, random);
        let name = &collection.fields[index].name;
        if !body.iter().any(|(key, _)| key == name) {
            body.push((name.clone(), Json::Null));
        }
    }
    for (key, name) in &submission.uploads {
        refuse_upload(&mut draft, key, name, submission.hidden);
    }
    for (key, value) in &mut body {
        if let Some(index) = collection.field_index(key) {
            *value = as_json(&draft.record.values[index]);
        }
    }
    draft.body = Json::Object(body);
    draft
}

/// Takes one member over into the draft.
fn take(draft: &mut Draft, index: usize, modifier: Modifier, sent: &Json, random: &mut Random<'_>) {
    let collection = draft.record.collection.clone();
    let field = &collection.fields[index];
    if matches!(field.kind, FieldKind::Autodate { .. }) {
        return;
    }
    match apply(field, modifier, &draft.record.values[index], sent, random) {
        Ok(value) => draft.put(index, value),
        Err(fault) => draft.faults.add(field.name.clone(), fault),
    }
    let relative = !matches!(modifier, Modifier::Set | Modifier::Autogenerate);
    if relative && !draft.is_new && !draft.computed.contains(&index) {
        draft.computed.push(index);
    }
    match field.kind {
        FieldKind::Password { .. } if !draft.plain.contains(&index) => draft.plain.push(index),
        FieldKind::File { .. } => check_files(draft, index),
        _ => {}
    }
}

/// Only names of files stored already may be submitted.
fn check_files(draft: &mut Draft, index: usize) {
    let stored = draft.base.values[index].items();
    let named = draft.record.values[index].items();
    let unknown: Vec<String> =
        named.iter().filter(|name| !stored.contains(name)).cloned().collect();
    if !unknown.is_empty() {
        let name = draft.record.collection.fields[index].name.clone();
        draft.faults.add(name, invalid_files(&unknown));
    }
}

/// What is wrong with names of files that are not there.
fn invalid_files(names: &[String]) -> Fault {
    let message = format!("Invalid new files: [{}].", names.join(" "));
    let names = names.iter().map(|name| Json::from(name.as_str())).collect();
    Fault::new("validation_invalid_file", message).with("invalidFiles", Json::List(names))
}

/// Uploads cannot be kept yet: said clearly rather than lost.
fn refuse_upload(draft: &mut Draft, key: &str, file: &str, hidden: bool) {
    let collection = draft.record.collection.clone();
    let Some((index, modifier)) = resolve(&collection, key) else { return };
    let field = &collection.fields[index];
    let takes_files = matches!(field.kind, FieldKind::File { .. }) && modifier != Modifier::Remove;
    if takes_files && !is_closed(&collection, index, hidden) {
        let fault = Fault::new("validation_invalid_file", "file uploads are not supported yet")
            .with("invalidFiles", Json::List(vec![Json::from(file)]));
        draft.faults.add(field.name.clone(), fault);
    }
}

/// Whether the caller may not write the field: a hidden one, but for the password of an auth
/// record, which everybody may set (and the auth checks look after).
fn is_closed(collection: &Collection, index: usize, hidden: bool) -> bool {
    let field = &collection.fields[index];
    let password = collection.is_auth() && field.name == "password";
    !hidden && field.hidden && !password
}

/// Whether a key with a modifier that does not apply speaks of a hidden field: rules must not see
/// it either.
fn names_hidden(collection: &Collection, key: &str, hidden: bool) -> bool {
    let name = key.strip_suffix(":autogenerate").unwrap_or(key).trim_matches(['+', '-']);
    collection.field_index(name).is_some_and(|index| is_closed(collection, index, hidden))
}

/// A field's value as a member of `@request.body`.
fn as_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Number(number) => Json::Number(*number),
        Value::Text(text) => Json::from(text.as_str()),
        Value::List(items) => {
            Json::List(items.iter().map(|item| Json::from(item.as_str())).collect())
        }
        Value::Json(json) => Json::parse(json.as_bytes()).unwrap_or_default(),
        Value::Point { lon, lat } => Json::Object(vec![
            ("lon".to_owned(), Json::Number(*lon)),
            ("lat".to_owned(), Json::Number(*lat)),
        ]),
    }
}

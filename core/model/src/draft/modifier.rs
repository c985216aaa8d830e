//! Keys of a submission: a field's name, alone or with a modifier (http-api.md 3.6).

use crate::fault::Fault;
use crate::json::Json;
use crate::normalise::{chosen, items, normalise, text};
use crate::pattern::{Random, generate};
use crate::schema::{Collection, Field, FieldKind};
use crate::value::Value;

/// What a key does to its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Modifier {
    Set,
    /// `name+`
    Append,
    /// `+name`
    Prepend,
    /// `name-`
    Remove,
    /// `name:autogenerate`
    Autogenerate,
}

/// The field a key speaks of and what it does; `None` for a key that is no field's.
pub(super) fn resolve(collection: &Collection, key: &str) -> Option<(usize, Modifier)> {
    if let Some(index) = collection.field_index(key) {
        return Some((index, Modifier::Set));
    }
    let (name, modifier) = if let Some(name) = key.strip_suffix('+') {
        (name, Modifier::Append)
    } else if let Some(name) = key.strip_prefix('+') {
        (name, Modifier::Prepend)
    } else if let Some(name) = key.strip_suffix('-') {
        (name, Modifier::Remove)
    } else {
        (key.strip_suffix(":autogenerate")?, Modifier::Autogenerate)
    };
    let index = collection.field_index(name)?;
    applies(&collection.fields[index].kind, modifier).then_some((index, modifier))
}

fn applies(kind: &FieldKind, modifier: Modifier) -> bool {
    match kind {
        FieldKind::Number { .. } => matches!(modifier, Modifier::Append | Modifier::Remove),
        FieldKind::Text { .. } => modifier == Modifier::Autogenerate,
        FieldKind::Select { .. } | FieldKind::Relation { .. } | FieldKind::File { .. } => {
            modifier != Modifier::Autogenerate
        }
        _ => false,
    }
}

/// The value after the modifier: `sent` over the value so far. Nothing is null where the column of
/// a nullable field knows no empty text.
pub(super) fn apply(
    field: &Field,
    modifier: Modifier,
    now: &Value,
    sent: &Json,
    random: &mut Random<'_>,
) -> Result<Value, Fault> {
    let value = applied(field, modifier, now, sent, random)?;
    let blank = matches!(&value, Value::Text(text) if text.is_empty());
    Ok(if blank && field.nullable && !field.holds_blank() { Value::Null } else { value })
}

fn applied(
    field: &Field,
    modifier: Modifier,
    now: &Value,
    sent: &Json,
    random: &mut Random<'_>,
) -> Result<Value, Fault> {
    match (&field.kind, modifier) {
        (_, Modifier::Set) if field.nullable && *sent == Json::Null => Ok(Value::Null),
        (FieldKind::Number { .. }, Modifier::Append) => add(&field.kind, now, sent, 1.0),
        (FieldKind::Number { .. }, Modifier::Remove) => add(&field.kind, now, sent, -1.0),
        (FieldKind::Text { autogenerate_pattern, .. }, Modifier::Autogenerate) => {
            Ok(Value::Text(text(sent) + &generate(autogenerate_pattern, random)))
        }
        (kind, Modifier::Append) => {
            Ok(chosen(kind, now.items().iter().cloned().chain(items(sent)).collect()))
        }
        (kind, Modifier::Prepend) => {
            let sent = items(sent).into_iter();
            Ok(chosen(kind, sent.chain(now.items().iter().cloned()).collect()))
        }
        (kind, Modifier::Remove) => {
            let gone = items(sent);
            let kept = now.items().iter().filter(|item| !gone.contains(item)).cloned();
            Ok(chosen(kind, kept.collect()))
        }
        (kind, Modifier::Set | Modifier::Autogenerate) => normalise(kind, sent),
    }
}

fn add(kind: &FieldKind, now: &Value, sent: &Json, sign: f64) -> Result<Value, Fault> {
    let now = match now {
        Value::Number(now) => now,
        Value::Null => &0.0,
        _ => return Ok(now.clone()),
    };
    let Value::Number(change) = normalise(kind, sent)? else { return Ok(Value::Number(*now)) };
    normalise(kind, &Json::Number(now + sign * change))
}

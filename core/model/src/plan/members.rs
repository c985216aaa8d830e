//! `@request.*` (http-api.md 2.5).

use std::sync::Arc;

use super::compare::Affinity;
use super::condition::{Row, Source, Term};
use super::facts::member;
use super::matches;
use super::names::{Modifier, Path, holds_items, lowered};
use super::planner::{Place, Planner, Step};
use super::rendering;
use super::side::{self, Side};
use crate::json::Json;
use crate::query::{Op, QueryError, back_relation};
use crate::record::Record;
use crate::schema::{Collection, FieldKind};
use crate::value::Value;

/// `@request.auth.roles`: a field of that name, where the caller's collection has one, comes first.
const ROLES: &str = "roles";

impl Planner<'_> {
    /// A member of the request; what is absent is null.
    pub(super) fn request(&mut self, place: Place, path: &Path<'_>) -> Result<Side, QueryError> {
        match (&path.parts[1..], path.modifier) {
            (["context"], None) => Ok(Side::value(self.facts.occasion.text().into())),
            (["method"], None) => Ok(Side::value(self.facts.method.into())),
            (["auth", rest @ ..], _) if !rest.is_empty() => self.auth(place, path, rest),
            (["query", rest @ ..], _) if !rest.is_empty() => {
                self.parameter(self.facts.query, path, rest)
            }
            (["headers", rest @ ..], _) if !rest.is_empty() => {
                self.parameter(self.facts.headers, path, rest)
            }
            (["body", key, rest @ ..], _) => self.body(place, path, key, rest),
            _ => Err(path.unknown()),
        }
    }

    fn parameter(
        &self,
        pairs: &[(String, String)],
        path: &Path<'_>,
        rest: &[&str],
    ) -> Result<Side, QueryError> {
        let found = match rest {
            [name] => pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        };
        let value = found.map(|text| self.text(0, rest, text));
        plain(value, path)
    }

    /// A submitted text: a number where it names a number field.
    fn text(&self, row: usize, parts: &[&str], text: &str) -> Value {
        let collection = self.collection(row);
        let field = parts.last().and_then(|name| collection.field(name));
        match field.map(|field| &field.kind) {
            Some(FieldKind::Number { .. }) => {
                text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Number)
            }
            _ => None,
        }
        .unwrap_or_else(|| text.into())
    }

    fn body(
        &mut self,
        place: Place,
        path: &Path<'_>,
        key: &str,
        rest: &[&str],
    ) -> Result<Side, QueryError> {
        let collection = self.collection(place.row);
        if let Some(field) = collection.field_index(key) {
            let kind = &collection.fields[field].kind;
            match (path.modifier, rest) {
                (_, [_, ..]) if matches!(kind, FieldKind::Relation { .. }) => {
                    return self.submitted_relation(place, path, &collection, field, rest);
                }
                (Some(Modifier::Changed), []) => {
                    return self.changed(place, path, &collection, field);
                }
                (Some(Modifier::Each | Modifier::Length), []) => {
                    if !holds_items(kind) {
                        let message = format!("`{key}` does not hold several values");
                        return Err(path.error(message));
                    }
                    return Ok(self.submitted_items(path, &collection, field));
                }
                _ => {}
            }
        }
        let value = self.submitted(place, key, rest);
        plain(value, path)
    }

    /// A submitted value; `None` where nothing was.
    fn submitted(&self, place: Place, key: &str, rest: &[&str]) -> Option<Value> {
        let mut json = self.facts.submitted(key)?;
        for part in rest {
            json = member(json, part)?;
        }
        Some(match json {
            Json::Null => Value::Null,
            Json::Bool(flag) => Value::Bool(*flag),
            Json::Number(number) => Value::Number(*number),
            Json::Text(text) if rest.is_empty() => self.text(place.row, &[key], text),
            Json::Text(text) => self.text(place.row, rest, text),
            other => Value::Text(other.to_text()),
        })
    }

    /// `:changed`: submitted, and different from what is stored.
    fn changed(
        &mut self,
        place: Place,
        path: &Path<'_>,
        collection: &Collection,
        field: usize,
    ) -> Result<Side, QueryError> {
        let definition = &collection.fields[field];
        let Some(value) = self.submitted(place, &definition.name, &[]) else {
            return Ok(Side { whole: true, ..Side::value(Value::Bool(false)) });
        };
        let stored = Path { modifier: None, parts: vec![&definition.name], ..*path };
        let stored = self.walk(place, &stored, &stored.parts)?;
        let test = side::test(Side::value(value), Op::NotEqual, true, stored);
        Ok(Side { test: Some(Box::new(test)), ..Side::null() })
    }

    /// `:each` and `:length` of a submitted list.
    fn submitted_items(&mut self, path: &Path<'_>, collection: &Collection, field: usize) -> Side {
        let definition = &collection.fields[field];
        let items = self.facts.submitted(&definition.name).map(items).unwrap_or_default();
        if path.modifier == Some(Modifier::Length) {
            return Side::count(items.len());
        }
        let multiple = definition.kind.is_multiple();
        let row = self.row(Step::BodyItems { collection: collection.id.clone(), field }, || Row {
            source: Source::Values(items),
            collection: None,
            many: multiple,
        });
        Side::of(Term::Item { row }, Affinity::Free, multiple)
    }

    /// A field of the records a submitted relation names.
    fn submitted_relation(
        &mut self,
        place: Place,
        path: &Path<'_>,
        collection: &Collection,
        field: usize,
        rest: &[&str],
    ) -> Result<Side, QueryError> {
        let definition = &collection.fields[field];
        let FieldKind::Relation { collection_id, .. } = &definition.kind else {
            return Err(path.unknown());
        };
        let Some(target) = self.schema.by_id(collection_id) else { return Ok(Side::null()) };
        self.together(target, path)?;
        let ids = self.facts.submitted(&definition.name).map(ids).unwrap_or_default();
        let given = !ids.is_empty();
        if !given && !self.thorough {
            return Ok(Side::null());
        }
        let many = definition.kind.is_multiple();
        let row = self.row(Step::Body { collection: collection.id.clone(), field }, || Row {
            source: Source::Ids(ids),
            collection: Some(target.clone()),
            many,
        });
        let side = self.walk(Place { row, many, ..place }, path, rest);
        if given { side } else { or_null(side).map(|_| Side::null()) }
    }

    /// `@request.auth.*`: null for guests and for what the caller's collection does not have.
    pub(super) fn auth(
        &mut self,
        place: Place,
        path: &Path<'_>,
        rest: &[&str],
    ) -> Result<Side, QueryError> {
        let Some(record) = self.facts.caller.record().cloned() else {
            if rest == [ROLES] {
                return self.roles(path);
            }
            self.any_caller(place, path, rest)?;
            return Ok(Side::null());
        };
        let collection = record.collection.clone();
        match (rest, path.modifier) {
            (["collectionId"], modifier) => {
                return Ok(lowered(Side::value(collection.id.as_str().into()), modifier));
            }
            (["collectionName"], modifier) => {
                return Ok(lowered(Side::value(collection.name.as_str().into()), modifier));
            }
            _ => {}
        }
        if let Some(side) = collection
            .field_index(rest[0])
            .and_then(|field| self.auth_field(place, path, &record, field, rest))
        {
            return side;
        }
        if rest == [ROLES] && collection.field_index(ROLES).is_none() {
            return self.roles(path);
        }
        if collection.field_index(rest[0]).is_none() && back_relation(rest[0]).is_none() {
            return Ok(Side::null());
        }
        self.together(&collection, path)?;
        let row = self.row(Step::Auth, || Row {
            source: Source::Ids(vec![record.id().to_owned()]),
            collection: Some(collection),
            many: false,
        });
        or_null(self.walk(Place { row, many: false, ..place }, path, rest))
    }

    /// The caller's roles: several texts, whatever the modifier but `:length`.
    fn roles(&mut self, path: &Path<'_>) -> Result<Side, QueryError> {
        let roles = self.facts.scopes.roles(self.facts.caller);
        match path.modifier {
            Some(Modifier::Length) => return Ok(Side::count(roles.len())),
            None | Some(Modifier::Each | Modifier::Lower) => {}
            Some(_) => {
                let message = format!("The modifier of `{}` does not apply here", path.text);
                return Err(path.error(message));
            }
        }
        let row = self.row(Step::AuthRoles, || Row {
            source: Source::Values(roles.iter().map(|role| Value::from(&**role)).collect()),
            collection: None,
            many: true,
        });
        let side = Side::of(Term::Item { row }, Affinity::Free, true);
        Ok(lowered(side, path.modifier))
    }

    /// What the loaded record itself can say; `None` where its row has to be joined.
    fn auth_field(
        &mut self,
        place: Place,
        path: &Path<'_>,
        record: &Arc<Record>,
        field: usize,
        rest: &[&str],
    ) -> Option<Result<Side, QueryError>> {
        let kind = &record.collection.fields[field].kind;
        let value = &record.values[field];
        if let FieldKind::Relation { collection_id, .. } = kind {
            let single = !kind.is_multiple();
            if rest.len() > 1 && !(single && rest[1..] == ["id"] && path.modifier.is_none()) {
                let target = self.schema.by_id(collection_id)?.clone();
                if let Err(error) = self.together(&target, path) {
                    return Some(Err(error));
                }
                let row = self.row(Step::AuthRelation { field }, || Row {
                    source: Source::Ids(value.items().to_vec()),
                    collection: Some(target),
                    many: !single,
                });
                let place = Place { row, many: !single, ..place };
                return Some(or_null(self.walk(place, path, &rest[1..])));
            }
        } else if rest.len() > 1 || matches!(kind, FieldKind::Json { .. }) {
            let own = matches!(kind, FieldKind::Json { .. } | FieldKind::GeoPoint);
            let known = own && self.together(&record.collection, path).is_err();
            return known.then(|| Ok(lowered(held(value, &rest[1..]), path.modifier)));
        }
        Some(Ok(match path.modifier {
            Some(Modifier::Length) if holds_items(kind) => Side::count(value.items().len()),
            Some(Modifier::Each) if holds_items(kind) => {
                let items = value.items().iter().map(|item| item.as_str().into()).collect();
                let many = kind.is_multiple();
                let row = self.row(Step::AuthItems { field }, || Row {
                    source: Source::Values(items),
                    collection: None,
                    many,
                });
                Side::of(Term::Item { row }, Affinity::Free, many)
            }
            modifier => lowered(stored(value, kind), modifier),
        }))
    }
}

/// What the caller has not is null; what cannot be asked stays an error, or a rule would hold that
/// was never looked at.
fn or_null(side: Result<Side, QueryError>) -> Result<Side, QueryError> {
    side.or_else(|error| if error.apart { Err(error) } else { Ok(Side::null()) })
}

/// A field of the caller as a bound value that compares as the field does.
fn stored(value: &Value, kind: &FieldKind) -> Side {
    let value = match value {
        Value::List(_) | Value::Point { .. } => {
            rendering::text(value).map_or(Value::Null, |text| Value::Text(text.into_owned()))
        }
        value => value.clone(),
    };
    Side { field: true, ..Side::of(Term::Value(value), Affinity::of(kind), false) }
}

/// A member of a json or geoPoint field of the caller as a bound value that compares as such a
/// member does.
fn held(value: &Value, steps: &[&str]) -> Side {
    let steps: Vec<String> = steps.iter().map(|&step| step.to_owned()).collect();
    let value = matches::part(value, &steps);
    let value = match &value {
        Value::Json(text) => match rendering::scalar(text) {
            Value::Json(text) => Value::Text(text),
            scalar => scalar,
        },
        _ => value,
    };
    let whole = matches!(value, Value::Number(number) if number.fract() == 0.0);
    Side { field: true, whole, ..Side::of(Term::Value(value), Affinity::Json, false) }
}

/// A member that is no field: only `:isset` and `:lower` apply.
fn plain(value: Option<Value>, path: &Path<'_>) -> Result<Side, QueryError> {
    match path.modifier {
        Some(Modifier::Isset) => {
            Ok(Side { whole: true, ..Side::value(Value::Bool(value.is_some())) })
        }
        None | Some(Modifier::Lower) => {
            Ok(lowered(Side::value(value.unwrap_or(Value::Null)), path.modifier))
        }
        Some(_) => Err(path.error(format!("The modifier of `{}` does not apply here", path.text))),
    }
}

/// The items of a submitted list; a single value, even the empty text, is a list of one.
fn items(json: &Json) -> Vec<Value> {
    let item = |json: &Json| match json {
        Json::Null => None,
        Json::Text(text) => Some(Value::Text(text.clone())),
        Json::Bool(flag) => Some(Value::Bool(*flag)),
        Json::Number(number) => Some(Value::Number(*number)),
        other => Some(Value::Text(other.to_text())),
    };
    match json {
        Json::List(list) => list.iter().filter_map(item).collect(),
        single => item(single).into_iter().collect(),
    }
}

/// The ids a submitted relation names, each once.
fn ids(json: &Json) -> Vec<String> {
    let mut ids = Vec::new();
    for item in items(json) {
        if let Some(text) = rendering::text(&item)
            .filter(|text| !text.is_empty() && !ids.iter().any(|id| id == text))
        {
            ids.push(text.into_owned());
        }
    }
    ids
}

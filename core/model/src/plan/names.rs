//! Names to terms (http-api.md 2.5).

use super::compare::Affinity;
use super::condition::{Row, Source, Term};
use super::moment;
use super::planner::{Need, Place, Planner, Step};
use super::scope::Reach;
use super::side::{self, Side};
use crate::query::{QueryError, Span};
use crate::schema::{Collection, FieldKind};
use crate::value::Value;

/// How many relations one name may follow.
pub const MAX_HOPS: usize = 6;

/// What follows the colon of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Modifier {
    Isset,
    Changed,
    Length,
    Each,
    Lower,
}

/// A name taken apart: `author.name:lower`.
pub(super) struct Path<'t> {
    /// The whole name, for messages.
    pub(super) text: &'t str,
    pub(super) span: Span,
    /// What stands between the dots.
    pub(super) parts: Vec<&'t str>,
    pub(super) modifier: Option<Modifier>,
}

impl<'t> Path<'t> {
    fn read(text: &'t str, span: Span) -> Result<Self, QueryError> {
        let mut parts: Vec<&str> = text.split('.').collect();
        // `@collection.name:alias` alone has an alias there, not a modifier.
        let last = parts.last_mut().filter(|last| last.contains(':'));
        let mut path = Path { text, span, parts: Vec::new(), modifier: None };
        if let Some((name, modifier)) = last.as_ref().and_then(|last| last.split_once(':')) {
            path.modifier = Some(match modifier {
                "isset" => Modifier::Isset,
                "changed" => Modifier::Changed,
                "length" => Modifier::Length,
                "each" => Modifier::Each,
                "lower" => Modifier::Lower,
                _ => return Err(path.error(format!("Unknown modifier `:{modifier}`"))),
            });
            if let Some(last) = last {
                *last = name;
            }
        }
        path.parts = parts;
        Ok(path)
    }

    pub(super) fn error(&self, message: impl Into<String>) -> QueryError {
        QueryError::new(message, self.span)
    }

    /// The error of a name that stands for nothing.
    pub(super) fn unknown(&self) -> QueryError {
        self.error(format!("Unknown name `{}`", self.text))
    }
}

impl Planner<'_> {
    /// The operand a name stands for: a macro, a field, a member of the request, a literal.
    pub(super) fn name(
        &mut self,
        place: Place,
        text: &str,
        span: Span,
    ) -> Result<Side, QueryError> {
        if let Some(value) = moment::value(text, self.facts.now) {
            return Ok(Side { whole: true, ..Side::value(value) });
        }
        let found = self.column(place, text, span);
        match (&found, literal(text)) {
            (Err(_), Some(value)) => Ok(Side { whole: true, ..Side::value(value) }),
            _ => found,
        }
    }

    /// The operand a name other than a macro or literal stands for.
    pub(super) fn column(
        &mut self,
        place: Place,
        text: &str,
        span: Span,
    ) -> Result<Side, QueryError> {
        let path = Path::read(text, span)?;
        let start = path.parts[0];
        if !start.starts_with('@') {
            return self.walk(place, &path, &path.parts);
        }
        match start {
            "@request" | "@collection" if !place.trusted => {
                Err(path.error(format!("Only superusers may use `{start}.` here")))
            }
            "@request" => self.request(place, &path),
            "@collection" => self.every(place, &path),
            _ => Err(path.unknown()),
        }
    }

    /// `@collection.name.path`, `@collection.name:alias.path`.
    fn every(&mut self, place: Place, path: &Path<'_>) -> Result<Side, QueryError> {
        let [_, name, rest @ ..] = path.parts.as_slice() else { return Err(path.unknown()) };
        let (name, alias) = name.split_once(':').unwrap_or((name, ""));
        if rest.is_empty() {
            return Err(path.error(format!("`{}` needs a field", path.text)));
        }
        let Some(collection) = self.schema.find(name) else {
            return Err(path.error(format!("Unknown collection `{name}`")));
        };
        self.together(collection, path)?;
        let step = Step::Every { collection: collection.id.clone(), alias: alias.to_owned() };
        let row = self.row(step, || Row {
            source: Source::Every,
            collection: Some(collection.clone()),
            many: true,
        });
        self.walk(Place { row, many: true, ..place }, path, rest)
    }

    /// Follows the parts of a name from a row of records to a field.
    pub(super) fn walk(
        &mut self,
        mut place: Place,
        path: &Path<'_>,
        parts: &[&str],
    ) -> Result<Side, QueryError> {
        for (hop, part) in parts.iter().enumerate() {
            let collection = self.collection(place.row);
            let rest = &parts[hop + 1..];
            if rest.is_empty() {
                return self.field(place, &collection, part, path);
            }
            let field = collection.field_index(part);
            if let Some(index) = field {
                let definition = &collection.fields[index];
                self.allow(place, &collection, index, path)?;
                match &definition.kind {
                    FieldKind::Json { .. } | FieldKind::GeoPoint => {
                        let steps = rest.iter().map(|&step| step.to_owned()).collect();
                        let term = Term::Path { row: place.row, field: index, steps };
                        let side = Side::of(term, Affinity::Json, place.many);
                        return Ok(lowered(side, path.modifier));
                    }
                    FieldKind::Relation { .. } => {}
                    _ => return Err(path.error(format!("`{part}` is not a relation"))),
                }
                if rest == ["id"] && !definition.kind.is_multiple() && path.modifier.is_none() {
                    return self.field(place, &collection, part, path);
                }
            }
            // The ids themselves are in the record.
            if rest == ["id"]
                && path.modifier.is_none()
                && let Some(index) = field
                && self.is_apart(&collection.fields[index].kind)
            {
                return Ok(self.items(place, index, true));
            }
            if hop >= MAX_HOPS {
                let message = format!("At most {MAX_HOPS} relations may be followed");
                return Err(path.error(message));
            }
            place = match field {
                Some(index) => self.follow(place, &collection, index, path)?,
                None => self.back(place, &collection, part, path)?,
            };
            if !place.trusted {
                self.guard(place.row, path.span)?;
            }
        }
        Err(path.unknown())
    }

    /// To the records a relation field names.
    fn follow(
        &mut self,
        place: Place,
        collection: &Collection,
        field: usize,
        path: &Path<'_>,
    ) -> Result<Place, QueryError> {
        let definition = &collection.fields[field];
        let target = match &definition.kind {
            FieldKind::Relation { collection_id, .. } => self.schema.by_id(collection_id),
            _ => None,
        };
        let Some(target) = target else {
            return Err(path.error(format!("`{}` points at no collection", definition.name)));
        };
        self.together(target, path)?;
        let multiple = definition.kind.is_multiple();
        let many = self.rows[place.row].many || multiple;
        let row = self.row(Step::Relation { from: place.row, field }, || Row {
            source: Source::Relation { from: place.row, field },
            collection: Some(target.clone()),
            many,
        });
        Ok(Place { row, many: place.many || multiple, ..place })
    }

    /// To the records whose relation field names the record of this row (`posts_via_author`).
    fn back(
        &mut self,
        place: Place,
        collection: &Collection,
        part: &str,
        path: &Path<'_>,
    ) -> Result<Place, QueryError> {
        let Some((name, field)) = part.rsplit_once("_via_") else {
            return Err(path.error(format!("`{}` has no field `{part}`", collection.name)));
        };
        let Some(source) = self.schema.find(name) else {
            return Err(path.error(format!("Unknown collection `{name}` in `{part}`")));
        };
        let Some(index) = source.field_index(field) else {
            return Err(path.error(format!("`{}` has no field `{field}`", source.name)));
        };
        let kind = &source.fields[index].kind;
        match kind {
            FieldKind::Relation { collection_id, .. } if *collection_id == collection.id => {}
            _ => {
                let message = format!("`{field}` of `{name}` does not point at this collection");
                return Err(path.error(message));
            }
        }
        self.together(source, path)?;
        let multiple = kind.is_multiple() || !source.is_unique(field);
        let many = self.rows[place.row].many || multiple;
        let step = Step::Back { from: place.row, collection: source.id.clone(), field: index };
        let row = self.row(step, || Row {
            source: Source::Back { from: place.row, field: index },
            collection: Some(source.clone()),
            many,
        });
        let place = Place { row, many: place.many || multiple, ..place };
        self.allow(place, source, index, path)?;
        Ok(place)
    }

    /// The last part of a name.
    fn field(
        &mut self,
        place: Place,
        collection: &Collection,
        name: &str,
        path: &Path<'_>,
    ) -> Result<Side, QueryError> {
        let Some(field) = collection.field_index(name) else {
            return Err(path.error(format!("Unknown field `{name}`")));
        };
        let definition = &collection.fields[field];
        self.allow(place, collection, field, path)?;
        let row = place.row;
        match path.modifier {
            Some(Modifier::Length) if holds_items(&definition.kind) => {
                let known = self.given_value(row, field).map(|value| {
                    #[allow(clippy::cast_precision_loss)]
                    Value::Number(value.items().len() as f64)
                });
                let side = Side::of(Term::Length { row, field }, Affinity::Free, place.many);
                return Ok(Side { known, whole: true, ..side });
            }
            Some(Modifier::Each) if holds_items(&definition.kind) => {
                return Ok(self.items(place, field, definition.kind.is_multiple()));
            }
            _ => {}
        }
        let term = Term::Column { row, field };
        let mut side = Side::of(term, Affinity::of(&definition.kind), place.many);
        side.known = self.given_value(row, field).cloned();
        if !place.trusted && collection.is_auth() && name == "email" {
            side.email = Some(row);
        }
        Ok(lowered(side, path.modifier))
    }

    /// Refuses a field that the caller may read nowhere; notes what has to be true where it may be
    /// read on some rows.
    fn allow(
        &mut self,
        place: Place,
        collection: &Collection,
        field: usize,
        path: &Path<'_>,
    ) -> Result<(), QueryError> {
        if place.trusted {
            return Ok(());
        }
        let unknown =
            || Err(path.error(format!("Unknown field `{}`", collection.fields[field].name)));
        if collection.fields[field].hidden {
            return unknown();
        }
        let elsewhere = if place.row == 0 { None } else { self.elsewhere(collection) };
        let Some(scope) = elsewhere.as_deref().or(self.scope.filter(|_| place.row == 0)) else {
            return Ok(());
        };
        let (row, many) = (place.row, place.many);
        let mut tests = Vec::new();
        match scope.reach(field) {
            Reach::Never => return unknown(),
            Reach::Where(class) => tests.push(self.terms(row, &scope.classes()[class])?),
            Reach::Always => {}
        }
        if let Some(terms) = scope.rows().filter(|_| row != 0 && scope.is_lined()) {
            tests.push(self.terms(row, terms)?);
        }
        if !tests.is_empty() {
            let test = side::all(tests);
            let test = if row == 0 { test } else { self.or_absent(row, test) };
            self.needs.push(Need { row, test, many });
        }
        Ok(())
    }

    /// The items of a list field, one by one.
    fn items(&mut self, place: Place, field: usize, multiple: bool) -> Side {
        let many = self.rows[place.row].many || multiple;
        let row = self.row(Step::Items { from: place.row, field }, || Row {
            source: Source::Items { from: place.row, field },
            collection: None,
            many,
        });
        Side::of(Term::Item { row }, Affinity::Free, place.many || multiple)
    }

    /// A field of the record the condition is about, where that is not read but given.
    fn given_value(&self, row: usize, field: usize) -> Option<&Value> {
        match &self.rows[row].source {
            Source::Given(record) => record.values.get(field),
            _ => None,
        }
    }
}

/// Whether `:each` and `:length` mean something for a field.
pub(super) fn holds_items(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Select { .. } | FieldKind::File { .. } | FieldKind::Relation { .. })
}

/// With `:lower`; every other modifier is ignored where it does not apply.
pub(super) fn lowered(side: Side, modifier: Option<Modifier>) -> Side {
    if modifier == Some(Modifier::Lower) { side.lower() } else { side }
}

fn literal(text: &str) -> Option<Value> {
    if text.eq_ignore_ascii_case("true") {
        return Some(Value::Bool(true));
    }
    if text.eq_ignore_ascii_case("false") {
        return Some(Value::Bool(false));
    }
    text.eq_ignore_ascii_case("null").then_some(Value::Null)
}

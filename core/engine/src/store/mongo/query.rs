//! The part of a condition that the query language can say, so that indexes serve it: the record's
//! own fields compared with bound values of their kind.

use mongodb::bson::{Bson, Document, doc};
use purlin_model::plan::compare::Affinity;
use purlin_model::plan::{Condition, Row, Source, Term, Test};
use purlin_model::query::Op;
use purlin_model::schema::{Field, FieldKind};
use purlin_model::{Value, dialect};

use super::field::is_foreign;
use super::names;
use super::native;

/// What of a condition goes where.
#[derive(Debug, Default)]
pub(super) struct Split<'c> {
    /// All of these must match.
    pub(super) matches: Vec<Document>,
    /// What only an expression can decide.
    pub(super) rest: Vec<&'c Test>,
}

impl Split<'_> {
    /// One document that says what all say.
    pub(super) fn document(mut self, expression: Option<Bson>) -> Document {
        if let Some(expression) = expression {
            self.matches.push(doc! { "$expr": expression });
        }
        match self.matches.len() {
            0 => Document::new(),
            1 => self.matches.swap_remove(0),
            _ => doc! { "$and": self.matches },
        }
    }
}

/// Takes a condition on stored records apart.
pub(super) fn split(condition: &Condition) -> Split<'_> {
    let parts = match &condition.test {
        Test::All(tests) => tests.as_slice(),
        test => std::slice::from_ref(test),
    };
    let mut split = Split::default();
    for part in parts {
        match says(&condition.rows, part) {
            Some(Said { document, exactly }) => {
                split.matches.push(document);
                if !exactly {
                    split.rest.push(part);
                }
            }
            None if *part == Test::Constant(true) => {}
            None => split.rest.push(part),
        }
    }
    split
}

/// A test in the query language.
struct Said {
    document: Document,
    /// Whether nothing more than the test asks for matches.
    exactly: bool,
}

fn says(rows: &[Row], test: &Test) -> Option<Said> {
    if !matches!(rows[0].source, Source::Base) {
        return None;
    }
    match test {
        Test::Constant(false) => Some(Said { document: doc! { "$nor": [{}] }, exactly: true }),
        Test::All(tests) | Test::Any(tests) => {
            let parts: Vec<Said> =
                tests.iter().map(|test| says(rows, test)).collect::<Option<_>>()?;
            let exactly = parts.iter().all(|part| part.exactly);
            let parts: Vec<Document> = parts.into_iter().map(|part| part.document).collect();
            let word = if matches!(test, Test::All(_)) { "$and" } else { "$or" };
            Some(Said { document: doc! { word: parts }, exactly })
        }
        Test::In { term: Term::Column { row: 0, field }, texts } => {
            let field = own(rows, *field)?;
            let values: Vec<Bson> = texts
                .iter()
                .map(|text| wanted(rows, field, &Value::from(text.as_str())))
                .collect::<Option<_>>()?;
            Some(said(rows, field, "$in", values.into()))
        }
        Test::Compare {
            left: Term::Column { row: 0, field },
            op,
            right: Term::Value(value),
            ..
        } => {
            let word = match op {
                Op::Equal => "$eq",
                Op::Less => "$lt",
                Op::LessEqual => "$lte",
                Op::Greater => "$gt",
                Op::GreaterEqual => "$gte",
                Op::NotEqual | Op::Like | Op::NotLike => return None,
            };
            let field = own(rows, *field)?;
            let empty =
                *value == Value::Null || matches!(value, Value::Text(text) if text.is_empty());
            if empty && (word != "$eq" || field.nullable || foreign(rows, field)) {
                return None;
            }
            let value = if empty { Value::from("") } else { value.clone() };
            Some(said(rows, field, word, wanted(rows, field, &value)?))
        }
        _ => None,
    }
}

fn said(rows: &[Row], field: &Field, word: &str, value: Bson) -> Said {
    let mut asked = Document::new();
    asked.insert(word, value.clone());
    let mut document = Document::new();
    let asked = if word == "$eq" { value } else { Bson::Document(asked) };
    document.insert(&*names::member(field), asked);
    Said { document, exactly: !foreign(rows, field) }
}

/// A field whose member holds its value as comparisons see it.
fn own(rows: &[Row], position: usize) -> Option<&Field> {
    let field = &rows[0].collection.as_deref()?.fields[position];
    let odd = matches!(field.kind, FieldKind::Json { .. } | FieldKind::GeoPoint);
    (!odd && !field.kind.is_multiple()).then_some(field)
}

fn foreign(rows: &[Row], field: &Field) -> bool {
    rows[0].collection.as_deref().is_some_and(|collection| is_foreign(collection, field))
}

/// The value as the member would hold it; `None` where more is to be compared than values of one
/// type.
fn wanted(rows: &[Row], field: &Field, value: &Value) -> Option<Bson> {
    if foreign(rows, field) {
        return native::wanted(field, value);
    }
    match (Affinity::of(&field.kind), value) {
        (Affinity::Text, Value::Text(text)) => Some(Bson::String(text.clone())),
        (Affinity::Number, Value::Number(number)) => number_or_bool(field, *number),
        (Affinity::Number, Value::Bool(truth)) => {
            number_or_bool(field, f64::from(u8::from(*truth)))
        }
        (Affinity::Number, Value::Text(text)) => number_or_bool(field, dialect::decimal(text)?),
        _ => None,
    }
}

fn number_or_bool(field: &Field, number: f64) -> Option<Bson> {
    match &field.kind {
        FieldKind::Bool if number == 1.0 => Some(Bson::Boolean(true)),
        FieldKind::Bool if number == 0.0 => Some(Bson::Boolean(false)),
        FieldKind::Bool => None,
        _ => Some(Bson::Double(number)),
    }
}

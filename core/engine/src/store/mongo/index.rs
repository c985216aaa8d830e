//! Index texts to indexes: columns, `ASC` and `DESC`, `COLLATE NOCASE` and `BINARY`, `lower(…)`,
//! and conditions of simple comparisons joined by AND.

use mongodb::bson::{Bson, Document, doc};
use purlin_model::schema::index::{Column, Index};
use purlin_model::schema::{Collection, Field, FieldKind};

use super::names;
use super::partial;
use crate::store::StoreError;
use crate::store::sql::index::IndexText;

/// Which members beside the fields' own the indexes of a collection need.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Shadows {
    folded: Vec<String>,
    texts: Vec<String>,
}

impl Shadows {
    pub(super) fn of(collection: &Collection) -> Self {
        let mut shadows = Shadows::default();
        if collection.adopted.is_some() {
            return shadows;
        }
        for text in &collection.indexes {
            let Some(index) = Index::parse(text) else { continue };
            for column in &index.columns {
                let Some(part) = Part::of(collection, column) else { continue };
                if part.folded {
                    shadows.folded.push(part.field.name.clone());
                } else if index.unique && part.field.kind.is_multiple() {
                    shadows.texts.push(part.field.name.clone());
                }
            }
        }
        shadows
    }

    /// Whether a field's text is kept in lower case too.
    pub(super) fn has_folded(&self, field: &Field) -> bool {
        self.folded.contains(&field.name)
    }

    /// Whether a list field's compact text is kept too.
    pub(super) fn has_text(&self, field: &Field) -> bool {
        self.texts.contains(&field.name)
    }
}

/// A column of an index that can be made.
struct Part<'c> {
    field: &'c Field,
    folded: bool,
    descending: bool,
}

impl<'c> Part<'c> {
    fn of(collection: &'c Collection, column: &Column) -> Option<Self> {
        let (name, lower) = match column.expression {
            true => (lowered(&column.name)?, true),
            false => (column.name.as_str(), false),
        };
        let folded = lower || column.collation.eq_ignore_ascii_case("nocase");
        let known = folded || matches!(&*column.collation.to_ascii_lowercase(), "" | "binary");
        let field = named(collection, name)?;
        known.then_some(Part { field, folded, descending: column.order == "DESC" })
    }

    fn member(&self, unique: bool) -> String {
        match &self.field.kind {
            _ if self.folded => names::folded_of(self.field),
            FieldKind::GeoPoint => names::text_of(self.field),
            kind if kind.is_multiple() && unique => names::text_of(self.field),
            _ => names::member(self.field).into_owned(),
        }
    }
}

/// The field of a name in any case, as columns of SQL are found.
pub(super) fn named<'c>(collection: &'c Collection, name: &str) -> Option<&'c Field> {
    collection.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
}

/// The column of `lower(column)`.
fn lowered(expression: &str) -> Option<&str> {
    let head = expression.get(..5).filter(|head| head.eq_ignore_ascii_case("lower"))?;
    let inner = expression[head.len()..].trim().strip_prefix('(')?.strip_suffix(')')?;
    Some(inner.trim().trim_matches(|quote| matches!(quote, '"' | '`' | '[' | ']')))
}

/// How many fields the server lets an index have.
const FIELDS: usize = 32;

/// The index of a text, as `createIndexes` takes it.
///
/// # Errors
/// `Index` with what of the text cannot be had.
pub(super) fn specification(collection: &Collection, text: &str) -> Result<Document, StoreError> {
    let refuse = |name: &str, reason: &str| StoreError::Index {
        name: name.to_owned(),
        reason: reason.to_owned(),
    };
    let Some(index) = Index::parse(text) else {
        let name = IndexText::parse(text).map(|index| index.name).unwrap_or_default();
        return Err(refuse(&name, "not one CREATE INDEX statement"));
    };
    if index.columns.len() > FIELDS {
        let reason = format!("an index of MongoDB has {FIELDS} fields at the most");
        return Err(refuse(&index.name, &reason));
    }
    let mut keys = Document::new();
    let mut lists = 0;
    let mut last = None;
    for column in &index.columns {
        let Some(part) = Part::of(collection, column) else {
            let reason = format!(
                "indexes of MongoDB are over fields, lower(field), and COLLATE NOCASE or BINARY; not {}",
                column.name
            );
            return Err(refuse(&index.name, &reason));
        };
        lists += usize::from(part.field.kind.is_multiple() && !index.unique && !part.folded);
        keys.insert(part.member(index.unique), if part.descending { -1 } else { 1 });
        last = Some(part);
    }
    if lists > 1 {
        return Err(refuse(
            &index.name,
            "an index of MongoDB can have one field with several values",
        ));
    }
    if let Some(last) = last.filter(|_| !index.unique && keys.len() < FIELDS) {
        keys.insert(names::ORDER, ties(&last));
    }
    let mut specification = doc! { "key": keys, "name": &index.name };
    if index.unique {
        specification.insert("unique", true);
    }
    if !index.condition.is_empty() {
        let filter = partial::filter(collection, &index.condition);
        let filter = filter.map_err(|reason| refuse(&index.name, &reason))?;
        specification.insert("partialFilterExpression", filter);
    }
    Ok(specification)
}

/// Ties break by insertion order in either direction of a sort, an index is read both ways: it can
/// serve one direction whole. That is the one declared; else the newest or largest first of dates
/// and numbers, and texts from the beginning.
fn ties(last: &Part<'_>) -> i32 {
    let dates = matches!(
        last.field.kind,
        FieldKind::Date { .. } | FieldKind::Autodate { .. } | FieldKind::Number { .. }
    );
    if dates && !last.descending { -1 } else { 1 }
}

/// Whether an index of the collection's own has a member.
pub(super) fn has(collection: &Collection, member: &str) -> bool {
    collection.indexes.iter().filter_map(|text| Index::parse(text)).any(|index| {
        let mut parts = index.columns.iter().filter_map(|column| Part::of(collection, column));
        parts.any(|part| part.member(index.unique) == member)
    })
}

/// The fields of the index of a name; of the key the id.
pub(super) fn fields_of(collection: &Collection, name: &str) -> Vec<String> {
    if name == "_id_" {
        return vec!["id".to_owned()];
    }
    let mut indexes = collection.indexes.iter().filter_map(|text| Index::parse(text));
    let Some(index) = indexes.find(|index| index.name.eq_ignore_ascii_case(name)) else {
        return Vec::new();
    };
    let parts = index.columns.iter().filter_map(|column| Part::of(collection, column));
    parts.map(|part| part.field.name.clone()).collect()
}

/// The index every collection has for the order of insertion.
pub(super) fn of_order() -> Document {
    doc! { "key": { names::ORDER: 1 }, "name": names::ORDER }
}

/// Two index names that differ by case only, or not at all.
pub(super) fn repeated(texts: &[String]) -> Option<String> {
    let mut seen: Vec<String> = Vec::new();
    for text in texts {
        let Some(index) = IndexText::parse(text) else { continue };
        let lower = index.name.to_ascii_lowercase();
        if seen.contains(&lower) {
            return Some(index.name);
        }
        seen.push(lower);
    }
    None
}

/// A comparison of a partial index.
pub(super) fn compared(field: &Field, word: &str, value: Bson) -> Document {
    let mut asked = Document::new();
    asked.insert(word, value);
    let mut out = Document::new();
    out.insert(&*names::member(field), asked);
    out
}

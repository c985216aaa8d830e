//! Index texts to keys. `MySQL` knows neither partial indexes nor our collations of SQLite, and
//! takes only the beginning of long texts: generated columns stand in, which nobody sees.

use purlin_model::Collection;
use purlin_model::schema::index::{Column, Index};
use purlin_model::schema::{Field, FieldKind};

use super::super::index::{IndexText, unquote, words};
use super::super::name::physical;
use super::super::statement::Statement;
use super::super::typed::{Literal, Part, Typed as _, index_condition};
use super::{LONGEST, Mysql};

/// How many characters of long texts an index takes.
const PREFIX: usize = 191;
/// How many columns of short texts fit into a key as a whole.
const WHOLE: usize = 3;

/// The name of the key over ids.
pub(crate) const ID_KEY: &str = "purlin_id";

/// What an index is made of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Keys {
    /// The index's name, as it was given.
    pub(crate) name: String,
    /// What to add to a table: columns and keys.
    pub(crate) added: Vec<String>,
    /// What to drop to be rid of it.
    pub(crate) dropped: Vec<String>,
}

/// The keys for an index of a collection; `is_long` says whether a field's column holds texts of
/// any length.
///
/// # Errors
/// The name as far as it can be read, and why there is no such index.
pub(crate) fn keys(
    dialect: &'static Mysql,
    collection: &Collection,
    text: &str,
    is_long: &dyn Fn(&Field) -> bool,
) -> Result<Keys, (String, String)> {
    let named = IndexText::parse(text).map(|index| index.name).unwrap_or_default();
    let index = Index::parse(text);
    let index = index.ok_or_else(|| (named.clone(), "not a CREATE INDEX statement".to_owned()))?;
    let mut out = Builder { dialect, added: Vec::new(), dropped: Vec::new(), name: &index.name };
    out.build(collection, &index, is_long).map_err(|reason| (index.name.clone(), reason))?;
    let Builder { added, dropped, .. } = out;
    Ok(Keys { name: index.name, added, dropped })
}

struct Builder<'i> {
    dialect: &'static Mysql,
    name: &'i str,
    added: Vec<String>,
    dropped: Vec<String>,
}

impl Builder<'_> {
    fn build(
        &mut self,
        collection: &Collection,
        index: &Index,
        is_long: &dyn Fn(&Field) -> bool,
    ) -> Result<(), String> {
        let fields: Vec<&Field> = index
            .columns
            .iter()
            .map(|column| found(collection, column))
            .collect::<Result<_, _>>()?;
        let condition = match index.condition.as_str() {
            "" => None,
            text => Some(condition(self.dialect, &index_condition(collection, text)?)?),
        };
        let texts = fields.iter().filter(|field| is_text(field)).count();
        let mut parts = Vec::new();
        let mut stands_in = false;
        for (column, field) in index.columns.iter().zip(&fields) {
            let folds = folds(column);
            let long = is_long(field) || is_text(field) && texts > WHOLE;
            let condition = condition.as_deref().filter(|_| index.unique);
            let hashed = index.unique && long;
            if folds || hashed || condition.is_some() {
                stands_in = true;
                let name = self.stand_in(field, folds, hashed, long, condition);
                parts.push(format!(
                    "{name}{}",
                    if long && !hashed { prefix(texts) } else { String::new() }
                ));
            } else {
                parts.push(self.plain(column, field, long, texts, index.unique));
            }
        }
        let head = if index.unique { "UNIQUE KEY" } else { "KEY" };
        let name = quoted(self.dialect, self.name);
        self.added.push(format!("ADD {head} {name} ({})", parts.join(", ")));
        self.dropped.insert(0, format!("DROP KEY {name}"));
        if stands_in {
            // Comparisons name the columns themselves.
            let plain: Vec<String> = index
                .columns
                .iter()
                .zip(&fields)
                .map(|(column, field)| {
                    let long = is_long(field) || is_text(field) && texts > WHOLE;
                    self.plain(column, field, long, texts, false)
                })
                .collect();
            let name = quoted(self.dialect, &format!("{} plain", self.name));
            self.added.push(format!("ADD KEY {name} ({})", plain.join(", ")));
            self.dropped.insert(0, format!("DROP KEY {name}"));
        }
        Ok(())
    }

    fn plain(
        &self,
        column: &Column,
        field: &Field,
        long: bool,
        texts: usize,
        unique: bool,
    ) -> String {
        let date = matches!(field.kind, FieldKind::Date { .. } | FieldKind::Autodate { .. });
        // Of dates the newest are asked for first, and ties break by the order of insertion.
        let newest = date && column.order.is_empty() && !unique;
        let order = if column.order == "DESC" || newest { " DESC" } else { "" };
        let part = if long { prefix(texts) } else { String::new() };
        format!("{}{part}{order}", quoted(self.dialect, &field.name))
    }

    /// Adds a generated column; its name, quoted.
    fn stand_in(
        &mut self,
        field: &Field,
        folds: bool,
        hashed: bool,
        long: bool,
        condition: Option<&str>,
    ) -> String {
        let column = |out: &mut Statement| {
            out.name(&field.name);
        };
        let mut value = Statement::new(self.dialect, "");
        if folds && is_text(field) {
            self.dialect.fold(&mut value, &column);
        } else {
            column(&mut value);
        }
        let mut text = value.text;
        let kind = if hashed {
            text = format!("UNHEX(SHA2({text}, 256))");
            "VARBINARY(32)"
        } else if long {
            "LONGTEXT"
        } else {
            Mysql::column_type(field)
        };
        if let Some(condition) = condition {
            text = format!("CASE WHEN {condition} THEN {text} END");
        }
        let name = format!("~{} {}", self.name, self.added.len());
        let name = quoted(self.dialect, &name);
        self.added.push(format!(
            "ADD COLUMN {name} {kind} GENERATED ALWAYS AS ({text}) VIRTUAL /*!80023 INVISIBLE */"
        ));
        self.dropped.push(format!("DROP COLUMN {name}"));
        name
    }
}

fn found<'c>(collection: &'c Collection, column: &Column) -> Result<&'c Field, String> {
    let name = match lowered(column) {
        Some(name) => name,
        None if column.expression => {
            let text = "is an expression; fields and lower(field) are understood";
            return Err(format!("`{}` {text}", column.name));
        }
        None => column.name.clone(),
    };
    if !["", "binary", "nocase"].iter().any(|it| column.collation.eq_ignore_ascii_case(it)) {
        return Err(format!("the collation {} is not understood", column.collation));
    }
    let same = |field: &&Field| field.name.eq_ignore_ascii_case(&name);
    let found = collection.fields.iter().find(same);
    found.ok_or_else(|| format!("no such column: {name}"))
}

/// Whether letters of either case are the same.
fn folds(column: &Column) -> bool {
    column.collation.eq_ignore_ascii_case("nocase") || lowered(column).is_some()
}

/// The field of `lower(field)`.
fn lowered(column: &Column) -> Option<String> {
    let words = words(&column.name);
    match words.as_slice() {
        [lower, "(", name, ")"] if column.expression && lower.eq_ignore_ascii_case("lower") => {
            Some(unquote(name))
        }
        _ => None,
    }
}

fn is_text(field: &Field) -> bool {
    !matches!(field.kind, FieldKind::Number { .. } | FieldKind::Bool)
}

fn prefix(texts: usize) -> String {
    format!("({})", PREFIX.min(760 / texts.max(1)))
}

fn quoted(dialect: &'static Mysql, name: &str) -> String {
    let mut out = Statement::new(dialect, "");
    out.name(name);
    out.text
}

/// The condition of a partial index as an expression.
fn condition(dialect: &'static Mysql, part: &Part<'_>) -> Result<String, String> {
    Ok(match part {
        Part::Joined { all, parts } => {
            let parts: Vec<String> =
                parts.iter().map(|part| condition(dialect, part)).collect::<Result<_, _>>()?;
            format!("({})", parts.join(if *all { " AND " } else { " OR " }))
        }
        Part::Not(inner) => format!("NOT ({})", condition(dialect, inner)?),
        Part::Compare { field, op, value } => {
            format!("{} {op} {}", quoted(dialect, &field.name), literal(field, value)?)
        }
        Part::Null { field, not } => {
            let not = if *not { " NOT" } else { "" };
            format!("{} IS{not} NULL", quoted(dialect, &field.name))
        }
        Part::Among { field, values, not } => {
            let values: Vec<String> =
                values.iter().map(|value| literal(field, value)).collect::<Result<_, _>>()?;
            let not = if *not { " NOT" } else { "" };
            format!("{}{not} IN ({})", quoted(dialect, &field.name), values.join(", "))
        }
    })
}

/// A value of the field's own kind; the database would convert another.
fn literal(field: &Field, value: &Literal) -> Result<String, String> {
    match value {
        Literal::Text(text) if is_text(field) => {
            Ok(format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''")))
        }
        Literal::Number(number) if !is_text(field) => Ok(format!("{number:e}")),
        Literal::Bool(truth) if !is_text(field) => Ok(if *truth { "1" } else { "0" }.to_owned()),
        _ => Err(format!("`{}` is compared with a value of another kind", field.name)),
    }
}

/// The fields of the key of that name.
pub(crate) fn violated(key: &str, collection: &Collection) -> Vec<String> {
    if key.eq_ignore_ascii_case(ID_KEY) || key == "PRIMARY" {
        return vec!["id".to_owned()];
    }
    let mut texts = collection.indexes.iter().filter_map(|text| IndexText::parse(text));
    let index = texts.find(|index| physical(&index.name, LONGEST).eq_ignore_ascii_case(key));
    match index {
        Some(index) => index.fields(collection),
        None if collection.adopted.is_some() => others(key, collection),
        None => Vec::new(),
    }
}

/// The fields of an index that others made, of which only the name is known: where nobody named it
/// that of its first column, perhaps with a number.
fn others(key: &str, collection: &Collection) -> Vec<String> {
    let known: Vec<Vec<String>> = collection
        .indexes
        .iter()
        .filter_map(|text| Some(IndexText::parse(text)?.fields(collection)))
        .collect();
    if let [only] = known.as_slice() {
        return only.clone();
    }
    let stem = key.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
    let leads = |fields: &&Vec<String>| {
        let first = fields.first().and_then(|name| collection.field(name));
        first.is_some_and(|field| [key, stem].contains(&field.column()))
    };
    known.iter().find(leads).cloned().unwrap_or_default()
}

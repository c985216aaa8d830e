//! Whether a table is still what its collection says.

use std::fmt;

use super::key;
use super::table::{Table, TableColumn};
use crate::schema::{Collection, Field};

/// A difference between a collection and its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// What is different.
    pub difference: Difference,
    /// Whether the collection cannot be served as it is: answers would be wrong.
    pub stops: bool,
}

/// What is different.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Difference {
    /// There is no such table any more.
    TableGone { table: String },
    /// A table became a view, or the other way round.
    OtherKind { table: String, is_view: bool },
    /// The column of a field is gone.
    ColumnGone { field: String, column: String },
    /// The column of a field is of another type.
    TypeChanged { field: String, column: String, was: &'static str, now: String },
    /// A column that was never null may be null now.
    NullsAppear { field: String, column: String },
    /// A column that could be null must not be any more.
    NullsRefused { field: String, column: String },
    /// The database no longer fills a column in.
    NotFilled { field: String, column: String },
    /// The column of the ids no longer tells the rows apart.
    KeyLost { column: String },
    /// A column no field is for.
    ColumnNew { column: String, type_text: String, needed: bool },
}

impl Difference {
    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Difference::TableGone { .. } => "tableGone",
            Difference::OtherKind { .. } => "otherKind",
            Difference::ColumnGone { .. } => "columnGone",
            Difference::TypeChanged { .. } => "typeChanged",
            Difference::NullsAppear { .. } => "nullsAppear",
            Difference::NullsRefused { .. } => "nullsRefused",
            Difference::NotFilled { .. } => "notFilled",
            Difference::KeyLost { .. } => "keyLost",
            Difference::ColumnNew { .. } => "columnNew",
        }
    }
}

/// A phrase for people.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::TableGone { table } => write!(f, "the table {table} is gone"),
            Difference::OtherKind { table, is_view: true } => write!(f, "{table} is a view now"),
            Difference::OtherKind { table, .. } => write!(f, "{table} is a table now"),
            Difference::ColumnGone { field, column } => {
                write!(f, "the column {column} of the field {field} is gone")
            }
            Difference::TypeChanged { field, column, was, now } => {
                write!(f, "the column {column} of the field {field} was {was} and is {now} now")
            }
            Difference::NullsAppear { column, .. } => write!(f, "{column} may be null now"),
            Difference::NullsRefused { column, .. } => {
                write!(f, "{column} must not be null any more")
            }
            Difference::NotFilled { column, .. } => {
                write!(f, "the database no longer fills in {column}")
            }
            Difference::KeyLost { column } => {
                write!(f, "{column} is no longer a key: rows may have the same")
            }
            Difference::ColumnNew { column, type_text, needed } => {
                write!(f, "the column {column} ({type_text}) is new")?;
                if *needed {
                    write!(f, " and must be given: records cannot be created")?;
                }
                Ok(())
            }
        }
    }
}

/// The differences between an adopted collection and its table as it is now. Of documents
/// (`sampled`) only some were looked at: what a sample lacks is told and stops nothing.
#[must_use]
pub fn drift(collection: &Collection, table: Option<&Table>, sampled: bool) -> Vec<Drift> {
    let mut all = Vec::new();
    let mut tell = |difference, stops| all.push(Drift { difference, stops });
    let Some(table) = table else {
        let table = collection.table().to_owned();
        tell(Difference::TableGone { table }, true);
        return all;
    };
    if table.is_view != collection.is_view() {
        let (table, is_view) = (table.name.clone(), table.is_view);
        tell(Difference::OtherKind { table, is_view }, true);
    }
    for field in &collection.fields {
        let column = table.columns.iter().find(|column| column.name == field.column());
        match column {
            None => tell(
                Difference::ColumnGone {
                    field: field.name.clone(),
                    column: field.column().to_owned(),
                },
                !sampled,
            ),
            Some(column) => compare(field, column, table.is_view, sampled, &mut tell),
        }
    }
    let key = collection.key_column();
    if table.columns.iter().any(|column| column.name == key) && !key::is_key(table, key) {
        tell(Difference::KeyLost { column: key.to_owned() }, true);
    }
    for column in &table.columns {
        if !collection.fields.iter().any(|field| field.column() == column.name) {
            let needed = !column.nullable && !column.filled && !table.is_view && !sampled;
            let (column, type_text) = (column.name.clone(), column.type_text.clone());
            tell(Difference::ColumnNew { column, type_text, needed }, false);
        }
    }
    all
}

fn compare(
    field: &Field,
    column: &TableColumn,
    is_view: bool,
    sampled: bool,
    tell: &mut impl FnMut(Difference, bool),
) {
    let Some(native) = &field.native else { return };
    let names = || (field.name.clone(), column.name.clone());
    if native.kind != column.kind {
        let (field, name) = names();
        let (was, now) = (native.kind.name(), column.type_text.clone());
        return tell(Difference::TypeChanged { field, column: name, was, now }, !sampled);
    }
    if is_view || field.name == "id" {
        return;
    }
    if column.nullable && !field.nullable {
        let (field, column) = names();
        tell(Difference::NullsAppear { field, column }, !sampled);
    } else if !column.nullable && field.nullable && !sampled {
        let (field, column) = names();
        tell(Difference::NullsRefused { field, column }, false);
    }
    if native.filled && !column.filled && !column.nullable && !sampled {
        let (field, column) = names();
        tell(Difference::NotFilled { field, column }, false);
    }
}

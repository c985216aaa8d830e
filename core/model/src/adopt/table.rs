//! Tables as a database describes them.

use crate::schema::NativeKind;

/// A table, view, or collection of documents, as the database describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its name; with the name of its schema and a dot before it where that is not the usual one.
    pub name: String,
    /// Whether it is a view (or anything else that cannot be written to).
    pub is_view: bool,
    /// Its columns in their order; of documents: the members of those looked at, `_id` first.
    pub columns: Vec<TableColumn>,
    /// The columns of the primary key.
    pub key: Vec<String>,
    /// Unique indexes and constraints besides the key: the columns of each.
    pub unique: Vec<Vec<String>>,
    /// Foreign keys of one column.
    pub references: Vec<Reference>,
    /// About how many rows there are, if the database can tell without counting.
    pub rows: Option<u64>,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// Its type in the database's own words.
    pub type_text: String,
    /// What that comes down to.
    pub kind: NativeKind,
    /// Whether it may be null (or missing).
    pub nullable: bool,
    /// Whether the database fills it in where nothing is said: a default, a sequence, generated.
    pub filled: bool,
    /// The values it may have, where the type lists them (an enumeration).
    pub choices: Vec<String>,
}

/// A foreign key of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The column that refers.
    pub column: String,
    /// The table referred to, named as in [`Table::name`].
    pub table: String,
    /// The column referred to.
    pub to: String,
    /// Whether the database removes the row with the one it refers to.
    pub cascades: bool,
}

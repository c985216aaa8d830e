//! A collection's definition.

use super::auth::AuthOptions;
use super::field::Field;
use crate::caller::Action;

/// A named set of records of one shape, with the rules of who may reach them (http-api.md 3).
#[derive(Clone, Debug, PartialEq)]
pub struct Collection {
    /// Stable over renames: `pbc_` and the CRC-32 of type and name unless given (http-api.md 1.5).
    pub id: String,
    /// Unique without regard to case.
    pub name: String,
    /// Base, auth or view, with what only that kind has.
    pub kind: Kind,
    /// Belongs to Purlin: cannot be renamed, deleted or have its rules changed.
    pub system: bool,
    /// In the order shown and stored; `id` is one of them.
    pub fields: Vec<Field>,
    /// `CREATE [UNIQUE] INDEX …` texts as given (http-api.md 3.7).
    pub indexes: Vec<String>,
    /// The five access rules.
    pub rules: Rules,
    /// Canonical date text.
    pub created: String,
    /// Canonical date text.
    pub updated: String,
    /// The name of the datasource that holds the records; [`MAIN`] unless given.
    pub datasource: String,
    /// The table (or view, or `MongoDB` collection) that is served as it was found: `table`, or
    /// `schema.table`. Purlin never changes its shape. `None` = the table is Purlin's own.
    pub adopted: Option<String>,
    /// Whether committed writes go into the log of changes, from which realtime and caches live.
    pub change_log: bool,
    /// How long an answer read from this collection may be kept, in seconds; `None` = not at all.
    pub cache_ttl: Option<u32>,
}

/// The datasource that holds the system collections, and whatever names no other.
pub const MAIN: &str = "main";

/// What kind of collection it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Plain records.
    Base,
    /// Records that can sign in.
    Auth(Box<AuthOptions>),
    /// Read-only records computed by a query.
    View {
        /// One SELECT statement.
        query: String,
    },
}

/// The access rules: `None` = superusers only, `""` = everyone, text = a filter that must hold.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Rules {
    pub list: Option<String>,
    pub view: Option<String>,
    pub create: Option<String>,
    pub update: Option<String>,
    pub delete: Option<String>,
}

impl Rules {
    /// The rule for an action; that of `manage` is an option of auth collections.
    #[must_use]
    pub fn get(&self, action: Action) -> Option<&str> {
        let rule = match action {
            Action::List => &self.list,
            Action::View => &self.view,
            Action::Create => &self.create,
            Action::Update => &self.update,
            Action::Delete => &self.delete,
            Action::Manage => return None,
        };
        rule.as_deref()
    }
}

impl Collection {
    /// The rule the collection has itself for an action.
    #[must_use]
    pub fn rule(&self, action: Action) -> Option<&str> {
        match action {
            Action::Manage => self.auth()?.manage_rule.as_deref().filter(|rule| !rule.is_empty()),
            action => self.rules.get(action),
        }
    }

    /// The position of the field of that exact name.
    #[must_use]
    pub fn field_index(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The field of that exact name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The options of an auth collection.
    #[must_use]
    pub fn auth(&self) -> Option<&AuthOptions> {
        match &self.kind {
            Kind::Auth(options) => Some(options),
            _ => None,
        }
    }

    /// Whether the records are in the main datasource.
    #[must_use]
    pub fn is_main(&self) -> bool {
        self.datasource == MAIN
    }

    /// The table that holds the records, as the database calls it.
    #[must_use]
    pub fn table(&self) -> &str {
        self.adopted.as_deref().unwrap_or(&self.name)
    }

    /// The column of the records' ids.
    #[must_use]
    pub fn key_column(&self) -> &str {
        self.field("id").map_or("id", Field::column)
    }

    /// Whether the records are in a table that Purlin made.
    #[must_use]
    pub fn is_own_table(&self) -> bool {
        self.adopted.is_none() && !self.is_view()
    }

    /// Whether a column may hold what its field would never store: a view's query computes it
    /// (http-api.md 3.8), or others write to the adopted table, whose types promise less than the
    /// fields do.
    #[must_use]
    pub fn holds_anything(&self) -> bool {
        !self.is_own_table()
    }

    /// Whether writes to it are told in the log of changes: views are not written to.
    #[must_use]
    pub fn logs_changes(&self) -> bool {
        self.change_log && !self.is_view()
    }

    /// Whether records can sign in.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(self.kind, Kind::Auth(_))
    }

    /// Whether this is a read-only view.
    #[must_use]
    pub fn is_view(&self) -> bool {
        matches!(self.kind, Kind::View { .. })
    }

    /// `base`, `auth` or `view`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Base => "base",
            Kind::Auth(_) => "auth",
            Kind::View { .. } => "view",
        }
    }
}

//! The definition of a collection.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Field;

/// The definition of a collection: its fields, rules and indexes.
///
/// ```
/// use purlin_sdk::{Collection, Field};
///
/// let tasks = Collection::base("tasks")
///     .field(Field::text("title").required())
///     .field(Field::bool("done"))
///     .list_rule("@request.auth.id != ''")
///     .create_rule("@request.auth.id != ''")
///     .index("CREATE UNIQUE INDEX idx_tasks_title ON tasks (title)");
/// ```
///
/// A rule is `None` (superusers only, the default), `Some("")` (everybody) or a filter.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Collection {
    /// Stable across renames; empty until the collection is created.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The name, as in `/api/collections/{name}/records`.
    pub name: String,
    /// What kind of collection it is; it can never change.
    #[serde(rename = "type")]
    pub collection_type: CollectionType,
    /// Whether it is one of the server's own.
    #[serde(default, skip_serializing_if = "is_false")]
    pub system: bool,
    /// Who may list records, and which ones.
    #[serde(default)]
    pub list_rule: Option<String>,
    /// Who may view a record.
    #[serde(default)]
    pub view_rule: Option<String>,
    /// Who may create records.
    #[serde(default)]
    pub create_rule: Option<String>,
    /// Who may update a record.
    #[serde(default)]
    pub update_rule: Option<String>,
    /// Who may delete a record.
    #[serde(default)]
    pub delete_rule: Option<String>,
    /// The fields, in order. On update a field that is missing here is dropped with its data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// `CREATE INDEX …` statements.
    #[serde(default)]
    pub indexes: Vec<String>,
    /// Everything else: `viewQuery`, `passwordAuth`, `authToken` …
    #[serde(flatten)]
    pub options: Map<String, Value>,
}

/// The kinds of collections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CollectionType {
    /// Plain records.
    #[default]
    Base,
    /// Records that can sign in.
    Auth,
    /// The read-only result of a query.
    View,
}

impl Collection {
    /// A collection of plain records.
    pub fn base(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// A collection whose records can sign in.
    pub fn auth(name: &str) -> Self {
        Self { collection_type: CollectionType::Auth, ..Self::base(name) }
    }

    /// The result of one SELECT, whose columns become the fields.
    pub fn view(name: &str, query: &str) -> Self {
        let view = Self { collection_type: CollectionType::View, ..Self::base(name) };
        view.option("viewQuery", query)
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// Adds a `CREATE INDEX …` statement.
    #[must_use]
    pub fn index(mut self, statement: &str) -> Self {
        self.indexes.push(statement.to_owned());
        self
    }

    /// Sets any other option.
    #[must_use]
    pub fn option(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.options.insert(name.to_owned(), value.into());
        self
    }
}

macro_rules! rules {
    ($($rule:ident: $what:literal)*) => {
        impl Collection {
            $(
                #[doc = concat!("Lets those ", $what, " for whom the rule holds; `\"\"` is everybody.")]
                #[must_use]
                pub fn $rule(mut self, rule: &str) -> Self {
                    self.$rule = Some(rule.to_owned());
                    self
                }
            )*
        }
    };
}

rules! {
    list_rule: "list records"
    view_rule: "view a record"
    create_rule: "create records"
    update_rule: "update a record"
    delete_rule: "delete a record"
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

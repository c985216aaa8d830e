//! A field and what its kind allows (http-api.md 3.3, 3.4).

use crate::value::Value;

/// One field of a collection.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Stable over renames: kind and CRC-32 of the name unless given.
    pub id: String,
    /// `\w+`, unique in the collection without regard to case.
    pub name: String,
    /// Belongs to the collection's kind: cannot be renamed or removed.
    pub system: bool,
    /// Left out of answers and filters of everyone but superusers.
    pub hidden: bool,
    /// A hint for consoles: shows what a record is.
    pub presentable: bool,
    /// A hint for people, at most 300 characters.
    pub help: String,
    /// Must not hold the zero value.
    pub required: bool,
    /// What it holds.
    pub kind: FieldKind,
}

/// What a field holds, with the options of that kind. Option names are those of the wire format;
/// zero numbers mean the default limit the contract gives.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum FieldKind {
    Text {
        min: u64,
        max: u64,
        pattern: String,
        autogenerate_pattern: String,
        primary_key: bool,
    },
    Editor {
        max_size: u64,
        convert_urls: bool,
    },
    Number {
        min: Option<f64>,
        max: Option<f64>,
        only_int: bool,
    },
    Bool,
    Email {
        except_domains: Vec<String>,
        only_domains: Vec<String>,
    },
    Url {
        except_domains: Vec<String>,
        only_domains: Vec<String>,
    },
    Date {
        min: String,
        max: String,
    },
    Autodate {
        on_create: bool,
        on_update: bool,
    },
    Select {
        values: Vec<String>,
        max_select: u64,
    },
    File {
        max_select: u64,
        max_size: u64,
        mime_types: Vec<String>,
        thumbs: Vec<String>,
        protected: bool,
    },
    Relation {
        collection_id: String,
        cascade_delete: bool,
        min_select: u64,
        max_select: u64,
    },
    Json {
        max_size: u64,
    },
    GeoPoint,
    Password {
        min: u64,
        max: u64,
        pattern: String,
        cost: u32,
    },
}

impl FieldKind {
    /// The name of the kind on the wire (`type`).
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            FieldKind::Text { .. } => "text",
            FieldKind::Editor { .. } => "editor",
            FieldKind::Number { .. } => "number",
            FieldKind::Bool => "bool",
            FieldKind::Email { .. } => "email",
            FieldKind::Url { .. } => "url",
            FieldKind::Date { .. } => "date",
            FieldKind::Autodate { .. } => "autodate",
            FieldKind::Select { .. } => "select",
            FieldKind::File { .. } => "file",
            FieldKind::Relation { .. } => "relation",
            FieldKind::Json { .. } => "json",
            FieldKind::GeoPoint => "geoPoint",
            FieldKind::Password { .. } => "password",
        }
    }

    /// Whether the field holds a list: a select, file or relation of more than one.
    #[must_use]
    pub fn is_multiple(&self) -> bool {
        match self {
            FieldKind::Select { max_select, .. }
            | FieldKind::File { max_select, .. }
            | FieldKind::Relation { max_select, .. } => *max_select > 1,
            _ => false,
        }
    }

    /// The value of a field that was never set.
    #[must_use]
    pub fn zero(&self) -> Value {
        match self {
            FieldKind::Number { .. } => Value::Number(0.0),
            FieldKind::Bool => Value::Bool(false),
            FieldKind::Json { .. } => Value::Null,
            FieldKind::GeoPoint => Value::Point { lon: 0.0, lat: 0.0 },
            kind if kind.is_multiple() => Value::List(Vec::new()),
            _ => Value::Text(String::new()),
        }
    }
}

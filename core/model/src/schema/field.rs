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
    /// Keeps null apart from the zero value, and gives it as `null` (an extension of Purlin's).
    pub nullable: bool,
    /// How an adopted table holds it; `None` where the column is Purlin's own.
    pub native: Option<Native>,
    /// What it holds.
    pub kind: FieldKind,
}

/// A column of a table that Purlin found and serves as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Native {
    /// The name of the column.
    pub column: String,
    /// What the database holds in it.
    pub kind: NativeKind,
    /// Whether the database fills it in where a new record says nothing (a sequence, a default, a
    /// generated column).
    pub filled: bool,
}

/// What a database holds in a column, as far as it decides how values go in and out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NativeKind {
    /// Text of any length.
    Text,
    /// Whole numbers of up to 64 bits.
    Integer,
    /// Floating-point numbers.
    Real,
    /// Exact decimal numbers; read and written as doubles.
    Decimal,
    /// True and false.
    Bool,
    /// A UUID; its text is lower-case with hyphens.
    Uuid,
    /// A moment without a time zone, taken as UTC.
    Timestamp,
    /// A moment.
    Moment,
    /// A day.
    Day,
    /// A JSON document in the database's own form.
    Json,
    /// A list of texts.
    Texts,
    /// A `MongoDB` object id; its text is 24 hexadecimal digits.
    ObjectId,
    /// Anything else: shown as the database's text of it, never written.
    Other,
}

/// The names of the native kinds on the wire.
const NATIVE_KINDS: [(NativeKind, &str); 13] = [
    (NativeKind::Text, "text"),
    (NativeKind::Integer, "integer"),
    (NativeKind::Real, "real"),
    (NativeKind::Decimal, "decimal"),
    (NativeKind::Bool, "bool"),
    (NativeKind::Uuid, "uuid"),
    (NativeKind::Timestamp, "timestamp"),
    (NativeKind::Moment, "moment"),
    (NativeKind::Day, "day"),
    (NativeKind::Json, "json"),
    (NativeKind::Texts, "texts"),
    (NativeKind::ObjectId, "objectId"),
    (NativeKind::Other, "other"),
];

impl NativeKind {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        NATIVE_KINDS.iter().find(|(kind, _)| *kind == self).map_or("other", |(_, name)| name)
    }

    /// The kind of that name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        NATIVE_KINDS.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }
}

impl Field {
    /// The column that holds the field, as the database calls it.
    #[must_use]
    pub fn column(&self) -> &str {
        self.native.as_ref().map_or(&self.name, |native| &native.column)
    }

    /// What the database holds in the column, where the column is not Purlin's own.
    #[must_use]
    pub fn native_kind(&self) -> Option<NativeKind> {
        self.native.as_ref().map(|native| native.kind)
    }

    /// Whether the database fills the column in where a new record says nothing.
    #[must_use]
    pub fn is_filled(&self) -> bool {
        self.native.as_ref().is_some_and(|native| native.filled)
    }

    /// Whether the column can be read only.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        self.native_kind() == Some(NativeKind::Other)
    }

    /// Whether the column can hold the empty text of its field: texts can, numbers, dates and what
    /// refers to other rows cannot.
    #[must_use]
    pub fn holds_blank(&self) -> bool {
        match (self.native_kind(), &self.kind) {
            (None, _) => true,
            (Some(NativeKind::Text), FieldKind::Select { values, .. }) => {
                values.iter().any(String::is_empty)
            }
            (Some(NativeKind::Text), kind) => !matches!(kind, FieldKind::Relation { .. }),
            (Some(_), _) => false,
        }
    }

    /// The value of a field that was never set.
    #[must_use]
    pub fn zero(&self) -> Value {
        if self.nullable { Value::Null } else { self.kind.zero() }
    }
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

//! SQL text under construction and the values bound to it.

use std::fmt::Write;

use purlin_model::json::{write_number, write_text};
use purlin_model::{Collection, Json, Value};

use super::dialect::Dialect;
use crate::store::Asked;

/// A value bound to a statement, in the form it is stored in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Parameter {
    Null,
    Bool(bool),
    Integer(i64),
    Real(f64),
    Text(String),
    /// A text that takes the type of the column it goes into.
    Label(String),
    /// A list of texts, where the database has a type for it.
    Texts(Vec<String>),
}

/// A statement: text with placeholders, and their values in order of appearance.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    /// Whose phrases it is made of.
    pub(crate) dialect: &'static dyn Dialect,
    pub(crate) text: String,
    pub(crate) parameters: Vec<Parameter>,
}

impl From<Statement> for Asked {
    fn from(statement: Statement) -> Self {
        #[allow(clippy::cast_precision_loss)]
        let json = |parameter: Parameter| match parameter {
            Parameter::Null => Json::Null,
            Parameter::Bool(truth) => Json::Bool(truth),
            Parameter::Integer(number) => Json::Number(number as f64),
            Parameter::Real(number) => Json::Number(number),
            Parameter::Text(text) | Parameter::Label(text) => Json::Text(text),
            Parameter::Texts(texts) => Json::List(texts.into_iter().map(Json::Text).collect()),
        };
        let parameters = statement.parameters.into_iter().map(json).collect();
        Asked { text: statement.text, parameters }
    }
}

impl Statement {
    /// Starts a statement with some text.
    pub(crate) fn new(dialect: &'static dyn Dialect, text: &str) -> Self {
        let mut statement = Statement {
            dialect,
            text: String::with_capacity(512),
            parameters: Vec::with_capacity(8),
        };
        statement.push(text);
        statement
    }

    /// Appends text that holds no placeholder.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a quoted identifier.
    pub(crate) fn name(&mut self, name: &str) -> &mut Self {
        let quote = self.dialect.quote();
        let name = &*self.dialect.physical(name);
        self.text.push(quote);
        for part in name.split_inclusive(quote) {
            self.text.push_str(part);
            if part.ends_with(quote) {
                self.text.push(quote);
            }
        }
        self.text.push(quote);
        self
    }

    /// Appends the table of a collection.
    pub(crate) fn table(&mut self, collection: &Collection) -> &mut Self {
        self.dialect.table(self, collection);
        self
    }

    /// Appends the alias of a row.
    pub(crate) fn alias(&mut self, row: usize) -> &mut Self {
        // Writing to a String cannot fail.
        let _ = write!(self.text, "r{row}");
        self
    }

    /// Appends a column of a row.
    pub(crate) fn column(&mut self, row: usize, name: &str) -> &mut Self {
        self.alias(row).push(".").name(name)
    }

    /// Appends a placeholder.
    pub(crate) fn bind(&mut self, value: Parameter) -> &mut Self {
        self.dialect.placeholder(&mut self.text, self.parameters.len() + 1);
        self.parameters.push(value);
        self
    }

    /// Appends a placeholder for text.
    pub(crate) fn bind_text(&mut self, text: impl Into<String>) -> &mut Self {
        self.bind(Parameter::Text(text.into()))
    }

    /// Appends items with a separator between them.
    pub(crate) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        separator: &str,
        mut write: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.push(separator);
            }
            write(self, item);
        }
        self
    }
}

impl Parameter {
    /// A value as a field stores it (http-api.md 8.3, 8.4): lists and points as compact JSON text.
    pub(crate) fn stored(value: &Value) -> Self {
        match value {
            Value::Null => Parameter::Null,
            Value::Bool(flag) => Parameter::Integer(i64::from(*flag)),
            Value::Number(number) => Parameter::Real(*number),
            Value::Text(text) | Value::Json(text) => Parameter::Text(text.clone()),
            Value::List(items) => Parameter::Text(texts_json(items)),
            Value::Point { lon, lat } => Parameter::Text(point_json(*lon, *lat)),
        }
    }

    /// A value as a comparison sees it: a JSON scalar counts as what it is, not as its text.
    pub(crate) fn compared(value: &Value) -> Self {
        let Value::Json(text) = value else { return Parameter::stored(value) };
        match serde_json::from_str::<serde_json::Value>(text) {
            Ok(serde_json::Value::Null) => Parameter::Null,
            Ok(serde_json::Value::Bool(flag)) => Parameter::Integer(i64::from(flag)),
            Ok(serde_json::Value::Number(number)) => {
                number.as_f64().map_or(Parameter::Null, Parameter::Real)
            }
            Ok(serde_json::Value::String(text)) => Parameter::Text(text),
            _ => Parameter::Text(text.clone()),
        }
    }
}

/// The compact JSON text of a list of texts.
pub(crate) fn texts_json(items: &[String]) -> String {
    let mut out = Vec::with_capacity(2 + items.len() * 18);
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_text(item, &mut out);
    }
    out.push(b']');
    text(out)
}

/// The JSON text of a list of values.
pub(crate) fn values_json(values: &[Value]) -> String {
    let mut out = vec![b'['];
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        match Parameter::compared(value) {
            Parameter::Null | Parameter::Bool(_) | Parameter::Texts(_) => {
                out.extend_from_slice(b"null");
            }
            Parameter::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Parameter::Real(number) => write_number(number, &mut out),
            Parameter::Text(text) | Parameter::Label(text) => write_text(&text, &mut out),
        }
    }
    out.push(b']');
    text(out)
}

/// The JSON text of a point.
pub(crate) fn point_json(lon: f64, lat: f64) -> String {
    let mut out = b"{\"lon\":".to_vec();
    write_number(lon, &mut out);
    out.extend_from_slice(b",\"lat\":");
    write_number(lat, &mut out);
    out.push(b'}');
    text(out)
}

/// The text of written JSON, which is always UTF-8.
fn text(out: Vec<u8>) -> String {
    String::from_utf8(out).unwrap_or_default()
}

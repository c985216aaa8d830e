//! JSON as clients send it, before it has a type.

/// A JSON value that keeps what a request body says: member order, no duplicate keys.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub enum Json {
    #[default]
    Null,
    Bool(bool),
    /// A double, as everywhere in the dialect.
    Number(f64),
    Text(String),
    List(Vec<Json>),
    /// Members in the order given; keys are unique.
    Object(Vec<(String, Json)>),
}

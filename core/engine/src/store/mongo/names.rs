//! What the members of stored documents are called.
//!
//! A field is the member of its name, the id is `_id`. What the store keeps beside them has a colon
//! in its name, which no field has.

use std::borrow::Cow;

use purlin_model::schema::{Field, FieldKind};

/// The member that counts upward with every record: insertion order.
pub(super) const ORDER: &str = ":n";

/// The member that a transaction writes to keep others from removing the record meanwhile.
pub(super) const HELD: &str = ":held";

/// Whether a member is what the store keeps beside the fields.
pub(super) fn is_kept_beside(name: &str) -> bool {
    name.contains(':') && name != ":_id"
}

/// The member that holds a field.
pub(super) fn member(field: &Field) -> Cow<'_, str> {
    match field.column() {
        "id" if field.native.is_none() => Cow::Borrowed("_id"),
        // A field may be called so.
        "_id" if field.native.is_none() => Cow::Borrowed(":_id"),
        name => Cow::Borrowed(name),
    }
}

/// The member beside a field that holds its compact JSON text (of a point; of a list where an
/// index needs it).
pub(super) fn text_of(field: &Field) -> String {
    format!("{}:text", member(field))
}

/// The member beside a json field that holds what the text says, to be looked into.
pub(super) fn tree_of(field: &Field) -> String {
    format!("{}:tree", member(field))
}

/// The member beside a field that holds its text in lower case, where an index needs it.
pub(super) fn folded_of(field: &Field) -> String {
    format!("{}:folded", member(field))
}

/// The members beside a field that it may have.
pub(super) fn companions(field: &Field) -> Vec<String> {
    let mut names = vec![folded_of(field)];
    match &field.kind {
        FieldKind::Json { .. } => names.push(tree_of(field)),
        _ => names.push(text_of(field)),
    }
    names
}

/// The key of a JSON object's member inside of a tree: never empty, without dots and NULs, not
/// beginning with a dollar, different for different keys.
pub(super) fn tree_key(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 1);
    out.push('=');
    for letter in key.chars() {
        match letter {
            '~' => out.push_str("~0"),
            '.' => out.push_str("~1"),
            '\0' => out.push_str("~2"),
            letter => out.push(letter),
        }
    }
    out
}

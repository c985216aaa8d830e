//! Which column tells the records of a table apart, and what ids it allows.

use super::table::{Table, TableColumn};
use crate::draft::DEFAULT_PATTERN;
use crate::schema::{Field, FieldKind, Native, NativeKind};

/// Texts of this length are UUIDs more often than anything else.
const UUID_LENGTH: u64 = 36;
const UUID: &str = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";
const NEW_UUID: &str = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
const OBJECT_ID: &str = "^[0-9a-fA-F]{24}$";

/// The pattern of the texts that a column of that kind can be looked up by.
#[must_use]
pub fn pattern(kind: NativeKind) -> &'static str {
    match kind {
        NativeKind::Integer => "^(0|-?[1-9][0-9]*)$",
        NativeKind::Uuid => UUID,
        NativeKind::ObjectId => OBJECT_ID,
        _ => "^(?s).+$",
    }
}

/// The column whose values are the ids.
///
/// # Errors
/// Why there is none, as a sentence.
pub(super) fn column(table: &Table) -> Result<&TableColumn, String> {
    if table.is_view {
        let missing = || {
            "A view needs a column that tells its rows apart: one named id, or after the view."
                .to_owned()
        };
        let found = table.columns.iter().find(|column| names_row(&column.name, &table.name));
        return usable(found.ok_or_else(missing)?);
    }
    let refused = match table.key.as_slice() {
        [only] => match find(table, only).map(usable) {
            Some(Ok(column)) => return Ok(column),
            Some(Err(why)) => why,
            None => format!("The column {only} of its key cannot be seen."),
        },
        [] => "It has no primary key, nor a unique column that is never null.".to_owned(),
        columns => format!(
            "Its key has {} columns ({}), and no other column is unique and never null.",
            columns.len(),
            columns.join(", ")
        ),
    };
    let mut others = table.unique.iter().filter_map(|columns| match columns.as_slice() {
        [only] => find(table, only),
        _ => None,
    });
    others.find(|column| !column.nullable && usable(column).is_ok()).ok_or(refused)
}

/// Whether the column still tells the rows apart.
pub(super) fn is_key(table: &Table, column: &str) -> bool {
    let alone = |columns: &[String]| columns == [column];
    let unique = table.unique.iter().any(|columns| alone(columns))
        && find(table, column).is_some_and(|column| !column.nullable);
    table.is_view || alone(&table.key) || unique
}

/// The field `id` over that column.
pub(super) fn field(column: &TableColumn, is_view: bool) -> Field {
    let generated = if column.filled || is_view { "" } else { new_pattern(column) };
    let kind = FieldKind::Text {
        min: 0,
        max: 0,
        pattern: pattern(column.kind).to_owned(),
        autogenerate_pattern: generated.to_owned(),
        primary_key: true,
    };
    let native = native(column);
    Field { system: true, required: true, native: Some(native), ..Field::new("id", kind) }
}

/// What is known of a column beside its name in the collection.
pub(super) fn native(column: &TableColumn) -> Native {
    Native { column: column.name.clone(), kind: column.kind, filled: column.filled }
}

fn find<'t>(table: &'t Table, name: &str) -> Option<&'t TableColumn> {
    table.columns.iter().find(|column| column.name == name)
}

fn usable(column: &TableColumn) -> Result<&TableColumn, String> {
    match column.kind {
        NativeKind::Text | NativeKind::Integer | NativeKind::Uuid | NativeKind::ObjectId => {
            Ok(column)
        }
        _ => Err(format!(
            "Its key {} is of the type {}; ids are texts, whole numbers or UUIDs.",
            column.name, column.type_text
        )),
    }
}

/// What new ids of a text column are made by: only where its name does not say that its values
/// mean something (a code, a slug).
fn new_pattern(column: &TableColumn) -> &'static str {
    let name = column.name.to_ascii_lowercase();
    let plain = ["id", "_id", "uuid", "guid"].contains(&name.as_str())
        || ["_id", "_uuid", "_guid"].iter().any(|end| name.ends_with(end));
    match super::column::length(&column.type_text) {
        _ if column.kind != NativeKind::Text || !plain => "",
        Some(UUID_LENGTH) => NEW_UUID,
        Some(short) if short < 15 => "",
        _ if name.contains("uid") => NEW_UUID,
        _ => DEFAULT_PATTERN,
    }
}

/// Whether a column is named as the id of a view's rows: `id`, or `order_id` in `orders`.
fn names_row(column: &str, view: &str) -> bool {
    let (column, view) = (column.to_ascii_lowercase(), view.to_ascii_lowercase());
    let view = view.rsplit('.').next().unwrap_or_default();
    let singular = view.strip_suffix('s').unwrap_or(view);
    ["id", "_id", "uuid"].contains(&column.as_str())
        || column == format!("{view}_id")
        || column == format!("{singular}_id")
}

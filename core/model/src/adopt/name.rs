//! Names of collections and fields from those of tables and columns, which may hold anything.

use crate::schema::{Schema, check, names};

/// A name for the collection of a table: without the table's schema unless that makes it unique.
pub(super) fn collection(table: &str, schema: &Schema, given: &[String]) -> String {
    let taken = |name: &str| {
        let lower = name.to_ascii_lowercase();
        names::INTERNAL_TABLES.contains(&lower.as_str())
            || lower.starts_with("sqlite_")
            || schema.by_name(name).is_some()
            || schema.collections().iter().any(|known| known.id.eq_ignore_ascii_case(name))
            || given.iter().any(|known| known.eq_ignore_ascii_case(name))
    };
    let short = table.rsplit('.').next().unwrap_or(table);
    let short = word(short.trim_start_matches('_'), "table", 200);
    if !taken(&short) {
        return short;
    }
    free(&word(table.trim_start_matches('_'), "table", 200), taken)
}

/// A name for the field of a column; `given` are those of the fields before it.
pub(super) fn field(column: &str, given: &[String]) -> String {
    let name = word(column, "field", 90);
    let taken = |name: &str| {
        name.eq_ignore_ascii_case("id")
            || check::field_name_problem(name).is_some()
            || given.iter().any(|known| known.eq_ignore_ascii_case(name))
    };
    free(&name, taken)
}

/// The text with everything else than letters, digits and underscores replaced; a letter or an
/// underscore comes first, for a filter would read a number.
fn word(text: &str, blank: &str, most: usize) -> String {
    let mut name: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' })
        .take(most)
        .collect();
    // The filter language keeps `_via_` for back-relations.
    while names::has_via(&name) {
        let at = name.to_ascii_lowercase().find("_via_").unwrap_or_default();
        name.replace_range(at..at + 5, "_by_");
    }
    match name.as_bytes().first() {
        None => blank.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("{blank}_{name}"),
        Some(_) => name,
    }
}

/// The name, or with a number from 2 upward behind it while it is taken.
pub(super) fn free(name: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(name) {
        return name.to_owned();
    }
    let numbered = (2_u64..).map(|number| format!("{name}_{number}"));
    numbered.into_iter().find(|name| !taken(name)).unwrap_or_default()
}

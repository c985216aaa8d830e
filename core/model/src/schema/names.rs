//! Names and the ids derived from them (http-api.md 1.5).

/// A prefix followed by the decimal CRC-32 (IEEE) of a text: `text3208210256` for a text field
/// named `id`, `pbc_1219621782` for a base collection named `tags`.
#[must_use]
pub fn derived_id(prefix: &str, text: &str) -> String {
    format!("{prefix}{}", crc32fast::hash(text.as_bytes()))
}

/// The derived id of a collection, with a number from 2 upward behind it while it is taken.
#[must_use]
pub fn collection_id(type_name: &str, name: &str, taken: impl Fn(&str) -> bool) -> String {
    free(derived_id("pbc_", &format!("{type_name}{name}")), taken)
}

/// The derived id of a field, with a number from 2 upward behind it while it is taken.
#[must_use]
pub fn field_id(type_name: &str, name: &str, taken: impl Fn(&str) -> bool) -> String {
    free(derived_id(type_name, name), taken)
}

fn free(id: String, taken: impl Fn(&str) -> bool) -> String {
    if !taken(&id) {
        return id;
    }
    (2_u64..).map(|number| format!("{id}{number}")).find(|id| !taken(id)).unwrap_or(id)
}

/// Whether a text is one or more of `A-Z a-z 0-9 _`.
#[must_use]
pub fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a name holds `_via_` in any case, which the filter language keeps for back-relations.
#[must_use]
pub fn has_via(name: &str) -> bool {
    name.to_ascii_lowercase().contains("_via_")
}

/// Tables of Purlin that are no collections of the API; no collection may be named so.
pub const INTERNAL_TABLES: [&str; 10] = [
    "_collections",
    "_params",
    "_logs",
    "_migrations",
    "_purlin_changes",
    "_purlin_log",
    "_purlin_marks",
    "_purlin_pending",
    "json_each",
    "json_tree",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_observed() {
        for (prefix, text, id) in [
            ("text", "id", "text3208210256"),
            ("pbc_", "basetags", "pbc_1219621782"),
            ("pbc_", "auth_superusers", "pbc_3142635823"),
            ("pbc_", "base_mfas", "pbc_2279338944"),
            ("autodate", "created", "autodate2990389176"),
            ("geoPoint", "f_geoPoint", "geoPoint3638349492"),
        ] {
            assert_eq!(derived_id(prefix, text), id);
        }
        let taken = |id: &str| id == "text3208210256" || id == "text32082102562";
        assert_eq!(field_id("text", "id", taken), "text32082102563");
    }
}

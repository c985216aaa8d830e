//! Index texts (http-api.md 3.7, 8.7).

/// The unique indexes every auth collection owns.
#[must_use]
pub fn required_auth_indexes(suffix: &str, table: &str) -> Vec<String> {
    vec![
        format!("CREATE UNIQUE INDEX `idx_tokenKey_{suffix}` ON `{table}` (`tokenKey`)"),
        format!(
            "CREATE UNIQUE INDEX `idx_email_{suffix}` ON `{table}` (`email`) WHERE `email` != ''"
        ),
    ]
}

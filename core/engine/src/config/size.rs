//! Sizes as people write them: `64 MiB`.

/// How many bytes a text means.
///
/// # Errors
/// What it should look like.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    let refused = || format!("`{text}` is not a size like 64 MiB (units: B, KiB, MiB, GiB), or 0");
    let trimmed = text.trim();
    let end = trimmed.find(|c: char| !c.is_ascii_digit()).unwrap_or(trimmed.len());
    let (count, unit) = trimmed.split_at(end);
    let count: u64 = count.parse().map_err(|_| refused())?;
    let unit: u64 = match unit.trim() {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "" if count == 0 => 1,
        _ => return Err(refused()),
    };
    count.checked_mul(unit).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_have_units() {
        for (text, expected) in [
            ("64 MiB", Some(64 << 20)),
            ("64MiB", Some(64 << 20)),
            (" 2 GiB ", Some(2 << 30)),
            ("500 KiB", Some(500 << 10)),
            ("1 B", Some(1)),
            ("0", Some(0)),
            ("0 MiB", Some(0)),
            ("64", None),
            ("64 MB", None),
            ("-1 B", None),
            ("MiB", None),
            ("", None),
            ("99999999999999999999 B", None),
            ("99999999999999 GiB", None),
        ] {
            assert_eq!(bytes(text).ok(), expected, "{text}");
        }
    }
}

//! JSON to text: no spaces, `<`, `>` and `&` as they are, numbers as http-api.md 1.5 shows them.

use std::io::Write;

use super::Json;

impl Json {
    /// Appends the value, members in their order.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Json::Null => out.extend_from_slice(b"null"),
            Json::Bool(true) => out.extend_from_slice(b"true"),
            Json::Bool(false) => out.extend_from_slice(b"false"),
            Json::Number(number) => write_number(*number, out),
            Json::Text(text) => write_text(text, out),
            Json::List(items) => write_list(items, out, Json::write),
            Json::Object(members) => write_members(members.iter(), out, Json::write),
        }
    }

    /// Appends the value with the keys of every object sorted bytewise, the form in which json
    /// fields keep what was not given as text (http-api.md 3.5).
    pub fn write_canonical(&self, out: &mut Vec<u8>) {
        match self {
            Json::List(items) => write_list(items, out, Json::write_canonical),
            Json::Object(members) => {
                let mut sorted: Vec<&(String, Json)> = members.iter().collect();
                sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
                write_members(sorted.into_iter(), out, Json::write_canonical);
            }
            scalar => scalar.write(out),
        }
    }

    /// The value as text, members in their order.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = Vec::new();
        self.write(&mut out);
        into_string(out)
    }

    /// The value as text in canonical form.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut out = Vec::new();
        self.write_canonical(&mut out);
        into_string(out)
    }
}

fn write_list(items: &[Json], out: &mut Vec<u8>, write: fn(&Json, &mut Vec<u8>)) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(item, out);
    }
    out.push(b']');
}

fn write_members<'a>(
    members: impl Iterator<Item = &'a (String, Json)>,
    out: &mut Vec<u8>,
    write: fn(&Json, &mut Vec<u8>),
) {
    out.push(b'{');
    for (index, (key, value)) in members.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_text(key, out);
        out.push(b':');
        write(value, out);
    }
    out.push(b'}');
}

/// Appends a number in its shortest form: plain digits from 1e-6 up to below 1e21, otherwise with
/// a signed exponent. What is not finite, which no field holds, becomes `null`.
pub fn write_number(number: f64, out: &mut Vec<u8>) {
    let size = number.abs();
    if !number.is_finite() {
        out.extend_from_slice(b"null");
    } else if number.fract() == 0.0 && size < 1e15 && (number != 0.0 || number.is_sign_positive()) {
        #[allow(clippy::cast_possible_truncation)]
        let whole = number as i64;
        write!(out, "{whole}").ok();
    } else if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let at = out.len();
        write!(out, "{number:e}").ok();
        let exponent = out[at..].iter().position(|byte| *byte == b'e').map(|e| at + e + 1);
        if let Some(exponent) = exponent.filter(|exponent| out[*exponent] != b'-') {
            out.insert(exponent, b'+');
        }
    } else {
        write!(out, "{number}").ok();
    }
}

/// Appends a text as a JSON string.
pub fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte >= 0x20 && *byte != b'"' && *byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[start..at]);
        start = at + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            8 => out.extend_from_slice(b"\\b"),
            12 => out.extend_from_slice(b"\\f"),
            byte => {
                write!(out, "\\u{byte:04x}").ok();
            }
        }
    }
    out.extend_from_slice(&bytes[start..]);
    out.push(b'"');
}

/// The text of written JSON: what the writers here append is always UTF-8.
pub(crate) fn into_string(out: Vec<u8>) -> String {
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_print_as_the_contract_shows() {
        for (number, expected) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (12.5, "12.5"),
            (-3.0, "-3"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (-1.5e-7, "-1.5e-7"),
            (5e-324, "5e-324"),
            (1.5e300, "1.5e+300"),
            (0.1, "0.1"),
            (1e15, "1000000000000000"),
            (9_007_199_254_740_993.0, "9007199254740992"),
            (12_345_678_901_234_567_890.0, "12345678901234567000"),
        ] {
            assert_eq!(Json::Number(number).to_text(), expected);
        }
    }

    #[test]
    fn text_is_escaped_only_where_it_must_be() {
        let text = Json::from("a\"b\\c\n\r\t\u{8}\u{c}\u{0}\u{1f}\u{7f}é/<>&");
        let expected = "\"a\\\"b\\\\c\\n\\r\\t\\b\\f\\u0000\\u001f\u{7f}é/<>&\"";
        assert_eq!(text.to_text(), expected);
    }

    #[test]
    fn the_canonical_form_sorts_keys_bytewise_at_every_level() {
        let json =
            Json::parse("{\"b\":1,\"a\":[{\"d\":1.50,\"c\":1e2}],\"é\":1,\"A\":3}".as_bytes());
        let canonical = json.map(|json| json.canonical());
        assert_eq!(canonical, Ok(r#"{"A":3,"a":[{"c":100,"d":1.5}],"b":1,"é":1}"#.to_owned()));
    }
}

//! Numbers and their texts, as SQLite reads and prints them.

use super::super::statement::Statement;
use super::super::typed::Write;

/// Appends the number a text spells, null where it spells none.
pub(super) fn decimal(out: &mut Statement, text: Write<'_>) {
    out.push("CASE WHEN ");
    text(out);
    out.push(
        " REGEXP '^[[:space:]]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?[[:space:]]*$' \
         THEN REGEXP_SUBSTR(",
    );
    text(out);
    out.push(", '[-+.0-9eE]+') + 0e0 END");
}

/// The number that the text a short expression yields spells.
pub(super) fn decimal_text(text: &str) -> String {
    let text = &text;
    format!(
        "CASE WHEN {text} REGEXP '^[[:space:]]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?\
         [[:space:]]*$' THEN REGEXP_SUBSTR({text}, '[-+.0-9eE]+') + 0e0 END"
    )
}

/// Appends the text of a number that a field holds: whole numbers without a point.
pub(super) fn text(out: &mut Statement, number: Write<'_>) {
    out.push("CASE WHEN ");
    number(out);
    out.push(" = FLOOR(");
    number(out);
    out.push(") AND ABS(");
    number(out);
    out.push(") < 9.223372036854775e18 THEN CAST(CAST(");
    number(out);
    out.push(" AS SIGNED) AS CHAR) ELSE ");
    general(out, number);
    out.push(" END");
}

/// Appends a number with up to 15 digits and always a point, with an exponent below 1e-4 and from
/// 1e15 on; null where it is null.
pub(super) fn general(out: &mut Statement, number: Write<'_>) {
    let exponent = |out: &mut Statement| {
        out.push("FLOOR(LOG10(ABS(");
        number(out);
        out.push(")))");
    };
    let plain = |out: &mut Statement| {
        out.push("CAST(ROUND(");
        number(out);
        out.push(", 14 - ");
        exponent(out);
        out.push(") AS CHAR)");
    };
    let mantissa = |out: &mut Statement| {
        out.push("CAST(ROUND(");
        number(out);
        out.push(" / POW(10, ");
        exponent(out);
        out.push("), 14) AS CHAR)");
    };
    out.push("CASE WHEN ");
    number(out);
    out.push(" = 0 THEN '0.0' WHEN ABS(");
    number(out);
    out.push(") >= 1e-4 AND ABS(");
    number(out);
    out.push(") < 1e15 THEN ");
    pointed(out, &plain);
    out.push(" WHEN ");
    number(out);
    out.push(" IS NOT NULL THEN CONCAT(");
    pointed(out, &mantissa);
    out.push(", CASE WHEN ABS(");
    number(out);
    out.push(") < 1 THEN 'e-' ELSE 'e+' END, CASE WHEN ABS(");
    exponent(out);
    out.push(") < 10 THEN '0' ELSE '' END, ABS(");
    exponent(out);
    out.push(")) END");
}

/// A number's text with a point, without zeros at its end.
fn pointed(out: &mut Statement, text: Write<'_>) {
    out.push("REGEXP_REPLACE(CASE WHEN LOCATE('.', ");
    text(out);
    out.push(") THEN TRIM(TRAILING '0' FROM ");
    text(out);
    out.push(") ELSE CONCAT(");
    text(out);
    out.push(", '.') END, '[.]$', '.0')");
}

//! JSON values, which text columns hold as they were written.

use purlin_model::schema::Field;

use super::super::statement::{Parameter, Statement};
use super::super::typed::Write;
use super::{Mysql, number};

/// Which part of a JSON value.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Part {
    /// Its number; booleans are 1 and 0.
    Number,
    /// The text of a string; arrays and objects as they are written.
    Text,
    /// The text its number shows as.
    Spelled,
}

/// Appends a part of the value of a json field; what is not JSON (in a view) counts as a text.
pub(super) fn value(
    dialect: &Mysql,
    out: &mut Statement,
    row: usize,
    field: &Field,
    part: Part,
    own: bool,
) {
    let json = |out: &mut Statement| {
        out.column(row, field.column());
    };
    if own {
        return scalar(dialect, out, &json, &json, part);
    }
    out.push("CASE WHEN JSON_VALID(");
    json(out);
    out.push(") THEN ");
    scalar(dialect, out, &json, &json, part);
    if part == Part::Text {
        out.push(" ELSE ");
        json(out);
    }
    out.push(" END");
}

/// Appends a part of a member of a json or geoPoint field.
pub(super) fn member(
    dialect: &Mysql,
    out: &mut Statement,
    row: usize,
    field: &Field,
    steps: &[String],
    part: Part,
) {
    let column = |out: &mut Statement| {
        out.column(row, field.column());
    };
    let Some(paths) = paths(steps) else {
        {
            out.push("NULL");
            return;
        }
    };
    out.push("CASE WHEN JSON_VALID(");
    column(out);
    out.push(")");
    // What is no array is not taken for one of one item.
    for array in &paths.arrays {
        out.push(" AND JSON_TYPE(JSON_EXTRACT(");
        column(out);
        out.push(", ")
            .bind(Parameter::Text(array.clone()))
            .push(")) = 'ARRAY' COLLATE utf8mb4_bin");
    }
    out.push(" THEN ");
    let found = |out: &mut Statement| {
        out.push(if dialect.is_mariadb {
            "JSON_COMPACT(JSON_EXTRACT("
        } else {
            "CAST(JSON_EXTRACT("
        });
        column(out);
        out.push(", ").bind(Parameter::Text(paths.whole.clone()));
        out.push(if dialect.is_mariadb { "))" } else { ") AS CHAR)" });
    };
    let compact = |out: &mut Statement| {
        if dialect.is_mariadb { found(out) } else { without_blanks(out, &found) }
    };
    scalar(dialect, out, &found, &compact, part);
    out.push(" END");
}

/// Appends JSON as MySQL prints it, without the blanks between its items and members. Longer ones,
/// of which it would say that it takes too long, stay as they are.
fn without_blanks(out: &mut Statement, json: Write<'_>) {
    out.push("CASE WHEN LENGTH(");
    json(out);
    out.push(") > 32768 THEN ");
    json(out);
    out.push(" ELSE REGEXP_REPLACE(");
    json(out);
    // Strings are gone over as a whole.
    out.push(r#", '("(?:[^"\\\\]++|\\\\.)*+")|([,:]) ', '$1$2') END"#);
}

/// A part of a value given by its JSON text, the kind of which shows in its first character, and
/// how an array or object is written.
fn scalar(dialect: &Mysql, out: &mut Statement, json: Write<'_>, whole: Write<'_>, part: Part) {
    out.push("CASE LEFT(");
    json(out);
    out.push(", 1)");
    if part == Part::Text {
        out.push(" WHEN '\"' THEN CONVERT(JSON_UNQUOTE(");
        json(out);
        out.push(") USING utf8mb4) COLLATE ").push(dialect.collation);
        for open in ["[", "{"] {
            out.push(" WHEN '").push(open).push("' THEN CONVERT(");
            whole(out);
            out.push(" USING utf8mb4) COLLATE ").push(dialect.collation);
        }
        out.push(" END");
        return;
    }
    let [yes, no] = if part == Part::Number { ["1e0", "0e0"] } else { ["'1'", "'0'"] };
    out.push(" WHEN 't' THEN ").push(yes).push(" WHEN 'f' THEN ").push(no);
    for other in ["\"", "[", "{", "n", ""] {
        out.push(" WHEN '").push(other).push("' THEN NULL");
    }
    out.push(" ELSE ");
    let double = |out: &mut Statement| {
        out.push("(");
        json(out);
        out.push(" + 0e0)");
    };
    if part == Part::Number {
        double(out);
    } else {
        // What is written as a fraction stays one.
        out.push("CASE WHEN ");
        json(out);
        out.push(" REGEXP '[.eE]' THEN ");
        number::general(out, &double);
        out.push(" ELSE ");
        number::text(out, &double);
        out.push(" END");
    }
    out.push(" END");
}

/// A path in MySQL's form, and the paths on its way that have to lead to arrays.
struct Paths {
    whole: String,
    arrays: Vec<String>,
}

/// `None` for a step it cannot express, which no object has.
fn paths(steps: &[String]) -> Option<Paths> {
    let mut paths = Paths { whole: "$".to_owned(), arrays: Vec::new() };
    for step in steps {
        if step.contains(['"', '\\']) {
            return None;
        }
        if !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) {
            let position: u32 = step.parse().unwrap_or(u32::MAX).min(999_999_999);
            paths.arrays.push(paths.whole.clone());
            paths.whole += &format!("[{position}]");
        } else {
            paths.whole += &format!(".\"{step}\"");
        }
    }
    Some(paths)
}

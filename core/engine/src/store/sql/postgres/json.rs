//! Documents and lists, which columns keep as their text.
//!
//! The type `json` keeps how a number was written (`1.50`, `1e2`), which decides how it shows.

use purlin_model::schema::{Field, FieldKind};

use super::super::dialect::Dialect;
use super::super::statement::{Parameter, Statement};
use super::super::typed::Write;
use super::{BYTES, Postgres};

/// A condition after a text that holds `\\u`: the server can look into it. It cannot where a string
/// has U+0000 or half a surrogate pair; what is no such escape is taken away first.
const READABLE: &str = ", '\\\\\\\\|\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}', '', 'g') \
                        !~ '\\\\u(0000|[dD][89a-fA-F])'";

/// The double nearest to the number that the text `n.t` spells in JSON; null where its exponent is
/// beyond every reason.
const NEAREST: &str = "CASE WHEN n.t ~ '[eE][+-]?0*[1-9][0-9]{3}' OR length(n.t) > 2000 THEN NULL \
    WHEN abs(n.t::numeric) > 1.7976931348623157e308 THEN sign(n.t::numeric) * 'Infinity'::float8 \
    WHEN abs(n.t::numeric) < 5e-324 THEN 0 ELSE n.t::float8 END";

/// Appends the document of a json (or geoPoint) field; null where the server cannot look into it.
pub(super) fn document(out: &mut Statement, row: usize, field: &Field) {
    let text = |out: &mut Statement| Postgres.field(out, row, field);
    if field.kind == FieldKind::GeoPoint {
        text(out);
        out.push("::json");
        return;
    }
    out.push("(CASE WHEN strpos(");
    text(out);
    out.push(", '\\u') = 0 OR regexp_replace(");
    text(out);
    out.push(READABLE).push(" THEN ");
    text(out);
    out.push("::json END)");
}

/// Appends a member of a document. Numbers are places in arrays, everything else names members.
pub(super) fn member(out: &mut Statement, row: usize, field: &Field, steps: &[String]) {
    out.push("(");
    document(out, row, field);
    for step in steps {
        out.push(" -> ");
        if !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) {
            // Larger places than a list can have are all the same.
            let place = step.parse::<i32>().unwrap_or(i32::MAX);
            out.bind(Parameter::Integer(i64::from(place))).push("::int");
        } else {
            out.bind_text(step.as_str());
        }
    }
    out.push(")");
}

/// Appends the number a document is; true is 1.
pub(super) fn number(out: &mut Statement, it: Write<'_>) {
    by_type(out, it, |out| {
        out.push("'number' THEN ");
        double(out, it);
        out.push(" WHEN 'boolean' THEN ((");
        it(out);
        out.push(")::text = 'true')::int::float8");
    });
}

/// Appends the double of a document that is a number. Most are cast as they are; only those that
/// may be too large or too small are looked at twice.
fn double(out: &mut Statement, it: Write<'_>) {
    out.push("CASE WHEN length((");
    it(out);
    out.push(")::text) < 100 AND strpos(lower((");
    it(out);
    out.push(")::text), 'e') = 0 THEN (");
    it(out);
    out.push(" #>> '{}')::float8 ELSE (SELECT ").push(NEAREST).push(" FROM (SELECT ");
    it(out);
    out.push(" #>> '{}' AS t OFFSET 0) AS n) END");
}

/// Appends the text of what is neither a number nor null.
pub(super) fn text(out: &mut Statement, it: Write<'_>) {
    out.push("(CASE WHEN json_typeof(");
    it(out);
    out.push(") IN ('string', 'array', 'object') THEN btrim(");
    it(out);
    out.push(" #>> '{}', CASE json_typeof(");
    it(out);
    out.push(") WHEN 'string' THEN '' ELSE E' \\t\\r\\n' END) END").push(BYTES).push(")");
}

/// Appends the text a number shows as: with a point where the document has one.
pub(super) fn spelled(out: &mut Statement, it: Write<'_>) {
    let number: Write<'_> = &|out| {
        out.push("d.v");
    };
    by_type(out, it, |out| {
        out.push("'number' THEN (SELECT CASE WHEN d.t ~ '[.eE]' THEN ");
        general(out, number);
        out.push(" ELSE ");
        number_text(out, number);
        out.push(" END FROM (SELECT ");
        double(out, it);
        out.push(" AS v, ");
        it(out);
        out.push(" #>> '{}' AS t OFFSET 0) AS d) WHEN 'boolean' THEN ((");
        it(out);
        out.push(")::text = 'true')::int::text");
    });
}

fn by_type(out: &mut Statement, it: Write<'_>, cases: impl FnOnce(&mut Statement)) {
    out.push("(CASE json_typeof(");
    it(out);
    out.push(") WHEN ");
    cases(out);
    out.push(" END)");
}

/// Appends the text of a number: whole ones without a point.
pub(super) fn number_text(out: &mut Statement, number: Write<'_>) {
    out.push("(CASE WHEN ");
    number(out);
    out.push(" = trunc(");
    number(out);
    out.push(") AND abs(");
    number(out);
    out.push(") < 9.223372036854775e18 THEN ");
    number(out);
    out.push("::int8::text ELSE ");
    general(out, number);
    out.push(" END").push(BYTES).push(")");
}

/// Appends the text of a number with 15 digits and always a point.
pub(super) fn general(out: &mut Statement, number: Write<'_>) {
    out.push("(regexp_replace((");
    number(out);
    out.push(")::text, '^(-?[0-9]+)(e.*)?$', '\\1.0\\2')").push(BYTES).push(")");
}

/// Appends the items of a list field as a function that yields rows. What is no list (in a view)
/// is one item.
pub(super) fn items(out: &mut Statement, row: usize, field: &Field) {
    out.push("json_array_elements_text(");
    list(out, row, field);
    out.push(")");
}

/// Appends how many items a list field has.
pub(super) fn length(out: &mut Statement, row: usize, field: &Field) {
    out.push("coalesce(json_array_length(");
    list(out, row, field);
    out.push("), 0)");
}

fn list(out: &mut Statement, row: usize, field: &Field) {
    out.push("CASE WHEN left(");
    Postgres.field(out, row, field);
    out.push(", 1) = '[' THEN ");
    Postgres.field(out, row, field);
    out.push("::json WHEN ");
    Postgres.field(out, row, field);
    out.push(" <> '' THEN json_build_array(");
    Postgres.field(out, row, field);
    out.push(") END");
}

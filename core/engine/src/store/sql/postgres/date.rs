//! `strftime` as an expression: a chain of subqueries of one row each that read the time, do what
//! each modifier does, and write out the format. A moment `j` is milliseconds from the Julian day
//! zero (a double, exact), null where it is none.

use purlin_model::date::{Step, steps};
use purlin_model::plan::{Row, Term};

use super::super::statement::Statement;
use super::super::typed::{self, Kinds, Typed};
use super::BYTES;

/// A date, a time, or both. Groups: sign, year, month, day, hour, minute, second, fraction, zone.
const TIME: &str = "^(?:(-?)([0-9]{4})-([0-9]{2})-([0-9]{2})[ \\t\\n\\v\\f\\rT]*)?\
    (?:([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.]([0-9]+))?)?\
    [ \\t\\n\\v\\f\\r]*([zZ]|[+-][0-9]{2}:[0-9]{2})?[ \\t\\n\\v\\f\\r]*)?$";

/// Year, month and day that a text names.
const NAMED: &str = "s.n, s.t, s.m, s.r, (s.m[1] || s.m[2])::int AS y, \
    CASE WHEN s.m[3]::int BETWEEN 1 AND 12 THEN s.m[3]::int END AS q, \
    CASE WHEN s.m[4]::int BETWEEN 1 AND 31 THEN s.m[4]::int END AS d";

/// `k`: milliseconds since midnight UTC that a text names.
const CLOCK: &str = "CASE WHEN s.m[5] IS NULL THEN 0 \
    WHEN s.m[5]::int <= 24 AND s.m[6]::int <= 59 AND coalesce(s.m[7]::int, 0) <= 59 THEN \
    (s.m[5]::int * 60 + s.m[6]::int) * 60000 + coalesce(s.m[7]::int, 0) * 1000 \
    + trunc(least(('0.' || left(coalesce(s.m[8], '0'), 20))::float8, 0.999) * 1000 + 0.5)::int \
    - CASE WHEN length(s.m[9]) = 6 THEN CASE \
      WHEN substr(s.m[9], 2, 2)::int <= 14 AND substr(s.m[9], 5, 2)::int <= 59 THEN \
      (left(s.m[9], 1) || '1')::int * (substr(s.m[9], 2, 2)::int * 60 + substr(s.m[9], 5, 2)::int) * 60000 END \
    ELSE 0 END END";

/// The moment: of a date, a time (of 1 January 2000), `now`, or a number (a Julian day).
const MOMENT: &str = "CASE WHEN s.n IS NULL AND s.m[2] IS NOT NULL THEN s.e * 86400000::float8 + 210866760000000 + s.k \
    WHEN s.n IS NULL AND s.m[5] IS NOT NULL THEN 211813444800000::float8 + s.k \
    WHEN s.n IS NULL AND lower(s.t) IN ('now', 'subsec', 'subsecond') THEN \
    floor(extract(epoch FROM statement_timestamp()) * 1000)::float8 + 210866760000000 \
    WHEN s.r >= 0 AND s.r < 5373484.5 THEN trunc(s.r * 86400000 + 0.5) END";

/// The end of a layer.
const FENCE: &str = " OFFSET 0) AS s";

const VALID: &str = "s.j BETWEEN 0 AND 464269060799999";

const SINCE_1970: &str = "s.r * 1000 + 210866760000000";

/// Date `d` and milliseconds since midnight `c` of a moment.
const CALENDAR: &str = "s.j, s.r, s.o, DATE '1970-01-01' + floor((s.j - 210866760000000) / 86400000)::int AS d, \
    ((s.j - 210866760000000) - floor((s.j - 210866760000000) / 86400000) * 86400000)::int AS c";

/// The year of a date, which the database counts without a year 0.
const YEAR: &str =
    "(extract(year FROM s.d)::int + CASE WHEN s.d < DATE '0001-01-01' THEN 1 ELSE 0 END)";

/// Appends the text; null where the time, a modifier or the format is invalid.
pub(super) fn strftime(
    typed: &dyn Typed,
    out: &mut Statement,
    rows: &[Row],
    format: &str,
    time: Option<&Term>,
    modifiers: &[String],
) {
    let Some((parts, steps)) = parts(format).zip(steps(modifiers)) else {
        out.push("NULL::text");
        return;
    };
    let subsecond = steps.contains(&Step::Subsecond);
    let mut layers = reading(typed);
    steps.iter().for_each(|step| layer(*step, &mut layers));
    layers.push(format!("CASE WHEN {VALID} THEN s.j END AS j, s.r, s.o"));
    layers.push(CALENDAR.to_owned());
    layers.push(format!("s.j, s.d, s.c, {YEAR} AS y"));
    out.push("(SELECT (CASE WHEN s.j IS NOT NULL THEN ''");
    for part in &parts {
        out.push(" || ");
        match part {
            Part::Literal(text) => drop(out.bind_text(text.as_str()).push("::text")),
            Part::Letter(letter) => drop(out.push(&expression(*letter, subsecond))),
        }
    }
    out.push(" END)").push(BYTES);
    for layer in layers.iter().rev() {
        out.push(" FROM (SELECT ").push(layer);
    }
    out.push(" FROM (SELECT ");
    given(typed, out, rows, time);
    // Without a fence the planner writes each layer out wherever the next one names it, which is
    // more than it can ever plan.
    out.push(FENCE);
    layers.iter().for_each(|_| {
        out.push(FENCE);
    });
    out.push(")");
}

/// Appends the time as a number `n` and a text `t`.
fn given(typed: &dyn Typed, out: &mut Statement, rows: &[Row], time: Option<&Term>) {
    let Some(time) = time else {
        out.push("NULL::float8 AS n, 'now'::text AS t");
        return;
    };
    let kinds = Kinds::of(rows, time);
    match kinds.number {
        true => typed::number(typed, out, rows, time),
        false => drop(out.push("NULL")),
    }
    out.push("::float8 AS n, ");
    match kinds.text {
        true => typed::text(typed, out, rows, time),
        false => drop(out.push("NULL")),
    }
    out.push("::text AS t");
}

/// From `n` and `t` to the moment `j`, the number it was given as `r`, and `o` days that the day
/// runs over the end of its month.
fn reading(typed: &dyn Typed) -> Vec<String> {
    let mut decimal = Statement::new(typed.dialect(), "");
    typed.decimal(&mut decimal, &|out| {
        out.push("s.t");
    });
    let over = over("s.y", "s.q", "s.d");
    vec![
        format!("s.n, s.t, regexp_match(s.t, '{TIME}') AS m, coalesce(s.n, {}) AS r", decimal.text),
        NAMED.to_owned(),
        format!(
            "s.n, s.t, s.m, CASE WHEN s.n IS NOT NULL OR s.m IS NULL THEN s.r END AS r, {CLOCK} AS k, \
             CASE WHEN s.y >= -4713 THEN {} END AS e, {over} AS o",
            days("s.y", "s.q", "s.d")
        ),
        format!("{MOMENT} AS j, s.r, s.o"),
    ]
}

/// What a step makes of `j`, `r` and `o`.
fn layer(step: Step, layers: &mut Vec<String>) {
    let start = |days: &str| {
        let to = format!("s.j - s.c - ({days}) * 86400000::float8");
        format!("CASE WHEN {VALID} THEN {to} END AS j, s.r, 0 AS o")
    };
    match step {
        Step::Auto => layers.push(format!(
            "CASE WHEN s.r IS NULL OR {VALID} THEN s.j WHEN {SINCE_1970} >= 0 AND {SINCE_1970} < 464269060800000 \
             THEN trunc({SINCE_1970} + 0.5) END AS j, s.r, s.o"
        )),
        Step::JulianDay => {
            layers.push(format!("CASE WHEN s.r IS NOT NULL AND {VALID} THEN s.j END AS j, s.r, s.o"));
        }
        Step::UnixEpoch => layers.push(format!(
            "CASE WHEN {SINCE_1970} >= 0 AND {SINCE_1970} < 464269060800000 THEN trunc({SINCE_1970} + 0.5) END AS j, \
             s.r, s.o"
        )),
        Step::Check => layers.push(format!("CASE WHEN {VALID} THEN s.j END AS j, s.r, s.o")),
        Step::Ceiling => layers.push(format!("CASE WHEN {VALID} THEN s.j END AS j, s.r, 0 AS o")),
        Step::Settle => layers.push("s.j, s.r, 0 AS o".to_owned()),
        Step::Floor => layers.push("s.j - s.o * 86400000::float8 AS j, s.r, 0 AS o".to_owned()),
        Step::Weekday(wanted) => layers.push(format!(
            "CASE WHEN {VALID} THEN s.j + ((({wanted} - floor((s.j + 129600000) / 86400000)::int8) % 7 + 7) % 7) \
             * 86400000::float8 END AS j, s.r, s.o"
        )),
        Step::StartOfDay | Step::StartOfMonth | Step::StartOfYear => {
            layers.push(format!("CASE WHEN {VALID} THEN s.j END AS j, s.r, s.o"));
            layers.push(CALENDAR.to_owned());
            layers.push(start(match step {
                Step::StartOfDay => "0",
                Step::StartOfMonth => "extract(day FROM s.d)::int - 1",
                _ => "extract(doy FROM s.d)::int - 1",
            }));
        }
        Step::Months(count) => {
            layers.push(format!("CASE WHEN {VALID} THEN s.j END AS j, s.r, s.o"));
            layers.push(CALENDAR.to_owned());
            layers.push(format!(
                "s.r, s.c, extract(day FROM s.d)::int AS d, \
                 {YEAR} * 12 + extract(month FROM s.d)::int - 1 + {count} AS q"
            ));
            layers.push(
                "s.r, s.c, s.d, floor(s.q / 12.0)::int AS y, (s.q % 12 + 12) % 12 + 1 AS q".to_owned(),
            );
            layers.push(format!(
                "CASE WHEN s.y BETWEEN -4713 AND 9999 THEN {} * 86400000::float8 + 210866760000000 + s.c END AS j, \
                 s.r, {} AS o",
                days("s.y", "s.q", "s.d"),
                over("s.y", "s.q", "s.d")
            ));
        }
        // `Subsecond` is of the format, not of the moment.
        Step::Millis(0) | Step::Subsecond => {}
        Step::Millis(count) => layers.push(format!("s.j + {count}::float8 AS j, s.r, s.o")),
    }
}

/// Days since 1970-01-01 of a date: years counted from March, so that leap days end them.
fn days(year: &str, month: &str, day: &str) -> String {
    let year = format!("({year} - CASE WHEN {month} <= 2 THEN 1 ELSE 0 END)");
    format!(
        "(365 * {year} + floor({year} / 4.0)::int - floor({year} / 100.0)::int + floor({year} / 400.0)::int \
         + (153 * (({month} + 9) % 12) + 2) / 5 + {day} - 719469)"
    )
}

/// How many days a date lies beyond the end of its month.
fn over(year: &str, month: &str, day: &str) -> String {
    format!(
        "CASE WHEN {month} IN (4, 6, 9, 11) THEN greatest({day} - 30, 0) WHEN {month} <> 2 THEN 0 \
         WHEN {year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0) THEN greatest({day} - 29, 0) \
         ELSE greatest({day} - 28, 0) END"
    )
}

/// A piece of a format.
enum Part {
    Literal(String),
    /// What stands after a `%`.
    Letter(char),
}

fn parts(format: &str) -> Option<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        let literal = match letter {
            '%' => match letters.next()? {
                '%' => '%',
                letter if "defFGgVHkIljJmMpPRsSTuwUWY".contains(letter) => {
                    parts.push(Part::Letter(letter));
                    continue;
                }
                _ => return None,
            },
            letter => letter,
        };
        match parts.last_mut() {
            Some(Part::Literal(text)) => text.push(literal),
            _ => parts.push(Part::Literal(literal.to_string())),
        }
    }
    Some(parts)
}

/// The text a letter stands for, of the moment `j`, its date `d`, year `y` and clock `c`.
fn expression(letter: char, subsecond: bool) -> String {
    let padded = |number: &str| format!("lpad(({number})::text, 2, '0')");
    let blank = |number: &str| format!("lpad(({number})::text, 2, ' ')");
    let (hour, minute, second) = ("s.c / 3600000", "s.c / 60000 % 60", "s.c / 1000 % 60");
    let hour_12 = "(s.c / 3600000 + 11) % 12 + 1";
    let iso_year = "(extract(isoyear FROM s.d)::int + CASE WHEN extract(isoyear FROM s.d) < 0 THEN 1 ELSE 0 END)";
    let day_of_year = "(extract(doy FROM s.d)::int - 1)";
    let weekday = "(extract(isodow FROM s.d)::int - 1)";
    match letter {
        'd' => "to_char(s.d, 'DD')".to_owned(),
        'e' => blank("extract(day FROM s.d)::int"),
        'f' => format!("{} || '.' || lpad((s.c % 1000)::text, 3, '0')", padded(second)),
        'F' => format!("{} || to_char(s.d, '-MM-DD')", year("s.y")),
        'G' => year(iso_year),
        'g' => {
            let short = format!("({iso_year} % 100)::text");
            format!("lpad({short}, greatest(2, length({short})), '0')")
        }
        'V' => "to_char(s.d, 'IW')".to_owned(),
        'H' => padded(hour),
        'k' => blank(hour),
        'I' => padded(hour_12),
        'l' => blank(hour_12),
        'j' => format!("lpad(({day_of_year} + 1)::text, 3, '0')"),
        'J' => julian_day(),
        'm' => "to_char(s.d, 'MM')".to_owned(),
        'M' => padded(minute),
        'p' => "CASE WHEN s.c >= 43200000 THEN 'PM' ELSE 'AM' END".to_owned(),
        'P' => "CASE WHEN s.c >= 43200000 THEN 'pm' ELSE 'am' END".to_owned(),
        'R' => format!("{} || ':' || {}", padded(hour), padded(minute)),
        's' if subsecond => {
            "((s.j - 210866760000000)::int8::numeric / 1000)::numeric(20, 3)::text".to_owned()
        }
        's' => "(trunc(s.j / 1000)::int8 - 210866760000)::text".to_owned(),
        'S' => padded(second),
        'T' => {
            format!("{} || ':' || {} || ':' || {}", padded(hour), padded(minute), padded(second))
        }
        'u' => format!("({weekday} + 1)::text"),
        'w' => format!("(({weekday} + 1) % 7)::text"),
        'U' => padded(&format!("({day_of_year} - ({weekday} + 1) % 7 + 7) / 7")),
        'W' => padded(&format!("({day_of_year} - {weekday} + 7) / 7")),
        _ => year("s.y"),
    }
}

fn year(number: &str) -> String {
    format!(
        "(CASE WHEN {number} < 0 THEN '-' || lpad(abs({number})::text, greatest(3, length(abs({number})::text)), '0') \
         ELSE lpad({number}::text, 4, '0') END)"
    )
}

/// The Julian day with 16 digits. The fraction of a double is a whole number of 2^-52, which the
/// database turns into decimals without rounding twice.
fn julian_day() -> String {
    let day = "(s.j / 86400000)";
    let digits = format!("16 - length(floor({day})::int8::text)");
    let fraction = format!(
        "(({day} - floor({day})) * 4503599627370496)::int8::numeric \
         * 0.0000000000000002220446049250313080847263336181640625"
    );
    format!(
        "rtrim(rtrim((floor({day})::int8::numeric + round({fraction}, {digits}))::text, '0'), '.')"
    )
}

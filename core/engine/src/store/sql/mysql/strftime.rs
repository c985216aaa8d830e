//! `strftime` as an expression: a chain of tables of one row each, every one computed from the one
//! before, that reads the time, does what each modifier does, and names the parts of the calendar.
//! A moment is whole milliseconds from the Julian day zero.

use std::fmt::Write as _;

use purlin_model::date::{Step, steps};
use purlin_model::plan::{Row, Term};

use super::super::statement::Statement;
use super::super::typed::{self, Kinds};
use super::{Mysql, number};

const DAY: i64 = 86_400_000;
const NOON: i64 = DAY / 2;
/// Milliseconds from the Julian day zero to 1970.
const EPOCH: i64 = 210_866_760_000_000;
/// The last millisecond of year 9999.
const LAST: i64 = 464_269_060_799_999;

const DATE: &str = "-?[0-9]{4}-[0-9]{2}-[0-9]{2}";
const CLOCK: &str = "[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?\
                     [[:space:]]*([zZ]|[-+][0-9]{2}:[0-9]{2})?[[:space:]]*";

/// Appends the text; null where the time, a modifier or the format is invalid.
pub(super) fn strftime(
    dialect: &Mysql,
    out: &mut Statement,
    rows: &[Row],
    format: &str,
    time: Option<&Term>,
    modifiers: &[String],
) {
    let Some(steps) = steps(modifiers) else {
        out.push("NULL");
        return;
    };
    let subsecond = steps.contains(&Step::Subsecond);
    let mut chain = Chain { text: String::new(), last: 0 };
    read(&mut chain);
    for step in steps {
        chain.step(step);
    }
    let Some(written) = written(format, subsecond, &mut chain) else {
        out.push("NULL");
        return;
    };
    let apart = unlike_others(out);
    // Of a time that is none nothing is made; neither of a format without letters.
    out.push("LEFT((SELECT CONVERT(CONCAT(CASE WHEN at.j IS NOT NULL THEN '' END");
    for part in written {
        out.push(", ");
        match part {
            Part::Literal(text) => {
                out.bind_text(text);
            }
            Part::Letter(text) => {
                out.push(&text);
            }
        }
    }
    out.push(") USING utf8mb4) COLLATE ").push(dialect.collation());
    let kinds = time.map(|time| Kinds::of(rows, time));
    let number = |out: &mut Statement| match time {
        Some(time) if kinds.is_some_and(|it| it.number) => typed::number(dialect, out, rows, time),
        _ => {
            out.push("NULL");
        }
    };
    let text = |out: &mut Statement| match time {
        None => {
            out.push("'now'");
        }
        Some(time) if kinds.is_some_and(|it| it.text) => typed::text(dialect, out, rows, time),
        Some(_) => {
            out.push("NULL");
        }
    };
    dialect.one_row(out, "s0", &[("n", "DOUBLE", &number), ("t", "CHAR", &text)]);
    out.push(&chain.text).push("), ").push(&apart).push(")");
}

/// A number of characters no text has, and no other subquery of the statement is given: `MariaDB`
/// takes two subqueries for one where they stand in functions that are otherwise alike, so that
/// `coalesce((SELECT 1 …), '') = coalesce((SELECT 2 …), '')` may hold.
fn unlike_others(out: &Statement) -> String {
    (1_000_000_000 + out.text.len()).to_string()
}

/// Tables under way; the last one is `s{last}`.
struct Chain {
    text: String,
    last: usize,
}

impl Chain {
    /// Adds a table with these columns: name, type, and expression in which `@` is the table before.
    fn layer(&mut self, columns: &[(&str, &str, &str)]) {
        self.named(&format!("s{}", self.last + 1), &format!("s{}", self.last), columns);
        self.last += 1;
    }

    fn named(&mut self, name: &str, before: &str, columns: &[(&str, &str, &str)]) {
        let values: Vec<String> =
            columns.iter().map(|(_, _, value)| value.replace('@', &format!("{before}."))).collect();
        let _ = write!(self.text, ", JSON_TABLE(JSON_ARRAY({}), '$' COLUMNS(", values.join(", "));
        for (index, (column, kind, _)) in columns.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            let _ = write!(self.text, "{comma}{column} {kind} PATH '$[{index}]'");
        }
        let _ = write!(self.text, ")) AS {name}");
    }

    /// A table with `j`, `r` and `o`.
    fn moment(&mut self, julian: &str, raw: &str, over: &str) {
        self.layer(&[("j", "BIGINT", julian), ("r", "DOUBLE", raw), ("o", "BIGINT", over)]);
    }

    fn step(&mut self, step: Step) {
        let valid = format!("CASE WHEN @j BETWEEN 0 AND {LAST} THEN @j END");
        let unix = format!(
            "CASE WHEN @r * 1000 + {EPOCH}e0 >= 0 AND @r * 1000 + {EPOCH}e0 < {LAST} + 1 \
             THEN FLOOR(@r * 1000 + {EPOCH}e0 + 0.5) END"
        );
        match step {
            Step::Auto => {
                let julian = format!(
                    "CASE WHEN @r IS NULL OR @j BETWEEN 0 AND {LAST} THEN @j ELSE {unix} END"
                );
                self.moment(&julian, "NULL", "@o");
            }
            Step::JulianDay => {
                self.moment(&format!("CASE WHEN @r IS NOT NULL THEN {valid} END"), "NULL", "@o");
            }
            Step::UnixEpoch => self.moment(&unix, "NULL", "@o"),
            Step::Check => self.moment(&valid, "@r", "@o"),
            // Of the format, not of the moment.
            Step::Subsecond => {}
            Step::Ceiling => self.moment(&valid, "@r", "0"),
            Step::Settle => self.moment("@j", "@r", "0"),
            Step::Floor => self.moment(&format!("@j - @o * {DAY}"), "NULL", "0"),
            Step::Weekday(day) => {
                let today = format!("({valid} + {NOON} + {DAY}) DIV {DAY} MOD 7");
                let julian = format!("@j + ({day} - ({today}) + 7) MOD 7 * {DAY}");
                self.moment(&julian, "NULL", "@o");
            }
            Step::StartOfDay => {
                let julian = format!("(({valid}) + {NOON}) DIV {DAY} * {DAY} - {NOON}");
                self.moment(&julian, "NULL", "0");
            }
            Step::StartOfMonth => self.on(&valid, "@y", "@m", "1", "0"),
            Step::StartOfYear => self.on(&valid, "@y", "1", "1", "0"),
            Step::Months(count) => {
                let months = format!("(@y * 12 + @m - 1 + {count} + 57600)");
                let year = format!("({months} DIV 12 - 4800)");
                self.on(&valid, &year, &format!("({months} MOD 12 + 1)"), "@d", "@c");
            }
            Step::Millis(count) => self.moment(&format!("@j + {count}"), "NULL", "@o"),
        }
    }

    /// Moves to another date, given by what the moment's own is.
    fn on(&mut self, valid: &str, year: &str, month: &str, day: &str, clock: &str) {
        self.layer(&[("j", "BIGINT", valid)]);
        self.calendar();
        self.layer(&[
            ("y", "BIGINT", year),
            ("m", "BIGINT", month),
            ("d", "BIGINT", day),
            ("c", "BIGINT", clock),
        ]);
        self.moment(
            &format!(
                "CASE WHEN @y BETWEEN -4713 AND 9999 THEN {} + @c END",
                julian("@y", "@m", "@d")
            ),
            "NULL",
            &over("@y", "@m", "@d"),
        );
    }

    /// From `j` to it, its day number `n`, its time of day `c`, and its date `y`, `m`, `d`.
    fn calendar(&mut self) {
        let day = format!("(@j + {NOON}) DIV {DAY}");
        let clock = format!("(@j + {NOON}) MOD {DAY}");
        self.layer(&[("j", "BIGINT", "@j"), ("n", "BIGINT", &day), ("c", "BIGINT", &clock)]);
        self.date();
    }

    /// From `j`, `n` and `c` to those and the date of day `n`.
    fn date(&mut self) {
        const KEPT: [(&str, &str, &str); 3] =
            [("j", "BIGINT", "@j"), ("n", "BIGINT", "@n"), ("c", "BIGINT", "@c")];
        let mut layer = |more: &[(&str, &str, &str)]| {
            let all: Vec<_> = KEPT.iter().chain(more).copied().collect();
            self.layer(&all);
        };
        layer(&[
            ("e", "BIGINT", "(@n + 32044) DIV 146097"),
            ("p", "BIGINT", "(@n + 32044) MOD 146097"),
        ]);
        let year = "(@p - @p DIV 1460 + @p DIV 36524 - @p DIV 146096) DIV 365";
        layer(&[("e", "BIGINT", "@e"), ("p", "BIGINT", "@p"), ("y", "BIGINT", year)]);
        layer(&[
            ("y", "BIGINT", "@y + (@e - 12) * 400"),
            ("p", "BIGINT", "@p - (365 * @y + @y DIV 4 - @y DIV 100)"),
        ]);
        layer(&[
            ("y", "BIGINT", "@y"),
            ("p", "BIGINT", "@p"),
            ("m", "BIGINT", "(5 * @p + 2) DIV 153"),
        ]);
        layer(&[
            ("y", "BIGINT", "@y + (@m >= 10)"),
            ("m", "BIGINT", "CASE WHEN @m < 10 THEN @m + 3 ELSE @m - 9 END"),
            ("d", "BIGINT", "@p - (153 * @m + 2) DIV 5 + 1"),
        ]);
    }
}

/// The day number of a date.
fn number_of(year: &str, month: &str, day: &str) -> String {
    let year = format!("({year} + 4800 - ({month} <= 2))");
    format!(
        "({year} DIV 400 * 146097 + {year} MOD 400 * 365 + {year} MOD 400 DIV 4 \
         - {year} MOD 400 DIV 100 + (153 * ({month} + CASE WHEN {month} > 2 THEN -3 ELSE 9 END) + 2) \
         DIV 5 + {day} - 1 - 32044)"
    )
}

/// The moment a date begins.
fn julian(year: &str, month: &str, day: &str) -> String {
    format!("({} * {DAY} - {NOON})", number_of(year, month, day))
}

/// By how many days a date runs over the end of its month.
fn over(year: &str, month: &str, day: &str) -> String {
    format!(
        "GREATEST(0, {day} - CASE WHEN {month} IN (4, 6, 9, 11) THEN 30 WHEN {month} <> 2 THEN 31 \
         WHEN {year} MOD 4 = 0 AND {year} MOD 100 <> 0 OR {year} MOD 400 = 0 THEN 29 ELSE 28 END)"
    )
}

/// From the time as it is given, `n` or `t`, to `j`, `r` and `o`.
fn read(chain: &mut Chain) {
    let dated = format!("@n IS NULL AND @t REGEXP '^{DATE}[[:space:]T]*({CLOCK})?$'");
    let date = format!("CASE WHEN {dated} THEN REGEXP_SUBSTR(@t, '^{DATE}') END");
    let clock = format!(
        "CASE WHEN {dated} THEN REGEXP_REPLACE(@t, '^{DATE}[[:space:]T]*', '') \
         WHEN @n IS NULL AND @t REGEXP '^{CLOCK}$' THEN @t END"
    );
    let raw = format!("CASE WHEN @n IS NOT NULL THEN @n ELSE {} END", number::decimal_text("@t"));
    let now = "@n IS NULL AND LOWER(@t) IN ('now', 'subsec', 'subsecond')";
    chain.layer(&[
        ("d", "LONGTEXT", &date),
        ("t", "LONGTEXT", &clock),
        ("r", "DOUBLE", &raw),
        ("w", "BIGINT", now),
        ("s", "BIGINT", "LEFT(@t, 1) = '-'"),
    ]);
    // In the first of these the date's sign is told apart from its digits.
    let part = |from: u32, count: u32| format!("CAST(SUBSTR(@d, {from} + @s, {count}) AS SIGNED)");
    let year = format!("{} * CASE WHEN @s THEN -1 ELSE 1 END", part(1, 4));
    let has = |at: u32, what: &str| format!("SUBSTR(@t, {at}, 1) = '{what}'");
    let two = |at: u32| format!("CAST(SUBSTR(@t, {at}, 2) AS SIGNED)");
    let second = format!("CASE WHEN {} THEN {} WHEN @t <> '' THEN 0 END", has(6, ":"), two(7));
    let milli = format!(
        "CASE WHEN {} THEN FLOOR(LEAST(CONCAT('0', REGEXP_SUBSTR(SUBSTR(@t, 9), '^[.][0-9]+')) \
         + 0e0, 0.999e0) * 1000 + 0.5) ELSE 0 END",
        has(9, ".")
    );
    let zone = "CASE WHEN @t REGEXP '[-+][0-9]{2}:[0-9]{2}' \
                THEN REGEXP_SUBSTR(@t, '[-+][0-9]{2}:[0-9]{2}') END";
    chain.layer(&[
        ("y", "BIGINT", &format!("CASE WHEN @d IS NOT NULL THEN {year} END")),
        ("m", "BIGINT", &format!("CASE WHEN @d IS NOT NULL THEN {} END", part(6, 2))),
        ("d", "BIGINT", &format!("CASE WHEN @d IS NOT NULL THEN {} END", part(9, 2))),
        ("t", "LONGTEXT", "@t"),
        ("h", "BIGINT", &format!("CASE WHEN @t <> '' THEN {} END", two(1))),
        ("i", "BIGINT", &format!("CASE WHEN @t <> '' THEN {} END", two(4))),
        ("s", "BIGINT", &second),
        ("f", "BIGINT", &milli),
        ("z", "VARCHAR(9)", zone),
        ("r", "DOUBLE", "@r"),
        ("w", "BIGINT", "@w"),
    ]);
    let clock = "CASE WHEN @t = '' THEN 0 WHEN @h <= 24 AND @i <= 59 AND @s <= 59 \
         AND (@z IS NULL OR SUBSTR(@z, 2, 2) <= '14' AND SUBSTR(@z, 5, 2) <= '59') \
         THEN (@h * 60 + @i) * 60000 + @s * 1000 + @f - CASE WHEN @z IS NULL THEN 0 ELSE \
         (CAST(SUBSTR(@z, 2, 2) AS SIGNED) * 60 + CAST(SUBSTR(@z, 5, 2) AS SIGNED)) * 60000 \
         * CASE LEFT(@z, 1) WHEN '-' THEN -1 ELSE 1 END END END";
    let found = format!(
        "CASE WHEN @w THEN FLOOR(UNIX_TIMESTAMP(NOW(3)) * 1000) + {EPOCH} \
         WHEN @y IS NOT NULL THEN CASE WHEN @m BETWEEN 1 AND 12 AND @d BETWEEN 1 AND 31 \
         AND @y BETWEEN -4713 AND 9999 THEN {} + {clock} END \
         WHEN @t IS NOT NULL THEN {} + {clock} \
         WHEN @r >= 0 AND @r < 5373484.5 THEN FLOOR(@r * {DAY}e0 + 0.5) END",
        julian("@y", "@m", "@d"),
        2_451_545 * DAY - NOON,
    );
    let over = format!("CASE WHEN @y IS NULL THEN 0 ELSE {} END", over("@y", "@m", "@d"));
    chain.moment(&found, "@r", &over);
}

/// A part of what is written.
enum Part {
    Literal(String),
    Letter(String),
}

/// What a format writes, and the tables it is made of; the parts of the calendar are in `at`, those
/// of the week's Thursday in `th`. `None` for a format that is invalid.
fn written(format: &str, subsecond: bool, chain: &mut Chain) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let (mut letters, mut weeks) = (format.chars(), false);
    let mut literal = String::new();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            literal.push(letter);
            continue;
        }
        let letter = letters.next()?;
        if letter == '%' {
            literal.push('%');
            continue;
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        weeks |= matches!(letter, 'G' | 'g' | 'V');
        parts.push(Part::Letter(expression(letter, subsecond)?));
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    chain.layer(&[("j", "BIGINT", &format!("CASE WHEN @j BETWEEN 0 AND {LAST} THEN @j END"))]);
    chain.calendar();
    let all = ["j", "n", "c", "y", "m", "d"];
    let columns: Vec<(&str, String)> = all.iter().map(|it| (*it, format!("@{it}"))).collect();
    let columns: Vec<(&str, &str, &str)> =
        columns.iter().map(|(name, value)| (*name, "BIGINT", value.as_str())).collect();
    chain.named("at", &format!("s{}", chain.last), &columns);
    if weeks {
        let thursday = "@n + 3 - @n MOD 7";
        let before = [("j", "BIGINT", "@j"), ("n", "BIGINT", thursday), ("c", "BIGINT", "0")];
        chain.layer(&before);
        chain.date();
        chain.named("th", &format!("s{}", chain.last), &columns);
    }
    Some(parts)
}

/// What a letter after `%` stands for.
fn expression(letter: char, subsecond: bool) -> Option<String> {
    let hour = "(at.c DIV 3600000)";
    let hour_12 = format!("(({hour} + 11) MOD 12 + 1)");
    let minute = "(at.c DIV 60000 MOD 60)";
    let second = "(at.c DIV 1000 MOD 60)";
    let two = |value: &str| format!("LPAD({value}, 2, '0')");
    let blank = |value: &str| format!("LPAD({value}, 2, ' ')");
    let year = |value: &str| {
        format!(
            "CASE WHEN {value} <= -1000 THEN {value} WHEN {value} < 0 \
             THEN CONCAT('-', LPAD(-{value}, 3, '0')) ELSE LPAD({value}, 4, '0') END"
        )
    };
    let first = |of: &str| number_of(&format!("{of}.y"), "1", "1");
    let of_year = format!("(at.n - {})", first("at"));
    Some(match letter {
        'd' => two("at.d"),
        'e' => blank("at.d"),
        'f' => format!("{}, '.', LPAD(at.c MOD 1000, 3, '0')", two(second)),
        'F' => format!("{}, '-', {}, '-', {}", year("at.y"), two("at.m"), two("at.d")),
        'G' => year("th.y"),
        'g' => "LPAD(th.y MOD 100, CASE WHEN th.y MOD 100 < -9 THEN 3 ELSE 2 END, '0')".to_owned(),
        'V' => two(&format!("((th.n - {}) DIV 7 + 1)", first("th"))),
        'H' => two(hour),
        'k' => blank(hour),
        'I' => two(&hour_12),
        'l' => blank(&hour_12),
        'j' => format!("LPAD({of_year} + 1, 3, '0')"),
        'J' => julian_day(),
        'm' => two("at.m"),
        'M' => two(minute),
        'p' => format!("CASE WHEN {hour} >= 12 THEN 'PM' ELSE 'AM' END"),
        'P' => format!("CASE WHEN {hour} >= 12 THEN 'pm' ELSE 'am' END"),
        'R' => format!("{}, ':', {}", two(hour), two(minute)),
        's' if subsecond => format!("CAST((at.j - {EPOCH}) / 1000 AS DECIMAL(30, 3))"),
        's' => format!("at.j DIV 1000 - {}", EPOCH / 1000),
        'S' => two(second),
        'T' => format!("{}, ':', {}, ':', {}", two(hour), two(minute), two(second)),
        'u' => "at.n MOD 7 + 1".to_owned(),
        'w' => "(at.n + 1) MOD 7".to_owned(),
        'U' => two(&format!("(({of_year} - (at.n + 1) MOD 7 + 7) DIV 7)")),
        'W' => two(&format!("(({of_year} - at.n MOD 7 + 7) DIV 7)")),
        'Y' => year("at.y"),
        _ => return None,
    })
}

/// The Julian day with 16 digits. The fraction of a double is a whole number of 2^-52, which the
/// database turns into decimals without rounding twice.
fn julian_day() -> String {
    let day = format!("(at.j / {DAY}e0)");
    let whole = format!("CAST(FLOOR({day}) AS SIGNED)");
    let digits = format!("(16 - LENGTH({whole}))");
    let one = format!("CAST(CONCAT('1', REPEAT('0', {digits})) AS DECIMAL(17, 0))");
    let fraction = format!("CAST(({day} - FLOOR({day})) * 4503599627370496e0 AS DECIMAL(17, 0))");
    let rounded = format!("(({fraction} * {one} * 2 + 4503599627370496) DIV 9007199254740992)");
    format!(
        "REGEXP_REPLACE(CONCAT({whole} + {rounded} DIV {one}, '.', \
         LPAD({rounded} MOD {one}, {digits}, '0')), '[.]?0*$', '')"
    )
}

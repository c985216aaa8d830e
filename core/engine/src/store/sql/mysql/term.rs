//! Terms to expressions.

use purlin_model::Collection;
use purlin_model::plan::{Row, Source, Term};
use purlin_model::query::Op;
use purlin_model::schema::FieldKind;

use super::super::dialect::Dialect;
use super::super::rows::field;
use super::super::statement::Statement;
use super::super::typed::{self, Kinds, Typed, Write};
use super::json::{self, Part};
use super::{Mysql, adopted, idiom, number, strftime};

impl Typed for Mysql {
    fn dialect(&self) -> &'static dyn Dialect {
        if self.is_mariadb { &super::MARIADB } else { &super::MYSQL }
    }

    fn number(&self, out: &mut Statement, rows: &[Row], it: &Term) {
        match it {
            Term::Column { row, field: position } => {
                let field = field(rows, *row, *position);
                if matches!(field.kind, FieldKind::Json { .. }) {
                    self.json(out, rows, *row, *position, Part::Number);
                } else {
                    adopted::canonical(self, out, Some(*row), field);
                }
            }
            Term::Path { row, field: position, steps } => {
                let field = field(rows, *row, *position);
                if field.kind == FieldKind::GeoPoint {
                    match steps.as_slice() {
                        [step] if step == "lon" || step == "lat" => {
                            out.push("(JSON_EXTRACT(").column(*row, field.column());
                            out.push(", '$.").push(step).push("') + 0e0)");
                        }
                        _ => {
                            out.push("NULL");
                        }
                    }
                } else {
                    json::member(self, out, *row, field, steps, Part::Number);
                }
            }
            Term::Length { row, field: position } => {
                idiom::length(out, *row, field(rows, *row, *position));
            }
            Term::Item { row } => {
                out.alias(*row).push(".number");
            }
            Term::Distance(terms) => self.distance(out, rows, terms),
            _ => {
                out.push("NULL");
            }
        }
    }

    fn text(&self, out: &mut Statement, rows: &[Row], it: &Term) {
        match it {
            Term::Column { row, field: position } => {
                let field = field(rows, *row, *position);
                if matches!(field.kind, FieldKind::Json { .. }) {
                    self.json(out, rows, *row, *position, Part::Text);
                } else {
                    adopted::canonical(self, out, Some(*row), field);
                }
            }
            Term::Path { row, field: position, steps } => {
                let field = field(rows, *row, *position);
                if field.kind == FieldKind::GeoPoint {
                    out.push("NULL");
                } else {
                    json::member(self, out, *row, field, steps, Part::Text);
                }
            }
            Term::Item { row } => {
                out.alias(*row).push(".value COLLATE ").push(self.collation);
            }
            Term::Strftime { format, time, modifiers } => {
                strftime::strftime(self, out, rows, format, time.as_deref(), modifiers);
            }
            _ => {
                out.push("NULL");
            }
        }
    }

    fn spelled(&self, out: &mut Statement, rows: &[Row], it: &Term) {
        match it {
            Term::Column { row, field: position }
                if matches!(field(rows, *row, *position).kind, FieldKind::Json { .. }) =>
            {
                self.json(out, rows, *row, *position, Part::Spelled);
            }
            Term::Path { row, field: position, steps }
                if field(rows, *row, *position).kind != FieldKind::GeoPoint =>
            {
                json::member(self, out, *row, field(rows, *row, *position), steps, Part::Spelled);
            }
            Term::Item { row } if matches!(rows[*row].source, Source::Values(_)) => {
                out.alias(*row).push(".spelled COLLATE ").push(self.collation);
            }
            // Worked out once: its text has a point.
            Term::Distance(_) => {
                out.push("(SELECT ");
                number::general(out, &|out| {
                    out.push("it.number");
                });
                self.one_row(out, "it", &[("number", "DOUBLE", &|out| self.number(out, rows, it))]);
                out.push(")");
            }
            it => number::text(out, &|out| self.number(out, rows, it)),
        }
    }

    fn decimal(&self, out: &mut Statement, text: Write<'_>) {
        number::decimal(out, text);
    }

    /// The bytes of UTF-8 taken for a character set in which only ASCII letters have another case.
    fn fold(&self, out: &mut Statement, text: Write<'_>) {
        out.push("CONVERT(CAST(LOWER(CONVERT(CAST(");
        text(out);
        out.push(" AS BINARY) USING hebrew)) AS BINARY) USING utf8mb4) COLLATE ");
        out.push(self.collation);
    }

    fn around(&self, out: &mut Statement, text: Write<'_>) {
        out.push("CONCAT('%', ");
        text(out);
        out.push(", '%')");
    }

    fn escape(&self) -> &'static str {
        " ESCAPE '\\\\'"
    }

    fn something(&self) -> &'static str {
        "nothing.one = 1"
    }

    fn direction(&self, out: &mut Statement, key: Write<'_>, descending: bool, _: bool) {
        key(out);
        if descending {
            out.push(" DESC");
        }
    }

    fn by_index<'t>(
        &self,
        rows: &'t [Row],
        left: &Term,
        op: Op,
        right: &'t Term,
    ) -> Option<(usize, &'t str, &'t str)> {
        adopted::by_index(rows, left, op, right)
    }

    fn is_flag(&self, out: &mut Statement, rows: &[Row], it: &Term, value: bool) -> bool {
        let Term::Column { row, field: position } = it else { return false };
        let field = field(rows, *row, *position);
        if field.kind != FieldKind::Bool || field.native.is_some() {
            return false;
        }
        out.column(*row, field.column()).push(if value { " = 1" } else { " = 0" });
        true
    }
}

impl Mysql {
    /// Appends ` FROM` a table of one row: of each column its name, its type and its value.
    ///
    /// `MariaDB` knows the rows outside of a subquery only in the arguments of `JSON_TABLE`, `MySQL`
    /// in those only the nearest.
    pub(super) fn one_row(
        &self,
        out: &mut Statement,
        name: &str,
        columns: &[(&str, &str, Write<'_>)],
    ) {
        out.push(if self.is_mariadb { " FROM JSON_TABLE(JSON_ARRAY(" } else { " FROM (SELECT " });
        for (index, (column, kind, value)) in columns.iter().enumerate() {
            out.push(if index > 0 { ", " } else { "" });
            if self.is_mariadb {
                value(out);
            } else {
                out.push("CAST(");
                value(out);
                out.push(" AS ").push(kind).push(") AS ").push(column);
            }
        }
        if self.is_mariadb {
            out.push("), '$' COLUMNS(");
            for (index, (column, kind, _)) in columns.iter().enumerate() {
                let kind = if *kind == "CHAR" { "LONGTEXT" } else { kind };
                let comma = if index > 0 { ", " } else { "" };
                out.push(&format!("{comma}{column} {kind} PATH '$[{index}]'"));
            }
            out.push(")");
        }
        out.push(") AS ").push(name);
    }

    fn json(&self, out: &mut Statement, rows: &[Row], row: usize, position: usize, part: Part) {
        let own = rows[row].collection.as_deref().is_some_and(Collection::is_own_table);
        json::value(self, out, row, field(rows, row, position), part, own);
    }

    /// http-api.md 8.11; the cosine kept within its range.
    fn distance(&self, out: &mut Statement, rows: &[Row], terms: &[Term; 4]) {
        let degrees = |out: &mut Statement, index: usize| {
            out.push("RADIANS(");
            self.coordinate(out, rows, &terms[index]);
            out.push(")");
        };
        out.push("6371e0 * ACOS(LEAST(1e0, GREATEST(-1e0, COS(");
        degrees(out, 1);
        out.push(") * COS(");
        degrees(out, 3);
        out.push(") * COS(RADIANS(");
        self.coordinate(out, rows, &terms[2]);
        out.push(" - ");
        self.coordinate(out, rows, &terms[0]);
        out.push(")) + SIN(");
        degrees(out, 1);
        out.push(") * SIN(");
        degrees(out, 3);
        out.push("))))");
    }

    /// A number, or what a text spells.
    fn coordinate(&self, out: &mut Statement, rows: &[Row], it: &Term) {
        let kinds = Kinds::of(rows, it);
        match (kinds.number, kinds.text) {
            (true, false) => typed::number(self, out, rows, it),
            (number, true) => {
                if number {
                    out.push("coalesce(");
                    typed::number(self, out, rows, it);
                    out.push(", ");
                }
                number::decimal(out, &|out| typed::text(self, out, rows, it));
                if number {
                    out.push(")");
                }
            }
            (false, false) => {
                out.push("NULL");
            }
        }
    }
}

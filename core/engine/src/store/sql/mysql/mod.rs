//! The phrases of `MySQL` and `MariaDB`.

pub(crate) mod index;

mod adopted;
mod idiom;
mod json;
mod number;
mod strftime;
mod term;
mod write;

use std::borrow::Cow;

use purlin_model::plan::{Row, Term};
use purlin_model::schema::{Field, FieldKind, NativeKind};
use purlin_model::{Collection, Value};

use super::dialect::Dialect;
use super::name::{self, Longest};
use super::statement::{Parameter, Statement};
use super::typed;

pub(crate) use write::guarded;

/// One of the two.
#[derive(Debug)]
pub(crate) struct Mysql {
    /// Text by its bytes, trailing blanks included.
    collation: &'static str,
    is_mariadb: bool,
}

/// `MariaDB` from 10.6 on.
pub(crate) static MARIADB: Mysql = Mysql { collation: "utf8mb4_nopad_bin", is_mariadb: true };

/// `MySQL` from 8.0.19 on.
pub(crate) static MYSQL: Mysql = Mysql { collation: "utf8mb4_0900_bin", is_mariadb: false };

/// How long names may be.
const LONGEST: Longest = Longest::Characters(64);

/// Texts of this length at the most are in columns an index takes as a whole.
pub(crate) const SHORT: u64 = 255;

impl Mysql {
    /// The collation of all text.
    pub(crate) fn collation(&self) -> &'static str {
        self.collation
    }

    /// The type of a field's column, without default.
    pub(crate) fn column_type(field: &Field) -> &'static str {
        match &field.kind {
            _ if field.name == "id" => "VARCHAR(255)",
            FieldKind::Number { .. } => "DOUBLE",
            FieldKind::Bool => "BOOLEAN",
            FieldKind::Date { .. } | FieldKind::Autodate { .. } => "VARCHAR(40)",
            FieldKind::Text { max, .. } if (1..=SHORT).contains(max) => "VARCHAR(255)",
            FieldKind::Relation { .. } | FieldKind::Email { .. } | FieldKind::Password { .. }
                if !field.kind.is_multiple() =>
            {
                "VARCHAR(255)"
            }
            FieldKind::Select { values, max_select: 0 | 1 }
                if values.iter().all(|it| it.chars().count() as u64 <= SHORT) =>
            {
                "VARCHAR(255)"
            }
            _ => "LONGTEXT",
        }
    }
}

impl Dialect for Mysql {
    fn quote(&self) -> char {
        '`'
    }

    fn physical<'n>(&self, name: &'n str) -> Cow<'n, str> {
        name::physical(name, LONGEST)
    }

    fn placeholder(&self, text: &mut String, _: usize) {
        text.push('?');
    }

    fn nothing_given(&self) -> &'static str {
        " () VALUES ()"
    }

    fn text_type(&self) -> &'static str {
        "CHAR"
    }

    fn nothing(&self) -> &'static str {
        " FROM (SELECT 1 AS one) AS nothing"
    }

    fn same(&self) -> &'static str {
        " <=> "
    }

    fn field(&self, out: &mut Statement, row: usize, field: &Field) {
        adopted::canonical(self, out, Some(row), field);
    }

    fn store(&self, out: &mut Statement, field: &Field, value: &Value) {
        adopted::store(out, field, value);
    }

    fn holds(&self, out: &mut Statement, field: &Field, value: &Value) {
        if field.native_kind() == Some(NativeKind::Text) {
            self.field(out, 0, field);
        } else {
            out.column(0, field.column());
        }
        out.push(self.same());
        self.store(out, field, value);
    }

    fn among(&self, out: &mut Statement, rows: &[Row], it: &Term, texts: &[String]) {
        if let Term::Column { row, field } = it
            && let Some(collection) = &rows[*row].collection
            && collection.fields[*field].name == "id"
        {
            return adopted::key_among(self, out, Some(*row), collection, texts);
        }
        typed::shown(self, out, rows, it);
        idiom::among(out, texts.iter().map(|it| Parameter::Text(it.clone())).collect());
    }

    fn key_among(&self, out: &mut Statement, row: Option<usize>, to: &Collection, ids: &[String]) {
        adopted::key_among(self, out, row, to, ids);
    }

    fn given(&self, out: &mut Statement, field: &Field, value: &Value) {
        match Parameter::stored(value) {
            Parameter::Null => {
                out.push("NULL");
            }
            Parameter::Text(text) => {
                out.push("CONVERT(").bind_text(text).push(" USING utf8mb4) COLLATE ");
                out.push(self.collation);
            }
            number => {
                out.push("(").bind(number).push(" + 0e0)");
            }
        }
        out.push(" AS ").name(field.column());
    }

    fn refers(
        &self,
        out: &mut Statement,
        holder: usize,
        field: &Field,
        key: usize,
        to: &Collection,
    ) {
        if field.kind.is_multiple() {
            idiom::list(out, holder, field, "JSON_CONTAINS(");
            out.push(", JSON_QUOTE(");
            adopted::key(self, out, key, to);
            out.push("))");
        } else {
            adopted::refers(self, out, holder, field, key, to);
        }
    }

    fn join_related(
        &self,
        out: &mut Statement,
        holder: usize,
        field: &Field,
        index: usize,
        to: &Collection,
    ) {
        if !field.kind.is_multiple() {
            out.push(" LEFT JOIN ").table(to).push(" AS ").alias(index).push(" ON ");
            return adopted::refers(self, out, holder, field, index, to);
        }
        // The ids first, so that each looks its record up.
        out.push(" LEFT JOIN (");
        idiom::items(out, holder, field);
        out.push(" AS i").push(&index.to_string());
        out.push(" JOIN ").table(to).push(" AS ").alias(index).push(" ON ");
        adopted::key(self, out, index, to);
        out.push(" = i").push(&index.to_string()).push(".value COLLATE ").push(self.collation);
        out.push(") ON TRUE");
    }

    fn join_items(&self, out: &mut Statement, index: usize, holder: usize, field: &Field) {
        out.push(" LEFT JOIN ");
        idiom::items(out, holder, field);
        out.push(" AS ").alias(index).push(" ON TRUE");
    }

    fn join_values(&self, out: &mut Statement, index: usize, values: &[Value]) {
        out.push(" LEFT JOIN JSON_TABLE(").bind_text(idiom::values(values));
        out.push(", '$[*]' COLUMNS(number DOUBLE PATH '$[0]', value LONGTEXT PATH '$[1]', ");
        out.push("spelled LONGTEXT PATH '$[2]')) AS ").alias(index).push(" ON TRUE");
    }

    fn random(&self) -> &'static str {
        "rand()"
    }

    fn define(&self, out: &mut Statement, field: &Field) {
        out.name(&field.name).push(" ").push(Self::column_type(field)).push(match &field.kind {
            _ if field.name == "id" => " NOT NULL",
            FieldKind::Number { .. } => " DEFAULT 0 NOT NULL",
            FieldKind::Bool => " DEFAULT FALSE NOT NULL",
            FieldKind::Json { .. } => " DEFAULT NULL",
            FieldKind::GeoPoint => " DEFAULT ('{\"lon\":0,\"lat\":0}') NOT NULL",
            kind if kind.is_multiple() => " DEFAULT ('[]') NOT NULL",
            _ => " DEFAULT ('') NOT NULL",
        });
    }

    fn define_rest(&self, out: &mut Statement) {
        // Sorted by the order of insertion, records lie where lists read them and new ones go to
        // the end; and every index ends with it, which breaks ties.
        out.push(", `_rowid_` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT");
        out.push(" /*!80023 INVISIBLE */");
        out.push(", PRIMARY KEY (`_rowid_`), UNIQUE KEY `purlin_id` (`id`)");
    }

    fn table_options(&self) -> &'static str {
        if self.is_mariadb {
            " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC"
        } else {
            " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin ROW_FORMAT=DYNAMIC"
        }
    }

    fn wrap(&self, out: &mut Statement, column: &str) {
        if self.is_mariadb {
            out.push("JSON_COMPACT(JSON_ARRAY(").name(column).push("))");
        } else {
            // One item: there is no blank between items to be rid of.
            out.push("CAST(JSON_ARRAY(").name(column).push(") AS CHAR)");
        }
    }

    fn unwrap(&self, out: &mut Statement, from: &str, to: &str) {
        out.push(" SET ").name(to).push(" = JSON_UNQUOTE(JSON_EXTRACT(").name(from);
        out.push(", CONCAT('$[', JSON_LENGTH(").name(from).push(") - 1, ']'))) WHERE ");
        out.push("JSON_VALID(").name(from).push(") AND JSON_LENGTH(").name(from).push(") > 0");
    }
}

/// A view's column of that type as its field's column in a table would be; `None` where it is so.
pub(crate) fn column_as(
    dialect: &'static Mysql,
    field: &Field,
    data_type: &str,
    own_collation: bool,
) -> Option<String> {
    let mut name = Statement::new(dialect, "");
    name.name(&field.name);
    let name = name.text;
    let is_text = data_type.ends_with("char") || data_type.ends_with("text") || data_type == "enum";
    let is_real = matches!(data_type, "double" | "float" | "decimal");
    let is_whole = data_type.ends_with("int") || data_type == "year" || data_type == "bit";
    let text = |inner: String| {
        Some(format!("CONVERT({inner} USING utf8mb4) COLLATE {}", dialect.collation))
    };
    match &field.kind {
        FieldKind::Number { .. } | FieldKind::Bool => match data_type {
            "double" => None,
            _ if is_whole => None,
            "decimal" | "float" => Some(format!("({name} + 0e0)")),
            // What is always null has a type, too.
            _ if data_type.ends_with("binary") || data_type.ends_with("blob") => {
                Some(number::decimal_text(&format!("CONVERT({name} USING utf8mb4)")))
            }
            _ => Some(number::decimal_text(&name)),
        },
        _ if is_text && own_collation => None,
        _ if is_text => text(name),
        FieldKind::Json { .. } if is_real => text(format!("CAST({name} + 0e0 AS CHAR)")),
        _ => match data_type {
            "datetime" | "timestamp" => {
                text(format!("CONCAT(LEFT(DATE_FORMAT({name}, '%Y-%m-%d %H:%i:%s.%f'), 23), 'Z')"))
            }
            "date" => text(format!("CONCAT(DATE_FORMAT({name}, '%Y-%m-%d'), ' 00:00:00.000Z')")),
            _ => text(format!("CAST({name} AS CHAR)")),
        },
    }
}

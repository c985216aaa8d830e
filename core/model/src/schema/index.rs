//! Index texts (http-api.md 3.7, 8.7): `CREATE [UNIQUE] INDEX [IF NOT EXISTS] name ON table (cols)
//! [WHERE …]`.

use super::collection::Collection;
use super::names;
use super::sql::{self, Token};

/// An index text taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// Whether no two records may agree in all columns.
    pub unique: bool,
    /// Whether the text says `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// The name, without the schema name some write before it.
    pub name: String,
    /// The table it is written for; a collection's own name wherever it is built.
    pub table: String,
    /// One or more.
    pub columns: Vec<Column>,
    /// What follows `WHERE`, `""` for none.
    pub condition: String,
}

/// A column of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// A field's name, or the text of an expression.
    pub name: String,
    /// Whether `name` is an expression.
    pub expression: bool,
    /// The collation as written, `""` for none.
    pub collation: String,
    /// `ASC` or `DESC` in upper case, `""` for none.
    pub order: String,
}

impl Index {
    /// Takes a text apart; `None` when it is not one index statement.
    #[must_use]
    pub fn parse(text: &str) -> Option<Index> {
        let tokens = sql::tokens(text).ok()?;
        let separated = tokens.iter().any(|token| token.is_symbol(';'));
        let commented = text.contains("--") && !tokens.iter().any(|t| t.text.contains("--"));
        if separated || commented {
            return None;
        }
        let mut rest = tokens.as_slice();
        let keyword = |rest: &mut &[Token], word: &str| {
            let found = rest.first().is_some_and(|token| token.is(word));
            if found {
                *rest = &rest[1..];
            }
            found
        };
        let create = keyword(&mut rest, "create");
        let unique = keyword(&mut rest, "unique");
        let index = keyword(&mut rest, "index");
        let if_not_exists = keyword(&mut rest, "if");
        let exists = !if_not_exists || keyword(&mut rest, "not") && keyword(&mut rest, "exists");
        let name = take_name(&mut rest)?;
        if !(create && index && exists && keyword(&mut rest, "on") && names::is_word(&name)) {
            return None;
        }
        let table = take_name(&mut rest)?;
        let close = closing(rest)?;
        let columns = columns(text, &rest[1..close])?;
        let condition = match &rest[close + 1..] {
            [] => String::new(),
            [word, first, ..] if word.is("where") => text[first.start..].trim_end().to_owned(),
            _ => return None,
        };
        Some(Index { unique, if_not_exists, name, table, columns, condition })
    }

    /// The text in normal form.
    #[must_use]
    pub fn to_text(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(Column::to_text).collect();
        let columns = match columns.as_slice() {
            [column] => column.clone(),
            columns => format!("\n  {}\n", columns.join(",\n  ")),
        };
        format!(
            "CREATE {}INDEX {}`{}` ON `{}` ({columns}){}{}",
            if self.unique { "UNIQUE " } else { "" },
            if self.if_not_exists { "IF NOT EXISTS " } else { "" },
            self.name,
            self.table,
            if self.condition.is_empty() { "" } else { " WHERE " },
            self.condition,
        )
    }

    /// The one column of an index that has no other and is no expression.
    #[must_use]
    pub fn single_column(&self) -> Option<&Column> {
        match self.columns.as_slice() {
            [column] if !column.expression => Some(column),
            _ => None,
        }
    }

    /// Whether both have the same columns in the same order.
    #[must_use]
    pub fn same_columns(&self, other: &Index) -> bool {
        let same = |(a, b): (&Column, &Column)| a.name.eq_ignore_ascii_case(&b.name);
        self.columns.len() == other.columns.len()
            && self.columns.iter().zip(&other.columns).all(same)
    }
}

impl Column {
    fn to_text(&self) -> String {
        let mut text = self.name.clone();
        if !self.expression {
            text = format!("`{text}`");
        }
        if !self.collation.is_empty() {
            text += &format!(" COLLATE {}", self.collation);
        }
        if !self.order.is_empty() {
            text += &format!(" {}", self.order);
        }
        text
    }
}

/// `name` or `schema.name`; there is no schema but `main`.
fn take_name(rest: &mut &[Token]) -> Option<String> {
    let (name, used) = match rest {
        [schema, dot, name, ..]
            if schema.text.eq_ignore_ascii_case("main") && dot.is_symbol('.') && name.is_name() =>
        {
            (name, 3)
        }
        [name, ..] if name.is_name() => (name, 1),
        _ => return None,
    };
    *rest = &rest[used..];
    Some(name.text.clone())
}

/// Where the parenthesis closes that the tokens begin with.
fn closing(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.is_symbol('(') {
            depth += 1;
        } else if token.is_symbol(')') {
            depth = depth.checked_sub(1)?;
        }
        if depth == 0 {
            return (at > 0).then_some(at);
        }
    }
    None
}

fn columns(source: &str, tokens: &[Token]) -> Option<Vec<Column>> {
    let mut columns = Vec::new();
    let mut depth = 0_usize;
    let ends = |token: &Token| {
        match token.text.as_str() {
            "(" if token.is_symbol('(') => depth += 1,
            ")" if token.is_symbol(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && token.is_symbol(',')
    };
    for tokens in tokens.split(ends).filter(|tokens| !tokens.is_empty()) {
        columns.push(column(source, tokens)?);
    }
    (!columns.is_empty()).then_some(columns)
}

fn column(source: &str, mut tokens: &[Token]) -> Option<Column> {
    let mut order = String::new();
    if let [before @ .., last] = tokens
        && !before.is_empty()
        && (last.is("asc") || last.is("desc"))
    {
        order = last.text.to_ascii_uppercase();
        tokens = before;
    }
    let mut collation = String::new();
    if let [before @ .., collate, name] = tokens
        && !before.is_empty()
        && collate.is("collate")
        && name.is_name()
    {
        collation.clone_from(&name.text);
        tokens = before;
    }
    let (first, last) = (tokens.first()?, tokens.last()?);
    let expression = !(tokens.len() == 1 && first.is_name());
    let name =
        if expression { source[first.start..last.end].to_owned() } else { first.text.clone() };
    Some(Column { name, expression, collation, order })
}

/// The unique indexes every auth collection owns: on `tokenKey` and on `email` unless it is empty.
#[must_use]
pub fn required_auth_indexes(suffix: &str, table: &str) -> Vec<String> {
    vec![
        format!("CREATE UNIQUE INDEX `idx_tokenKey_{suffix}` ON `{table}` (`tokenKey`)"),
        format!(
            "CREATE UNIQUE INDEX `idx_email_{suffix}` ON `{table}` (`email`) WHERE `email` != ''"
        ),
    ]
}

impl Collection {
    /// The unique index on that field alone, whether or not it leaves records out.
    #[must_use]
    pub fn unique_index(&self, field: &str) -> Option<Index> {
        self.indexes.iter().filter_map(|text| Index::parse(text)).find(|index| {
            index.unique
                && index.single_column().is_some_and(|only| only.name.eq_ignore_ascii_case(field))
        })
    }

    /// Whether no two records can hold the same value in that field.
    #[must_use]
    pub fn is_unique(&self, field: &str) -> bool {
        self.unique_index(field).is_some()
    }

    /// Whether that field is looked up without regard to ASCII case: its unique index says so.
    #[must_use]
    pub fn is_nocase(&self, field: &str) -> bool {
        let index = self.unique_index(field);
        index.is_some_and(|index| index.columns[0].collation.eq_ignore_ascii_case("nocase"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_rebuilt_as_observed() {
        for (given, rebuilt) in [
            ("create index x1 on other(a)", "CREATE INDEX `x1` ON `t` (`a`)"),
            (
                "create index x1 on other(a,  `b` desc, [r] collate nocase asc) where a > 0  and b = 'x y' ",
                "CREATE INDEX `x1` ON `t` (\n  `a`,\n  `b` DESC,\n  `r` COLLATE nocase ASC\n) WHERE a > 0  and b = 'x y'",
            ),
            ("create index x1 on main.other(a)", "CREATE INDEX `x1` ON `t` (`a`)"),
            (
                "create index if not exists x1 on o(a)",
                "CREATE INDEX IF NOT EXISTS `x1` ON `t` (`a`)",
            ),
            ("create index x1 on foo ('a')", "CREATE INDEX `x1` ON `t` (`a`)"),
            (
                "create index x1 on foo (a, coalesce(b, 'x,)y'))",
                "CREATE INDEX `x1` ON `t` (\n  `a`,\n  coalesce(b, 'x,)y')\n)",
            ),
            (
                "create index x1 on foo (a) where b in ('x)', \"y\")",
                "CREATE INDEX `x1` ON `t` (`a`) WHERE b in ('x)', \"y\")",
            ),
            ("create index x1 on foo ((a))", "CREATE INDEX `x1` ON `t` ((a))"),
            ("create index x1 on foo (a, )", "CREATE INDEX `x1` ON `t` (`a`)"),
            ("create index x1 on foo (a) where (b)", "CREATE INDEX `x1` ON `t` (`a`) WHERE (b)"),
            ("create  unique index\nx1 on `foo`(\"a\")", "CREATE UNIQUE INDEX `x1` ON `t` (`a`)"),
        ] {
            let mut index = Index::parse(given).unwrap_or_else(|| panic!("{given}"));
            index.table = "t".to_owned();
            assert_eq!(index.to_text(), rebuilt);
            assert_eq!(Index::parse(rebuilt), Some(index));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "   ",
            "drop table users",
            "create index x1 on t",
            "create index on t (a)",
            "create index x1 on t ()",
            "create index x1 on t (a); drop table users",
            "create index x1 on t (a);",
            "create index x1 on t (a) -- hi",
            "create index x1 on t (a) with b",
            "createindex x1 on t (a)",
            "create index `x 1` on t(a)",
            "create index x1 on t (a",
            "create index x1 on t a)",
            "create index x1 on t ('a)",
            "create index x1 on t (a) where",
        ] {
            assert_eq!(Index::parse(text), None, "{text}");
        }
    }
}

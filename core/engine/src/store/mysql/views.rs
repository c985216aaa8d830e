//! Views of the database, as it describes them.

use sqlx::mysql::MySqlConnection;

use super::connection::{Ready, each, run};
use super::encode::{Cell, cell, forms};
use super::error::Failure;
use super::server::Server;
use crate::store::sql::Statement;

/// A view there is.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) name: String,
    /// The query, tables with the database's name before them.
    pub(super) query: String,
}

impl View {
    /// The statement that makes it.
    pub(super) fn create(&self, server: &Server) -> String {
        let mut out = Statement::new(server.dialect(), "CREATE SQL SECURITY INVOKER VIEW ");
        out.name(&self.name).push(" AS ").push(&self.query);
        out.text
    }

    /// Whether it can be read.
    pub(super) async fn works(
        &self,
        on: &mut MySqlConnection,
        server: &Server,
    ) -> Result<(), Failure> {
        let mut out = Statement::new(server.dialect(), "SELECT 1 FROM ");
        out.name(&self.name).push(" LIMIT 0");
        run(on, &out.text).await
    }

    /// The query with tables called by other names, all at once.
    pub(super) fn renamed(&self, database: &str, names: &[(String, String)]) -> String {
        let schema = quoted(database);
        let (mut out, mut rest) = (String::with_capacity(self.query.len()), self.query.as_str());
        while let Some(c) = rest.chars().next() {
            let length = match c {
                '\'' | '"' => text_length(rest, c),
                '`' => quoted_length(rest),
                c => c.len_utf8(),
            };
            let (token, after) = rest.split_at(length);
            out.push_str(token);
            rest = after;
            if token == schema && rest.starts_with(".`") {
                let length = quoted_length(&rest[1..]);
                let name = &rest[1..=length];
                let new = names.iter().find(|(old, _)| quoted(old).eq_ignore_ascii_case(name));
                out.push('.');
                out.push_str(&new.map_or_else(|| name.to_owned(), |(_, new)| quoted(new)));
                rest = &rest[1 + length..];
            }
        }
        out
    }
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// How long a quoted name is.
fn quoted_length(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '`' && chars.next_if(|(_, next)| *next == '`').is_none() {
            return at + 1;
        }
    }
    text.len()
}

/// How long a text literal is.
fn text_length(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    text.len()
}

/// All views of the database.
pub(super) async fn all(on: &mut MySqlConnection, server: &Server) -> Result<Vec<View>, Failure> {
    let out = Statement::new(
        server.dialect(),
        "SELECT table_name, view_definition FROM information_schema.views \
         WHERE table_schema = DATABASE() ORDER BY table_name",
    );
    let mut views = Vec::new();
    each(on, Ready::new(&out, server.packet).map_err(Failure::Other)?, |row| {
        let forms = forms(row);
        if let (Cell::Text(name), Cell::Text(query)) =
            (cell(row, &forms, 0)?, cell(row, &forms, 1)?)
        {
            views.push(View { name: name.into_owned(), query: query.into_owned() });
        }
        Ok(())
    })
    .await?;
    Ok(views)
}

#[cfg(test)]
mod tests {
    use super::View;

    #[test]
    fn tables_are_renamed_where_they_are_named() {
        let query =
            "select `d`.`a`.`x` AS `a`,'`d`.`a` \\' ' AS `t` from (`d`.`a` join `d`.`b` `a`)";
        let view = View { name: "v".into(), query: query.into() };
        let swapped = [("a".to_owned(), "b".to_owned()), ("B".to_owned(), "a".to_owned())];
        assert_eq!(
            view.renamed("d", &swapped),
            "select `d`.`b`.`x` AS `a`,'`d`.`a` \\' ' AS `t` from (`d`.`b` join `d`.`a` `a`)"
        );
        assert_eq!(view.renamed("e", &swapped), query);
    }
}

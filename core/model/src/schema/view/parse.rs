//! One SELECT taken apart: output columns and sources.

use std::ops::Range;

use crate::schema::sql::{self, Kind, Token};

/// A parsed view query.
pub(super) struct Query<'a> {
    /// Without the semicolon that may end it.
    pub(super) source: &'a str,
    pub(super) outputs: Vec<Output>,
    /// What the main SELECT reads from.
    pub(super) sources: Vec<Source>,
    tokens: Vec<Token>,
    /// Names given by WITH.
    common: Vec<String>,
}

/// One output column.
pub(super) struct Output {
    pub(super) name: String,
    expression: Range<usize>,
}

/// One item of FROM.
pub(super) struct Source {
    /// The name columns are qualified by.
    pub(super) alias: String,
    /// `None` for a subquery.
    pub(super) table: Option<String>,
}

/// What ends a list of columns or sources.
const CLAUSES: [&str; 11] = [
    "from",
    "where",
    "group",
    "having",
    "window",
    "order",
    "limit",
    "offset",
    "union",
    "intersect",
    "except",
];
const COMPOUNDS: [&str; 3] = ["union", "intersect", "except"];
/// What may follow a source without being its alias.
const AFTER_SOURCE: [&str; 12] = [
    "join", "left", "right", "full", "inner", "outer", "cross", "natural", "on", "using",
    "indexed", "not",
];

impl<'a> Query<'a> {
    /// # Errors
    /// Why it is not one SELECT with named columns, as a sentence.
    pub(super) fn parse(source: &'a str) -> Result<Query<'a>, String> {
        let source = source.trim();
        let source = source.strip_suffix(';').unwrap_or(source).trim_end();
        let tokens = sql::tokens(source)?;
        if tokens.iter().any(|token| token.is_symbol(';')) {
            return Err("multiple statements are not supported".to_owned());
        }
        if !balanced(&tokens) {
            return Err("the parentheses do not match".to_owned());
        }
        let (select, common) = main_select(&tokens).ok_or("expected one SELECT statement")?;
        let mut first = select + 1;
        if tokens.get(first).is_some_and(|token| token.is("distinct") || token.is("all")) {
            first += 1;
        }
        let from = clause_end(&tokens, first);
        let mut outputs = Vec::new();
        for range in split(&tokens, first..from) {
            outputs.push(output(source, &tokens, range)?);
        }
        let mut sources = Vec::new();
        let mut end = from;
        if tokens.get(from).is_some_and(|token| token.is("from")) {
            end = clause_end(&tokens, from + 1);
            sources = read_sources(&tokens, from + 1..end);
        }
        if top_level(&tokens, end..tokens.len()).any(|at| is_any(&tokens[at], &COMPOUNDS)) {
            return Err("compound SELECT statements must be wrapped in a subquery".to_owned());
        }
        Ok(Query { source, outputs, sources, tokens, common })
    }

    /// The tokens of an output column, its alias left out.
    pub(super) fn expression(&self, output: &Output) -> &[Token] {
        &self.tokens[output.expression.clone()]
    }

    /// The tables named after FROM and JOIN, and after commas between them, at any depth.
    pub(super) fn tables(&self) -> Vec<String> {
        let mut tables: Vec<String> = Vec::new();
        // For each open parenthesis: whether a comma is followed by a source.
        let mut in_from = vec![false];
        let mut expected = false;
        for (at, token) in self.tokens.iter().enumerate() {
            let was_expected = std::mem::take(&mut expected);
            if token.is_symbol('(') {
                in_from.push(was_expected);
                expected = was_expected;
            } else if token.is_symbol(')') {
                in_from.pop();
            } else if token.is_symbol(',') {
                expected = in_from.last() == Some(&true);
            } else if is_comparison(&self.tokens, at) {
                continue;
            } else if token.is("from") || token.is("join") {
                set_last(&mut in_from, true);
                expected = true;
            } else if is_any(token, &CLAUSES) || token.is("select") {
                set_last(&mut in_from, false);
            } else if was_expected && token.is_name() {
                let name = qualified(&self.tokens[at..]).0;
                let called = self.tokens.get(at + 1).is_some_and(|next| next.is_symbol('('));
                if !called && !self.common.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                    tables.push(name);
                }
            }
        }
        tables
    }
}

fn set_last(flags: &mut [bool], value: bool) {
    if let Some(last) = flags.last_mut() {
        *last = value;
    }
}

/// Whether every parenthesis closes.
pub(super) fn balanced(tokens: &[Token]) -> bool {
    let mut depth = 0_usize;
    for token in tokens {
        if token.is_symbol('(') {
            depth += 1;
        } else if token.is_symbol(')') {
            match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            }
        }
    }
    depth == 0
}

fn is_any(token: &Token, keywords: &[&str]) -> bool {
    keywords.iter().any(|keyword| token.is(keyword))
}

/// The positions in a range that are inside no parenthesis.
fn top_level(tokens: &[Token], range: Range<usize>) -> impl Iterator<Item = usize> {
    let mut depth = 0_i64;
    range.filter(move |at| {
        let token = &tokens[*at];
        if token.is_symbol(')') {
            depth -= 1;
        }
        let outside = depth == 0;
        if token.is_symbol('(') {
            depth += 1;
        }
        outside
    })
}

/// Where the main SELECT stands, and the names WITH gives before it.
fn main_select(tokens: &[Token]) -> Option<(usize, Vec<String>)> {
    let first = tokens.first()?;
    if first.is("select") {
        return Some((0, Vec::new()));
    }
    if !first.is("with") {
        return None;
    }
    let outside: Vec<usize> = top_level(tokens, 0..tokens.len()).collect();
    let select = outside.iter().copied().find(|at| tokens[*at].is("select"))?;
    let names = outside.iter().filter(|at| **at < select && tokens[**at].is_name()).filter(|at| {
        let before = &tokens[**at - usize::from(**at > 0)];
        before.is("with") || before.is("recursive") || before.is_symbol(',')
    });
    Some((select, names.map(|at| tokens[*at].text.clone()).collect()))
}

fn clause_end(tokens: &[Token], start: usize) -> usize {
    top_level(tokens, start..tokens.len())
        .find(|at| is_any(&tokens[*at], &CLAUSES) && !is_comparison(tokens, *at))
        .unwrap_or(tokens.len())
}

/// Whether a FROM belongs to `is distinct from`.
fn is_comparison(tokens: &[Token], at: usize) -> bool {
    at > 0 && tokens[at].is("from") && tokens[at - 1].is("distinct")
}

/// The ranges between top-level commas.
fn split(tokens: &[Token], range: Range<usize>) -> Vec<Range<usize>> {
    let mut start = range.start;
    let mut parts = Vec::new();
    for at in top_level(tokens, range.clone()) {
        if tokens[at].is_symbol(',') {
            parts.push(start..at);
            start = at + 1;
        }
    }
    parts.push(start..range.end);
    parts
}

fn output(source: &str, tokens: &[Token], range: Range<usize>) -> Result<Output, String> {
    let all = &tokens[range.clone()];
    let last = all.last().ok_or("a column is missing")?;
    let wildcard = match all {
        [star] => star.is_symbol('*'),
        [_, dot, star] => dot.is_symbol('.') && star.is_symbol('*'),
        _ => false,
    };
    if wildcard {
        return Err("wildcard columns (*) are not supported - manually type the collection field \
                    names you want the view query to have"
            .to_owned());
    }
    let aliased = match all {
        [expression @ .., keyword, name] if keyword.is("as") && name.is_name() => {
            Some(expression.len())
        }
        [expression @ .., before, name]
            if name.is_name() && !name.is("end") && ends_operand(before) =>
        {
            Some(expression.len() + 1)
        }
        _ => None,
    };
    if let Some(length) = aliased {
        let expression = range.start..range.start + length;
        return Ok(Output { name: last.text.clone(), expression });
    }
    let name = match all {
        [name] if name.is_name() => name.text.clone(),
        [_, dot, name] if dot.is_symbol('.') => name.text.clone(),
        _ => source[all[0].start..last.end].to_owned(),
    };
    Ok(Output { name, expression: range })
}

/// Whether an operand can end here, so that a name behind it is an alias.
fn ends_operand(token: &Token) -> bool {
    const OPERATORS: [&str; 14] = [
        "and", "or", "not", "is", "in", "like", "glob", "match", "regexp", "between", "escape",
        "collate", "distinct", "isnull",
    ];
    match token.kind {
        Kind::Symbol => token.is_symbol(')'),
        Kind::Word => !is_any(token, &OPERATORS),
        _ => true,
    }
}

/// `name` or `schema.name` at the start, and how many tokens it takes.
fn qualified(tokens: &[Token]) -> (String, usize) {
    match tokens {
        [_, dot, name, ..] if dot.is_symbol('.') => (name.text.clone(), 3),
        [name, ..] => (name.text.clone(), 1),
        [] => (String::new(), 0),
    }
}

fn read_sources(tokens: &[Token], range: Range<usize>) -> Vec<Source> {
    let mut starts = vec![range.start];
    for at in top_level(tokens, range.clone()) {
        if tokens[at].is_symbol(',') || tokens[at].is("join") {
            starts.push(at + 1);
        }
    }
    starts.iter().filter_map(|start| read_source(&tokens[*start..range.end])).collect()
}

/// Where the parenthesis closes that the tokens begin with.
fn close_of(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0_i64;
    tokens.iter().position(|token| {
        depth += i64::from(token.is_symbol('(')) - i64::from(token.is_symbol(')'));
        depth == 0
    })
}

fn read_source(tokens: &[Token]) -> Option<Source> {
    let first = tokens.first()?;
    let (table, used) = if first.is_symbol('(') {
        (None, close_of(tokens)? + 1)
    } else {
        let (name, used) = qualified(tokens);
        (Some(name), used)
    };
    let alias = match &tokens[used..] {
        [keyword, name, ..] if keyword.is("as") => Some(name.text.clone()),
        [name, ..] if name.is_name() && !is_any(name, &AFTER_SOURCE) => Some(name.text.clone()),
        _ => None,
    };
    Some(Source { alias: alias.or_else(|| table.clone())?, table })
}

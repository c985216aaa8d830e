use std::sync::Arc;

use super::schema;
use crate::caller::Action;
use crate::plan::scope::{Reach, Scope, Terms};
use crate::policy::{Decision, Effect, Line, LineRule};
use crate::query::{self, Expr};
use crate::schema::Collection;

/// Rules of a row; `(` is one that does not parse.
const RULES: [&str; 3] = ["title = 'a'", "title = 'b'", "title = 'c'"];

/// A line of a word like `+a[title]`: `+` allows and `-` denies, `own:` is the collection's own
/// rule; then the rule (a, b, c, `(` = broken, nothing = every row); then the fields.
fn line(collection: &Collection, word: &str) -> Arc<Line> {
    let (word, fields) = match word.split_once('[') {
        Some((word, fields)) => (word, fields.trim_end_matches(']').split(',').collect()),
        None => (word, Vec::new()),
    };
    let own = word.strip_prefix("own:");
    let rule = match own.unwrap_or(&word[1..]) {
        "a" => RULES[0],
        "b" => RULES[1],
        "c" => RULES[2],
        other => other,
    };
    let line = Line::own(&collection.id, Action::View, rule);
    if own.is_some() {
        return Arc::new(line);
    }
    let effect = if word.starts_with('-') { Effect::Deny } else { Effect::Allow };
    let fields = fields.into_iter().map(str::to_owned).collect();
    Arc::new(Line { id: Some("x".into()), position: 0, effect, fields, ..line })
}

fn rules(all: &[Arc<Expr>]) -> String {
    let name = |expr: &Arc<Expr>| {
        let at = RULES.iter().position(|rule| query::parse(rule).unwrap() == **expr).unwrap();
        ["a", "b", "c"][at]
    };
    all.iter().map(name).collect::<Vec<_>>().join("|")
}

fn terms(terms: &Terms) -> String {
    match terms {
        Terms::Never => "never".to_owned(),
        Terms::Rule(rule) => format!("own {}", rules(std::slice::from_ref(rule))),
        Terms::Lines { allow, deny } => match (allow.is_empty(), deny.is_empty()) {
            (false, true) => rules(allow),
            (true, _) => format!("not {}", rules(deny)),
            (false, false) => format!("{} not {}", rules(allow), rules(deny)),
        },
    }
}

/// The rows, then where title and body are, if they are not wherever the row is.
fn told(collection: &Collection, scope: &Scope) -> String {
    let mut told = scope.rows().map_or_else(|| "every".to_owned(), terms);
    for name in ["id", "title", "body"] {
        match scope.reach(collection.field_index(name).unwrap()) {
            Reach::Always => {}
            Reach::Never => told.push_str(&format!("; {name}: never")),
            Reach::Where(class) => {
                told.push_str(&format!("; {name}: {}", terms(&scope.classes()[class])));
            }
        }
    }
    told
}

fn decided(words: &str) -> (Arc<Collection>, Decision) {
    let collection = schema().by_name("posts").unwrap().clone();
    let lines = words.split_whitespace().map(|word| line(&collection, word)).collect();
    (collection.clone(), Decision::of(&collection, lines))
}

#[test]
fn lines_decide_together() {
    for (words, expected) in [
        // Rows.
        ("", "nothing"),
        ("own:", "every"),
        ("own:a", "own a"),
        ("+", "every"),
        ("+a", "a"),
        ("+a +b", "a|b"),
        ("+a +a", "a"),
        ("+a +", "every"),
        ("own:a +b", "a|b"),
        ("own:a +", "every"),
        ("own: +b", "every"),
        // Denied rows.
        ("-", "nothing"),
        ("-a", "nothing"),
        ("own:a -b", "a not b"),
        ("own: -b", "not b"),
        ("+a +b -c", "a|b not c"),
        ("+ -b -c -b", "not b|c"),
        ("own: -", "never"),
        ("+a -", "never"),
        // Broken rules: an allow allows no row, a deny denies every one.
        ("+(", "nothing"),
        ("own:(", "nothing"),
        ("+( +a", "a"),
        ("own: -(", "never"),
        ("own: -([body]", "every; body: never"),
        // Fields that are allowed.
        ("+[title]", "every; body: never"),
        ("+[title] +[body]", "every"),
        ("+a[title]", "a; body: never"),
        ("+a[title] +b[title]", "a|b; body: never"),
        ("+a[title] +b", "a|b; body: b"),
        ("+a[title] +[body]", "every; title: a"),
        ("own:a +b[title]", "a|b; body: a"),
        ("own: +b[title]", "every"),
        ("+[nothing_there]", "every; title: never; body: never"),
        ("+[id]", "every; title: never; body: never"),
        // Fields that are denied.
        ("own: -[body]", "every; body: never"),
        ("own: -a[body]", "every; body: not a"),
        ("own:b -a[body]", "own b; body: b not a"),
        ("+b -a[body] -c[body,title]", "b; title: b not c; body: b not a|c"),
        ("own: -c -a[body]", "not c; body: not a"),
        ("+[title] -a[body]", "every; body: never"),
        ("+a[title] +b -c[title]", "a|b; title: a|b not c; body: b"),
        ("own: -[id]", "every"),
    ] {
        let (collection, decision) = decided(words);
        let scope = decision.scope.as_deref();
        let mut found = scope.map_or_else(|| "nothing".to_owned(), |it| told(&collection, it));
        // What is said of the fields of no row does not matter.
        if scope.is_some_and(|scope| scope.rows() == Some(&Terms::Never)) {
            found = "never".to_owned();
        }
        assert_eq!(found, expected, "{words}");
        assert_eq!(decision.lines.len(), words.split_whitespace().count(), "{words}");
    }
}

#[test]
fn what_is_shown_whatever_the_row() {
    for (words, expected) in [
        ("", "every"),
        ("own:a", "every"),
        ("+", "every"),
        ("+a", "every; title: a; body: a"),
        ("+a[title]", "every; title: a; body: never"),
        ("own: +a[title]", "every"),
        ("own:b +a[title]", "every; title: b|a; body: b"),
        ("-[body]", "every; body: never"),
        ("own:a -b[body]", "every; body: not b"),
        ("-", "every; title: never; body: never"),
        ("own: -c", "every; title: not c; body: not c"),
        ("-([title]", "every; title: never"),
    ] {
        let (collection, decision) = decided(words);
        assert_eq!(told(&collection, &decision.sight), expected, "{words}");
    }
}

#[test]
fn rules_keep_their_text() {
    for (text, broken) in [("", false), ("title = 'a'", false), ("title = (", true)] {
        let rule = LineRule::of(text);
        assert_eq!(rule.text(), text);
        assert_eq!(matches!(rule, LineRule::Broken(..)), broken, "{text}");
        assert_eq!(matches!(rule, LineRule::Every), text.is_empty());
    }
}

//! From the lines that match to what may be reached.

use std::sync::Arc;

use super::line::{Line, LineRule};
use crate::plan::scope::{Reach, Scope, Terms};
use crate::query::Expr;
use crate::schema::Collection;

/// What lines decide for a caller, an action and a collection.
#[derive(Debug)]
pub struct Decision {
    /// The lines that match, the collection's own rule first.
    pub lines: Vec<Arc<Line>>,
    /// What may be reached; `None` where no line allows anything.
    pub scope: Option<Arc<Scope>>,
    /// What is seen of a record that is shown whatever its row: the caller's own, one it has just
    /// written. Where no policy allows anything in particular, all that none denies.
    pub sight: Arc<Scope>,
}

impl Decision {
    /// What these lines decide together (authorization.md 2).
    #[must_use]
    pub fn of(collection: &Collection, lines: Vec<Arc<Line>>) -> Self {
        let sound = |line: &&Line| !(line.allows() && matches!(line.rule, LineRule::Broken(..)));
        let (allow, deny): (Vec<&Line>, Vec<&Line>) =
            lines.iter().map(Arc::as_ref).filter(sound).partition(|line| line.allows());
        let scope = (!allow.is_empty()).then(|| Arc::new(scope(collection, &allow, &deny)));
        let sight = Arc::new(sight(collection, &allow, &deny));
        Decision { lines, scope, sight }
    }
}

fn scope(collection: &Collection, allow: &[&Line], deny: &[&Line]) -> Scope {
    let of_rows: Vec<&Line> = deny.iter().copied().filter(|line| line.fields.is_empty()).collect();
    let rows = match (allow, of_rows.as_slice()) {
        ([Line { id: None, rule: LineRule::Where(_, expr), .. }], []) => {
            Some(Terms::Rule(expr.clone()))
        }
        (allow, deny) => terms(allow, deny),
    };
    // A field that every allow names is there wherever the row is.
    let whole = |named: &[&Line]| named.len() == allow.len();
    let (fields, classes) = fields(collection, allow, deny, |line| !line.fields.is_empty(), whole);
    Scope::of(collection, rows, fields, classes)
}

fn sight(collection: &Collection, allow: &[&Line], deny: &[&Line]) -> Scope {
    let policies: Vec<&Line> = allow.iter().copied().filter(|line| line.id.is_some()).collect();
    let open = Line { rule: LineRule::Every, ..Line::own(&collection.id, VIEW, "") };
    let allow = if policies.is_empty() { vec![&open] } else { allow.to_vec() };
    let (fields, classes) = fields(collection, &allow, deny, |_| true, |_| false);
    Scope::of(collection, None, fields, classes)
}

const VIEW: crate::caller::Action = crate::caller::Action::View;

/// Where each field may be reached; fields of which the same lines speak share a class. `denies`
/// says which deny lines count besides the ones rows are held to, `whole` whether a field named by
/// these allows is there wherever the row is.
fn fields(
    collection: &Collection,
    allow: &[&Line],
    deny: &[&Line],
    denies: impl Fn(&Line) -> bool,
    whole: impl Fn(&[&Line]) -> bool,
) -> (Vec<Reach>, Vec<Terms>) {
    let mut classes: Vec<Terms> = Vec::new();
    let reach = collection.fields.iter().map(|field| {
        if field.name == "id" {
            return Reach::Always;
        }
        let speaks = |line: &&Line| line.names(&field.name);
        let allow: Vec<&Line> = allow.iter().copied().filter(speaks).collect();
        let deny = deny.iter().copied().filter(speaks).filter(|line| denies(line));
        let deny: Vec<&Line> = deny.collect();
        if allow.is_empty() {
            return Reach::Never;
        }
        if deny.is_empty() && whole(&allow) {
            return Reach::Always;
        }
        match terms(&allow, &deny) {
            None => Reach::Always,
            Some(Terms::Never) => Reach::Never,
            Some(terms) => {
                let known = classes.iter().position(|known| *known == terms);
                Reach::Where(known.unwrap_or_else(|| {
                    classes.push(terms);
                    classes.len() - 1
                }))
            }
        }
    });
    let reach: Vec<Reach> = reach.collect();
    match reach.iter().all(|reach| *reach == Reach::Always) {
        true => (Vec::new(), Vec::new()),
        false => (reach, classes),
    }
}

/// That one of the allows holds and none of the denies; `None` where that is always so.
fn terms(allow: &[&Line], deny: &[&Line]) -> Option<Terms> {
    let everywhere = |line: &&Line| !matches!(line.rule, LineRule::Where(..));
    if deny.iter().any(everywhere) {
        return Some(Terms::Never);
    }
    let allow = if allow.iter().any(everywhere) { Vec::new() } else { rules(allow) };
    let deny = rules(deny);
    match allow.is_empty() && deny.is_empty() {
        true => None,
        false => Some(Terms::Lines { allow, deny }),
    }
}

fn rules(lines: &[&Line]) -> Vec<Arc<Expr>> {
    let mut rules: Vec<Arc<Expr>> = Vec::with_capacity(lines.len());
    for line in lines {
        if let LineRule::Where(_, expr) = &line.rule
            && !rules.contains(expr)
        {
            rules.push(expr.clone());
        }
    }
    rules
}

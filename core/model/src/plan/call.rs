//! Functions (http-api.md 2.5).

use super::compare::Affinity;
use super::condition::Term;
use super::moment;
use super::planner::{Place, Planner};
use super::side::Side;
use crate::query::{Operand, QueryError, Span};
use crate::value::Value;

/// How many arguments `strftime` may have.
const MAX_STRFTIME: usize = 10;

impl Planner<'_> {
    /// A call's operand.
    pub(super) fn call(
        &mut self,
        place: Place,
        name: &str,
        args: &[Operand],
        span: Span,
    ) -> Result<Side, QueryError> {
        if let Some(Operand::Call { span, .. }) =
            args.iter().find(|arg| matches!(arg, Operand::Call { .. }))
        {
            return Err(QueryError::new("A function cannot be an argument of another", *span));
        }
        match name {
            "geoDistance" => self.distance(place, args, span),
            "strftime" => self.strftime(place, args, span),
            _ => {
                let span = Span { end: span.start + name.len(), ..span };
                Err(QueryError::new(format!("Unknown function `{name}`"), span))
            }
        }
    }

    fn distance(&mut self, place: Place, args: &[Operand], span: Span) -> Result<Side, QueryError> {
        let [a, b, c, d] = args else {
            let message = "geoDistance needs four arguments: lonA, latA, lonB, latB";
            return Err(QueryError::new(message, span));
        };
        let mut email = None;
        let mut coordinate = |arg: &Operand| {
            if let Operand::Text { span, .. } = arg {
                return Err(QueryError::new("A coordinate is a number or a field", *span));
            }
            let side = self.operand(place, arg)?;
            email = email.or(side.email);
            if side.test.is_some() {
                return Err(QueryError::new("A coordinate is a number or a field", arg.span()));
            }
            Ok(side.term)
        };
        let terms = [coordinate(a)?, coordinate(b)?, coordinate(c)?, coordinate(d)?];
        let term = Term::Distance(Box::new(terms));
        Ok(Side { email, ..Side::of(term, Affinity::Json, false) })
    }

    fn strftime(&mut self, place: Place, args: &[Operand], span: Span) -> Result<Side, QueryError> {
        if args.len() > MAX_STRFTIME {
            let message = format!("strftime takes at most {MAX_STRFTIME} arguments");
            return Err(QueryError::new(message, span));
        }
        let Some(Operand::Text { value: format, .. }) = args.first() else {
            let span = args.first().map_or(span, Operand::span);
            return Err(QueryError::new("The first argument of strftime is a format text", span));
        };
        let now = || Side::value(moment::value("@now", self.facts.now).unwrap_or(Value::Null));
        let time = match args.get(1) {
            None => now(),
            Some(Operand::Text { value, .. }) if value.trim().eq_ignore_ascii_case("now") => now(),
            Some(arg) => self.operand(place, arg)?,
        };
        if time.test.is_some() {
            return Err(QueryError::new("Not a time", args[1].span()));
        }
        let mut modifiers = Vec::new();
        for arg in args.iter().skip(2) {
            let Operand::Text { value, .. } = arg else {
                return Err(QueryError::new("A modifier of strftime is a text", arg.span()));
            };
            modifiers.push(value.clone());
        }
        let term =
            Term::Strftime { format: format.clone(), time: Some(Box::new(time.term)), modifiers };
        Ok(Side { email: time.email, ..Side::of(term, Affinity::Free, time.many) })
    }
}

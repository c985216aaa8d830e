//! Tokens to expressions.
//!
//! ```text
//! filter      = term { join term } ;
//! term        = comparison | "(" filter ")" ;
//! join        = "&&" | "||" ;                       && binds tighter
//! comparison  = operand op operand ;
//! op          = [ "?" ] ( "=" | "!=" | "~" | "!~" | "<" | "<=" | ">" | ">=" ) ;
//! operand     = identifier | function | number | text ;
//! function    = name "(" [ operand { "," operand } [ "," ] ] ")" ;   bracket touches the name
//! identifier  = ( letter | "_" | "@" | "#" ) { letter | digit | "_" | "." | ":" } ;
//! number      = [ "-" ] digit { digit } [ "." digit { digit } ] ;
//! text        = "'" { any | escape } "'" | '"' { any | escape } '"' ;
//! escape      = "\\" | "\'" | '\"' | "\n" | "\r" | "\t" ;
//! blank       = " " | TAB | LF | "//" { any but LF } ;       between any two tokens
//! ```
//!
//! A group is balanced before its comments are read, so a comment inside brackets must not
//! contain brackets or a lone quote (http-api.md 2.1).

use super::error::QueryError;
use super::expr::{Comparison, Expr, Operand, Span};
use super::lexer::{Lexer, Token};

/// How many comparisons one filter or rule may have.
pub const MAX_COMPARISONS: usize = 200;
/// How deep brackets may nest.
pub const MAX_DEPTH: usize = 100;
/// How deep calls may nest.
const MAX_CALLS: usize = 3;

/// The expression a filter or rule says.
///
/// # Errors
/// A text that is not of the grammar, is blank, or exceeds a limit; the span is the wrong token.
pub fn parse(text: &str) -> Result<Expr, QueryError> {
    let mut parser = Parser { text, comparisons: 0 };
    parser.filter(0, text.len(), 0)
}

struct Parser<'t> {
    text: &'t str,
    comparisons: usize,
}

impl Parser<'_> {
    /// The filter that fills `text[start..end]`.
    fn filter(&mut self, start: usize, end: usize, depth: usize) -> Result<Expr, QueryError> {
        let mut lexer = Lexer::new(self.text, start, end);
        let (mut choices, mut terms) = (Vec::new(), vec![self.term(&mut lexer, end, depth)?]);
        loop {
            let (token, span) = lexer.next()?;
            match token {
                Token::End => break,
                Token::And => {}
                Token::Or => choices.push(all(std::mem::take(&mut terms))),
                _ => return Err(self.expected("`&&`, `||` or the end", span)),
            }
            terms.push(self.term(&mut lexer, end, depth)?);
        }
        let last = all(terms);
        if choices.is_empty() {
            return Ok(last);
        }
        choices.push(last);
        Ok(Expr::Or(choices))
    }

    fn term(
        &mut self,
        lexer: &mut Lexer<'_>,
        end: usize,
        depth: usize,
    ) -> Result<Expr, QueryError> {
        let (token, span) = lexer.next()?;
        if token != Token::Open {
            return self.comparison(token, span, lexer);
        }
        if depth >= MAX_DEPTH {
            let message = format!("Brackets may nest at most {MAX_DEPTH} deep");
            return Err(QueryError::new(message, span));
        }
        let close = lexer.closing(span)?;
        debug_assert!(close < end);
        let inner = self.filter(lexer.at(), close, depth + 1)?;
        lexer.jump(close + 1);
        Ok(inner)
    }

    fn comparison(
        &mut self,
        token: Token,
        span: Span,
        lexer: &mut Lexer<'_>,
    ) -> Result<Expr, QueryError> {
        self.comparisons += 1;
        if self.comparisons > MAX_COMPARISONS {
            let message = format!("At most {MAX_COMPARISONS} comparisons are allowed");
            return Err(QueryError::new(message, span));
        }
        let left = self.operand(token, span, lexer, 0)?;
        let (token, span) = lexer.next()?;
        let Token::Op(op, any) = token else {
            return Err(self.expected("an operator like `=` or `~`", span));
        };
        let (token, span) = lexer.next()?;
        let right = self.operand(token, span, lexer, 0)?;
        Ok(Expr::Compare(Box::new(Comparison { left, op, any, right })))
    }

    fn operand(
        &mut self,
        token: Token,
        span: Span,
        lexer: &mut Lexer<'_>,
        calls: usize,
    ) -> Result<Operand, QueryError> {
        match token {
            Token::Name(text) => Ok(Operand::Name { text, span }),
            Token::Number(value) => Ok(Operand::Number { value, span }),
            Token::Text(value) => Ok(Operand::Text { value, span }),
            Token::Call(_) if calls >= MAX_CALLS => {
                let message = format!("Calls may nest at most {MAX_CALLS} deep");
                Err(QueryError::new(message, span))
            }
            Token::Call(name) => {
                let args = self.arguments(lexer, calls + 1)?;
                let span = Span { start: span.start, end: lexer.at() };
                Ok(Operand::Call { name, args, span })
            }
            _ => Err(self.expected("a field, a value or a function", span)),
        }
    }

    fn arguments(
        &mut self,
        lexer: &mut Lexer<'_>,
        calls: usize,
    ) -> Result<Vec<Operand>, QueryError> {
        let mut args = Vec::new();
        loop {
            let (token, span) = lexer.next()?;
            if token == Token::Close {
                return Ok(args);
            }
            args.push(self.operand(token, span, lexer, calls)?);
            match lexer.next()? {
                (Token::Close, _) => return Ok(args),
                (Token::Comma, _) => {}
                (_, span) => return Err(self.expected("`,` or `)` after an argument", span)),
            }
        }
    }

    fn expected(&self, what: &str, span: Span) -> QueryError {
        let found = &self.text[span.start..span.end];
        if !found.is_empty() {
            return QueryError::new(format!("Expected {what}, found `{found}`"), span);
        }
        QueryError::new(format!("Expected {what}, found the end"), span)
    }
}

/// The conjunction of terms that are at least one.
fn all(mut terms: Vec<Expr>) -> Expr {
    match terms.len() {
        1 => terms.swap_remove(0),
        _ => Expr::And(terms),
    }
}

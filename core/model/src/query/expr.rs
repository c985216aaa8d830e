//! What a filter or rule says, before any name in it is looked up.

/// Byte offsets into the text an expression was parsed from; `end` is exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// A parsed filter. `&&` binds tighter than `||`.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// All must hold.
    And(Vec<Expr>),
    /// One must hold.
    Or(Vec<Expr>),
    /// One comparison.
    Compare(Box<Comparison>),
}

/// `left op right`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Comparison {
    pub left: Operand,
    pub op: Op,
    /// `?` before the operator: one value of many is enough.
    pub any: bool,
    pub right: Operand,
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Op {
    Equal,
    NotEqual,
    Like,
    NotLike,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// One side of a comparison, or an argument of a function.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Operand {
    /// A name with dots, modifiers and macros as written: `author.name:lower`, `@now`, `null`.
    Name {
        text: String,
        span: Span,
    },
    Number {
        value: f64,
        span: Span,
    },
    Text {
        value: String,
        span: Span,
    },
    Call {
        name: String,
        args: Vec<Operand>,
        span: Span,
    },
}

impl Operand {
    /// Where it stands in its text.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Operand::Name { span, .. }
            | Operand::Number { span, .. }
            | Operand::Text { span, .. }
            | Operand::Call { span, .. } => *span,
        }
    }
}

impl Op {
    /// The operator as it is written.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Op::Equal => "=",
            Op::NotEqual => "!=",
            Op::Like => "~",
            Op::NotLike => "!~",
            Op::Less => "<",
            Op::LessEqual => "<=",
            Op::Greater => ">",
            Op::GreaterEqual => ">=",
        }
    }
}

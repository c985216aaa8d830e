//! Filters whose values cannot break out of their place.

mod literal;
mod template;

use std::fmt;

pub use literal::{FilterValue, contains};
use template::Step;

/// A condition in the server's filter language.
///
/// Values never go into the text by `format!`: they are bound to placeholders, which escapes them.
/// [`filter!`](crate::filter!) does that and checks the placeholders when the program is compiled;
/// `Filter::new(…).bind(…)` does the same at run time.
///
/// ```
/// use purlin_sdk::{filter, Filter};
///
/// let title = r#"a "quoted" \ text"#;
/// let checked = filter!("title = {:title} && votes >= {:min}", title, min = 3);
/// let built = Filter::new("title = {:title} && votes >= {:min}").bind("title", title).bind("min", 3);
///
/// assert_eq!(checked.to_string(), r#"title = "a \"quoted\" \\ text" && votes >= 3"#);
/// assert_eq!(built.to_string(), checked.to_string());
/// ```
///
/// A filter with a mistake in it (a placeholder without value, a value the language cannot
/// express) is reported as [`Error::Request`](crate::Error::Request) by the call that uses it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    text: String,
    /// The first mistake; once there, nothing is sent.
    mistake: Option<String>,
    /// Values bound so far, by placeholder.
    bound: Vec<(String, Option<String>)>,
}

impl Filter {
    /// A filter text with placeholders of the form `{:name}`, outside of quotes.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), mistake: None, bound: Vec::new() }
    }

    /// Puts a value in the place of every `{:name}`.
    #[must_use]
    pub fn bind(mut self, name: &str, value: impl FilterValue) -> Self {
        self.bound.push((name.to_owned(), value.to_literal()));
        self
    }

    /// Both must hold. A filter with empty text counts as no condition.
    #[must_use]
    pub fn and(self, other: impl Into<Filter>) -> Self {
        self.join("&&", &other.into())
    }

    /// At least one must hold. A filter with empty text counts as no condition.
    #[must_use]
    pub fn or(self, other: impl Into<Filter>) -> Self {
        self.join("||", &other.into())
    }

    fn join(self, operator: &str, other: &Filter) -> Self {
        let (left, right) = match (self.render(), other.render()) {
            (Ok(left), Ok(right)) => (left, right),
            (Err(mistake), _) | (_, Err(mistake)) => {
                return Self { mistake: Some(mistake), ..Self::default() };
            }
        };
        match (left.trim(), right.trim()) {
            ("", _) => Self::rendered(right),
            (_, "") => Self::rendered(left),
            (left, right) => Self::rendered(format!("({left}) {operator} ({right})")),
        }
    }

    /// A text whose values are in place already. Escaped values contain nothing that looks like a
    /// placeholder outside quotes, but rendering again would refuse one inside.
    fn rendered(text: String) -> Self {
        let text_as_value = vec![(String::from("all"), Some(text))];
        Self { text: "{:all}".into(), mistake: None, bound: text_as_value }
    }

    /// The text with all values in place, or what is wrong with it.
    pub(crate) fn render(&self) -> Result<String, String> {
        if let Some(mistake) = &self.mistake {
            return Err(mistake.clone());
        }
        let mut out = String::with_capacity(self.text.len() + 32);
        let (mut copied, mut at) = (0, 0);
        loop {
            match template::step(self.text.as_bytes(), at) {
                Step::End => break,
                Step::Mistake(mistake) => return Err(format!("filter: {mistake}: {}", self.text)),
                Step::Placeholder { start, end } => {
                    out.push_str(self.text.get(copied..start).unwrap_or_default());
                    out.push_str(
                        self.value(self.text.get(start + 2..end - 1).unwrap_or_default())?,
                    );
                    (copied, at) = (end, end);
                }
            }
        }
        out.push_str(self.text.get(copied..).unwrap_or_default());
        Ok(out)
    }

    fn value(&self, name: &str) -> Result<&str, String> {
        match self.bound.iter().rev().find(|(bound, _)| bound == name) {
            Some((_, Some(literal))) => Ok(literal),
            Some((_, None)) => Err(format!("filter: the value of {{:{name}}} is not finite")),
            None => Err(format!("filter: {{:{name}}} has no value")),
        }
    }
}

/// The filter as it is sent; a filter with a mistake shows the mistake.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.render() {
            Ok(text) => f.write_str(&text),
            Err(mistake) => write!(f, "<{mistake}>"),
        }
    }
}

impl From<&str> for Filter {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Filter {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&Filter> for Filter {
    fn from(filter: &Filter) -> Self {
        filter.clone()
    }
}

/// A [`Filter`] with escaped values, its placeholders checked when the program is compiled.
///
/// `{:name}` takes the value of `name = expression`, or of the variable with that name:
///
/// ```
/// # use purlin_sdk::filter;
/// let owner = "m5x2k8q0w1e9r7t";
/// let open = filter!("owner = {:owner} && done = {:done}", owner, done = false);
/// assert_eq!(open.to_string(), r#"owner = "m5x2k8q0w1e9r7t" && done = false"#);
/// ```
///
/// A placeholder without value, a value without placeholder and a placeholder between quotes do
/// not compile:
///
/// ```compile_fail
/// purlin_sdk::filter!("title = {:title}");
/// ```
/// ```compile_fail
/// purlin_sdk::filter!("title = 'x'", title = 1);
/// ```
/// ```compile_fail
/// purlin_sdk::filter!("title = '{:title}'", title = "x");
/// ```
#[macro_export]
macro_rules! filter {
    ($template:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        const _: () = $crate::__private::check($template, &[$(stringify!($name)),*]);
        $crate::Filter::new($template)
            $(.bind(stringify!($name), $crate::__filter_value!($name $(= $value)?)))*
    }};
}

/// The expression of one argument of [`filter!`].
#[doc(hidden)]
#[macro_export]
macro_rules! __filter_value {
    ($name:ident) => {
        &$name
    };
    ($name:ident = $value:expr) => {
        &$value
    };
}

#[doc(hidden)]
pub use template::check;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_place_of_every_placeholder() {
        let min = 3;
        let filter = filter!("a = {:a} && (b >= {:min} || c = {:a})", a = "é'\"", min);
        assert_eq!(filter.to_string(), r#"a = "é'\"" && (b >= 3 || c = "é'\"")"#);
    }

    #[test]
    fn a_value_is_never_read_as_a_template() {
        let filter = Filter::new("a = {:a} || b = {:b}").bind("a", "{:b}").bind("b", "x");
        assert_eq!(filter.to_string(), r#"a = "{:b}" || b = "x""#);
        let joined = filter.and(filter!("c = {:c}", c = "{:a} \" || 1 = 1"));
        assert_eq!(joined.to_string(), r#"(a = "{:b}" || b = "x") && (c = "{:a} \" || 1 = 1")"#);
    }

    #[test]
    fn joining_leaves_out_what_is_empty() {
        assert_eq!(Filter::default().and("a = 1").to_string(), "a = 1");
        assert_eq!(Filter::new("a = 1").or(" ").to_string(), "a = 1");
        assert_eq!(
            Filter::new("a = 1").or("b = 2").and("c = 3").to_string(),
            "((a = 1) || (b = 2)) && (c = 3)"
        );
    }

    #[test]
    fn mistakes_are_reported_and_survive_joining() {
        for (filter, part) in [
            (Filter::new("a = {:a}"), "{:a} has no value"),
            (Filter::new("a = {:a}").bind("a", f64::NAN), "not finite"),
            (Filter::new("a = '{:a}'").bind("a", 1), "between quotes"),
            (Filter::new("a = 'x"), "not closed"),
            (Filter::new("a = {a}"), "placeholder"),
            (Filter::new("a = 1").and(Filter::new("b = {:b}")).or("c = 1"), "{:b} has no value"),
        ] {
            let mistake = filter.render().expect_err("a mistake");
            assert!(mistake.contains(part), "{mistake}");
        }
    }
}

//! What a client subscribes to: `posts/*?options={"query":{…},"headers":{…}}` (http-api.md 4.4).

use std::sync::Arc;

use purlin_model::Json;

use crate::query_string;

/// A subscription, taken apart. Its text is the name of the events.
#[derive(Clone, Debug)]
pub(super) struct Topic {
    /// As the client wrote it.
    pub(super) text: Arc<str>,
    /// The id or name of a collection, or what no collection is called.
    pub(super) collection: String,
    pub(super) target: Target,
    /// The query parameters of the options.
    pub(super) query: Vec<(String, String)>,
    /// The headers of the options, named as rules name them.
    pub(super) headers: Vec<(String, String)>,
}

/// Which records of a collection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Target {
    /// Those the caller may list.
    All,
    /// The one of that id, if the caller may view it.
    One(String),
}

impl Topic {
    /// Takes a subscription apart. There are no wrong ones: some just never fire.
    pub(super) fn parse(text: &str) -> Self {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let (collection, target) = match path.split_once('/') {
            None | Some((_, "*")) => (path.split('/').next().unwrap_or(""), Target::All),
            Some((collection, id)) => (collection, Target::One(id.to_owned())),
        };
        let pairs = query_string::pairs(query);
        let options = query_string::first(&pairs, "options").unwrap_or("");
        let options = Json::parse(options.as_bytes()).unwrap_or_default();
        let named = |(name, value)| (name_of_header(name), value);
        Topic {
            text: text.into(),
            collection: collection.to_owned(),
            target,
            query: texts(&options, "query"),
            headers: texts(&options, "headers").into_iter().map(named).collect(),
        }
    }

    /// The first value of a query parameter; `""` where there is none.
    pub(super) fn param(&self, name: &str) -> &str {
        query_string::first(&self.query, name).unwrap_or("")
    }
}

/// The members of an object within the options, as texts.
fn texts(options: &Json, name: &str) -> Vec<(String, String)> {
    let members = options.get(name).and_then(Json::members).unwrap_or_default();
    let text = |value: &Json| match value {
        Json::Text(text) => text.clone(),
        Json::Bool(_) | Json::Number(_) => value.to_text(),
        Json::Null | Json::List(_) | Json::Object(_) => String::new(),
    };
    members.iter().map(|(key, value)| (key.clone(), text(value))).collect()
}

fn name_of_header(name: String) -> String {
    name.to_ascii_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscriptions_are_taken_apart() {
        let one = |id: &str| Target::One(id.to_owned());
        for (text, collection, target) in [
            ("posts/*", "posts", Target::All),
            ("posts", "posts", Target::All),
            ("posts?options=x", "posts", Target::All),
            ("posts/abc", "posts", one("abc")),
            ("posts/abc?a=b/c", "posts", one("abc")),
            ("posts/", "posts", one("")),
            ("posts/a/b", "posts", one("a/b")),
            ("@oauth2", "@oauth2", Target::All),
            ("", "", Target::All),
        ] {
            let topic = Topic::parse(text);
            assert_eq!((topic.collection.as_str(), topic.target), (collection, target), "{text}");
        }
    }

    #[test]
    fn options_are_texts() {
        let text = "posts/*?options=%7B%22query%22%3A%7B%22filter%22%3A%22a%3D1%22%2C%22n%22%3A5%2C\
                    %22t%22%3Atrue%2C%22l%22%3A%5B%5D%7D%2C%22headers%22%3A%7B%22X-Tok%22%3A%22z%22%7D%7D";
        let topic = Topic::parse(text);
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            topic.query,
            [pair("filter", "a=1"), pair("n", "5"), pair("t", "true"), pair("l", "")]
        );
        assert_eq!(topic.headers, [pair("x_tok", "z")]);
        assert_eq!((topic.param("filter"), topic.param("fields")), ("a=1", ""));
        for text in ["posts/*?options=%7B", "posts/*?options=5", "posts/*?x=1", "posts/*?"] {
            assert!(Topic::parse(text).query.is_empty(), "{text}");
        }
    }
}

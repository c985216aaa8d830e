//! One request on its way to the server, as plain values; `transport` sends it.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use reqwest::Method;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{FilePart, Filter, Result};

/// The future of a call. Dropping it cancels the call.
pub type Call<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// Whose token a request carries.
#[derive(Clone, Default)]
pub(crate) enum Caller {
    /// The client's current sign-in, refreshed if it is time.
    #[default]
    SignedIn,
    /// Exactly this token.
    Token(String),
    /// Nobody's.
    Guest,
}

#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Below `/api/`, not yet percent-encoded.
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) caller: Caller,
    pub(crate) body: Option<Box<RawValue>>,
    pub(crate) files: Vec<(String, FilePart)>,
    /// Sends the body as multipart even without files.
    pub(crate) multipart: bool,
    /// The first mistake made while building; reported instead of sending.
    pub(crate) mistake: Option<String>,
}

impl Request {
    pub(crate) fn new<'a>(method: Method, path: impl IntoIterator<Item = &'a str>) -> Self {
        let path: Vec<String> = path.into_iter().map(str::to_owned).collect();
        let mut request = Self {
            method,
            path: Vec::new(),
            query: Vec::new(),
            headers: Vec::new(),
            timeout: None,
            caller: Caller::SignedIn,
            body: None,
            files: Vec::new(),
            multipart: false,
            mistake: None,
        };
        // URLs drop such segments, and the request would reach another endpoint.
        if path.iter().any(|segment| matches!(segment.as_str(), "" | "." | "..")) {
            request.fail(format!("`{}` names nothing: a part of it is empty", path.join("/")));
        }
        request.path = path;
        request
    }

    pub(crate) fn without_token(mut self) -> Self {
        self.caller = Caller::Guest;
        self
    }

    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.caller = Caller::Token(token.to_owned());
        self
    }

    pub(crate) fn set_query(&mut self, name: &str, value: impl Into<String>) {
        self.query.retain(|(known, _)| known != name);
        self.query.push((name.to_owned(), value.into()));
    }

    pub(crate) fn set_filter(&mut self, filter: &Filter) {
        match filter.render() {
            Ok(text) if text.trim().is_empty() => self.query.retain(|(name, _)| name != "filter"),
            Ok(text) => self.set_query("filter", text),
            Err(mistake) => self.fail(mistake),
        }
    }

    /// Serializes the body now, so that the request owns everything it needs.
    pub(crate) fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::value::to_raw_value(body) {
            Ok(body) => self.body = Some(body),
            Err(error) => self.fail(format!("the body cannot be written as JSON: {error}")),
        }
        self
    }

    /// The body of a record or collection: must be an object.
    pub(crate) fn json_object(self, body: &(impl Serialize + ?Sized)) -> Self {
        let mut request = self.json(body);
        if request.body.as_ref().is_some_and(|body| !body.get().starts_with('{')) {
            request.fail("the body must be an object: a struct, a map or `json!({…})`".into());
        }
        request
    }

    pub(crate) fn fail(&mut self, mistake: String) {
        self.mistake.get_or_insert(mistake);
    }
}

/// The options that every request has, as methods of a builder with a field `request`.
macro_rules! request_options {
    () => {
        /// Adds a request header. Rules see it as `@request.headers.*`.
        pub fn header(mut self, name: &str, value: &str) -> Self {
            self.request.headers.push((name.to_owned(), value.to_owned()));
            self
        }

        /// Adds a query parameter. Rules see it as `@request.query.*`.
        pub fn query(mut self, name: &str, value: impl ToString) -> Self {
            self.request.set_query(name, value.to_string());
            self
        }

        /// How long this call may take, instead of the client's default.
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self.request.timeout = Some(timeout);
            self
        }
    };
}

/// `expand` and `fields`, for builders whose answer contains records.
macro_rules! answer_options {
    () => {
        /// Loads related records into `expand`: relation fields, dotted paths of them, and
        /// back-relations such as `comments_via_post`; comma separated.
        pub fn expand(mut self, relations: &str) -> Self {
            self.request.set_query("expand", relations);
            self
        }

        /// Answers with these fields only, comma separated: `id,title,expand.owner.name`.
        pub fn fields(mut self, fields: &str) -> Self {
            self.request.set_query("fields", fields);
            self
        }
    };
}

pub(crate) use {answer_options, request_options};

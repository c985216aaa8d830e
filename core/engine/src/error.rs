//! What a caller is told when something cannot be done (http-api.md 1.3).

use std::borrow::Cow;

use purlin_model::fault::sentence;
use purlin_model::{Fault, Faults, Json};

/// An answer that is not a success: status, message and the errors of single values.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// One sentence.
    pub message: Cow<'static, str>,
    /// What is wrong with the submitted data; mirrors the payload.
    pub faults: Faults,
    /// What takes the place of the usual error body (a batch's answers, a first factor).
    pub body: Option<Json>,
    /// What happened, for the log only.
    pub cause: Option<String>,
    /// Nothing came of it, and the same transaction may succeed when it is begun anew at once.
    pub again: bool,
}

/// What a service answers.
pub type Answer<T> = Result<T, ApiError>;

impl ApiError {
    /// An error of that status and message, with nothing said of single values.
    #[must_use]
    pub fn new(status: u16, message: impl Into<Cow<'static, str>>) -> Self {
        let message = match message.into() {
            Cow::Borrowed(text) if text.ends_with('.') => Cow::Borrowed(text),
            text => Cow::Owned(sentence(&text)),
        };
        ApiError {
            status,
            message,
            faults: Faults::default(),
            body: None,
            cause: None,
            again: false,
        }
    }

    /// 400 with a message.
    #[must_use]
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        ApiError::new(400, message)
    }

    /// 400 for what has no message of its own; the cause goes to the log.
    #[must_use]
    pub fn unclassified(cause: impl Into<String>) -> Self {
        ApiError::new(400, "Something went wrong while processing your request.").because(cause)
    }

    /// 400 with what is wrong with the submitted values.
    #[must_use]
    pub fn invalid(message: &'static str, faults: Faults) -> Self {
        ApiError { faults, ..ApiError::new(400, message) }
    }

    /// 400 with one wrong value.
    #[must_use]
    pub fn invalid_value(message: &'static str, key: &str, fault: Fault) -> Self {
        let mut faults = Faults::default();
        faults.add(key, fault);
        ApiError::invalid(message, faults)
    }

    /// 404: no such thing, or a rule that hides it.
    #[must_use]
    pub fn not_found() -> Self {
        ApiError::new(404, "The requested resource wasn't found.")
    }

    /// 403: only superusers may.
    #[must_use]
    pub fn superusers_only() -> Self {
        ApiError::new(403, "Only superusers can perform this action.")
    }

    /// 500: our fault or the database's; the cause goes to the log.
    #[must_use]
    pub fn internal(cause: impl Into<String>) -> Self {
        ApiError::new(500, "Something went wrong while processing your request.").because(cause)
    }

    /// 503: the database is away.
    #[must_use]
    pub fn unavailable(cause: impl Into<String>) -> Self {
        ApiError::new(503, "The database is not available, try again later.").because(cause)
    }

    /// With a cause for the log.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The error as its JSON body: `data`, `message`, `status`, in this order.
    #[must_use]
    pub fn to_json(&self) -> Json {
        if let Some(body) = &self.body {
            return body.clone();
        }
        Json::Object(vec![
            ("data".to_owned(), faults_json(&self.faults)),
            ("message".to_owned(), Json::Text(self.message.to_string())),
            ("status".to_owned(), Json::Number(f64::from(self.status))),
        ])
    }
}

/// What the first of the errors says, and of what, for people: `fields.2.name: Cannot be blank.`
#[must_use]
pub fn first_fault(faults: &Faults) -> String {
    match faults.0.first() {
        None => String::new(),
        Some((key, Fault::Item { message, .. })) => format!("{key}: {message}"),
        Some((key, Fault::Group(group))) => format!("{key}.{}", first_fault(group)),
    }
}

/// The tree of errors as JSON: `{code, message, params?}` at its leaves.
#[must_use]
pub fn faults_json(faults: &Faults) -> Json {
    Json::Object(faults.0.iter().map(|(key, fault)| (key.clone(), fault_json(fault))).collect())
}

fn fault_json(fault: &Fault) -> Json {
    match fault {
        Fault::Group(group) => faults_json(group),
        Fault::Item { code, message, params } => {
            let mut members = vec![
                ("code".to_owned(), Json::Text(code.to_string())),
                ("message".to_owned(), Json::Text(message.to_string())),
            ];
            if !params.is_empty() {
                let params =
                    params.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
                members.push(("params".to_owned(), Json::Object(params)));
            }
            Json::Object(members)
        }
    }
}

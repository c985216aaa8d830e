//! The body of a batch request (http-api.md 4.3).

use purlin_model::settings::Batch;
use purlin_model::{Fault, Faults, Json};

use super::Submitted;
use crate::error::{Answer, ApiError};

const INVALID: &str = "Invalid batch request data.";
const UNREADABLE: &str = "Failed to read the submitted batch data.";
/// The longest URL of an item, in characters.
const MAX_URL: usize = 2000;

/// The requests of a batch, in order.
#[derive(Debug, Default)]
pub struct BatchForm {
    pub(super) items: Vec<Item>,
}

/// One request of a batch.
#[derive(Debug)]
pub(super) struct Item {
    /// `None`: nothing a batch can do; said when its turn comes.
    pub(super) target: Option<Target>,
    /// The query part of the URL, undecoded.
    pub(super) query: String,
    /// Headers of its own, names as rules see them.
    pub(super) headers: Vec<(String, String)>,
    pub(super) submitted: Submitted,
}

/// What a request is about.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) method: Method,
    /// The collection's id or name.
    pub(super) collection: String,
    /// The record's id, where the URL has one.
    pub(super) id: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Create,
    Upsert,
    Update,
    Delete,
}

impl BatchForm {
    /// With a request more that makes a record of these members.
    #[must_use]
    pub fn create(self, collection: &str, members: Vec<(String, Json)>) -> Self {
        self.with(Method::Create, collection, "", members)
    }

    /// With a request more that sets these members of a record.
    #[must_use]
    pub fn update(self, collection: &str, id: &str, members: Vec<(String, Json)>) -> Self {
        self.with(Method::Update, collection, id, members)
    }

    /// With a request more that deletes a record.
    #[must_use]
    pub fn delete(self, collection: &str, id: &str) -> Self {
        self.with(Method::Delete, collection, id, Vec::new())
    }

    fn with(
        mut self,
        method: Method,
        collection: &str,
        id: &str,
        members: Vec<(String, Json)>,
    ) -> Self {
        let target = Target { method, collection: collection.to_owned(), id: id.to_owned() };
        self.items.push(Item {
            target: Some(target),
            query: String::new(),
            headers: Vec::new(),
            submitted: Submitted { members, uploads: Vec::new() },
        });
        self
    }

    /// Reads the form from the members and file parts of a body.
    ///
    /// # Errors
    /// 400 with what is wrong, request by request.
    pub fn read(
        members: Vec<(String, Json)>,
        uploads: Vec<(String, String)>,
        settings: &Batch,
    ) -> Answer<Self> {
        let requests = members.into_iter().find(|(key, _)| key.eq_ignore_ascii_case("requests"));
        let requests = match requests {
            Some((_, Json::List(requests))) if !requests.is_empty() => requests,
            Some((_, Json::List(_) | Json::Null)) | None => {
                let fault = Fault::new("validation_required", "cannot be blank");
                return Err(ApiError::invalid_value(INVALID, "requests", fault));
            }
            Some(_) => return Err(ApiError::bad_request(UNREADABLE)),
        };
        let most = settings.max_requests;
        if requests.len() as u64 > most {
            let message = format!("the length must be no more than {most}");
            let fault = Fault::new("validation_length_too_long", message)
                .with("max", Json::Number(most as f64))
                .with("min", Json::Number(0.0));
            return Err(ApiError::invalid_value(INVALID, "requests", fault));
        }
        let mut faults = Faults::default();
        let mut items = Vec::with_capacity(requests.len());
        for (index, request) in requests.into_iter().enumerate() {
            let mut wrong = Faults::default();
            match item(request, &mut wrong)? {
                Some(mut item) => {
                    item.submitted.uploads = own_uploads(&uploads, index);
                    items.push(item);
                }
                None => faults.add(index.to_string(), Fault::Group(wrong)),
            }
        }
        if faults.is_empty() {
            return Ok(BatchForm { items });
        }
        Err(ApiError::invalid_value(INVALID, "requests", Fault::Group(faults)))
    }
}

/// One request; `None` with what is wrong with it.
fn item(request: Json, faults: &mut Faults) -> Answer<Option<Item>> {
    let unreadable = || ApiError::bad_request(UNREADABLE);
    if request.members().is_none() {
        return Err(unreadable());
    }
    let text = |key: &str| match request.get_any_case(key) {
        None | Some(Json::Null) => Ok(String::new()),
        Some(json) => json.text().map(str::to_owned).ok_or_else(unreadable),
    };
    let (word, url) = (text("method")?, text("url")?);
    let members = object(request.get_any_case("body")).ok_or_else(unreadable)?;
    let headers = object(request.get_any_case("headers")).ok_or_else(unreadable)?;
    let headers: Option<Vec<(String, String)>> = headers
        .into_iter()
        .map(|(name, value)| {
            Some((name.to_ascii_lowercase().replace('-', "_"), value.text()?.to_owned()))
        })
        .collect();
    let headers = headers.ok_or_else(unreadable)?;
    check_words(&word, &url, faults);
    if !faults.is_empty() {
        return Ok(None);
    }
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let submitted = Submitted { members, uploads: Vec::new() };
    let (target, query) = (target(&word, path), query.to_owned());
    Ok(Some(Item { target, query, headers, submitted }))
}

/// The members of an object, none where nothing was given.
fn object(json: Option<&Json>) -> Option<Vec<(String, Json)>> {
    match json {
        None | Some(Json::Null) => Some(Vec::new()),
        Some(Json::Object(members)) => Some(members.clone()),
        Some(_) => None,
    }
}

fn check_words(word: &str, url: &str, faults: &mut Faults) {
    let required = || Fault::new("validation_required", "cannot be blank");
    if word.is_empty() {
        faults.add("method", required());
    } else if !matches!(word, "GET" | "POST" | "PUT" | "PATCH" | "DELETE") {
        faults.add("method", Fault::new("validation_in_invalid", "must be a valid value"));
    }
    if url.is_empty() {
        faults.add("url", required());
    } else if url.chars().count() > MAX_URL {
        let message = format!("the length must be no more than {MAX_URL}");
        let fault = Fault::new("validation_length_too_long", message)
            .with("max", Json::Number(MAX_URL as f64))
            .with("min", Json::Number(0.0));
        faults.add("url", fault);
    }
}

/// What a method and path ask for; `None` for anything but the four shapes a batch may have.
fn target(word: &str, path: &str) -> Option<Target> {
    let path = path.strip_prefix("/api/collections/")?;
    let decode =
        |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (collection, rest) = path.split_once('/')?;
    let id = match rest {
        "records" => "",
        rest => rest.strip_prefix("records/").filter(|id| !id.is_empty() && !id.contains('/'))?,
    };
    let method = match (word, id.is_empty()) {
        ("POST", true) => Method::Create,
        ("PUT", true) => Method::Upsert,
        ("PATCH", false) => Method::Update,
        ("DELETE", false) => Method::Delete,
        _ => return None,
    };
    Some(Target { method, collection: decode(collection), id: decode(id) })
}

/// The file parts of one request: `requests.N.field` or `requests[N].field`.
fn own_uploads(uploads: &[(String, String)], index: usize) -> Vec<(String, String)> {
    let prefixes = [format!("requests.{index}."), format!("requests[{index}].")];
    let own = uploads.iter().filter_map(|(part, file)| {
        let field = prefixes.iter().find_map(|prefix| part.strip_prefix(prefix.as_str()))?;
        Some((field.to_owned(), file.clone()))
    });
    own.collect()
}

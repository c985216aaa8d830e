//! What is to be explained.

use purlin_model::{Action, Fault, Json};

use crate::error::{Answer, ApiError};

/// A request that somebody might make.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// Who: collection and id of an auth record; `None` = a guest.
    pub auth: Option<(String, String)>,
    /// The name or id of the collection.
    pub collection: String,
    /// What is done.
    pub action: Action,
    /// The id of a stored record.
    pub record: Option<String>,
    /// What is submitted.
    pub data: Option<Json>,
    /// Query parameters.
    pub query: Vec<(String, String)>,
    /// Headers, named as rules name them.
    pub headers: Vec<(String, String)>,
}

impl Wish {
    /// Reads `{"auth", "collection", "action", "record"?, "data"?, "query"?, "headers"?}`.
    ///
    /// # Errors
    /// 400 that names the member that is wrong.
    pub fn read(body: &Json) -> Answer<Self> {
        let auth = match body.get("auth") {
            None | Some(Json::Null) => None,
            Some(auth) => {
                let member = |key: &str| auth.get(key).and_then(Json::text).map(str::to_owned);
                let missing = || refused("auth", "Must be null or {\"collection\", \"id\"}");
                Some(member("collection").zip(member("id")).ok_or_else(missing)?)
            }
        };
        let text = |key: &'static str| match body.get(key) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text.clone())),
            Some(_) => Err(refused(key, "Must be a text")),
        };
        let blank = |key| move || refused(key, "Cannot be blank");
        let name = text("action")?.ok_or_else(blank("action"))?;
        let unknown = || refused("action", &format!("There is no action \"{name}\""));
        let data = body.get("data").filter(|data| !data.is_null());
        if data.is_some_and(|data| data.members().is_none()) {
            return Err(refused("data", "Must be an object"));
        }
        let lower = |(key, value): (String, String)| (key.to_lowercase().replace('-', "_"), value);
        Ok(Wish {
            auth,
            collection: text("collection")?.ok_or_else(blank("collection"))?,
            action: Action::parse(&name).ok_or_else(unknown)?,
            record: text("record")?.filter(|id| !id.is_empty()),
            data: data.cloned(),
            query: pairs(body, "query")?,
            headers: pairs(body, "headers")?.into_iter().map(lower).collect(),
        })
    }
}

/// The members of an object of texts.
fn pairs(body: &Json, key: &'static str) -> Answer<Vec<(String, String)>> {
    let members = match body.get(key) {
        None | Some(Json::Null) => return Ok(Vec::new()),
        Some(json) => json.members(),
    };
    let pair = |(name, value): &(String, Json)| {
        let text = value.text().map_or_else(|| value.to_text(), str::to_owned);
        (name.clone(), text)
    };
    let members = members.ok_or_else(|| refused(key, "Must be an object"))?;
    Ok(members.iter().map(pair).collect())
}

fn refused(key: &'static str, message: &str) -> ApiError {
    let fault = Fault::new("validation_invalid_value", message);
    let mut error = ApiError::bad_request("What is to be explained cannot be read.");
    error.faults.add(key, fault);
    error
}

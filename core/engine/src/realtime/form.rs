//! What a client submits: which connection, and which subscriptions it is to have.

use std::net::IpAddr;

use purlin_model::{Caller, Fault, Faults, Json};

use crate::error::{Answer, ApiError};

const INVALID: &str = "Something went wrong while processing your request.";
const TOO_LONG: &str = "validation_length_too_long";
/// The longest id of a client, in bytes.
const MAX_ID: usize = 255;
/// How many subscriptions a client may have.
const MAX_TOPICS: usize = 1000;
/// The longest subscription, in bytes.
const MAX_TOPIC: usize = 2500;

/// The subscriptions that take the place of those a client had, and who submits them.
#[derive(Clone, Debug)]
pub struct Submit {
    /// As the client wrote them.
    pub subscriptions: Vec<String>,
    /// Who the client turns out to be.
    pub caller: Caller,
    /// Where it submits them from.
    pub ip: Option<IpAddr>,
}

/// `{"clientId", "subscriptions"?}`
#[derive(Clone, Debug)]
pub struct Form {
    /// Which connection.
    pub client: String,
    /// What it is to be subscribed to.
    pub subscriptions: Vec<String>,
}

impl Form {
    /// Reads the form from the members of a body.
    ///
    /// # Errors
    /// 400 for what is missing, too long, or no text.
    pub fn read(members: &[(String, Json)]) -> Answer<Self> {
        let member = |name: &str| members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        let client = match member("clientId").map(|(_, value)| value) {
            None | Some(Json::Null) => String::new(),
            Some(Json::Text(text)) => text.clone(),
            Some(_) => return Err(ApiError::unclassified("clientId is not a text")),
        };
        let mut faults = Faults::default();
        match client.len() {
            0 => faults.add("clientId", Fault::new("validation_required", "cannot be blank")),
            1..=MAX_ID => {}
            _ => {
                let message = format!("the length must be between 1 and {MAX_ID}");
                let fault = Fault::new("validation_length_out_of_range", message);
                faults.add("clientId", limits(fault, 1, MAX_ID));
            }
        }
        let subscriptions = member("subscriptions").map(|(_, value)| value);
        let subscriptions = topics(subscriptions, &mut faults)?;
        match faults.is_empty() {
            true => Ok(Form { client, subscriptions }),
            false => Err(ApiError::invalid(INVALID, faults)),
        }
    }
}

/// The subscriptions, and what is wrong with them.
fn topics(value: Option<&Json>, faults: &mut Faults) -> Answer<Vec<String>> {
    let items = match value {
        None | Some(Json::Null) => &[][..],
        Some(Json::List(items)) => items,
        // A form with one of them.
        Some(text @ Json::Text(_)) => std::slice::from_ref(text),
        Some(_) => return Err(ApiError::unclassified("subscriptions are not a list")),
    };
    let text = |item: &Json| item.text().map(str::to_owned);
    let topics: Option<Vec<String>> = items.iter().map(text).collect();
    let topics = topics.ok_or_else(|| ApiError::unclassified("a subscription is not a text"))?;
    if topics.len() > MAX_TOPICS {
        faults.add("subscriptions", too_long(MAX_TOPICS));
        return Ok(topics);
    }
    for (index, _) in topics.iter().enumerate().filter(|(_, topic)| topic.len() > MAX_TOPIC) {
        faults.group("subscriptions").add(index.to_string(), too_long(MAX_TOPIC));
    }
    Ok(topics)
}

fn too_long(max: usize) -> Fault {
    let message = format!("the length must be no more than {max}");
    limits(Fault::new(TOO_LONG, message), 0, max)
}

fn limits(fault: Fault, min: usize, max: usize) -> Fault {
    let number = |number: usize| Json::Number(number as f64);
    fault.with("max", number(max)).with("min", number(min))
}

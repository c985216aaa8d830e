//! The JSON document of settings: its keys, their types and defaults.

use super::WrongType;
use crate::json::Json;

/// The document of a fresh installation. It is the type of every key, too.
const DEFAULT: &str = r##"{
"superuserIPs":[],
"smtp":{"enabled":false,"port":587,"host":"smtp.example.com","username":"","password":"","authMethod":"","tls":false,"localName":""},
"backups":{"cron":"","cronMaxKeep":3,"s3":{"enabled":false,"bucket":"","region":"","endpoint":"","accessKey":"","secret":"","forcePathStyle":false}},
"s3":{"enabled":false,"bucket":"","region":"","endpoint":"","accessKey":"","secret":"","forcePathStyle":false},
"meta":{"accentColor":"#1055c9","appName":"Acme","appURL":"http://localhost:8090","senderName":"Support","senderAddress":"support@example.com","hideControls":false},
"rateLimits":{"rules":[{"label":"*:auth","audience":"","duration":3,"maxRequests":2},{"label":"*:create","audience":"","duration":5,"maxRequests":20},{"label":"/api/batch","audience":"","duration":1,"maxRequests":3},{"label":"/api/","audience":"","duration":10,"maxRequests":300}],"excludedIPs":[],"enabled":false},
"trustedProxy":{"headers":[],"useLeftmostIP":false},
"batch":{"enabled":false,"maxRequests":50,"timeout":3,"maxBodySize":0},
"logs":{"maxDataSize":0,"maxDays":5,"minLevel":0,"logIP":true,"logAuthId":false}
}"##;

/// What an item of a list has to be: a text, or an object of these members.
const LIMIT_RULE: &str = r#"{"label":"","audience":"","duration":0,"maxRequests":0}"#;

/// Keys that are never given back.
const SECRETS: [&str; 2] = ["password", "secret"];

static NULL: Json = Json::Null;

/// The document of a fresh installation.
pub(super) fn default() -> Json {
    Json::parse(DEFAULT.as_bytes()).unwrap_or_default()
}

/// The value at a path; null where there is none.
pub(super) fn at<'a>(document: &'a Json, path: &[&str]) -> &'a Json {
    path.iter().try_fold(document, |json, key| json.get(key)).unwrap_or(&NULL)
}

/// Merges submitted members into a document that has every key.
pub(super) fn merge(document: &mut Json, submitted: &Json, forms: bool) -> Result<(), WrongType> {
    match submitted {
        Json::Null => Ok(()),
        Json::Object(_) => merge_at(document, submitted, "", forms),
        _ => Err(WrongType("the body".to_owned())),
    }
}

fn merge_at(known: &mut Json, submitted: &Json, path: &str, forms: bool) -> Result<(), WrongType> {
    let wrong = || Err(WrongType(path.to_owned()));
    match (&mut *known, submitted) {
        (Json::Object(members), Json::Object(given)) => {
            for (key, value) in given {
                let member = members.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(key));
                if let Some((name, member)) = member {
                    let path =
                        if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    merge_at(member, value, &path, forms)?;
                }
            }
            Ok(())
        }
        (Json::Object(members), Json::Null) => {
            members.iter_mut().for_each(|(_, member)| *member = blank(member));
            Ok(())
        }
        (known, Json::Null) => {
            *known = blank(known);
            Ok(())
        }
        (Json::List(_), Json::List(items)) => {
            let items: Result<Vec<Json>, WrongType> =
                items.iter().map(|item| list_item(path, item)).collect();
            *known = Json::List(items?);
            Ok(())
        }
        // Forms carry texts only.
        (Json::Number(_), Json::Text(text)) if forms => match text.parse::<i64>() {
            Ok(number) => {
                *known = Json::Number(number as f64);
                Ok(())
            }
            Err(_) => wrong(),
        },
        (Json::Bool(_), Json::Text(text)) if forms => {
            *known = Json::Bool(matches!(text.as_str(), "true" | "1"));
            Ok(())
        }
        (Json::Number(_), Json::Number(number)) if number.fract() != 0.0 => wrong(),
        (Json::Bool(_), Json::Bool(_))
        | (Json::Number(_), Json::Number(_))
        | (Json::Text(_), Json::Text(_)) => {
            *known = submitted.clone();
            Ok(())
        }
        _ => wrong(),
    }
}

fn list_item(path: &str, item: &Json) -> Result<Json, WrongType> {
    if path == "rateLimits.rules" {
        let mut rule = Json::parse(LIMIT_RULE.as_bytes()).unwrap_or_default();
        merge_at(&mut rule, item, path, false)?;
        return Ok(rule);
    }
    match item {
        Json::Text(_) => Ok(item.clone()),
        _ => Err(WrongType(path.to_owned())),
    }
}

/// The empty value of the same type.
fn blank(json: &Json) -> Json {
    match json {
        Json::Null => Json::Null,
        Json::Bool(_) => Json::Bool(false),
        Json::Number(_) => Json::Number(0.0),
        Json::Text(_) => Json::Text(String::new()),
        Json::List(_) => Json::List(Vec::new()),
        Json::Object(members) => {
            Json::Object(members.iter().map(|(key, value)| (key.clone(), blank(value))).collect())
        }
    }
}

/// A copy without the keys that are never given back.
pub(super) fn without_secrets(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let open = members.iter().filter(|(key, _)| !SECRETS.contains(&key.as_str()));
            Json::Object(open.map(|(key, value)| (key.clone(), without_secrets(value))).collect())
        }
        _ => json.clone(),
    }
}

/// Rewrites `from:action` labels of rate limits to `to:action`.
pub(super) fn rename_collection(document: &mut Json, from: &str, to: &str) {
    let rules = document.get_mut("rateLimits").and_then(|limits| limits.get_mut("rules"));
    let Some(Json::List(rules)) = rules else { return };
    for rule in rules {
        let Some(Json::Text(label)) = rule.get_mut("label") else { continue };
        if let Some(action) = label.strip_prefix(from).and_then(|rest| rest.strip_prefix(':')) {
            *label = format!("{to}:{action}");
        }
    }
}

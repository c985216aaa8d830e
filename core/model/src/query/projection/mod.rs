//! The `fields` parameter: which members of an answer a client wants (http-api.md 1.8).
//!
//! ```ebnf
//! fields   = [ item ] , { "," , [ item ] } ;
//! item     = path , [ ":excerpt(" , max , [ "," , ellipsis ] , ")" ] ;
//! path     = key , { "." , key } ;              (* a key of "*" stands for all others *)
//! ```

mod excerpt;
mod html;

use std::collections::BTreeMap;

use thiserror::Error;

use crate::json::Json;

use excerpt::Excerpt;

/// How many keys one path may have; nothing answered nests half as deep. Walks over paths recurse.
const MAX_KEYS: usize = 100;

/// Why a `fields` parameter cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProjectionError {
    /// A modifier that is not known, or wrong arguments of one.
    #[error("invalid fields modifier {0:?}")]
    Modifier(String),
    /// A path of more than [`MAX_KEYS`] keys.
    #[error("a path of fields may have at most {MAX_KEYS} keys")]
    Depth,
}

/// A parsed `fields` parameter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Projection {
    /// The keys wanted of the answer's object, or of each of its items.
    level: Level,
}

/// What is wanted of an object.
#[derive(Clone, Debug, Default, PartialEq)]
struct Level {
    /// By key: as many as fit into an address.
    keys: BTreeMap<String, Wanted>,
    /// With `*`: the keys not named, too.
    rest: Option<Take>,
}

/// What is wanted of a member.
#[derive(Clone, Debug, Default, PartialEq)]
struct Wanted {
    /// All of it.
    whole: Option<Take>,
    /// Some keys of it or of its items; a value that has none is taken as it is.
    within: Level,
}

/// How a value is taken: as it is, or cut.
type Take = Option<Excerpt>;

impl Projection {
    /// Parses the parameter. One without items asks for everything.
    ///
    /// # Errors
    /// An unknown modifier, wrong arguments of one, a path that is too long.
    pub fn parse(fields: &str) -> Result<Projection, ProjectionError> {
        let mut projection = Projection::default();
        for item in split_items(fields) {
            let (path, take) = match item.split_once(':') {
                Some((path, modifier)) => (path, Some(Excerpt::parse(modifier)?)),
                None => (item, None),
            };
            if path.split('.').count() > MAX_KEYS {
                return Err(ProjectionError::Depth);
            }
            projection.level.add(path, take);
        }
        Ok(projection)
    }

    /// Whether everything is asked for.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.level.is_empty()
    }

    /// The names asked for, when that is all that is asked for: no paths, modifiers or `*`. Then
    /// the shape of records can be narrowed instead of their answer.
    #[must_use]
    pub fn plain_names(&self) -> Option<Vec<String>> {
        let plain = |wanted: &Wanted| wanted.whole == Some(None) && wanted.within.is_empty();
        let level = &self.level;
        let all = level.rest.is_none() && level.keys.values().all(plain);
        (all && !self.is_all()).then(|| level.keys.keys().cloned().collect())
    }

    /// The answer cut down: an object, each item of an array, or each item of a page, whose other
    /// members stay. What is no JSON is given back as it was.
    #[must_use]
    pub fn apply(&self, answer: &[u8]) -> Vec<u8> {
        let Ok(json) = Json::parse_own(answer) else { return answer.to_vec() };
        let mut out = Vec::with_capacity(answer.len());
        self.pick(json).write(&mut out);
        out
    }

    /// As [`Projection::apply`] for a value.
    #[must_use]
    pub fn pick(&self, mut json: Json) -> Json {
        if self.is_all() {
            return json;
        }
        if let Some(items) = page_items(&mut json) {
            for item in items {
                *item = self.level.pick(std::mem::take(item));
            }
            return json;
        }
        self.level.pick(json)
    }
}

impl Level {
    fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.rest.is_none()
    }

    fn add(&mut self, path: &str, take: Take) {
        let (key, below) = match path.split_once('.') {
            Some((key, below)) => (key, Some(below)),
            None => (path, None),
        };
        if key == "*" && below.is_none() {
            self.rest = Some(take);
            return;
        }
        let wanted = self.keys.entry(key.to_owned()).or_default();
        match below {
            Some(below) => wanted.within.add(below, take),
            None => wanted.whole = Some(take),
        }
    }

    fn pick(&self, json: Json) -> Json {
        match json {
            Json::Object(members) => {
                Json::Object(members.into_iter().filter_map(|member| self.member(member)).collect())
            }
            // Only lists of objects are looked into: the first item tells.
            Json::List(items) if matches!(items.first(), Some(Json::Object(_) | Json::List(_))) => {
                Json::List(items.into_iter().map(|item| self.pick(item)).collect())
            }
            scalar => scalar,
        }
    }

    fn member(&self, (key, value): (String, Json)) -> Option<(String, Json)> {
        let named = self.keys.get(&key);
        let value = match (named, &self.rest) {
            (Some(Wanted { whole: Some(take), .. }), _) | (None, Some(take)) => cut(take, value),
            (Some(wanted), _) => wanted.within.pick(value),
            (None, None) => return None,
        };
        Some((key, value))
    }
}

fn cut(take: &Take, value: Json) -> Json {
    match (take, value) {
        (Some(excerpt), Json::Text(text)) => Json::Text(excerpt.of(&text)),
        (_, value) => value,
    }
}

/// The items of a page: an object with these members and no others.
fn page_items(json: &mut Json) -> Option<&mut Vec<Json>> {
    const KEYS: [&str; 5] = ["items", "page", "perPage", "totalItems", "totalPages"];
    let Json::Object(members) = json else { return None };
    if members.len() != KEYS.len() || !members.iter().all(|(key, _)| KEYS.contains(&key.as_str())) {
        return None;
    }
    members.iter_mut().find_map(|(_, value)| match value {
        Json::List(items) => Some(items),
        _ => None,
    })
}

/// The items between commas outside parentheses, trimmed, empty ones left out.
fn split_items(fields: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let separates = |c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    fields.split(separates).map(str::trim).filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests;

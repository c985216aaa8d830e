//! How many requests a client may make, and which rule says so (http-api.md 5.13).

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::IpAddr;

use super::{document, is_listed};
use crate::json::Json;

/// `rateLimits`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Whether anything is counted.
    pub enabled: bool,
    /// In the order in which they are tried.
    pub rules: Vec<RateRule>,
    /// Addresses and subnets whose requests are not counted.
    pub excluded: Vec<String>,
    /// Another one for other settings: what was counted under them counts no longer.
    pub mark: u64,
}

/// So many requests in so much time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateRule {
    /// `collection:action`, `*:action`, `/path`, `METHOD /path`, `/path/` for all below, or a tag.
    pub label: String,
    /// Whose requests.
    pub audience: Audience,
    /// Seconds.
    pub duration: u64,
    /// How many requests a client may make in that time.
    pub max_requests: u64,
}

/// Whose requests a rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody's.
    All,
    /// Those of guests.
    Guest,
    /// Those of signed-in records.
    Auth,
}

impl Audience {
    /// As rules write it.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Audience::All => "",
            Audience::Guest => "@guest",
            Audience::Auth => "@auth",
        }
    }
}

impl RateLimits {
    pub(super) fn of(settings: &Json) -> Self {
        let at = |path: &[&str]| document::at(settings, path);
        let items = |path: &[&str]| at(path).items().unwrap_or_default();
        let excluded = items(&["rateLimits", "excludedIPs"]).iter();
        let mut hasher = DefaultHasher::new();
        settings.to_text().hash(&mut hasher);
        RateLimits {
            enabled: at(&["rateLimits", "enabled"]).bool().unwrap_or_default(),
            rules: items(&["rateLimits", "rules"]).iter().map(rule).collect(),
            excluded: excluded.filter_map(|ip| ip.text().map(str::to_owned)).collect(),
            mark: hasher.finish(),
        }
    }

    /// Whether requests from an address are not counted.
    #[must_use]
    pub fn excludes(&self, ip: IpAddr) -> bool {
        is_listed(&self.excluded, ip)
    }

    /// The rule for a request with these labels, the most telling first, the path last: one that is
    /// called as the label is, or one for all below a path that the label is below.
    #[must_use]
    pub fn rule(&self, labels: &[&str], audience: Audience) -> Option<&RateRule> {
        let meant = |rule: &&RateRule| [Audience::All, audience].contains(&rule.audience);
        labels.iter().find_map(|label| {
            let exact = self.rules.iter().filter(meant).find(|rule| rule.label == *label);
            exact.or_else(|| self.rules.iter().filter(meant).find(|rule| rule.is_above(label)))
        })
    }
}

impl RateRule {
    fn is_above(&self, label: &str) -> bool {
        let Some(start) = self.label.strip_suffix('/') else { return false };
        let rest = label.strip_prefix(start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

fn rule(json: &Json) -> RateRule {
    let text = |key| json.get(key).and_then(Json::text).unwrap_or_default();
    let whole = |key| json.get(key).and_then(Json::number).unwrap_or_default().max(0.0) as u64;
    RateRule {
        label: text("label").to_owned(),
        audience: match text("audience") {
            "@guest" => Audience::Guest,
            "@auth" => Audience::Auth,
            _ => Audience::All,
        },
        duration: whole("duration"),
        max_requests: whole("maxRequests"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(rules: &[(&str, &str)]) -> RateLimits {
        let rule = |(label, audience): &(&str, &str)| {
            format!(r#"{{"label":"{label}","audience":"{audience}","duration":1,"maxRequests":2}}"#)
        };
        let rules: Vec<String> = rules.iter().map(rule).collect();
        let text = format!(r#"{{"rateLimits":{{"enabled":true,"rules":[{}]}}}}"#, rules.join(","));
        RateLimits::of(&Json::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn the_most_telling_label_finds_its_rule() {
        let labels = ["posts:create", "*:create", "POST /api/a/posts", "/api/a/posts"];
        // The rules in their order, and which of them counts.
        for (rules, expected) in [
            (&[("/api/", ""), ("*:create", ""), ("posts:create", "")][..], Some(2)),
            (&[("/api/", ""), ("*:create", ""), ("post:create", "")], Some(1)),
            (&[("/api/a/posts", ""), ("POST /api/a/posts", "")], Some(1)),
            (&[("/api/a/posts", ""), ("POST /api/", "")], Some(1)),
            (&[("/api/", ""), ("/api/a/posts", "")], Some(1)),
            (&[("/api/a/posts/", "")], Some(0)),
            (&[("/api/a/post/", "")], None),
            (&[("/api/a", ""), ("GET /api/", "")], None),
            (&[("*:create", "@auth"), ("/api/", "")], Some(1)),
            (&[("*:create", "@guest"), ("/api/", "")], Some(0)),
            (&[("posts:create", "@auth"), ("posts:create", "")], Some(1)),
            (&[], None),
        ] {
            let limits = limits(rules);
            let found = limits.rule(&labels, Audience::Guest);
            let place = found.and_then(|found| limits.rules.iter().position(|it| it == found));
            assert_eq!(place, expected, "{rules:?}");
        }
    }

    #[test]
    fn other_settings_have_another_mark() {
        assert_eq!(limits(&[("a", "")]).mark, limits(&[("a", "")]).mark);
        assert_ne!(limits(&[("a", "")]).mark, limits(&[("b", "")]).mark);
    }
}

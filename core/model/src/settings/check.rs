//! What is wrong with settings, with the contract's codes (http-api.md 1.4, 6.1).

use super::document::at;
use super::{Settings, cron, is_subnet};
use crate::draft::validate::{is_email, is_url};
use crate::fault::{Fault, Faults};
use crate::json::Json;

/// The longest name, in characters.
const MAX_NAME: usize = 255;

impl Settings {
    /// Everything that is wrong, at the place it is wrong.
    #[must_use]
    pub fn check(&self) -> Faults {
        let mut faults = Faults::default();
        self.check_meta(&mut faults);
        self.check_smtp(&mut faults);
        self.check_storage(&["s3"], &mut faults);
        self.check_backups(&mut faults);
        self.check_batch_and_logs(&mut faults);
        self.check_limits(&mut faults);
        let entries = &self.superuser_ips;
        check_subnets(entries.iter().map(String::as_str), &["superuserIPs"], &mut faults);
        faults
    }

    fn text(&self, path: &[&str]) -> &str {
        at(&self.document, path).text().unwrap_or_default()
    }

    fn number(&self, path: &[&str]) -> f64 {
        at(&self.document, path).number().unwrap_or_default()
    }

    fn flag(&self, path: &[&str]) -> bool {
        at(&self.document, path).bool().unwrap_or_default()
    }

    fn check_meta(&self, faults: &mut Faults) {
        for key in ["appName", "senderName"] {
            match self.text(&["meta", key]).chars().count() {
                0 => add(faults, &["meta", key], required()),
                1..=MAX_NAME => {}
                _ => add(faults, &["meta", key], length_between(1, MAX_NAME)),
            }
        }
        let url = self.text(&["meta", "appURL"]);
        if url.is_empty() {
            add(faults, &["meta", "appURL"], required());
        } else if !is_url(url) {
            let fault = Fault::new("validation_is_url", "must be a valid URL");
            add(faults, &["meta", "appURL"], fault);
        }
        let address = self.text(&["meta", "senderAddress"]);
        if address.is_empty() {
            add(faults, &["meta", "senderAddress"], required());
        } else if !is_email(address) {
            let fault = Fault::new("validation_is_email", "must be a valid email address");
            add(faults, &["meta", "senderAddress"], fault);
        }
        let color = self.text(&["meta", "accentColor"]);
        if !color.is_empty() && color.chars().count() != 7 {
            let fault = Fault::new("validation_length_invalid", "the length must be exactly 7")
                .with("max", Json::Number(7.0))
                .with("min", Json::Number(7.0));
            add(faults, &["meta", "accentColor"], fault);
        } else if !color.is_empty() && !is_color(color) {
            let fault =
                Fault::new("validation_is_hex_color", "must be a valid hexadecimal color code");
            add(faults, &["meta", "accentColor"], fault);
        }
    }

    fn check_smtp(&self, faults: &mut Faults) {
        if !matches!(self.text(&["smtp", "authMethod"]), "" | "PLAIN" | "LOGIN") {
            add(faults, &["smtp", "authMethod"], choice());
        }
        let name = self.text(&["smtp", "localName"]);
        if !name.is_empty() && !is_host(name) {
            let fault = Fault::new("validation_is_host", "must be a valid IP address or DNS name");
            add(faults, &["smtp", "localName"], fault);
        }
        if !self.flag(&["smtp", "enabled"]) {
            return;
        }
        let host = self.text(&["smtp", "host"]);
        if host.is_empty() {
            add(faults, &["smtp", "host"], required());
        } else if !is_host(host) {
            let fault = Fault::new("validation_is_host", "must be a valid IP address or DNS name");
            add(faults, &["smtp", "host"], fault);
        }
        self.check_least(&["smtp", "port"], true, 0.0, faults);
    }

    fn check_storage(&self, path: &[&str], faults: &mut Faults) {
        if !self.flag(&[path, &["enabled"]].concat()) {
            return;
        }
        for key in ["endpoint", "bucket", "region", "accessKey", "secret"] {
            let path = [path, &[key]].concat();
            if self.text(&path).is_empty() {
                add(faults, &path, required());
            }
        }
    }

    fn check_backups(&self, faults: &mut Faults) {
        let expression = self.text(&["backups", "cron"]);
        if !expression.is_empty() {
            if let Some(problem) = cron::problem(expression) {
                add(faults, &["backups", "cron"], Fault::new("validation_invalid_cron", problem));
            }
            self.check_least(&["backups", "cronMaxKeep"], true, 1.0, faults);
        }
        self.check_storage(&["backups", "s3"], faults);
    }

    fn check_batch_and_logs(&self, faults: &mut Faults) {
        let enabled = self.flag(&["batch", "enabled"]);
        self.check_least(&["batch", "maxRequests"], enabled, 0.0, faults);
        self.check_least(&["batch", "timeout"], enabled, 0.0, faults);
        self.check_least(&["batch", "maxBodySize"], false, 0.0, faults);
        self.check_least(&["logs", "maxDays"], false, 0.0, faults);
        self.check_least(&["logs", "maxDataSize"], false, 0.0, faults);
    }

    fn check_least(&self, path: &[&str], needed: bool, least: f64, faults: &mut Faults) {
        let number = self.number(path);
        if needed && number == 0.0 {
            add(faults, path, required());
        } else if number != 0.0 && number < least {
            add(faults, path, at_least(least));
        }
    }

    fn check_limits(&self, faults: &mut Faults) {
        let excluded =
            at(&self.document, &["rateLimits", "excludedIPs"]).items().unwrap_or_default();
        let path = ["rateLimits", "excludedIPs"];
        check_subnets(excluded.iter().filter_map(Json::text), &path, faults);
        let rules = at(&self.document, &["rateLimits", "rules"]).items().unwrap_or_default();
        if self.flag(&["rateLimits", "enabled"]) && rules.is_empty() {
            add(faults, &["rateLimits", "rules"], required());
        }
        let before = faults.clone();
        for (index, rule) in rules.iter().enumerate() {
            check_rule(rule, &index.to_string(), faults);
        }
        if *faults == before
            && let Some((index, other)) = conflict(rules)
        {
            let message = format!(
                "Rate limit rule configuration with label {other} already exists or conflicts with another rule"
            );
            let fault = Fault::new("validation_conflicting_rate_limit_rule", message);
            add(faults, &["rateLimits", "rules", &index.to_string(), "label"], fault);
        }
    }
}

fn check_rule(rule: &Json, index: &str, faults: &mut Faults) {
    let text = |key: &str| rule.get(key).and_then(Json::text).unwrap_or_default();
    let path = |key| ["rateLimits", "rules", index, key];
    let label = text("label");
    if label.is_empty() {
        add(faults, &path("label"), required());
    } else if !is_label(label) {
        add(
            faults,
            &path("label"),
            Fault::new("validation_match_invalid", "must be in a valid format"),
        );
    }
    if !matches!(text("audience"), "" | "@guest" | "@auth") {
        add(faults, &path("audience"), choice());
    }
    for key in ["duration", "maxRequests"] {
        let number = rule.get(key).and_then(Json::number).unwrap_or_default();
        if number == 0.0 {
            add(faults, &path(key), required());
        } else if number < 1.0 {
            add(faults, &path(key), at_least(1.0));
        }
    }
}

/// `collection:action`, `*:action`, `/path`, `METHOD /path`, or a bare tag.
fn is_label(label: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '*' | ':');
    match label.split_once(' ') {
        Some((method, path)) => {
            !method.is_empty()
                && method.chars().all(|c| c.is_ascii_uppercase())
                && path.starts_with('/')
                && !path.contains(' ')
        }
        None => label.starts_with('/') || label.chars().all(word),
    }
}

/// The first rule that says the same as one before it.
fn conflict(rules: &[Json]) -> Option<(usize, &str)> {
    let text = |rule: &'_ Json, key: &str| {
        rule.get(key).and_then(Json::text).unwrap_or_default().to_owned()
    };
    for (index, rule) in rules.iter().enumerate() {
        let same = |other: &&Json| {
            let audiences = (text(other, "audience"), text(rule, "audience"));
            text(other, "label") == text(rule, "label")
                && (audiences.0 == audiences.1 || audiences.0.is_empty() || audiences.1.is_empty())
        };
        if rules[..index].iter().find(same).is_some() {
            return Some((index, rule.get("label")?.text()?));
        }
    }
    None
}

fn check_subnets<'a>(entries: impl Iterator<Item = &'a str>, path: &[&str], faults: &mut Faults) {
    for (index, entry) in entries.enumerate() {
        if !is_subnet(entry) {
            // The contract's own spelling of the code.
            let fault = Fault::new("validation_invlaid_ip_or_subnet", "invalid IP or CIDR subnet");
            add(faults, &[path, &[&index.to_string()]].concat(), fault);
        }
    }
}

fn add(faults: &mut Faults, path: &[&str], fault: Fault) {
    let Some((last, groups)) = path.split_last() else { return };
    groups.iter().fold(faults, |faults, key| faults.group(key)).add(*last, fault);
}

fn required() -> Fault {
    Fault::new("validation_required", "cannot be blank")
}

fn choice() -> Fault {
    Fault::new("validation_in_invalid", "must be a valid value")
}

fn at_least(least: f64) -> Fault {
    Fault::new(
        "validation_min_greater_equal_than_required",
        format!("must be no less than {least}"),
    )
    .with("threshold", Json::Number(least))
}

fn length_between(min: usize, max: usize) -> Fault {
    let message = format!("the length must be between {min} and {max}");
    Fault::new("validation_length_out_of_range", message)
        .with("max", Json::Number(max as f64))
        .with("min", Json::Number(min as f64))
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()))
}

fn is_host(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    text.parse::<std::net::IpAddr>().is_ok() || text.trim_end_matches('.').split('.').all(part)
}

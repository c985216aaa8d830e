//! The settings of one field (http-api.md 3.3, 3.4).

use super::format::is_domain;
use super::{at_least, at_most, bad_format, blank, envelope, in_list, length_between, not_blank};
use crate::fault::{Fault, Faults};
use crate::json::Json;
use crate::pattern;
use crate::schema::{Collection, Field, FieldKind, names};

/// The largest number a double holds exactly together with all before it.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;
/// The most characters of a password that count.
const MAX_PASSWORD: f64 = 71.0;

const RESERVED: [&str; 7] =
    ["null", "true", "false", "_rowid_", "expand", "collectionId", "collectionName"];
const RESERVED_IN_AUTH: [&str; 2] = ["passwordConfirm", "oldPassword"];

/// What is wrong with the name of a field, as a phrase.
pub(crate) fn field_name_problem(name: &str) -> Option<&'static str> {
    match () {
        () if name.is_empty() => Some("cannot be blank"),
        () if name.len() > 100 => Some("the length must be between 1 and 100"),
        () if RESERVED.contains(&name) => Some("must not be in list"),
        () if !names::is_word(name) => Some("must be in a valid format"),
        () if names::has_via(name) => Some("the value cannot contain \"_via_\""),
        () => None,
    }
}

pub(super) fn check(collection: &Collection, field: &Field, faults: &mut Faults) {
    if field.id.is_empty() || field.id.len() > 100 {
        faults.add("id", length_between(1, 100));
    }
    if let Some(fault) = name_fault(collection, &field.name) {
        faults.add("name", fault);
    }
    if field.help.len() > 300 {
        faults.add("help", length_between(1, 300));
    }
    // The fields of a view are what its query yields.
    if !collection.is_view() {
        check_kind(collection, field, faults);
    }
}

fn name_fault(collection: &Collection, name: &str) -> Option<Fault> {
    match field_name_problem(name) {
        Some(_) if name.is_empty() => Some(blank()),
        Some(_) if name.len() > 100 => Some(length_between(1, 100)),
        Some(_) if RESERVED.contains(&name) => Some(in_list()),
        Some(_) if !names::is_word(name) => Some(bad_format()),
        Some(_) => Some(envelope::found_via()),
        None if collection.is_auth() && RESERVED_IN_AUTH.contains(&name) => {
            let message = "The field name is reserved and cannot be used.";
            Some(Fault::new("validation_reserved_field_name", message))
        }
        None => None,
    }
}

fn check_kind(collection: &Collection, field: &Field, faults: &mut Faults) {
    match &field.kind {
        FieldKind::Text { min, max, .. } => {
            check_range(*min, *max, MAX_SAFE, faults);
            check_text(collection, field, faults);
        }
        FieldKind::Editor { max_size, .. } | FieldKind::Json { max_size } => {
            check_limit("maxSize", *max_size, faults);
        }
        FieldKind::Number { min, max, only_int } => check_number(*min, *max, *only_int, faults),
        FieldKind::Bool | FieldKind::GeoPoint | FieldKind::Date { .. } => {}
        FieldKind::Email { except_domains, only_domains }
        | FieldKind::Url { except_domains, only_domains } => {
            check_domains("exceptDomains", except_domains, only_domains, faults);
            check_domains("onlyDomains", only_domains, except_domains, faults);
        }
        FieldKind::Autodate { on_create, on_update } => {
            if !on_create && !on_update {
                let message = "Either onCreate or onUpdate must be enabled.";
                faults.add("onCreate", Fault::new("validation_required", message));
                faults.add("onUpdate", Fault::new("validation_required", message));
            }
        }
        FieldKind::Select { values, max_select } => {
            if values.is_empty() {
                faults.add("values", blank());
            }
            let most = wide(values.len().max(1) as u64);
            if wide(*max_select) > most {
                faults.add("maxSelect", at_most(most));
            }
        }
        FieldKind::File { max_select, max_size, thumbs, .. } => {
            check_limit("maxSelect", *max_select, faults);
            check_limit("maxSize", *max_size, faults);
            check_thumbs(thumbs, faults);
        }
        FieldKind::Relation { min_select, max_select, .. } => {
            if *min_select > 0 && *max_select == 0 {
                faults.add("maxSelect", blank());
            } else if max_select < min_select {
                faults.add("maxSelect", at_least(wide(*min_select)));
            }
        }
        FieldKind::Password { min, max, pattern, cost } => {
            check_range(*min, *max, MAX_PASSWORD, faults);
            check_pattern("pattern", pattern, faults);
            if *cost != 0 && *cost < 4 {
                faults.add("cost", at_least(4.0));
            } else if *cost > 31 {
                faults.add("cost", at_most(31.0));
            }
        }
    }
}

/// Limits are at most 2^63 and compared, not computed with.
#[allow(clippy::cast_precision_loss)]
fn wide(number: u64) -> f64 {
    number as f64
}

fn check_limit(key: &str, value: u64, faults: &mut Faults) {
    if wide(value) > MAX_SAFE {
        faults.add(key, at_most(MAX_SAFE));
    }
}

/// `min` and `max` of a length; 0 is no limit.
fn check_range(min: u64, max: u64, most: f64, faults: &mut Faults) {
    if wide(min) > most {
        faults.add("min", at_most(most));
    }
    if max != 0 && max < min {
        faults.add("max", at_least(wide(min)));
    } else if wide(max) > most {
        faults.add("max", at_most(most));
    }
}

fn check_number(min: Option<f64>, max: Option<f64>, only_int: bool, faults: &mut Faults) {
    for (key, bound) in [("min", min), ("max", max)] {
        if only_int && bound.is_some_and(|bound| bound.fract() != 0.0) {
            let message = "Decimal numbers are not allowed.";
            faults.add(key, Fault::new("validation_only_int_constraint", message));
        }
    }
    if let (Some(min), Some(max)) = (min, max)
        && max < min
    {
        let message = format!("Must be greater or equal than {min}.");
        let fault = Fault::new("validation_min_number_constraint", message);
        faults.add("max", fault.with("min", Json::Number(min)));
    }
}

fn check_domains(key: &str, domains: &[String], others: &[String], faults: &mut Faults) {
    if !domains.is_empty() && !others.is_empty() {
        return faults.add(key, not_blank());
    }
    for (at, domain) in domains.iter().enumerate() {
        if !domain.is_empty() && !is_domain(domain) {
            let fault = Fault::new("validation_is_domain", "Must be a valid domain.");
            faults.group(key).add(at.to_string(), fault);
        }
    }
}

/// `WxH` and an optional `t`, `b` or `f`.
fn check_thumbs(thumbs: &[String], faults: &mut Faults) {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    for (at, thumb) in thumbs.iter().enumerate().filter(|(_, thumb)| !thumb.is_empty()) {
        let size = thumb.strip_suffix(['t', 'b', 'f']).unwrap_or(thumb);
        let sound = size.split_once('x').is_some_and(|(w, h)| number(w) && number(h));
        if !sound {
            faults.group("thumbs").add(at.to_string(), bad_format());
        } else if ["0x0", "0x0t", "0x0b", "0x0f"].contains(&thumb.as_str()) {
            faults.group("thumbs").add(at.to_string(), in_list());
        }
    }
}

fn check_pattern(key: &str, text: &str, faults: &mut Faults) -> bool {
    let problem = if text.is_empty() { None } else { pattern::compile(text).err() };
    let sound = problem.is_none();
    if let Some(problem) = problem {
        faults.add(key, Fault::new("validation_invalid_regex", problem));
    }
    sound
}

fn check_text(collection: &Collection, field: &Field, faults: &mut Faults) {
    let FieldKind::Text { min, max, pattern, autogenerate_pattern, primary_key } = &field.kind
    else {
        return;
    };
    if *primary_key {
        check_key(collection, field, pattern, faults);
    }
    let sound = check_pattern("pattern", pattern, faults);
    let key = "autogeneratePattern";
    if autogenerate_pattern.is_empty() || !check_pattern(key, autogenerate_pattern, faults) {
        return;
    }
    if let Err(problem) = pattern::check_generator(autogenerate_pattern) {
        return faults.add(key, Fault::new("validation_invalid_autogenerate_pattern", problem));
    }
    let example = generated(autogenerate_pattern);
    let length = example.chars().count() as u64;
    let most = if *max == 0 { 5000 } else { *max };
    let matches = !sound || pattern.is_empty() || pattern::matches(pattern, &example);
    if length < *min || length > most || !matches {
        let message = format!(
            "The provided autogenerate pattern could produce invalid field values, ex.: {example:?}."
        );
        faults.add(key, Fault::new("validation_invalid_autogenerate_pattern_value", message));
    }
}

/// A text the pattern makes. Which one does not matter, so no chance is needed.
fn generated(text: &str) -> String {
    let mut state = 0x2545_f491_u32;
    pattern::generate(text, &mut |below| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below.max(1)
    })
}

/// A primary key is named `id`, is required, and is the only one.
fn check_key(collection: &Collection, field: &Field, pattern: &str, faults: &mut Faults) {
    if field.name != "id" {
        let message = "The primary key must be named \"id\".";
        faults.add("name", Fault::new("validation_in_invalid", message));
    }
    if pattern.is_empty() {
        faults.add("pattern", blank());
    }
    if !field.required {
        faults.add("required", blank());
    }
    let keys = collection
        .fields
        .iter()
        .filter(|field| matches!(field.kind, FieldKind::Text { primary_key: true, .. }));
    if keys.count() > 1 {
        let code = "validation_unsupported_composite_pk";
        let message = "Composite PKs are not supported and the collection must have only 1 PK.";
        faults.add("primaryKey", Fault::new(code, message));
    }
}

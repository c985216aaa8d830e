//! The faults many settings share.

use crate::fault::Fault;
use crate::json::Json;

/// The codes of what is said here.
pub(crate) const SHARED_CODES: [&str; 8] = [
    "validation_required",
    "validation_empty",
    "validation_min_greater_equal_than_required",
    "validation_max_less_equal_than_required",
    "validation_match_invalid",
    "validation_in_invalid",
    "validation_not_in_invalid",
    "validation_length_out_of_range",
];

pub(crate) fn blank() -> Fault {
    Fault::new("validation_required", "Cannot be blank.")
}

pub(crate) fn not_blank() -> Fault {
    Fault::new("validation_empty", "Must be blank.")
}

pub(crate) fn at_least(least: f64) -> Fault {
    Fault::new(
        "validation_min_greater_equal_than_required",
        format!("Must be no less than {least}."),
    )
    .with("threshold", Json::Number(least))
}

pub(crate) fn at_most(most: f64) -> Fault {
    Fault::new(
        "validation_max_less_equal_than_required",
        format!("Must be no greater than {most}."),
    )
    .with("threshold", Json::Number(most))
}

pub(crate) fn bad_format() -> Fault {
    Fault::new("validation_match_invalid", "Must be in a valid format.")
}

pub(crate) fn bad_choice() -> Fault {
    Fault::new("validation_in_invalid", "Must be a valid value.")
}

pub(crate) fn in_list() -> Fault {
    Fault::new("validation_not_in_invalid", "Must not be in list.")
}

pub(crate) fn length_between(min: u32, max: u32) -> Fault {
    Fault::new(
        "validation_length_out_of_range",
        format!("The length must be between {min} and {max}."),
    )
    .with("max", Json::Number(f64::from(max)))
    .with("min", Json::Number(f64::from(min)))
}

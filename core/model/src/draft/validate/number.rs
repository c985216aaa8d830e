//! Rules of numbers, dates and points.

use crate::date;
use crate::fault::Fault;
use crate::json::Json;
use crate::normalise::plain_number;
use crate::value::Value;

/// Zero is no number given: no rule but `required` applies to it.
pub(super) fn number(
    min: Option<f64>,
    max: Option<f64>,
    only_int: bool,
    value: &Value,
) -> Result<(), Fault> {
    let Value::Number(number) = *value else { return Ok(()) };
    if number == 0.0 {
        return Ok(());
    }
    // Beyond 63 bits a double is no integer any more to the clients of this dialect.
    if only_int && (number.fract() != 0.0 || number.abs() >= 9.3e18) {
        let message = "decimal numbers are not allowed";
        return Err(Fault::new("validation_only_int_constraint", message));
    }
    if let Some(min) = min.filter(|min| number < *min) {
        let message = format!("must be greater or equal than {}", plain_number(min));
        let fault = Fault::new("validation_min_number_constraint", message);
        return Err(fault.with("min", Json::Number(min)));
    }
    if let Some(max) = max.filter(|max| number > *max) {
        let message = format!("must be less or equal than {}", plain_number(max));
        let fault = Fault::new("validation_max_number_constraint", message);
        return Err(fault.with("max", Json::Number(max)));
    }
    Ok(())
}

/// Both bounds are inclusive; canonical texts compare as the instants do.
pub(super) fn date(min: &str, max: &str, value: &str) -> Result<(), Fault> {
    if value.is_empty() {
        return Ok(());
    }
    let bound = |text: &str| date::parse(text);
    if let Some(min) = bound(min).filter(|min| value < min.as_str()) {
        let (param, shown) = date::threshold(&min);
        let message = format!("must be no less than {shown}");
        let fault = Fault::new("validation_min_greater_equal_than_required", message);
        return Err(fault.with("threshold", Json::from(param)));
    }
    if let Some(max) = bound(max).filter(|max| value > max.as_str()) {
        let (param, shown) = date::threshold(&max);
        let message = format!("must be no greater than {shown}");
        let fault = Fault::new("validation_max_less_equal_than_required", message);
        return Err(fault.with("threshold", Json::from(param)));
    }
    Ok(())
}

pub(super) fn point(value: &Value) -> Result<(), Fault> {
    let Value::Point { lon, lat } = value else { return Ok(()) };
    if !(-90.0..=90.0).contains(lat) {
        let message = "latitude must be between -90 and 90 degrees";
        return Err(Fault::new("validation_invalid_latitude", message));
    }
    if !(-180.0..=180.0).contains(lon) {
        let message = "longitude must be between -180 and 180 degrees";
        return Err(Fault::new("validation_invalid_longitude", message));
    }
    Ok(())
}

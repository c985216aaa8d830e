//! Rules of select, relation and file fields: which items and how many.

use super::count;
use crate::fault::Fault;
use crate::json::Json;
use crate::value::Value;

fn at_most(value: &Value, max_select: u64) -> Result<(), Fault> {
    let max = max_select.max(1);
    if value.items().len() as u64 <= max {
        return Ok(());
    }
    let message = format!("select no more than {max}");
    Err(Fault::new("validation_too_many_values", message).with("maxSelect", count(max)))
}

pub(super) fn select(options: &[String], max_select: u64, value: &Value) -> Result<(), Fault> {
    at_most(value, max_select)?;
    match value.items().iter().find(|item| !options.contains(item)) {
        None => Ok(()),
        Some(item) => {
            let message = format!("invalid value {item}");
            let fault = Fault::new("validation_invalid_value", message);
            Err(fault.with("value", Json::from(item.as_str())))
        }
    }
}

/// A minimum binds only where something is selected.
pub(super) fn relation(min_select: u64, max_select: u64, value: &Value) -> Result<(), Fault> {
    let selected = value.items().len() as u64;
    if selected > 0 && selected < min_select {
        let message = format!("select at least {min_select}");
        let fault = Fault::new("validation_not_enough_values", message);
        return Err(fault.with("minSelect", count(min_select)));
    }
    at_most(value, max_select)
}

pub(super) fn file(max_select: u64, value: &Value) -> Result<(), Fault> {
    let max = max_select.max(1);
    if value.items().len() as u64 <= max {
        return Ok(());
    }
    let message = format!("the maximum allowed files is {max}");
    Err(Fault::new("validation_too_many_files", message).with("maxSelect", count(max)))
}

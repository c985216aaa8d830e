//! Whether a text is a cron expression.

/// Macros that stand for an expression.
const MACROS: [&str; 7] =
    ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
/// The smallest and largest value of minute, hour, day, month and weekday.
const RANGES: [(u32, u32); 5] = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];

/// What is wrong with a cron expression.
pub(super) fn problem(text: &str) -> Option<String> {
    if MACROS.contains(&text) {
        return None;
    }
    let segments: Vec<&str> = text.split(' ').collect();
    if segments.len() != RANGES.len() {
        return Some(
            "invalid cron expression - must be a valid macro or to have exactly 5 space separated segments"
                .to_owned(),
        );
    }
    let wrong = segments.iter().zip(RANGES).find(|(segment, range)| !is_segment(segment, *range));
    wrong.map(|(segment, range)| match segment.parse::<u32>() {
        Ok(number) if !(range.0..=range.1).contains(&number) => {
            "invalid segment value - must be between the min and max of the segment".to_owned()
        }
        _ => format!("invalid cron expression segment {segment:?}"),
    })
}

fn is_segment(segment: &str, range: (u32, u32)) -> bool {
    segment.split(',').all(|part| {
        let (values, step) = match part.split_once('/') {
            Some((values, step)) => (values, Some(step)),
            None => (part, None),
        };
        let number =
            |text: &str| text.parse::<u32>().ok().filter(|n| (range.0..=range.1).contains(n));
        let step_fits = step
            .is_none_or(|step| step.parse::<u32>().is_ok_and(|step| step > 0 && step <= range.1));
        let values_fit = match values.split_once('-') {
            Some((from, to)) => {
                matches!((number(from), number(to)), (Some(from), Some(to)) if from <= to)
            }
            None => values == "*" || (step.is_none() && number(values).is_some()),
        };
        step_fits && values_fit
    })
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn expressions() {
        for right in ["@daily", "0 0 * * *", "*/5 * * * *", "1,2-4 0-23/2 31 12 0"] {
            assert_eq!(problem(right), None, "{right}");
        }
        for wrong in [
            "",
            "x",
            "* * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * * 7",
            "4-2 * * * *",
            "*/0 * * * *",
            "@never",
        ] {
            assert!(problem(wrong).is_some(), "{wrong}");
        }
    }
}

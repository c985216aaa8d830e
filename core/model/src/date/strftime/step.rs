//! What the steps of modifiers do to a time.

use super::DAY;
use super::modifier::Step;
use super::moment::{EPOCH, Moment};

impl Moment {
    /// Applies a step; `None` where it does not apply.
    pub(super) fn take(&mut self, step: Step) -> Option<()> {
        match step {
            Step::Auto => self.decide(true),
            Step::JulianDay => match (self.raw, self.julian()) {
                (Some(_), Some(julian)) => {
                    self.set_julian(julian);
                    Some(())
                }
                _ => None,
            },
            Step::UnixEpoch => self.decide(false),
            Step::Check => self.julian().map(drop),
            Step::Subsecond => {
                self.subsecond = true;
                Some(())
            }
            Step::Ceiling => {
                self.over = 0;
                self.julian().map(drop)
            }
            Step::Settle => {
                self.over = 0;
                Some(())
            }
            Step::Floor => {
                let over = std::mem::take(&mut self.over);
                self.add_millis(-over * DAY)
            }
            Step::Weekday(wanted) => {
                let today = ((self.julian()? + 129_600_000) / DAY) % 7;
                self.add_millis((wanted - today).rem_euclid(7) * DAY)
            }
            Step::StartOfDay | Step::StartOfMonth | Step::StartOfYear => self.start(step),
            Step::Months(count) => self.add_months(count),
            Step::Millis(millis) => self.add_millis(millis),
        }
    }

    /// Decides what a number given as time counts: seconds since 1970; with `auto` only where it
    /// is no Julian day.
    fn decide(&mut self, auto: bool) -> Option<()> {
        let Some(raw) = self.raw else { return auto.then_some(()) };
        if auto && self.julian().is_some() {
            self.raw = None;
            return Some(());
        }
        #[allow(clippy::cast_precision_loss)]
        let julian = raw * 1000.0 + EPOCH as f64;
        if !(0.0..464_269_060_800_000.0).contains(&julian) {
            return None;
        }
        #[allow(clippy::cast_possible_truncation)]
        self.set_julian((julian + 0.5) as i64);
        Some(())
    }

    fn start(&mut self, of: Step) -> Option<()> {
        let mut civil = self.civil()?;
        civil.millis = 0;
        match of {
            Step::StartOfMonth => civil.day = 1,
            Step::StartOfYear => (civil.month, civil.day) = (1, 1),
            _ => {}
        }
        self.set_civil(civil)
    }

    fn add_months(&mut self, count: i64) -> Option<()> {
        let mut civil = self.civil()?;
        let months = civil.year * 12 + civil.month - 1 + count;
        (civil.year, civil.month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        self.set_civil(civil)
    }
}

//! New record ids.

use jiff::Timestamp;

use crate::date;
use crate::pattern::Random;

/// The pattern whose ids are made here, time first.
pub const DEFAULT_PATTERN: &str = "[a-z0-9]{15}";

/// 2020-01-01, from which ids count seconds: six digits of base 36 last until 2088.
const EPOCH_SECONDS: i64 = 1_577_836_800;

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// How many characters say when; the other nine are chance (see docs/decisions/record-ids.md).
const TIME_LENGTH: usize = 6;

/// A new id of the default pattern: the seconds, then nine random characters, so that new records
/// follow one another in the primary key.
#[must_use]
pub fn new_id(now: Timestamp, random: &mut Random<'_>) -> String {
    let mut seconds = (date::millis(now).div_euclid(1000) - EPOCH_SECONDS).max(0).unsigned_abs();
    let mut id = *b"000000000000000";
    for place in id[..TIME_LENGTH].iter_mut().rev() {
        *place = DIGITS[usize::try_from(seconds % 36).unwrap_or_default()];
        seconds /= 36;
    }
    for place in &mut id[TIME_LENGTH..] {
        *place = DIGITS[random(36) as usize % DIGITS.len()];
    }
    id.iter().map(|byte| char::from(*byte)).collect()
}

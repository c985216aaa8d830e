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

/// A new UUID of version 7: milliseconds, then chance, so that new keys follow one another.
pub(super) fn new_uuid(now: Timestamp, random: &mut Random<'_>) -> String {
    let millis = date::millis(now).max(0).unsigned_abs();
    let mut text = hex(&millis.to_be_bytes()[2..]);
    let mut rest = [0_u8; 10];
    fill(&mut rest, random);
    rest[0] = rest[0] & 0x0f | 0x70;
    rest[2] = rest[2] & 0x3f | 0x80;
    text += &hex(&rest);
    for at in [8, 13, 18, 23] {
        text.insert(at, '-');
    }
    text
}

/// A new object id as the clients of `MongoDB` make them: the seconds, then chance.
pub(super) fn new_object_id(now: Timestamp, random: &mut Random<'_>) -> String {
    let seconds = date::millis(now).div_euclid(1000).max(0).unsigned_abs();
    let mut rest = [0_u8; 8];
    fill(&mut rest, random);
    hex(&seconds.to_be_bytes()[4..]) + &hex(&rest)
}

fn fill(bytes: &mut [u8], random: &mut Random<'_>) {
    for byte in bytes {
        *byte = u8::try_from(random(256)).unwrap_or_default();
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_keys_have_their_own_forms() {
        let now: Timestamp = "2024-05-06T07:08:09.123Z".parse().unwrap();
        let uuid = new_uuid(now, &mut |limit| limit - 1);
        assert_eq!(uuid, "018f4cbb-3823-7fff-bfff-ffffffffffff");
        assert_eq!(new_object_id(now, &mut |_| 0), "663881d9".to_owned() + "0000000000000000");
    }
}

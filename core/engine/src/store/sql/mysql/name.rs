//! Names longer than the database allows.

use std::borrow::Cow;

/// How many characters a name may have.
const LONGEST: usize = 64;
/// How many of them a long name keeps.
const KEPT: usize = 47;

/// The name as it is, or the beginning of a long one and a number made of all of it.
pub(super) fn physical(name: &str) -> Cow<'_, str> {
    if name.len() <= LONGEST || name.chars().count() <= LONGEST {
        return Cow::Borrowed(name);
    }
    let kept: String = name.chars().take(KEPT).collect();
    Cow::Owned(format!("{kept}~{:016x}", hash(name)))
}

/// FNV-1a: what it yields must never change, tables are called by it.
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::physical;

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let long = "a".repeat(65);
        assert_eq!(physical(&long[1..]), long[1..]);
        let cut = physical(&long).into_owned();
        assert_eq!(cut.chars().count(), 64);
        assert_ne!(physical(&format!("{}b", &long[1..])), cut);
        assert_eq!(physical(&"ü".repeat(64)), "ü".repeat(64));
        assert_eq!(physical(&"ü".repeat(100)).chars().count(), 64);
    }
}

//! Names longer than the database allows.

use std::borrow::Cow;

/// How many bytes a name may have.
const LONGEST: usize = 63;
/// How many of them a long name keeps.
const KEPT: usize = 46;

/// The name as it is, or the beginning of a long one and a number made of all of it.
pub(super) fn physical(name: &str) -> Cow<'_, str> {
    if name.len() <= LONGEST {
        return Cow::Borrowed(name);
    }
    let kept = (0..=KEPT).rev().find(|at| name.is_char_boundary(*at)).unwrap_or_default();
    Cow::Owned(format!("{}~{:016x}", &name[..kept], hash(name)))
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
        let long = "a".repeat(64);
        assert_eq!(physical(&long[1..]), long[1..]);
        assert_eq!(physical(&long), format!("{}~{}", "a".repeat(46), "db007849f35ebbe5"));
        let other = format!("{}b", "a".repeat(63));
        assert_ne!(physical(&long), physical(&other));
        assert!(physical(&"ü".repeat(100)).len() <= 63);
    }
}

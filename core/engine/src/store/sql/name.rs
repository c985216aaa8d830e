//! Names longer than the database allows.

use std::borrow::Cow;

/// How long a name may be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Longest {
    Bytes(usize),
    Characters(usize),
}

/// What is put behind the beginning of a long name: `~` and 16 digits.
const MARK: usize = 17;

/// The name as it is, or the beginning of a long one and a number made of all of it.
pub(super) fn physical(name: &str, longest: Longest) -> Cow<'_, str> {
    let (Longest::Bytes(most) | Longest::Characters(most)) = longest;
    if name.len() <= most {
        return Cow::Borrowed(name);
    }
    let kept = match longest {
        Longest::Bytes(most) => name.floor_char_boundary(most - MARK),
        Longest::Characters(most) if name.chars().count() <= most => return Cow::Borrowed(name),
        Longest::Characters(most) => {
            name.char_indices().nth(most - MARK).map_or(name.len(), |(at, _)| at)
        }
    };
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
    use super::{Longest, physical};

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let (long, wide) = ("a".repeat(64), "ü".repeat(64));
        for (name, longest, expected) in [
            (&long, Longest::Characters(64), long.clone()),
            (&long[1..].to_owned(), Longest::Bytes(63), long[1..].to_owned()),
            (&long, Longest::Bytes(63), format!("{}~db007849f35ebbe5", &long[..46])),
            (&wide, Longest::Characters(64), wide.clone()),
        ] {
            assert_eq!(physical(name, longest), expected, "{longest:?}");
        }
        for longest in [Longest::Bytes(63), Longest::Characters(64)] {
            let one = physical(&format!("{long}b"), longest).into_owned();
            assert_eq!(one.len() + usize::from(matches!(longest, Longest::Bytes(_))), 64);
            assert_ne!(one, physical(&format!("{long}c"), longest), "{longest:?}");
        }
        assert!(physical(&"ü".repeat(100), Longest::Bytes(63)).len() <= 63);
        assert_eq!(physical(&"ü".repeat(100), Longest::Characters(64)).chars().count(), 64);
    }
}

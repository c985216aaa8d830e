//! Randomness, the only place that draws it.

use rand::Rng as _;

/// A number below the limit, evenly drawn; 0 for a limit of 0. Fit for secrets.
#[must_use]
pub fn below(limit: u32) -> u32 {
    if limit == 0 { 0 } else { rand::rng().random_range(0..limit) }
}

/// So many random letters and digits.
#[must_use]
pub fn text(length: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let draw = |_| char::from(ALPHABET[below(ALPHABET.len() as u32) as usize]);
    (0..length).map(draw).collect()
}

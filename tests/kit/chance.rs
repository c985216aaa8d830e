//! Chance that can be had again.

/// Numbers that look random and are the same for the same beginning, which is not 0.
#[derive(Clone, Debug)]
pub struct Chance(pub u64);

impl Chance {
    /// As the environment's `PURLIN_TEST_SEED` says, else from this beginning.
    #[must_use]
    pub fn seeded(usual: u64) -> Self {
        let seed = std::env::var("PURLIN_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        Chance(seed.unwrap_or(usual))
    }

    /// One of the numbers below.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap_or(0)
    }

    /// One of these.
    ///
    /// # Panics
    /// When there are none.
    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

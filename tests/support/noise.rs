//! Random numbers that are the same in every run.

/// A linear congruential generator; its high bits are random enough to find bugs.
pub(crate) struct Noise(u32);

impl Noise {
    /// A generator whose numbers follow from `seed`.
    pub(crate) fn new(seed: u32) -> Self {
        Self(seed)
    }

    /// The next number, 24 bits.
    pub(crate) fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 8
    }

    /// The next `count` bytes.
    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| (self.next() >> 16) as u8).collect()
    }
}

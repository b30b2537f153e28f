//! How many threads work on one picture.

/// Threads of the current rayon pool that work together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threads(pub usize);

impl Threads {
    /// Runs `work` on every one of them, with numbers from 0, and returns when all have returned.
    pub fn all(self, work: &(impl Fn(usize) + Sync)) {
        fn halves(first: usize, count: usize, work: &(impl Fn(usize) + Sync)) {
            if count <= 1 {
                return work(first);
            }
            let half = count / 2;
            rayon::join(|| halves(first, half, work), || halves(first + half, count - half, work));
        }
        halves(0, self.0, work);
    }

    /// Shares to cut work into: several per thread, so that one that is held up holds nobody up for long.
    pub fn shares(self) -> usize {
        if self.0 > 1 { self.0 * 4 } else { 1 }
    }
}

//! The least rate of a body: one that trickles would otherwise never end, for it is never silent.

use std::time::Duration;

use thiserror::Error;

/// Bytes that must come in each second of a window, on average.
const LEAST_RATE: f64 = 1024.0;

/// What a window brought that brought too little.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("only {received} bytes in {} s", .after.as_secs())]
pub(super) struct TooSlow {
    pub(super) received: u64,
    pub(super) after: Duration,
}

/// Counts what comes.
#[derive(Debug)]
pub(super) struct Pace {
    window: Duration,
    waited: Duration,
    received: u64,
}

impl Pace {
    /// A window of this length, which has not begun.
    pub(super) fn new(window: Duration) -> Self {
        Self { window, waited: Duration::ZERO, received: 0 }
    }

    /// Counts `received` bytes after `waited`. At the end of a window, says whether it brought too little.
    pub(super) fn count(&mut self, received: usize, waited: Duration) -> Option<TooSlow> {
        self.waited += waited;
        self.received += received as u64;
        if self.waited < self.window {
            return None;
        }
        let Self { waited, received, .. } = *self;
        *self = Self::new(self.window);
        ((received as f64) < waited.as_secs_f64() * LEAST_RATE).then_some(TooSlow { received, after: waited })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_judged_at_its_end() {
        let second = Duration::from_secs(1);
        let mut pace = Pace::new(3 * second);
        let slow = |received, after| Some(TooSlow { received, after });
        // A pause is made up for by what comes before and after.
        assert_eq!([3000, 0, 100].map(|bytes| pace.count(bytes, second)), [None, None, None]);
        assert_eq!([3000, 0, 0].map(|bytes| pace.count(bytes, second)), [None, None, slow(3000, 3 * second)]);
        assert_eq!([1, 1, 1].map(|bytes| pace.count(bytes, second)), [None, None, slow(3, 3 * second)]);
        // A long wait ends the window by itself.
        assert_eq!(pace.count(4000, 4 * second), slow(4000, 4 * second));
    }
}

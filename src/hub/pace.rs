//! The least rate of a body: one that trickles would otherwise never end, for it is never silent.

use std::time::Duration;

/// Bytes that must come in each second of a window, on average.
const LEAST_RATE: f64 = 1024.0;

/// Counts what comes. One for each file, so that a new connection does not begin a new window.
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

    /// Counts `received` bytes after `waited`. At the end of a window that brought too little, returns how much it brought,
    /// and in which time.
    pub(super) fn count(&mut self, received: usize, waited: Duration) -> Option<(u64, Duration)> {
        self.waited += waited;
        self.received += received as u64;
        if self.waited < self.window {
            return None;
        }
        let Self { waited, received, .. } = *self;
        *self = Self::new(self.window);
        ((received as f64) < waited.as_secs_f64() * LEAST_RATE).then_some((received, waited))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_judged_at_its_end() {
        let second = Duration::from_secs(1);
        let mut pace = Pace::new(3 * second);
        // A pause is made up for by what comes before and after.
        assert_eq!([3000, 0, 100].map(|bytes| pace.count(bytes, second)), [None, None, None]);
        assert_eq!(
            [3000, 0, 0].map(|bytes| pace.count(bytes, second)),
            [None, None, Some((3000, 3 * second))]
        );
        assert_eq!([1, 1, 1].map(|bytes| pace.count(bytes, second)), [None, None, Some((3, 3 * second))]);
        // A long wait ends the window by itself.
        assert_eq!(pace.count(4000, 4 * second), Some((4000, 4 * second)));
    }
}

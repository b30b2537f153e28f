//! The time that one picture has taken.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A clock that can stand still.
#[derive(Debug)]
pub(super) struct Clock(Mutex<Reading>);

#[derive(Debug)]
struct Reading {
    /// Before it last stood still.
    spent: Duration,
    /// Since when it runs; `None` while it stands still.
    since: Option<Instant>,
}

impl Clock {
    /// A clock that runs from now on.
    pub(super) fn started() -> Self {
        Self(Mutex::new(Reading { spent: Duration::ZERO, since: Some(Instant::now()) }))
    }

    pub(super) fn spent(&self) -> Duration {
        let reading = self.reading();
        reading.spent + reading.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Runs `work` while the clock stands still.
    pub(super) fn without<T>(&self, work: impl FnOnce() -> T) -> T {
        let spent = self.spent();
        *self.reading() = Reading { spent, since: None };
        let result = work();
        *self.reading() = Reading { spent, since: Some(Instant::now()) };
        result
    }

    fn reading(&self) -> MutexGuard<'_, Reading> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_can_stand_still() {
        let clock = Clock::started();
        let nap = || std::thread::sleep(Duration::from_millis(30));
        let before = clock.spent();
        let during = clock.without(|| {
            nap();
            clock.spent()
        });
        assert!(during < before + Duration::from_millis(30), "{during:?}");
        nap();
        assert!(clock.spent() >= during + Duration::from_millis(30));
    }
}

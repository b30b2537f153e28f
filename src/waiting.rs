//! Which waits for readers of the output are going on.
//!
//! A run that was asked to stop finishes its own work, but does not wait for others.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// When each wait began.
static WAITS: Mutex<Vec<Instant>> = Mutex::new(Vec::new());

/// Runs `operation`, which may have to wait until another process reads.
pub(crate) fn for_reader<T>(operation: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    waits().push(start);
    let result = operation();
    let mut waits = waits();
    // Of two that began at the same time either may go.
    if let Some(place) = waits.iter().position(|wait| *wait == start) {
        waits.swap_remove(place);
    }
    result
}

/// How long the longest wait has lasted so far; `None` if nothing waits.
pub(crate) fn longest() -> Option<Duration> {
    waits().iter().min().map(Instant::elapsed)
}

fn waits() -> MutexGuard<'static, Vec<Instant>> {
    WAITS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_wait_is_seen_while_it_lasts() {
        let nap = || std::thread::sleep(Duration::from_millis(20));
        let seen = for_reader(|| {
            nap();
            // A shorter one that has ended hides nothing.
            std::thread::scope(|scope| scope.spawn(|| for_reader(nap)).join()).unwrap();
            longest()
        });
        assert!(seen.is_some_and(|wait| wait >= Duration::from_millis(39)), "{seen:?}");
        assert!(longest() < seen, "it has ended");
    }
}

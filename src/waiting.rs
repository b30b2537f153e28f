//! Which waits for another process are going on: for more of stdin, or for a reader of the output.
//!
//! A run that was asked to stop finishes its own work, but does not wait for others.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What is waited for. There is one of each in a process.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Peer {
    /// The writer of a pipe that is read.
    Writer,
    /// The reader of the output.
    Reader,
}

/// When the wait for each [`Peer`] began, in milliseconds since [`START`] plus one; 0 when nothing waits.
static SINCE: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Runs `operation`, which may have to wait for `peer`.
pub(crate) fn for_peer<T>(peer: Peer, operation: impl FnOnce() -> T) -> T {
    let since = &SINCE[peer as usize];
    since.store(START.elapsed().as_millis() as u64 + 1, Ordering::Relaxed);
    let result = operation();
    since.store(0, Ordering::Relaxed);
    result
}

/// How long the longest wait has lasted so far; `None` if nothing waits.
pub(crate) fn longest() -> Option<Duration> {
    let now = START.elapsed().as_millis() as u64 + 1;
    let since = SINCE.iter().map(|since| since.load(Ordering::Relaxed)).filter(|since| *since > 0);
    since.map(|since| Duration::from_millis(now.saturating_sub(since))).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_seen_while_it_lasts() {
        let seen = for_peer(Peer::Writer, || {
            std::thread::sleep(Duration::from_millis(20));
            longest()
        });
        assert!(seen.is_some_and(|wait| wait >= Duration::from_millis(19)), "{seen:?}");
        assert!(for_peer(Peer::Reader, longest).is_some_and(|wait| wait < Duration::from_secs(10)));
    }
}

//! Reads that wait for another process: for more of stdin, or for whoever writes into a pipe.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// What an input that was begun may still take after the run was stopped.
pub(super) const GRACE: Duration = Duration::from_millis(500);

/// How often one who waits looks whether the run was stopped.
pub(super) const LOOK: Duration = Duration::from_millis(50);

/// The result of `read`; `None` if it does not come soon after `stop` is set. Nothing interrupts a read, so it has a thread
/// of its own, which is then left behind.
pub(super) fn read_until_stopped<T: Send + 'static>(
    stop: &AtomicBool,
    read: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<Option<T>> {
    let (sender, result) = mpsc::channel();
    thread::Builder::new().spawn(move || {
        // Nobody may wait for it any more.
        let _ = sender.send(read());
    })?;
    let mut stopped: Option<Instant> = None;
    loop {
        match result.recv_timeout(LOOK) {
            Ok(bytes) => return bytes.map(Some),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("its thread ended early")),
        }
        let is_stopped = stop.load(Ordering::Relaxed);
        if is_stopped && stopped.get_or_insert_with(Instant::now).elapsed() >= GRACE {
            return Ok(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_is_the_result_even_after_a_stop() {
        for stop in [false, true] {
            assert_eq!(read_until_stopped(&AtomicBool::new(stop), || Ok(7)).unwrap(), Some(7));
        }
        let failed = read_until_stopped::<()>(&AtomicBool::new(false), || Err(io::Error::other("torn")));
        assert_eq!(failed.unwrap_err().to_string(), "torn");
    }

    #[test]
    fn what_does_not_come_is_left_after_a_stop() {
        let (_open, silent) = mpsc::channel::<()>();
        let start = Instant::now();
        let read = move || Ok(silent.recv().is_ok());
        assert_eq!(read_until_stopped(&AtomicBool::new(true), read).unwrap(), None);
        assert!(start.elapsed() >= GRACE);
    }
}

//! Decides after the first signal when the process ends at once.

use std::io::{self, ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::waiting;

/// A reader of the output that is merely slow takes less.
const PATIENCE: Duration = Duration::from_millis(500);

/// Signals that come within this time of the first are one request: `timeout` sends its signal to the process and to the
/// process group, and a terminal that is closed sends several.
const ONE_REQUEST: Duration = Duration::from_secs(1);

/// Runs `end` when the process should end at once after one of `signals`: after the first, while `is_sudden`.
pub(super) fn start(
    signals: &[i32],
    is_sudden: Arc<AtomicBool>,
    end: impl FnOnce() + Send + 'static,
) -> io::Result<()> {
    let (receiver, sender) = UnixStream::pair()?;
    thread::Builder::new().spawn(move || {
        if wait_for_reason(receiver, &is_sudden).is_ok() {
            end();
        }
    })?;
    for &signal in signals {
        signal_hook::low_level::pipe::register(signal, sender.try_clone()?)?;
    }
    Ok(())
}

/// Returns when there is a reason: a signal while `is_sudden`, one that is not part of the first request, or nothing left but
/// to wait for a reader of the output. Each signal is one byte.
fn wait_for_reason(mut signals: UnixStream, is_sudden: &AtomicBool) -> io::Result<()> {
    signals.read_exact(&mut [0])?;
    if is_sudden.load(Ordering::Relaxed) {
        return Ok(());
    }
    let first = Instant::now();
    signals.set_read_timeout(Some(PATIENCE / 10))?;
    loop {
        match signals.read(&mut [0]) {
            Ok(_) if first.elapsed() >= ONE_REQUEST => return Ok(()),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
        let is_waiting = || waiting::longest().is_some_and(|wait| wait > PATIENCE);
        if first.elapsed() > PATIENCE && is_waiting() {
            return Ok(());
        }
    }
}

/// Runs `say`, which may print, but waits for no reader of stderr.
pub(super) fn say_briefly(say: impl FnOnce() + Send + 'static) {
    let (said, wait) = mpsc::channel::<()>();
    let say = move || {
        say();
        drop(said);
    };
    if thread::Builder::new().spawn(say).is_ok() {
        // The answer is that the other end is gone, or that it takes too long.
        let _ = wait.recv_timeout(PATIENCE);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn signals_that_come_together_are_one_request() {
        let (receiver, mut sender) = UnixStream::pair().unwrap();
        let (done, is_done) = mpsc::channel();
        let is_sudden = AtomicBool::new(false);
        thread::spawn(move || done.send(wait_for_reason(receiver, &is_sudden).is_ok()).unwrap());
        sender.write_all(&[0; 3]).unwrap();
        assert!(is_done.recv_timeout(ONE_REQUEST + PATIENCE).is_err(), "it waits for a later one");
        sender.write_all(&[0]).unwrap();
        assert_eq!(is_done.recv_timeout(10 * PATIENCE), Ok(true));
    }

    #[test]
    fn before_a_run_the_first_signal_is_enough() {
        let (receiver, mut sender) = UnixStream::pair().unwrap();
        sender.write_all(&[0]).unwrap();
        assert!(wait_for_reason(receiver, &AtomicBool::new(true)).is_ok());
    }

    #[test]
    fn what_cannot_be_said_is_not_waited_for() {
        let (open, closed) = mpsc::channel::<()>();
        let start = Instant::now();
        say_briefly(move || assert!(closed.recv().is_err()));
        assert!(start.elapsed() >= PATIENCE);
        drop(open);
    }
}

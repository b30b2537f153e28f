//! Inputs listed on a thread of their own.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::input::Input;

/// Inputs listed before they are asked for. Once `stop` is set, the iterator ends even if a slow disk or an unfinished list
/// keeps the thread waiting.
#[derive(Debug)]
pub struct ReadAhead {
    inputs: Receiver<Input>,
    stop: Arc<AtomicBool>,
}

/// How many inputs are listed ahead.
const LOOKAHEAD: usize = 64;

/// How often a waiting iterator checks `stop`.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

impl ReadAhead {
    /// Starts listing. The thread ends with `inputs` or once the iterator has been dropped; it is not joined, because it may
    /// be waiting for more of a list.
    ///
    /// # Errors
    /// If the system refuses the thread.
    pub fn new(
        inputs: impl Iterator<Item = Input> + Send + 'static,
        stop: Arc<AtomicBool>,
    ) -> io::Result<Self> {
        let (sender, receiver) = mpsc::sync_channel(LOOKAHEAD);
        // `send` fails only once the receiver has been dropped.
        let list = move || inputs.into_iter().try_for_each(|input| sender.send(input));
        thread::Builder::new().spawn(list)?;
        Ok(Self { inputs: receiver, stop })
    }
}

impl Iterator for ReadAhead {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        loop {
            match self.inputs.recv_timeout(POLL_INTERVAL) {
                Ok(input) => return Some(input),
                Err(RecvTimeoutError::Timeout) if !self.stop.load(Ordering::Relaxed) => {}
                Err(_) => return None,
            }
        }
    }
}

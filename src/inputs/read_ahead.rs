//! Inputs searched for on a thread of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::{Input, Inputs};

/// Inputs found before they are asked for. Neither a slow disk nor a list that somebody is still writing holds up whoever
/// asks once they are to `stop`.
#[derive(Debug)]
pub struct Ahead {
    found: Receiver<Input>,
    stop: Arc<AtomicBool>,
}

/// How many are looked for ahead.
const COUNT: usize = 64;

/// How often somebody who waits looks whether to stop.
const PATIENCE: Duration = Duration::from_millis(50);

impl Ahead {
    /// Begins to look. The thread ends with the inputs, or when nobody takes them any more; until then it may stand still in
    /// the middle of a list.
    pub fn new(inputs: Inputs, stop: Arc<AtomicBool>) -> Self {
        let (found, receiver) = mpsc::sync_channel(COUNT);
        // An error is the receiver that went away.
        thread::spawn(move || inputs.into_iter().try_for_each(|input| found.send(input)));
        Self { found: receiver, stop }
    }
}

impl Iterator for Ahead {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        loop {
            match self.found.recv_timeout(PATIENCE) {
                Ok(input) => return Some(input),
                Err(RecvTimeoutError::Timeout) if !self.stop.load(Ordering::Relaxed) => {}
                Err(_) => return None,
            }
        }
    }
}

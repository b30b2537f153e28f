//! A bound on the time that one picture may take.
//!
//! Neither a decoder nor a silent pipe can be interrupted. With a bound, each picture is prepared on a thread of its own,
//! and one that takes too long is left behind: its thread goes on, and has its memory until it ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::clock::Clock;
use super::pipe::{GRACE, LOOK};
use super::prepare::Preparer;
use crate::inputs::Input;
use crate::predict::Prepared;
use crate::record::{ItemError, ItemHint};

/// Threads that may be left behind at a time. While there are so many, no picture is timed.
const MOST_LEFT: usize = 16;

/// What comes of a picture: `None` if the run was stopped before.
type Outcome<T> = Option<Result<T, ItemError>>;

/// Prepares pictures, each within a time if there is one.
#[derive(Debug)]
pub(super) struct TimedPreparer {
    preparer: Arc<Preparer>,
    timeout: Option<Duration>,
    /// Threads that prepare, those left behind included; and how many there may be.
    threads: Arc<AtomicUsize>,
    most_threads: usize,
}

/// What a thread that prepares and the one that waits for it tell each other.
struct Watch {
    /// Nobody waits any more.
    is_left: AtomicBool,
    clock: Clock,
}

/// Counts a thread until it is dropped.
struct Place(Arc<AtomicUsize>);

impl TimedPreparer {
    /// `workers` is the most callers at a time.
    pub(super) fn new(preparer: Preparer, timeout: Option<Duration>, workers: usize) -> Self {
        let most_threads = workers.saturating_add(MOST_LEFT);
        Self { preparer: Arc::new(preparer), timeout, threads: Arc::default(), most_threads }
    }

    /// The pixels of one input. `None` if the run was stopped while there was no memory for it, or, with a bound, before
    /// it was done.
    pub(super) fn prepare(&self, input: &Input, stop: &AtomicBool) -> Outcome<Prepared> {
        let started = self.timeout.and_then(|timeout| Some((timeout, self.start(input)?)));
        match started {
            Some((timeout, (watch, result))) => wait(&watch, &result, timeout, stop),
            None => self.preparer.prepare(input, stop, None),
        }
    }

    /// Begins with a picture on another thread, if there may be one more.
    fn start(&self, input: &Input) -> Option<(Arc<Watch>, Receiver<Outcome<Prepared>>)> {
        let place = Place::take(&self.threads, self.most_threads)?;
        let watch = Arc::new(Watch { is_left: AtomicBool::new(false), clock: Clock::started() });
        let (sender, result) = mpsc::channel();
        let (preparer, input, theirs) = (Arc::clone(&self.preparer), input.clone(), Arc::clone(&watch));
        let work = move || {
            let _place = place;
            // Nobody may wait for it any more.
            let _ = sender.send(preparer.prepare(&input, &theirs.is_left, Some(&theirs.clock)));
        };
        thread::Builder::new().spawn(work).ok().map(|_| (watch, result))
    }
}

/// Waits for a result, for as long as it may take.
fn wait<T>(watch: &Watch, result: &Receiver<Outcome<T>>, timeout: Duration, stop: &AtomicBool) -> Outcome<T> {
    let mut stopped: Option<Instant> = None;
    loop {
        let left = timeout.saturating_sub(watch.clock.spent());
        match result.recv_timeout(left.clamp(Duration::from_millis(1), LOOK)) {
            Ok(result) => return result,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Some(Err(vanished())),
        }
        let is_stopped = stop.load(Ordering::Relaxed);
        if is_stopped && stopped.get_or_insert_with(Instant::now).elapsed() >= GRACE {
            watch.is_left.store(true, Ordering::Relaxed);
            return None;
        }
        if watch.clock.spent() >= timeout {
            watch.is_left.store(true, Ordering::Relaxed);
            return Some(Err(too_slow(timeout)));
        }
    }
}

fn too_slow(timeout: Duration) -> ItemError {
    let message = format!("takes longer than {} s", timeout.as_secs_f32());
    ItemError { kind: "timeout", message, hint: Some(ItemHint::AllowTime) }
}

/// A panic in the thread would have been its result.
fn vanished() -> ItemError {
    ItemError { kind: "internal", message: "its thread ended without a result".to_owned(), hint: None }
}

impl Place {
    fn take(taken: &Arc<AtomicUsize>, most: usize) -> Option<Self> {
        let add = |taken| (taken < most).then_some(taken + 1);
        taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).ok()?;
        Some(Self(Arc::clone(taken)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch() -> Watch {
        Watch { is_left: AtomicBool::new(false), clock: Clock::started() }
    }

    #[test]
    fn what_takes_too_long_is_left_with_one_error() {
        let (watch, stop) = (watch(), AtomicBool::new(false));
        let (sender, result) = mpsc::channel::<Outcome<()>>();
        let error = wait(&watch, &result, Duration::from_millis(30), &stop).unwrap().unwrap_err();
        assert_eq!((error.kind, error.message.as_str()), ("timeout", "takes longer than 0.03 s"));
        assert!(watch.is_left.into_inner());
        drop(sender);
    }

    #[test]
    fn a_result_in_time_is_the_result() {
        let (sender, result) = mpsc::channel();
        sender.send(Some(Ok(7))).unwrap();
        let answer = wait(&watch(), &result, Duration::from_mins(1), &AtomicBool::new(true));
        assert_eq!(answer, Some(Ok(7)));
    }

    #[test]
    fn a_stop_ends_the_wait_soon() {
        let (_sender, result) = mpsc::channel::<Outcome<()>>();
        let start = Instant::now();
        assert_eq!(wait(&watch(), &result, Duration::MAX, &AtomicBool::new(true)), None);
        assert!(start.elapsed() < GRACE * 10);
    }

    #[test]
    fn threads_are_bounded() {
        let taken = Arc::new(AtomicUsize::new(0));
        let places: Vec<_> = (0..9).filter_map(|_| Place::take(&taken, 3)).collect();
        assert_eq!(places.len(), 3);
        drop(places);
        assert!(Place::take(&taken, 1).is_some());
    }
}

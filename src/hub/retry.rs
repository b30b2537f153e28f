//! Repeating requests: how often, and how long to wait in between.
//!
//! Own code, because the decision needs [`HubError`]: timeouts are repeated once only, and `Retry-After` sets
//! the wait. A crate such as `backon` would leave those two rules, most of this file, to its caller.

use std::thread;
use std::time::{Duration, Instant};

use super::error::HubError;
use super::event::{Event, Observer};

/// `Retry-After` is obeyed up to here; a longer wait is an error at once.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// How often a request may time out.
const MOST_TIMEOUTS: u32 = 2;

/// When a failed request is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Requests in total, including the first.
    pub attempts: u32,
    /// The wait before the second request; it doubles with each further one.
    pub pause: Duration,
}

impl Default for Retry {
    /// Five requests, with 3.75 s of waiting in total.
    fn default() -> Self {
        Self { attempts: 5, pause: Duration::from_millis(250) }
    }
}

impl Retry {
    /// Runs `attempt` until it succeeds, fails for good, has failed too often, or the next one would begin after
    /// `deadline`. The last error is returned.
    pub(super) fn run<T>(
        self,
        deadline: Option<Instant>,
        observer: &mut Observer<'_>,
        mut attempt: impl FnMut(&mut Observer<'_>) -> Result<T, HubError>,
    ) -> Result<T, HubError> {
        let mut timeouts = 0;
        let mut pause = self.pause;
        for _ in 1..self.attempts {
            let error = match attempt(observer) {
                Err(error) if error.is_transient() => error,
                result => return result,
            };
            timeouts += u32::from(error.is_timeout());
            let asked = match error {
                HubError::Status { retry_after, .. } => retry_after.unwrap_or_default(),
                _ => Duration::ZERO,
            };
            if timeouts == MOST_TIMEOUTS || asked > LONGEST_WAIT {
                return Err(error);
            }
            let wait = pause.max(asked);
            if deadline.is_some_and(|deadline| deadline.saturating_duration_since(Instant::now()) < wait) {
                return Err(error);
            }
            observer(Event::Retrying { reason: &error, wait });
            thread::sleep(wait);
            pause *= 2;
        }
        attempt(observer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails with `kind` every time; returns the number of attempts and the waits between them, in ms.
    fn tried(kind: fn() -> HubError, attempts: u32) -> (u32, Vec<u128>) {
        let (mut tries, mut waits) = (0, Vec::new());
        let mut observer = |event: Event<'_>| {
            if let Event::Retrying { wait, .. } = event {
                waits.push(wait.as_millis());
            }
        };
        let retry = Retry { attempts, pause: Duration::from_millis(1) };
        let result: Result<(), _> = retry.run(None, &mut observer, |_| {
            tries += 1;
            Err(kind())
        });
        assert_eq!(result.unwrap_err().to_string(), kind().to_string());
        (tries, waits)
    }

    fn host() -> String {
        "hub".to_owned()
    }

    #[test]
    fn transient_errors_are_retried_with_growing_waits() {
        let refused = || HubError::Connect { host: host(), reason: String::new() };
        assert_eq!(tried(refused, 5), (5, vec![1, 2, 4, 8]));
        assert_eq!(tried(refused, 1), (1, vec![]));
        let busy = || HubError::Status {
            what: String::new(),
            host: host(),
            status: 503,
            message: String::new(),
            retry_after: Some(Duration::from_millis(3)),
        };
        assert_eq!(tried(busy, 5), (5, vec![3, 3, 4, 8]));
    }

    #[test]
    fn a_wait_that_would_pass_the_deadline_is_not_begun() {
        let retry = Retry { attempts: 5, pause: Duration::from_hours(1) };
        let deadline = Some(Instant::now() + Duration::from_secs(1));
        let result: Result<(), _> = retry
            .run(deadline, &mut |_| {}, |_| Err(HubError::Connect { host: host(), reason: String::new() }));
        assert!(matches!(result, Err(HubError::Connect { .. })));
    }

    #[test]
    fn a_timeout_is_tried_twice_and_a_permanent_error_once() {
        let silent = || HubError::Silent { what: host(), host: host(), after: Duration::ZERO };
        let unreachable = || HubError::Unreachable { host: host(), after: Duration::from_secs(10) };
        assert_eq!((tried(silent, 5).0, tried(unreachable, 5).0), (2, 2));
        assert_eq!(tried(|| HubError::NoCacheDirectory, 5), (1, vec![]));
    }
}

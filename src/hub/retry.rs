//! Trying again: how often, and how long to wait in between.

use std::thread;
use std::time::Duration;

use super::error::HubError;
use super::event::{Event, Observer};

/// The server's own wish (`Retry-After`) is followed up to here; who asks for more gets an error at once.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// How often a server may be silent: each time costs a whole timeout.
const MOST_SILENCES: u32 = 2;

/// When a failed request is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Requests in all, the first included.
    pub attempts: u32,
    /// The wait before the second request; it doubles with each further one.
    pub pause: Duration,
}

impl Default for Retry {
    /// Five requests within 3.75 s of waiting.
    fn default() -> Self {
        Self { attempts: 5, pause: Duration::from_millis(250) }
    }
}

impl Retry {
    /// Runs `attempt` until it succeeds, fails for good, or has failed too often. The last error is returned.
    pub(super) fn run<T>(
        self,
        observer: &mut Observer<'_>,
        mut attempt: impl FnMut(&mut Observer<'_>) -> Result<T, HubError>,
    ) -> Result<T, HubError> {
        let mut silences = 0;
        let mut pause = self.pause;
        for _ in 1..self.attempts {
            let error = match attempt(observer) {
                Err(error) if error.is_transient() => error,
                result => return result,
            };
            silences += u32::from(matches!(error, HubError::Silent { .. }));
            let asked = match error {
                HubError::Status { retry_after, .. } => retry_after.unwrap_or_default(),
                _ => Duration::ZERO,
            };
            if silences == MOST_SILENCES || asked > LONGEST_WAIT {
                return Err(error);
            }
            let wait = pause.max(asked);
            observer(Event::Retrying { reason: &error, wait });
            thread::sleep(wait);
            pause *= 2;
        }
        attempt(observer)
    }
}

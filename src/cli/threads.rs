//! CPU threads: how many there are, and what is said if the system refuses them.

use std::env;
use std::fmt::Display;
use std::thread;

use anyhow::Result;

use super::console::{Console, Failure};
use crate::terminal_text::printable;

/// Where rayon takes the number of threads from, in this program and in others.
pub(super) const VARIABLE: &str = "RAYON_NUM_THREADS";

/// Threads for each processor. More of them only take memory: the kernels do not wait for anything.
const MOST_PER_PROCESSOR: usize = 4;

/// The variable that gives threads their stack in every program in Rust, and the least with which this one runs.
const STACK: (&str, usize) = ("RUST_MIN_STACK", 1 << 20);

/// Message and hint if the environment leaves threads so little stack that the first picture would end the process.
pub(super) fn too_small_stack() -> Option<(String, String)> {
    let (name, least) = STACK;
    let asked = env::var(name).ok()?.parse::<usize>().ok()?;
    let message = || format!("{name}={asked}: threads need at least {least} bytes of stack");
    (asked < least).then(|| (message(), format!("unset {name}")))
}

/// Message and hint if the environment gives threads a stack that is no number. Like the standard library, this passes over it.
pub(super) fn ignored_stack() -> Option<(String, String)> {
    let (name, least) = STACK;
    let asked = env::var_os(name)?.to_string_lossy().into_owned();
    let message = || format!("{name}={} is ignored: expected bytes, at least {least}", printable(&asked));
    let is_ignored = !asked.is_empty() && asked.parse::<usize>().is_err();
    is_ignored.then(|| (message(), format!("unset {name}, or set it to {least} or more")))
}

/// The number of CPU threads where no flag says it, and what the variable has to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DefaultCount {
    pub(super) count: usize,
    pub(super) variable: Asked,
}

/// What came of the number in the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// The variable is not set, or 0, which means the same to rayon.
    Nothing,
    /// It is followed.
    Followed,
    /// It is more than this machine runs.
    TooMany,
    /// It is not a number. Like rayon, this passes over it.
    NoCount,
}

impl DefaultCount {
    /// By the environment of this process, else all `processors` that it may use.
    pub(super) fn new(processors: usize) -> Self {
        Self::of(env::var_os(VARIABLE).map(|word| word.to_string_lossy().into_owned()).as_deref(), processors)
    }

    fn of(asked: Option<&str>, processors: usize) -> Self {
        let most = processors * MOST_PER_PROCESSOR;
        let number = asked.and_then(|word| word.parse::<u128>().ok());
        let (count, variable) = match (number.map(usize::try_from), asked) {
            (Some(Ok(0)), _) => (processors, Asked::Nothing),
            (Some(Ok(asked)), _) if asked <= most => (asked, Asked::Followed),
            (Some(_), _) => (most, Asked::TooMany),
            (None, Some(word)) if !word.is_empty() => (processors, Asked::NoCount),
            (None, _) => (processors, Asked::Nothing),
        };
        Self { count, variable }
    }

    /// What to say about the variable: that it is not followed. `None` if all is well.
    pub(super) fn note(self) -> Option<String> {
        let asked = env::var_os(VARIABLE)?;
        let asked = asked.to_string_lossy();
        match self.variable {
            Asked::TooMany => {
                Some(format!("{VARIABLE}={asked}: this machine runs {} threads at most", self.count))
            }
            Asked::NoCount => {
                Some(format!("{VARIABLE}={asked} is not a number of threads; {} are used", self.count))
            }
            Asked::Nothing | Asked::Followed => None,
        }
    }
}

/// The number of CPU threads where no flag says it: that of the environment, or all that this process may use.
pub(super) fn available(console: &Console) -> usize {
    let default = DefaultCount::new(thread::available_parallelism().map_or(1, Into::into));
    default.note().into_iter().for_each(|note| console.note(note));
    default.count
}

/// Starts this number of CPU threads.
pub(super) fn start(count: usize) -> Result<()> {
    // Started here, where it is no panic if that fails, as it is where rayon does so by itself.
    let built = rayon::ThreadPoolBuilder::new().num_threads(count).build_global();
    built.map_err(|error| not_started(count, &error))
}

/// The failure to start `count` threads.
pub(super) fn not_started(count: usize, error: &dyn Display) -> anyhow::Error {
    let threads = if count == 1 { "a thread".to_owned() } else { format!("{count} threads") };
    let fewer = if count == 1 { "" } else { "fewer threads (-j 1), or " };
    let hint = format!("{fewer}higher limits (ulimit -u, ulimit -v)");
    Failure::error(format_args!("cannot start {threads}: {error}"), Some(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_is_followed_within_reason() {
        for (asked, count, variable) in [
            (None, 2, Asked::Nothing),
            (Some(""), 2, Asked::Nothing),
            (Some("1"), 1, Asked::Followed),
            (Some("8"), 8, Asked::Followed),
            (Some("9"), 8, Asked::TooMany),
            (Some("99999999999999999999999"), 8, Asked::TooMany),
            (Some("0"), 2, Asked::Nothing),
            (Some("-1"), 2, Asked::NoCount),
            (Some("all"), 2, Asked::NoCount),
        ] {
            assert_eq!(DefaultCount::of(asked, 2), DefaultCount { count, variable }, "{asked:?}");
        }
    }
}

//! CPU threads: how many there are, and what is said if the system refuses them.

use std::env;
use std::fmt::Display;
use std::thread;

use anyhow::Result;

use super::console::{Console, Failure};

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

/// The number of CPU threads where no flag says it: that of the environment, or all that this process may use.
pub(super) fn available(console: &Console) -> usize {
    let processors = thread::available_parallelism().map_or(1, Into::into);
    let asked = env::var(VARIABLE).ok();
    let count = default_count(asked.as_deref(), processors);
    if let Some(asked) = asked.filter(|asked| asked.parse().is_ok_and(|asked: u128| asked > count as u128)) {
        console.note(format_args!("{VARIABLE}={asked}: this machine runs {count} threads at most"));
    }
    count
}

/// Starts this number of CPU threads.
pub(super) fn start(count: usize) -> Result<()> {
    // Started here, where it is no panic if that fails, as it is where rayon does so by itself.
    let built = rayon::ThreadPoolBuilder::new().num_threads(count).build_global();
    built.map_err(|error| not_started(count, &error))
}

/// The same for `asked` in the environment. Like rayon, this passes over what is not a positive number.
fn default_count(asked: Option<&str>, processors: usize) -> usize {
    let asked = asked.and_then(|word| word.parse::<u128>().ok()).filter(|asked| *asked > 0);
    let most = processors * MOST_PER_PROCESSOR;
    asked.map_or(processors, |asked| usize::try_from(asked).map_or(most, |asked| asked.min(most)))
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
        for (asked, expected) in [
            (None, 2),
            (Some("1"), 1),
            (Some("8"), 8),
            (Some("9"), 8),
            (Some("2000"), 8),
            (Some("99999999999999999999999"), 8),
            (Some("0"), 2),
            (Some("-1"), 2),
            (Some("all"), 2),
            (Some(""), 2),
        ] {
            assert_eq!(default_count(asked, 2), expected, "{asked:?}");
        }
    }
}

//! How many CPU threads a run takes, and why.

use serde::Serialize;

use super::section::{Problem, Section, or};
use crate::cli::limits::memory::Room;
use crate::cli::limits::processors::Processors;
use crate::cli::quantities::counted;
use crate::cli::threads::{Asked, DefaultCount, VARIABLE, ignored_stack, too_small_stack};

#[derive(Debug, Serialize)]
pub(super) struct Threads {
    /// Those of a run without `-j`.
    count: usize,
    reason: String,
    processors: Processors,
    /// For how many `ulimit -v` leaves room.
    most_by_memory: Option<usize>,
    /// Whether the environment asks for more than this machine runs.
    #[serde(skip)]
    is_too_many: bool,
    #[serde(skip)]
    problems: Vec<Problem>,
}

impl Threads {
    pub(super) fn examine(room: Room) -> Self {
        let processors = Processors::now();
        Self::new(DefaultCount::new(processors.usable), processors, room.most_threads())
    }

    fn new(default: DefaultCount, processors: Processors, most_by_memory: Option<usize>) -> Self {
        let mut problems: Vec<_> =
            too_small_stack().into_iter().map(|(message, hint)| Problem::error(message, hint)).collect();
        problems.extend(ignored_stack().map(|(message, hint)| Problem::warning(message, hint)));
        let unset = format!("unset {VARIABLE}, or set it to a number such as {}", processors.usable);
        problems.extend(default.note().map(|note| Problem::warning(note, unset)));
        let mut reason = match default.variable {
            Asked::Followed | Asked::TooMany => VARIABLE.to_owned(),
            Asked::Nothing | Asked::NoCount => processors.reason().to_owned(),
        };
        let mut count = default.count;
        if let Some(most) = most_by_memory.filter(|most| *most < count) {
            (count, reason) = (most, "the limit on addresses (ulimit -v) has room for no more".to_owned());
            let message = format!("ulimit -v leaves room for {most} of {} threads", default.count);
            problems.push(Problem::warning(message, "ulimit -v unlimited"));
        }
        let is_too_many = default.variable == Asked::TooMany;
        Self { count, reason, processors, most_by_memory, is_too_many, problems }
    }

    /// Those of a run; `None` if threads cannot run.
    pub(super) fn runnable(&self) -> Option<usize> {
        too_small_stack().is_none().then_some(self.count)
    }

    /// Those that the self-test may start, or why it may not. candle, its reference, starts as many as the environment asks for.
    pub(super) fn for_self_test(&self) -> Result<usize, String> {
        if self.is_too_many {
            return Err(format!("{VARIABLE} asks for too many threads"));
        }
        self.runnable().ok_or_else(|| "threads have too little stack".to_owned())
    }
}

impl Section for Threads {
    fn name(&self) -> &'static str {
        "threads"
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let Processors { online, affinity, quota, .. } = self.processors;
        vec![
            ("by default", format!("{} ({}; change with -j)", self.count, self.reason)),
            ("processors", or(online.map(|number| format!("{number} online")), "not known")),
            ("affinity", or(affinity.map(|number| counted(number, "processor")), "not known")),
            ("cgroup quota", or(quota.map(|number| format!("{number:.1} processors")), "none")),
        ]
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROCESSORS: Processors = Processors { online: Some(8), affinity: Some(4), quota: None, usable: 4 };

    #[test]
    fn the_least_bound_is_the_reason() {
        let default = DefaultCount { count: 4, variable: Asked::Nothing };
        let threads = Threads::new(default, PROCESSORS, None);
        assert!(threads.count == 4 && threads.reason.contains("affinity"), "{}", threads.reason);
        let threads = Threads::new(default, PROCESSORS, Some(2));
        assert!(threads.count == 2 && threads.reason.contains("ulimit -v"), "{}", threads.reason);
        assert_eq!(threads.problems.len(), 1);
        let asked = DefaultCount { count: 3, variable: Asked::Followed };
        let threads = Threads::new(asked, PROCESSORS, Some(9));
        assert_eq!((threads.count, &*threads.reason), (3, "RAYON_NUM_THREADS"));
        assert_eq!(threads.for_self_test(), Ok(3));
        let too_many = DefaultCount { count: 16, variable: Asked::TooMany };
        assert!(Threads::new(too_many, PROCESSORS, None).for_self_test().is_err());
    }
}

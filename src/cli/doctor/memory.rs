//! How much memory the pictures of a run may take, and which bound decides.

use serde::Serialize;

use super::section::{Problem, Section, bound, memory, or};
use crate::cli::limits::memory::Room;

/// Under this, an ordinary photo of a phone may be refused.
const LITTLE: u64 = 256 << 20;

#[derive(Debug, Serialize)]
pub(super) struct Memory {
    /// What `mnet classify --memory` is by default, in bytes.
    for_pictures: u64,
    /// Which of the bounds that is half of.
    bound: Option<&'static str>,
    /// Bytes that each bound leaves.
    available: Room,
    #[serde(skip)]
    problems: Vec<Problem>,
}

impl Memory {
    pub(super) fn examine(room: Room) -> Self {
        let for_pictures = room.for_pictures();
        let is_little = for_pictures < LITTLE;
        let little = || {
            let message = format!("only {} for pictures: large ones are refused", memory(for_pictures));
            Problem::warning(message, "free some memory, or raise the limit")
        };
        Self {
            for_pictures,
            bound: room.least().map(|(name, _)| name),
            available: room,
            problems: is_little.then(little).into_iter().collect(),
        }
    }
}

impl Section for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let why = self.bound.map_or_else(
            || "how much there is, is not known".to_owned(),
            |name| format!("half of what {} leaves", bound(name)),
        );
        let Room { machine, cgroup, ulimit_v } = self.available;
        vec![
            ("for pictures", format!("{} ({why}; change with --memory)", memory(self.for_pictures))),
            ("machine", or(machine.map(|bytes| memory(bytes) + " available"), "not known")),
            ("cgroup", or(cgroup.map(|bytes| memory(bytes) + " left"), "no limit")),
            ("ulimit -v", or(ulimit_v.map(|bytes| memory(bytes) + " left"), "no limit")),
        ]
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_that_decides_is_named() {
        let room = Room { machine: Some(8 << 30), cgroup: Some(1 << 30), ulimit_v: None };
        let memory = Memory::examine(room);
        assert_eq!((memory.for_pictures, memory.bound), (512 << 20, Some("cgroup")));
        assert!(memory.problems.is_empty());
        assert_eq!(Memory::examine(Room { cgroup: Some(256 << 20), ..room }).problems.len(), 1);
    }
}

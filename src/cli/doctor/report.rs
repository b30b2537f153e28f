//! The whole report.

use serde::Serialize;

use super::cache::Cache;
use super::devices::Devices;
use super::endpoint::Endpoint;
use super::memory::Memory;
use super::processor::Processor;
use super::program::Program;
use super::section::{Level, Problem, Section};
use super::self_test::SelfTest;
use super::threads::Threads;
use super::variables::Variables;
use crate::cli::console::Console;
use crate::cli::hub_flags::HubFlags;
use crate::cli::limits::memory::Room;
use crate::hub::Environment;

/// All facts. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    program: Program,
    processor: Processor,
    devices: Devices,
    threads: Threads,
    memory: Memory,
    self_test: SelfTest,
    cache: Cache,
    hub: Option<Endpoint>,
    environment: Variables,
}

/// The report as one JSON object.
#[derive(Serialize)]
struct Json<'a> {
    /// The worst level of a problem, or `ok`.
    status: &'static str,
    #[serde(flatten)]
    report: &'a Report,
    problems: Vec<Of<'a>>,
}

/// A problem of a section.
#[derive(Serialize)]
struct Of<'a> {
    section: &'static str,
    #[serde(flatten)]
    problem: &'a Problem,
}

impl Report {
    /// Looks at everything. Writes nothing, and sends one request unless the run is offline.
    pub(super) fn examine(flags: &HubFlags, console: &Console) -> Self {
        let (room, hub) = (Room::now(), Environment::from_process());
        let (processor, threads, environment) =
            (Processor::examine(), Threads::examine(room), Variables::examine(&hub));
        // A variable that is not text may have named another hub, or asked for no connection. A host is looked up on a thread.
        let is_text = environment.problems().iter().all(|problem| problem.level < Level::Error);
        let may_ask = is_text && threads.runnable().is_some();
        Self {
            program: Program::examine(),
            devices: Devices::examine(),
            memory: Memory::examine(room),
            self_test: SelfTest::examine(threads.for_self_test(), processor.is_known(), room),
            cache: Cache::examine(flags, &hub),
            hub: Endpoint::examine(flags, &hub, may_ask, console),
            processor,
            threads,
            environment,
        }
    }

    /// Its sections, in the order in which people read them.
    pub(super) fn sections(&self) -> Vec<&dyn Section> {
        let mut sections: Vec<&dyn Section> =
            vec![&self.program, &self.processor, &self.devices, &self.threads, &self.memory, &self.self_test];
        sections.push(&self.cache);
        sections.extend(self.hub.as_ref().map(|hub| hub as &dyn Section));
        sections.push(&self.environment);
        sections
    }

    /// The worst level of a problem.
    pub(super) fn worst(&self) -> Option<Level> {
        self.sections().iter().flat_map(|section| section.problems()).map(|problem| problem.level).max()
    }

    /// One JSON object.
    pub(super) fn json(&self) -> serde_json::Result<String> {
        let sections = self.sections();
        let problems = sections.iter().flat_map(|section| {
            section.problems().iter().map(|problem| Of { section: section.name(), problem })
        });
        let status = match self.worst() {
            None => "ok",
            Some(Level::Warning) => "warning",
            Some(Level::Error) => "error",
        };
        serde_json::to_string(&Json { status, report: self, problems: problems.collect() })
    }
}

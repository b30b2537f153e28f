//! The processor, and the instruction set of the kernels.

use std::env;

use serde::Serialize;

use super::section::{Problem, Section, or};
use crate::kernels::isa;
use crate::words::and_list;

#[derive(Debug, Serialize)]
pub(super) struct Processor {
    name: Option<String>,
    architecture: &'static str,
    /// Those that it has, of those that there are kernels for.
    instruction_sets: Vec<&'static str>,
    /// The one in use; `None` if `MNET_ISA` asks for another than it has.
    instruction_set: Option<&'static str>,
    /// Why that one.
    reason: String,
    /// Those that multiply bf16.
    bf16_instruction_sets: Vec<&'static str>,
    /// The one of `--precision bf16`; `None` if it has no such unit, or `MNET_ISA` asks for another than it has.
    bf16_instruction_set: Option<&'static str>,
    #[serde(skip)]
    problems: Vec<Problem>,
}

impl Processor {
    pub(super) fn examine() -> Self {
        let asked = env::var_os(isa::VARIABLE).filter(|name| !name.is_empty());
        Self::with(asked.map(|name| name.to_string_lossy().into_owned()).as_deref())
    }

    fn with(asked: Option<&str>) -> Self {
        let available: Vec<_> = isa::available().map(|isa| isa.name).collect();
        let mut processor = Self {
            name: isa::processor_name(),
            architecture: env::consts::ARCH,
            instruction_set: Some(isa::active().name),
            reason: "the fastest of them here".to_owned(),
            instruction_sets: available,
            bf16_instruction_sets: isa::available_bf16().map(|isa| isa.name).collect(),
            bf16_instruction_set: isa::active_bf16().map(|isa| isa.name),
            problems: vec![],
        };
        let Some(asked) = asked else { return processor };
        processor.reason = format!("{}={asked}", isa::VARIABLE);
        if isa::is_unknown(asked) {
            processor.instruction_set = None;
            processor.bf16_instruction_set = None;
            let has = and_list(isa::names());
            let message = format!("{}={asked}: this processor has {has}", isa::VARIABLE);
            processor.problems.push(Problem::error(message, format!("unset {}", isa::VARIABLE)));
        } else if processor.instruction_set != isa::fastest().map(|isa| isa.name) {
            let message = format!("{} forces an instruction set that is not the fastest", processor.reason);
            processor.problems.push(Problem::warning(message, format!("unset {}", isa::VARIABLE)));
        }
        processor
    }

    /// Whether kernels run.
    pub(super) fn is_known(&self) -> bool {
        self.instruction_set.is_some()
    }
}

impl Section for Processor {
    fn name(&self) -> &'static str {
        "processor"
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![
            ("name", or(self.name.as_ref(), self.architecture)),
            ("instructions", self.instruction_sets.join(", ")),
            ("in use", format!("{} ({})", or(self.instruction_set, "none"), self.reason)),
        ];
        if !self.bf16_instruction_sets.is_empty() {
            let used = or(self.bf16_instruction_set, "none");
            lines.push(("for bf16", format!("{}; in use: {used}", self.bf16_instruction_sets.join(", "))));
        }
        lines
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_set_that_is_not_there_is_an_error() {
        let processor = Processor::with(Some("z80"));
        assert!(!processor.is_known());
        assert_eq!(processor.problems[0].hint.as_deref(), Some("unset MNET_ISA"));
        let known = Processor::with(None);
        assert!(known.problems.is_empty());
        // `MNET_ISA` may name those for bf16, too.
        for set in &known.bf16_instruction_sets {
            assert!(processor.problems[0].message.contains(set), "{set}");
        }
        assert_eq!(known.bf16_instruction_set.is_some(), !known.bf16_instruction_sets.is_empty());
        assert!(processor.bf16_instruction_set.is_none());
    }
}

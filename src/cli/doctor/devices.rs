//! Devices that networks can run on.

use serde::Serialize;

use super::section::{Problem, Section};
use crate::backend::device::{DeviceChoice, DeviceError};

#[derive(Debug, Serialize)]
pub(super) struct Devices {
    /// What `--device auto` opens.
    auto: &'static str,
    cuda: State,
    metal: State,
    #[serde(skip)]
    problems: Vec<Problem>,
}

/// Whether a device can be used.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Usable,
    NotBuiltIn,
    DoesNotOpen,
}

impl Devices {
    pub(super) fn examine() -> Self {
        let mut problems = Vec::new();
        let [cuda, metal] = [(DeviceChoice::Cuda(0), "nvidia-smi"), (DeviceChoice::Metal, "system_profiler")]
            .map(|(choice, tool)| match choice.open() {
                Ok(_) => State::Usable,
                Err(DeviceError::NotBuilt { .. }) => State::NotBuiltIn,
                Err(error) => {
                    let message = format!("{error}; --device auto takes the CPU instead");
                    problems
                        .push(Problem::warning(message, format!("{tool}, which shows what is installed")));
                    State::DoesNotOpen
                }
            });
        let auto = match (&cuda, &metal) {
            (State::Usable, _) => "cuda",
            (_, State::Usable) => "metal",
            _ => "cpu",
        };
        Self { auto, cuda, metal, problems }
    }
}

impl State {
    fn words(&self, feature: &str) -> String {
        match self {
            Self::Usable => "usable".to_owned(),
            Self::NotBuiltIn => format!("not built in (cargo install --path . --features {feature})"),
            Self::DoesNotOpen => "built in, but does not open".to_owned(),
        }
    }
}

impl Section for Devices {
    fn name(&self) -> &'static str {
        "devices"
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        vec![
            ("--device auto", self.auto.to_owned()),
            ("cuda", self.cuda.words("cuda")),
            ("metal", self.metal.words("metal")),
        ]
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

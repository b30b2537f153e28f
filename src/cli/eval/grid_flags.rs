//! Which networks: every combination of lists.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::backend::device::DeviceChoice;
use crate::cli::console::Failure;
use crate::cli::hint::quoted;
use crate::cli::model_flags::ModelFlags;
use crate::cli::values::{alpha, resolution};
use crate::predict::Request;

/// Which weights to run; lists make a row of each combination.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Model")]
pub(in crate::cli) struct GridFlags {
    /// Networks, as for `mnet classify --model`
    ///
    /// The built-in EfficientNet-Lite0 if neither this nor --alpha is given. Lists are separated by commas; every combination
    /// with --alpha and --res answers the same pictures.
    #[arg(short, long, value_name = "MODEL", value_delimiter = ',')]
    model: Vec<String>,
    /// Width multipliers
    #[arg(long, value_name = "ALPHA", value_delimiter = ',', value_parser = alpha)]
    alpha: Vec<f64>,
    /// Sides of the network's input, px; else the model's own
    #[arg(long, value_name = "PX", value_delimiter = ',', value_parser = resolution)]
    res: Vec<usize>,
    /// Names of the classes, in place of the checkpoint's
    ///
    /// As for `mnet classify`.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    labels: Option<PathBuf>,
    /// Where to run: auto, cpu, cuda, cuda:N or metal
    #[arg(long, value_name = "DEVICE", default_value = "auto", hide_short_help = true)]
    device: DeviceChoice,
}

impl GridFlags {
    pub(in crate::cli) fn has_resolution(&self) -> bool {
        !self.res.is_empty()
    }

    /// Refuses a list that has something twice: a model would be compared with itself.
    pub(in crate::cli) fn check(&self) -> Result<()> {
        let shown = |alpha: &f64| format!("{alpha:?}");
        let lists = [
            ("--model", self.model.clone()),
            ("--alpha", self.alpha.iter().map(shown).collect()),
            ("--res", self.res.iter().map(usize::to_string).collect()),
        ];
        for (flag, mut values) in lists {
            let Some(twice) = (1..values.len()).find(|&at| values[..at].contains(&values[at])) else {
                continue;
            };
            let message = format!("{flag} has {} twice", values[twice]);
            let mut seen = HashSet::new();
            values.retain(|value| seen.insert(value.clone()));
            return Err(Failure::error(message, Some(format!("{flag} {}", quoted(values.join(","))))));
        }
        Ok(())
    }

    /// Each combination, the resolution changing first.
    pub(in crate::cli) fn all(&self) -> Vec<ModelFlags> {
        let mut all = vec![];
        for model in or_default(&self.model) {
            for alpha in or_default(&self.alpha) {
                for resolution in or_default(&self.res) {
                    let request = Request { model: model.clone(), alpha, resolution };
                    all.push(ModelFlags::new(request, self.labels.clone(), self.device));
                }
            }
        }
        all
    }

    /// Whether no flag says which network.
    pub(in crate::cli) fn is_default(&self) -> bool {
        self.model.is_empty() && self.alpha.is_empty()
    }

    pub(in crate::cli) fn labels(&self) -> Option<&Path> {
        self.labels.as_deref()
    }
}

/// The values given, or `None` for the default.
fn or_default<T: Clone>(values: &[T]) -> Vec<Option<T>> {
    if values.is_empty() { vec![None] } else { values.iter().cloned().map(Some).collect() }
}

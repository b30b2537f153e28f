//! Which model runs, how large, and where: `--model`, `--alpha`, `--res`, `--labels`, `--device`.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::hint::OrFail;
use super::values::{alpha, resolution};
use crate::backend::device::DeviceChoice;
use crate::predict::{self, Request, Source};

/// Which weights to run.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Model")]
pub(super) struct ModelFlags {
    /// A directory or file of weights, a hub repository owner/name[@revision], a name of `mnet models list`,
    /// or a kind (v1, v3-small, v4, lite0, mobilenetv4_conv_small, …); the built-in EfficientNet-Lite0 if
    /// neither this nor --alpha is given
    #[arg(short, long, value_name = "MODEL")]
    model: Option<String>,
    /// Width multiplier: fewer channels, less accuracy, less time
    #[arg(long, value_name = "ALPHA", value_parser = alpha)]
    alpha: Option<f64>,
    /// Side of the network's input, px, the shorter one if it is not square: smaller is faster and less accurate
    #[arg(long, value_name = "PX", value_parser = resolution)]
    res: Option<usize>,
    /// Names of the classes in place of the checkpoint's: one per line in the order of its outputs, or any
    /// form that docs/checkpoints.md lists (JSON, csv, numbered lines, label maps)
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// Where to run: auto, cpu, cuda, cuda:N or metal
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    device: DeviceChoice,
}

impl ModelFlags {
    /// Where the weights are. Opens no connection.
    pub(super) fn source(&self) -> Result<Source> {
        let request = Request { model: self.model.clone(), alpha: self.alpha, resolution: self.res };
        predict::select(&request).or_fail()
    }

    pub(super) fn labels(&self) -> Option<&Path> {
        self.labels.as_deref()
    }

    pub(super) fn resolution(&self) -> Option<usize> {
        self.res
    }

    pub(super) fn device(&self) -> DeviceChoice {
        self.device
    }
}

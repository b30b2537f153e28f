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
    /// The network: a name, a file, or owner/name of the hub
    ///
    /// A name of `mnet models list`, or a kind (v1, v3-small, v4, lite0, mobilenetv4_conv_small, …); a file or directory of
    /// weights; or a hub repository, owner/name[@revision]. Without this and --alpha, the built-in EfficientNet-Lite0 runs.
    #[arg(short, long, value_name = "MODEL")]
    model: Option<String>,
    /// Width multiplier, such as 0.75: fewer channels
    ///
    /// Fewer channels are faster and less accurate. Each value is a checkpoint of its own: `mnet models list` shows which exist.
    #[arg(long, value_name = "ALPHA", value_parser = alpha)]
    alpha: Option<f64>,
    /// Side of the network's input, px: smaller is faster
    ///
    /// A smaller input is less accurate, too. Of an input that is not square, this is the shorter side.
    #[arg(long, value_name = "PX", value_parser = resolution)]
    res: Option<usize>,
    /// Names of the classes, in place of the checkpoint's
    ///
    /// A file with one name per line, in the order of the outputs, or in any form that docs/checkpoints.md lists (JSON, CSV,
    /// numbered lines, label maps).
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    labels: Option<PathBuf>,
    /// Where to run: auto, cpu, cuda, cuda:N or metal
    #[arg(long, value_name = "DEVICE", default_value = "auto", hide_short_help = true)]
    device: DeviceChoice,
}

impl ModelFlags {
    /// What a command that takes several networks asks for in one of them.
    pub(super) fn new(request: Request, labels: Option<PathBuf>, device: DeviceChoice) -> Self {
        let Request { model, alpha, resolution: res } = request;
        Self { model, alpha, res, labels, device }
    }

    /// Where the weights are. Opens no connection.
    pub(super) fn source(&self) -> Result<Source> {
        let request = Request { model: self.model.clone(), alpha: self.alpha, resolution: self.res };
        predict::select(&request).or_fail()
    }

    pub(super) fn alpha(&self) -> Option<f64> {
        self.alpha
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

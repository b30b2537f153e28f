//! The flags of `mnet bench`, and its help.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use candle_core::Device;
use clap::ValueEnum;

use super::format::Format;
use crate::backend::Precision;
use crate::backend::device::DeviceChoice;
use crate::cli::console::Failure;
use crate::cli::plot_flags::PlotFlags;
use crate::cli::values::{self, BadValue, alpha, count, precision, resolution};
use crate::measure::Plan;

/// What a network is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Compare {
    /// MobileNetV1 with full convolutions in place of depthwise separable ones
    Dense,
}

/// Measure latency and throughput
///
/// Times a network from pixels to logits, without decoding and scaling pictures. --model, --alpha, --res,
/// --precision, --batch and --threads take lists separated by commas; every combination is measured and printed as a row.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct Args {
    /// Networks, as for `mnet classify --model`
    ///
    /// The built-in EfficientNet-Lite0 if neither this nor --alpha is given.
    #[arg(short, long, value_name = "MODEL", value_delimiter = ',', help_heading = "Model")]
    pub(super) model: Vec<String>,
    /// Width multipliers
    #[arg(long, value_name = "ALPHA", value_delimiter = ',', value_parser = alpha, help_heading = "Model")]
    pub(super) alpha: Vec<f64>,
    /// Sides of the square input, px; else the model's own
    #[arg(long, value_name = "PX", value_delimiter = ',', value_parser = resolution, help_heading = "Model")]
    pub(super) res: Vec<usize>,
    /// Random weights in place of a checkpoint
    ///
    /// Nothing is downloaded, and V1 and V2 exist at any alpha.
    #[arg(long, help_heading = "Model")]
    pub(super) random_weights: bool,
    /// Where to run: auto, cpu, cuda, cuda:N or metal
    #[arg(long, value_name = "DEVICE", default_value = "auto", help_heading = "Model")]
    pub(super) device: DeviceChoice,
    /// Number format of weights and feature maps: f32, bf16
    ///
    /// bf16 keeps 8 of the 24 significant bits of f32 and needs a processor with AVX512-BF16 or AMX; without one, f32 is measured.
    #[arg(
        long,
        value_name = "PRECISION",
        value_delimiter = ',',
        default_value = "f32",
        value_parser = precision,
        help_heading = "Model"
    )]
    pub(super) precision: Vec<Precision>,

    /// Pictures per run
    ///
    /// If there are at least as many as threads, each thread takes whole pictures.
    #[arg(short, long, value_name = "N", value_delimiter = ',', default_value = "1", value_parser = count, help_heading = "Running")]
    pub(super) batch: Vec<usize>,
    /// CPU threads; by default all of this process
    ///
    /// All that this process may use. [env: RAYON_NUM_THREADS]
    #[arg(short = 'j', long, value_name = "N", value_delimiter = ',', value_parser = count, help_heading = "Running")]
    pub(super) threads: Vec<usize>,
    /// Warm-up runs, not measured
    #[arg(long, value_name = "N", default_value_t = 10, help_heading = "Running")]
    pub(super) warm_up: usize,
    /// Repeat each measurement for at least this long
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds, help_heading = "Running")]
    pub(super) min_time: Duration,
    /// Add the time of every layer, on one thread
    #[arg(long, help_heading = "Running")]
    pub(super) profile: bool,
    /// Measure V1 beside the same network with full convolutions
    ///
    /// Table 4 of its paper with times, block by block, of one picture on one thread with random weights. --alpha and --res choose
    /// the network.
    #[arg(
        long,
        value_name = "WITH",
        value_enum,
        conflicts_with_all = ["profile", "plot"],
        help_heading = "Running",
        hide_short_help = true
    )]
    pub(super) compare: Option<Compare>,

    /// How rows are printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, help_heading = "Output")]
    pub(super) format: Format,
    /// Print one JSON object per row
    ///
    /// Short for --format json.
    #[arg(long, conflicts_with = "format", help_heading = "Output")]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) plot: PlotFlags,
}

const EXAMPLES: &str = "\
Examples:
  Measure the built-in model, one picture at a time:
      mnet bench
  The two knobs of the paper, in 16 rows, and the best of them:
      mnet bench --model v1 --alpha 0.25,0.5,0.75,1.0 \\
        --res 128,160,192,224 --random-weights
  Four families as a table for a document:
      mnet bench --model v1,v2,v3,v4 --alpha 0.5,0.75,1.0 \\
        --random-weights --format markdown
  Latency against throughput:
      mnet bench --batch 1,8 --threads 1,2
  Where the time goes, layer by layer:
      mnet bench --model v2 --random-weights --profile
  What depthwise separable convolutions gain here:
      mnet bench --compare dense
  The medians alone:
      mnet bench --json | jq '{res, p50: .ms.p50}'

Columns:
  min, p50, p90 and p99 are milliseconds for a whole batch: min is what the machine can do, p50 what to expect, p99 what other \
work on it costs. p90 needs 10 runs and p99 100. images/s is batch / mean. GFLOP/s counts two operations per Mult-Add, at p50; \
`of peak` compares it with the multiply-adds that the same threads do in registers. Runs that take over twice the median are \
reported. A narrow terminal has fewer columns.

  top-1 is the accuracy on ImageNet-1k that was published for the same network at this resolution, with random weights too. A \
row is on the front if no other row of its batch and threads is as fast (p50) and as accurate, and better in one of the two. Text \
lists the front under the table; JSON and CSV have `on_front`, and Markdown a mark: they are written when all rows are measured, \
or at Ctrl-C.

  A single picture is split among all threads: set --threads 1 where other work needs the cores.

Exit status:
  0  Everything is measured
  2  Something could not be measured: wrong usage, no such model or device
  130  Ended by Ctrl-C; other signals: 128 and their number";

fn seconds(word: &str) -> Result<Duration, BadValue> {
    values::seconds(word, &(0.0..=3600.0), 2.0)
}

impl Args {
    /// The numbers of threads to measure: of those that are `available` if no flag says it.
    pub(super) fn threads(&self, device: &Device, available: usize) -> Result<Vec<usize>> {
        let threads = match self.threads[..] {
            [] if self.profile || self.compare.is_some() => vec![1],
            [] => vec![available],
            ref threads => threads.to_vec(),
        };
        let (message, hint) = if self.compare.is_some() && threads != [1] {
            (
                "a comparison by layers needs one thread: with several, layers overlap",
                "mnet bench --compare dense --threads 1",
            )
        } else if self.compare.is_some() && !device.is_cpu() {
            (
                "a comparison by layers times this program's own kernels, which run on a CPU",
                "mnet bench --compare dense --device cpu",
            )
        } else if self.profile && threads != [1] {
            ("--profile needs one thread: with several, layers overlap", "mnet bench --profile --threads 1")
        } else if self.profile && !device.is_cpu() {
            (
                "--profile times this program's own kernels, which run on a CPU",
                "mnet bench --profile --device cpu",
            )
        } else {
            return Ok(threads);
        };
        Err(Failure::error(message, Some(hint.into())))
    }

    /// The values of --model.
    pub(super) fn models(&self) -> Vec<String> {
        rejoined(&self.model, |path| Path::new(path).exists())
    }

    pub(super) fn plan(&self) -> Plan {
        Plan { warm_up: self.warm_up, min_time: self.min_time }
    }

    pub(super) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

/// A list without cuts at the commas of paths that exist: `./my,model` is one of them, `v1,v2` is two names.
fn rejoined(parts: &[String], exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut whole = Vec::new();
    let mut rest = parts;
    while !rest.is_empty() {
        let longest = (2..=rest.len()).rev().find(|&count| exists(&rest[..count].join(",")));
        let (taken, left) = rest.split_at(longest.unwrap_or(1));
        whole.push(taken.join(","));
        rest = left;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_commas_that_exists_is_one_model() {
        let list = |text: &str| {
            let parts: Vec<_> = text.split(',').map(str::to_owned).collect();
            rejoined(&parts, |path| ["./my,model", "a,b,c"].contains(&path))
        };
        assert_eq!(list("v1,v2"), ["v1", "v2"]);
        assert_eq!(list("./my,model"), ["./my,model"]);
        assert_eq!(list("v1,./my,model,a,b,c,v2"), ["v1", "./my,model", "a,b,c", "v2"]);
        assert_eq!(list("./my,other"), ["./my", "other"]);
    }
}

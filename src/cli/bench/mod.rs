//! `mnet bench`: what width, resolution, batch and threads cost on this machine, and what they are worth.

mod columns;
mod csv;
mod dense;
#[cfg(test)]
mod example;
mod figure;
mod format;
mod front;
mod grid;
mod json;
mod markdown;
pub(super) mod measurement;
pub(super) mod model;
mod noise;
mod profile;
mod report;
mod row_bar;
mod rows;
pub(super) mod subject;
mod table;
mod text;

use std::time::Duration;

use anyhow::Result;
use candle_core::Device;

use super::console::Failure;
use super::details;
use super::exit::Exit;
use super::plot_flags::PlotFlags;
use super::session::Session;
use super::threads;
use super::values::{self, BadValue, alpha, count, resolution};
use crate::backend::device::DeviceChoice;
use crate::kernels::isa;
use crate::measure::Plan;
use crate::words::and_list;
use dense::Compare;
use format::Format;

/// Measure latency and throughput
///
/// Times a network from pixels to logits, without decoding and scaling pictures. --model, --alpha, --res,
/// --batch and --threads take lists separated by commas; every combination is measured and printed as a row.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// Networks, as for `mnet classify --model`
    ///
    /// The built-in EfficientNet-Lite0 if neither this nor --alpha is given.
    #[arg(short, long, value_name = "MODEL", value_delimiter = ',', help_heading = "Model")]
    model: Vec<String>,
    /// Width multipliers
    #[arg(long, value_name = "ALPHA", value_delimiter = ',', value_parser = alpha, help_heading = "Model")]
    alpha: Vec<f64>,
    /// Sides of the square input, px; else the model's own
    #[arg(long, value_name = "PX", value_delimiter = ',', value_parser = resolution, help_heading = "Model")]
    res: Vec<usize>,
    /// Random weights in place of a checkpoint
    ///
    /// Nothing is downloaded, and V1 and V2 exist at any alpha.
    #[arg(long, help_heading = "Model")]
    random_weights: bool,
    /// Where to run: auto, cpu, cuda, cuda:N or metal
    #[arg(long, value_name = "DEVICE", default_value = "auto", help_heading = "Model")]
    device: DeviceChoice,

    /// Pictures per run
    ///
    /// If there are at least as many as threads, each thread takes whole pictures.
    #[arg(short, long, value_name = "N", value_delimiter = ',', default_value = "1", value_parser = count, help_heading = "Running")]
    batch: Vec<usize>,
    /// CPU threads; by default all of this process
    ///
    /// All that this process may use. [env: RAYON_NUM_THREADS]
    #[arg(short = 'j', long, value_name = "N", value_delimiter = ',', value_parser = count, help_heading = "Running")]
    threads: Vec<usize>,
    /// Warm-up runs, not measured
    #[arg(long, value_name = "N", default_value_t = 10, help_heading = "Running")]
    warm_up: usize,
    /// Repeat each measurement for at least this long
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds, help_heading = "Running")]
    min_time: Duration,
    /// Add the time of every layer, on one thread
    #[arg(long, help_heading = "Running")]
    profile: bool,
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
    compare: Option<Compare>,

    /// How rows are printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, help_heading = "Output")]
    format: Format,
    /// Print one JSON object per row
    ///
    /// Short for --format json.
    #[arg(long, conflicts_with = "format", help_heading = "Output")]
    json: bool,
    #[command(flatten)]
    plot: PlotFlags,
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
    fn threads(&self, device: &Device, available: usize) -> Result<Vec<usize>> {
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

    fn plan(&self) -> Plan {
        Plan { warm_up: self.warm_up, min_time: self.min_time }
    }

    fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }

    /// Refuses what a format cannot show.
    fn check(&self) -> Result<()> {
        self.plot.check()?;
        if self.compare.is_some() {
            return dense::check(self);
        }
        let is_shown = matches!(self.format(), Format::Text | Format::Json);
        if self.profile && !is_shown {
            let message = "a profile is a table for each row: it is printed as text or JSON";
            return Err(Failure::error(message, Some("mnet bench --profile --json".into())));
        }
        Ok(())
    }
}

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    args.check()?;
    let console = session.console();
    let device = session.device(args.device)?;
    let (isa, available) = (isa::active().name, threads::available(console));
    let all_threads = args.threads(&device, available)?;
    threads::start(all_threads.iter().copied().max().unwrap_or(available))?;
    if args.threads.is_empty() {
        console.detail(details::thread_count(None, available, available));
    }
    console.note(format_args!("{isa}, {} of {available} threads", and_list(&all_threads)));
    if args.compare.is_some() {
        return dense::run(args, &device, session);
    }
    let models = grid::open(&args.model, &args.alpha, args.random_weights, session)?;
    if args.plot.is_given() {
        rows::require_accuracy(args, &models)?;
    }
    rows::measure(args, &models, &device, &all_threads, session)
}

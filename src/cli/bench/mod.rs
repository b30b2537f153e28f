//! `mnet bench`: what width, resolution, batch and threads cost on this machine.

mod json;
pub(super) mod measurement;
pub(super) mod model;
mod noise;
mod profile;
pub(super) mod subject;
mod text;

use std::io::{self, Write};
use std::time::Duration;

use anyhow::Result;
use candle_core::Device;

use super::console::Failure;
use super::details;
use super::exit::Exit;
use super::session::Session;
use super::threads;
use super::values::{self, BadValue, alpha, count, resolution};
use crate::backend::device::DeviceChoice;
use crate::kernels::isa;
use crate::measure::Plan;
use crate::words::and_list;
use measurement::Measurement;
use model::BenchModel;

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

    /// Print one JSON object per row
    #[arg(long, help_heading = "Output")]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  Measure the built-in model, one picture at a time:
      mnet bench
  The two knobs of the paper, in 16 rows:
      mnet bench --model v1 --alpha 0.25,0.5,0.75,1.0 \\
        --res 128,160,192,224 --random-weights
  Latency against throughput:
      mnet bench --batch 1,8 --threads 1,2
  Where the time goes, layer by layer:
      mnet bench --model v2 --random-weights --profile
  The medians alone:
      mnet bench --json | jq '{res, p50: .ms.p50}'

Columns:
  min, p50, p90 and p99 are milliseconds for a whole batch: min is what the machine can do, p50 what to expect, p99 what other \
work on it costs. p90 needs 10 runs and p99 100. images/s is batch / mean. GFLOP/s counts two operations per Mult-Add, at p50; \
`of peak` compares it with the multiply-adds that the same threads do in registers. Runs that take over twice the median are \
reported.

  A single picture is split among all threads: set --threads 1 where other work needs the cores.

Exit status:
  0  Everything is measured
  2  Something could not be measured: wrong usage, no such model or device";

fn seconds(word: &str) -> Result<Duration, BadValue> {
    values::seconds(word, &(0.0..=3600.0), 2.0)
}

impl Args {
    /// The numbers of threads to measure: of those that are `available` if no flag says it.
    fn threads(&self, device: &Device, available: usize) -> Result<Vec<usize>> {
        let threads = match self.threads[..] {
            [] if self.profile => vec![1],
            [] => vec![available],
            ref threads => threads.to_vec(),
        };
        let (message, hint) = if self.profile && threads != [1] {
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

    fn write(&self, measurement: &Measurement, output: &mut impl Write) -> Result<()> {
        if self.json {
            json::write(output, measurement)?;
        } else {
            text::write(output, measurement)?;
        }
        Ok(output.flush()?)
    }
}

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let device = session.device(args.device)?;
    let (isa, available) = (isa::active().name, threads::available(session.console()));
    let all_threads = args.threads(&device, available)?;
    threads::start(all_threads.iter().copied().max().unwrap_or(available))?;
    if args.threads.is_empty() {
        session.console().detail(details::thread_count(None, available, available));
    }
    session.console().note(format_args!("{isa}, {} of {available} threads", and_list(&all_threads)));
    let mut output = io::stdout().lock();
    // Before the first row, and not before an error.
    let mut is_headed = args.json;
    for name in or_default(&args.model) {
        for alpha in or_default(&args.alpha) {
            let model = BenchModel::open(name.as_ref(), alpha, args.random_weights, session)?;
            let network = model.load(&device)?;
            for resolution in or_default(&args.res) {
                let resolution = resolution.unwrap_or(model.resolution);
                for &batch in &args.batch {
                    let pixels = model.pixels(batch, resolution, &device)?;
                    for &threads in &all_threads {
                        let measurement =
                            Measurement::run(&model, &network, &pixels, threads, args.plan(), args.profile)?;
                        if !is_headed {
                            text::write_header(&mut output)?;
                            is_headed = true;
                        }
                        args.write(&measurement, &mut output)?;
                        for note in noise::notes(&measurement) {
                            session.console().note(note);
                        }
                    }
                }
            }
        }
    }
    Ok(Exit::Success)
}

/// The values given, or `None` for the default.
fn or_default<T: Clone>(values: &[T]) -> Vec<Option<T>> {
    if values.is_empty() { vec![None] } else { values.iter().cloned().map(Some).collect() }
}

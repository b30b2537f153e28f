//! `mnet bench`: what the knobs cost on this machine.

mod json;
mod profile;
mod subject;
mod text;

use std::io::{self, Write};
use std::time::Duration;

use anyhow::Result;
use candle_core::{Device, Tensor};

use super::Exit;
use super::console::{Console, Failure};
use super::hub_flags::HubFlags;
use super::values::{alpha, count, resolution};
use crate::backend::device::DeviceChoice;
use crate::backend::{Extras, Network};
use crate::kernels::isa;
use crate::measure::{Latencies, Plan, peak};
use profile::Profile;
use subject::Subject;

/// Measure latency and throughput
///
/// Times a network from pixels to logits, without decoding and scaling pictures. --model, --alpha, --res, --batch and
/// --threads take lists, separated by commas; every combination is measured and becomes a row.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What `mnet classify --model` takes; the built-in EfficientNet-Lite0 if neither this nor --alpha is given
    #[arg(short, long, value_name = "MODEL", value_delimiter = ',', help_heading = "Model")]
    model: Vec<String>,
    /// Width multipliers
    #[arg(long, value_name = "ALPHA", value_delimiter = ',', value_parser = alpha, help_heading = "Model")]
    alpha: Vec<f64>,
    /// Sides of the square input, px; the model's own if not given
    #[arg(long, value_name = "PX", value_delimiter = ',', value_parser = resolution, help_heading = "Model")]
    res: Vec<usize>,
    /// Random weights instead of a checkpoint: nothing is downloaded, and V1 and V2 exist at any alpha
    #[arg(long, help_heading = "Model")]
    random_weights: bool,
    /// Where to run: auto, cpu, cuda, cuda:N or metal
    #[arg(long, value_name = "DEVICE", default_value = "auto", help_heading = "Model")]
    device: DeviceChoice,

    /// Pictures per run: with as many as threads or more, each thread takes one all the way
    #[arg(short, long, value_name = "N", value_delimiter = ',', default_value = "1", value_parser = count, help_heading = "Running")]
    batch: Vec<usize>,
    /// CPU threads; all that this process may use if not given
    #[arg(short = 'j', long, value_name = "N", value_delimiter = ',', value_parser = count, help_heading = "Running")]
    threads: Vec<usize>,
    /// Runs before the first that counts
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
  mnet bench                                                      the built-in model, one picture at a time
  mnet bench --model v1 --alpha 0.25,0.5,0.75,1.0 --res 128,160,192,224 --random-weights
                                                                  the two knobs of the paper, 16 rows
  mnet bench --batch 1,8 --threads 1,2                            latency against throughput
  mnet bench --model v2 --random-weights --profile                where the time goes, layer by layer
  mnet bench --json | jq '{res, p50: .ms.p50}'

min, p50, p90 and p99 are milliseconds for a whole batch; min is what the machine can do, p50 what to expect,
p99 what else runs here. images/s is batch / mean. GFLOP/s counts two operations per Mult-Add, at p50; `of peak`
holds it against the multiply-adds that as many threads do in registers. One picture alone is cut into parts
for all threads; set --threads 1 where other work has the cores.";

fn seconds(word: &str) -> Result<Duration, String> {
    match word.parse::<f64>() {
        Ok(seconds) if (0.0..=3600.0).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("a number of seconds up to 3600; try 2".into()),
    }
}

impl Args {
    /// The numbers of threads to measure.
    fn threads(&self, device: &Device) -> Result<Vec<usize>> {
        let threads = match self.threads[..] {
            [] if self.profile => vec![1],
            [] => vec![rayon::current_num_threads()],
            ref threads => threads.to_vec(),
        };
        let (message, hint) = if self.profile && threads != [1] {
            (
                "--profile times layers on one thread: with several they overlap",
                "mnet bench --profile --threads 1",
            )
        } else if self.profile && !device.is_cpu() {
            ("--profile times our own kernels, which run on a CPU", "mnet bench --profile --device cpu")
        } else {
            return Ok(threads);
        };
        Err(Failure::error(message, Some(hint.into())))
    }
}

/// One combination and its result.
struct Row<'a> {
    subject: &'a Subject,
    resolution: usize,
    batch: usize,
    threads: usize,
    latencies: Latencies,
    /// Operations per second that the threads could do.
    peak: f64,
    profile: Option<Profile>,
}

impl Row<'_> {
    /// Mult-Adds of a whole batch.
    fn mult_adds(&self) -> usize {
        self.batch * self.subject.architecture.graph.mult_adds(self.resolution)
    }

    fn write(&self, json: bool, output: &mut impl Write) -> io::Result<()> {
        if json {
            json::row(output, self)?;
        } else {
            text::row(output, self)?;
        }
        output.flush()
    }

    /// Operations per second at p50.
    fn rate(&self) -> f64 {
        2.0 * self.mult_adds() as f64 / self.latencies.percentile(50).as_secs_f64()
    }

    fn images_per_second(&self) -> f64 {
        self.batch as f64 / self.latencies.mean().as_secs_f64()
    }
}

pub(super) fn run(args: &Args, hub: &HubFlags, console: &Console) -> Result<Exit> {
    let device = args.device.open().map_err(|error| Failure::error(&error, Some(error.hint())))?;
    let threads = args.threads(&device)?;
    let all = rayon::current_num_threads();
    console.note(format_args!("{}, {} of {all} threads", isa::active().name, text::list(&threads)));
    let mut output = io::stdout().lock();
    if !args.json {
        text::header(&mut output)?;
    }
    for model in optional(&args.model) {
        for alpha in optional(&args.alpha) {
            let subject = Subject::open(model.as_ref(), alpha, args.random_weights, hub, console)?;
            let network = subject.load(&device)?;
            for resolution in optional(&args.res) {
                let resolution = resolution.unwrap_or(subject.resolution);
                for &batch in &args.batch {
                    let pixels = subject.pixels(batch, resolution, &device)?;
                    for &threads in &threads {
                        let row = measure(args, &subject, &network, &pixels, threads)?;
                        row.write(args.json, &mut output)?;
                    }
                }
            }
        }
    }
    Ok(Exit::Success)
}

/// One row, in a pool of its own of so many threads.
fn measure<'a>(
    args: &Args,
    subject: &'a Subject,
    network: &Network,
    pixels: &Tensor,
    threads: usize,
) -> Result<Row<'a>> {
    let (batch, _, _, resolution) = pixels.dims4()?;
    let plan = Plan { warm_up: args.warm_up, min_time: args.min_time };
    // Read back: a device may answer before it is done.
    let run = || -> Result<()> {
        Ok(network.forward(pixels, Extras::default())?.logits.to_vec2::<f32>().map(drop)?)
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    pool.install(|| {
        let latencies = Latencies::measure(plan, run)?;
        // After the runs: a processor that was idle may be slow.
        let peak = peak(isa::active(), threads);
        let profile =
            args.profile.then(|| Profile::measure(network, subject, resolution, plan)).transpose()?;
        Ok(Row { subject, resolution, batch, threads, latencies, peak, profile })
    })
}

/// The values, or the absence of one.
fn optional<T: Clone>(values: &[T]) -> Vec<Option<T>> {
    if values.is_empty() { vec![None] } else { values.iter().cloned().map(Some).collect() }
}

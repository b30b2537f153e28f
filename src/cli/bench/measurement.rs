//! One measured combination of model, resolution, batch and threads: a row.

use anyhow::Result;
use candle_core::Tensor;

use super::model::BenchModel;
use super::profile::{LayerStats, Profile};
use super::subject::Subject;
use crate::backend::{Extras, Network, Precision};
use crate::cli::threads::not_started;
use crate::measure::{Latencies, Plan, at_least, peak};

/// One combination and its result.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Measurement {
    pub subject: Subject,
    pub precision: Precision,
    pub batch: usize,
    pub threads: usize,
    pub latencies: Latencies,
    /// Peak operations per second that the threads reach in registers; `None` on devices other than the CPU.
    pub peak: Option<f64>,
    pub(super) profile: Option<Profile>,
}

impl Measurement {
    /// Runs `network` on `pixels`, `[batch, 3, resolution, resolution]`, in a pool of its own with this many
    /// threads; layer by layer as well if there is to be a profile.
    pub(in crate::cli) fn run(
        model: &BenchModel,
        network: &Network,
        pixels: &Tensor,
        threads: usize,
        plan: Plan,
        with_profile: bool,
    ) -> Result<Self> {
        Self::run_unless(model, network, pixels, threads, plan, with_profile, || Ok(()))
    }

    /// As [`run`](Self::run), until `stopped` is an error.
    pub(super) fn run_unless(
        model: &BenchModel,
        network: &Network,
        pixels: &Tensor,
        threads: usize,
        plan: Plan,
        with_profile: bool,
        stopped: impl Fn() -> Result<()> + Sync,
    ) -> Result<Self> {
        let (batch, _, _, resolution) = pixels.dims4()?;
        // Read the logits back: a device may return before it has finished.
        let run = || -> Result<()> {
            stopped()?;
            Ok(network.forward(pixels, Extras::default())?.logits.to_vec2::<f32>().map(drop)?)
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| not_started(threads, &error))?;
        pool.install(|| {
            let latencies = Latencies::measure(plan, run)?;
            let profile =
                with_profile.then(|| Profile::measure(network, model, resolution, plan)).transpose()?;
            let precision = network.precision();
            let subject = model.at(resolution);
            let mut row = Self { subject, precision, batch, threads, latencies, peak: None, profile };
            if let Some(kernel) = precision.peak().filter(|_| pixels.device().is_cpu()) {
                // After the runs, because an idle processor may clock low.
                row.peak = Some(at_least(row.fastest(), || peak(kernel, threads)));
            }
            Ok(row)
        })
    }

    /// Mult-Adds of a whole batch.
    pub(in crate::cli) fn mult_adds(&self) -> usize {
        self.batch * self.subject.mult_adds
    }

    /// Operations per second at the median latency.
    pub(in crate::cli) fn rate(&self) -> f64 {
        2.0 * self.mult_adds() as f64 / self.latencies.percentile(50).as_secs_f64()
    }

    /// The highest rate in the row, of the network or of a layer: no peak can be lower.
    pub(in crate::cli) fn fastest(&self) -> f64 {
        let layers = self.profile.iter().flat_map(|profile| &profile.layers);
        layers.map(LayerStats::rate).fold(self.rate(), f64::max)
    }

    /// Whether the peak is below what was reached: other work ran each time it was measured.
    pub(in crate::cli) fn is_peak_doubtful(&self) -> bool {
        self.peak.is_some_and(|peak| peak < self.fastest())
    }

    pub(in crate::cli) fn images_per_second(&self) -> f64 {
        self.batch as f64 / self.latencies.mean().as_secs_f64()
    }

    /// The published top-1 accuracy, percent.
    pub(in crate::cli) fn top1(&self) -> Option<f64> {
        self.subject.published.as_ref().map(|published| published.top1)
    }
}

//! One measured combination of model, resolution, batch and threads.

use anyhow::Result;
use candle_core::Tensor;

use super::model::BenchModel;
use super::profile::Profile;
use crate::backend::{Extras, Network};
use crate::cli::threads::not_started;
use crate::kernels::isa;
use crate::measure::{Latencies, Plan, peak};

/// One combination and its result.
pub(super) struct Measurement<'a> {
    pub model: &'a BenchModel,
    pub resolution: usize,
    pub batch: usize,
    pub threads: usize,
    pub latencies: Latencies,
    /// Operations per second that the threads reach in registers.
    pub peak: f64,
    pub profile: Option<Profile>,
}

impl<'a> Measurement<'a> {
    /// Runs `network` on `pixels`, `[batch, 3, resolution, resolution]`, in a pool of its own with this many
    /// threads; layer by layer as well if there is to be a profile.
    pub(super) fn run(
        model: &'a BenchModel,
        network: &Network,
        pixels: &Tensor,
        threads: usize,
        plan: Plan,
        with_profile: bool,
    ) -> Result<Self> {
        let (batch, _, _, resolution) = pixels.dims4()?;
        // Read the logits back: a device may return before it has finished.
        let run = || -> Result<()> {
            Ok(network.forward(pixels, Extras::default())?.logits.to_vec2::<f32>().map(drop)?)
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| not_started(threads, &error))?;
        pool.install(|| {
            let latencies = Latencies::measure(plan, run)?;
            // After the runs, because an idle processor may clock low.
            let peak = peak(isa::active(), threads);
            let profile =
                with_profile.then(|| Profile::measure(network, model, resolution, plan)).transpose()?;
            Ok(Self { model, resolution, batch, threads, latencies, peak, profile })
        })
    }

    /// Mult-Adds of a whole batch.
    pub(super) fn mult_adds(&self) -> usize {
        self.batch * self.model.architecture.graph.mult_adds(self.resolution)
    }

    /// Operations per second at the median latency.
    pub(super) fn rate(&self) -> f64 {
        2.0 * self.mult_adds() as f64 / self.latencies.percentile(50).as_secs_f64()
    }

    pub(super) fn images_per_second(&self) -> f64 {
        self.batch as f64 / self.latencies.mean().as_secs_f64()
    }
}

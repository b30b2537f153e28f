//! Times networks with random weights: how long a network takes depends on its shape, and nothing has to be downloaded.

use std::time::Instant;

use anyhow::Result;
use candle_core::{Device, Tensor};
use rayon::ThreadPool;

use super::networks::Network;
use super::noise::Noise;
use super::search::{Effort, Timing};
use crate::backend::{self, Extras, Precision};
use crate::cli::bench::model::BenchModel;
use crate::cli::session::Session;
use crate::cli::threads::not_started;
use crate::kernels::isa;
use crate::measure::{at_least, peak};

/// Times networks on one device.
pub(super) struct Timer<'a> {
    session: &'a Session<'a>,
    device: Device,
    threads: usize,
    pool: ThreadPool,
    /// Floating-point operations per second in registers, the highest that was seen; `None` on another device than the CPU.
    peak: Option<f64>,
    noise: Noise,
    /// Milliseconds of every run, by network.
    runs: Vec<Vec<f64>>,
    /// The network that was timed last, which is often timed again.
    loaded: Option<(usize, Loaded)>,
}

/// A network with its input.
struct Loaded {
    network: backend::Network,
    pixels: Tensor,
}

impl<'a> Timer<'a> {
    /// For as many networks, on a pool of its own.
    pub(super) fn new(session: &'a Session, device: Device, threads: usize, networks: usize) -> Result<Self> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| not_started(threads, &error))?;
        let runs = vec![Vec::new(); networks];
        let mut timer =
            Self { session, device, threads, pool, peak: None, noise: Noise::default(), runs, loaded: None };
        timer.measure_peak(0.0);
        Ok(timer)
    }

    /// Mult-Adds per millisecond that no network exceeds, if that is known.
    pub(super) fn peak(&self) -> Option<f64> {
        self.peak.map(|peak| peak / 2.0 / 1e3)
    }

    /// Whether other work on the machine made the times doubtful.
    pub(super) fn is_disturbed(&self) -> bool {
        self.noise.is_disturbing(&self.runs)
    }

    /// Runs a network until all its runs are enough for `effort`.
    pub(super) fn time(&mut self, index: usize, network: &Network, effort: Effort) -> Result<Timing> {
        if self.loaded.as_ref().is_none_or(|(loaded, _)| *loaded != index) {
            // Before the next one: two large networks may not fit into memory.
            self.loaded = None;
            self.loaded = Some((index, self.load(network)?));
        }
        let (Some((_, loaded)), runs) = (&self.loaded, &mut self.runs[index]) else {
            unreachable!("loaded above")
        };
        let (least, duration) = effort.plan();
        self.pool.install(|| -> Result<()> {
            // The first run fills caches and buffers.
            loaded.run()?;
            while runs.len() < least || runs.iter().sum::<f64>() < duration.as_secs_f64() * 1e3 {
                let start = Instant::now();
                loaded.run()?;
                runs.push(start.elapsed().as_secs_f64() * 1e3);
            }
            Ok(())
        })?;
        let timing = Timing::of(runs, effort);
        self.measure_peak(2e3 * network.mult_adds as f64 / timing.min);
        Ok(timing)
    }

    fn load(&self, network: &Network) -> Result<Loaded> {
        let name = network.model();
        let model = BenchModel::open(name.as_ref(), None, true, self.session)?;
        let pixels = model.pixels(1, network.res, &self.device)?;
        Ok(Loaded { network: model.load(&self.device, Precision::F32)?, pixels })
    }

    /// Measures the peak once more: other work on the machine lowers it, so the highest counts. It is at least `reached`.
    fn measure_peak(&mut self, reached: f64) {
        if self.device.is_cpu() {
            let threads = self.threads;
            let measured = || {
                let found = peak(&isa::active().peak, threads);
                self.noise.add_peak(found);
                found
            };
            let found = self.pool.install(|| at_least(reached, measured));
            let highest = found.max(reached);
            self.noise.add_peak(highest);
            self.peak = Some(highest.max(self.peak.unwrap_or_default()));
        }
    }
}

impl Loaded {
    /// Reads the logits back: a device may return before it has finished.
    fn run(&self) -> Result<()> {
        Ok(self.network.forward(&self.pixels, Extras::default())?.logits.to_vec2::<f32>().map(drop)?)
    }
}

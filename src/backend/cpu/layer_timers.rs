//! Per-layer timers. Fused operations interleave their layers row by row, so that times have to be accumulated.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A timer for each of some layers, or none at all.
#[derive(Clone, Copy, Debug)]
pub struct LayerTimers<'a>(Option<&'a [LayerTimer]>);

/// Time spent in one layer so far.
#[derive(Debug, Default)]
pub struct LayerTimer(AtomicU64);

impl LayerTimer {
    /// The time so far, summed over threads.
    pub fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

impl<'a> LayerTimers<'a> {
    /// Nothing is timed.
    pub const OFF: Self = Self(None);

    /// Times layers with these timers.
    pub fn on(timers: &'a [LayerTimer]) -> Self {
        Self(Some(timers))
    }

    /// The timers from layer `first` on.
    #[must_use]
    pub fn from(self, first: usize) -> Self {
        Self(self.0.map(|timers| &timers[first..]))
    }

    /// Does `work` as part of a layer.
    pub fn time<R>(self, layer: usize, work: impl FnOnce() -> R) -> R {
        let Some(timers) = self.0 else { return work() };
        let start = Instant::now();
        let result = work();
        timers[layer].0.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
        result
    }
}

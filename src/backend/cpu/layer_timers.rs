//! Time per layer, where layers are made in turns of a few rows.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A clock for each of some layers, or none.
#[derive(Clone, Copy, Debug)]
pub struct LayerTimers<'a>(Option<&'a [LayerTimer]>);

/// Time spent in a layer so far.
#[derive(Debug, Default)]
pub struct LayerTimer(AtomicU64);

impl LayerTimer {
    /// What it shows. With several threads it is the sum of theirs.
    pub fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

impl<'a> LayerTimers<'a> {
    /// Nothing is timed.
    pub const OFF: Self = Self(None);

    /// Times those layers.
    pub fn on(clocks: &'a [LayerTimer]) -> Self {
        Self(Some(clocks))
    }

    /// The clocks from layer `first` on.
    #[must_use]
    pub fn from(self, first: usize) -> Self {
        Self(self.0.map(|clocks| &clocks[first..]))
    }

    /// Does `work` as part of that layer.
    pub fn time<R>(self, layer: usize, work: impl FnOnce() -> R) -> R {
        let Some(clocks) = self.0 else { return work() };
        let start = Instant::now();
        let result = work();
        clocks[layer].0.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
        result
    }
}

//! Operations of our own kernels: feature maps are slices `[C/8, H, W, 8]`, work is shared out to rayon's threads.
//!
//! Nothing is allocated here while a network runs: callers bring outputs and [`Strip`]s.

use std::sync::{Mutex, MutexGuard, PoisonError};

mod attention;
mod clocks;
mod depthwise;
mod full;
mod fused;
mod gate;
mod pointwise;
mod separable;
mod stem;
mod strips;
mod threads;

pub use attention::{Attention, Between, Source};
pub use clocks::{Clock, Clocks};
pub use depthwise::Depthwise;
pub use full::Full;
pub use fused::{Dense, Fused};
pub use gate::SqueezeExcite;
pub use pointwise::Pointwise;
pub use separable::{Crew, First, Separable};
pub use stem::Stem;
pub use strips::Strip;
pub use threads::with_team;

pub use crate::kernels::pool::mean;
pub use crate::kernels::team::Team;
use crate::kernels::{BLOCK, blocks};

/// The shape of a feature map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Rows.
    pub h: usize,
    /// Columns.
    pub w: usize,
    /// Channels.
    pub c: usize,
}

impl Size {
    /// Values of a feature map, its last block of channels filled up.
    pub fn values(self) -> usize {
        self.positions() * blocks(self.c) * BLOCK
    }

    /// Positions.
    pub fn positions(self) -> usize {
        self.h * self.w
    }
}

/// The first `length` values of `buffer`, which grows and never shrinks.
pub fn grown(buffer: &mut Vec<f32>, length: usize) -> &mut [f32] {
    if buffer.len() < length {
        buffer.resize(length, 0.0);
    }
    &mut buffer[..length]
}

/// The buffers of one thread.
fn lock(strip: &Mutex<Strip>) -> MutexGuard<'_, Strip> {
    // What a thread that panicked left there is overwritten.
    strip.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shares to cut a phase into: several per thread, so that one that is held up holds nobody up for long.
fn shares(team: &Team) -> usize {
    if team.size() > 1 { team.size() * 4 } else { 1 }
}

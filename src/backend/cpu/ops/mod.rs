//! Operations of our own kernels: feature maps are slices `[C/8, H, W, 8]`, work is shared out to rayon's threads.
//!
//! Nothing is allocated here while a network runs: callers bring outputs and [`ThreadScratch`]s.

use std::sync::{Mutex, MutexGuard, PoisonError};

mod attention;
mod conv2d;
mod depthwise;
mod fused;
mod pointwise;
mod row_tiling;
mod separable;
mod squeeze_excite;
mod stem;

pub use attention::{Attention, AttentionScratch, Source};
pub use conv2d::Conv2d;
pub use depthwise::Depthwise;
pub use fused::{Dense, Fused};
pub use pointwise::Pointwise;
pub use row_tiling::ThreadScratch;
pub use separable::{ExecContext, First, Separable};
pub use squeeze_excite::SqueezeExcite;
pub use stem::Stem;

pub use crate::kernels::pool::mean;
pub use crate::kernels::team::Team;
use crate::kernels::{CHANNEL_BLOCK, blocks};

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
        self.positions() * blocks(self.c) * CHANNEL_BLOCK
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
fn lock(strip: &Mutex<ThreadScratch>) -> MutexGuard<'_, ThreadScratch> {
    // What a thread that panicked left there is overwritten.
    strip.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shares to cut a phase into: several per thread, so that one that is held up holds nobody up for long.
fn shares(team: &Team) -> usize {
    if team.size() > 1 { team.size() * 4 } else { 1 }
}

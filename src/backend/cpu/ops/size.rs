//! The shape of a feature map.

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
    /// Values of the feature map, with its last block of channels padded.
    pub fn values(self) -> usize {
        self.positions() * blocks(self.c) * CHANNEL_BLOCK
    }

    /// Positions.
    pub fn positions(self) -> usize {
        self.h * self.w
    }
}

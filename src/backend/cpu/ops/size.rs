//! The shape of a feature map.

use crate::kernels::{Element, padded};

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
    /// The number of values in a feature map of `E`, with its last block of channels padded.
    pub fn values<E: Element>(self) -> usize {
        self.positions() * padded::<E>(self.c)
    }

    /// Positions.
    pub fn positions(self) -> usize {
        self.h * self.w
    }
}

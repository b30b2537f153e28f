//! Arguments of torchvision's functions that shape a network.

use super::transformers::{Unsupported, require_width};

/// The arguments, with torchvision's defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TorchvisionArgs {
    /// alpha.
    pub width_mult: f64,
    /// Whether the last blocks have half their channels (V3), as for detection and segmentation.
    pub reduced_tail: bool,
}

impl Default for TorchvisionArgs {
    fn default() -> Self {
        Self { width_mult: 1.0, reduced_tail: false }
    }
}

impl TorchvisionArgs {
    /// Refuses a width that no network can have.
    pub(super) fn check(&self) -> Result<(), Unsupported> {
        require_width("width_mult", self.width_mult)
    }
}

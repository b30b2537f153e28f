//! Arguments of torchvision's functions that shape a network.

use super::transformers::Unsupported;

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
        if (0.01..=16.0).contains(&self.width_mult) {
            return Ok(());
        }
        let expected = "a width multiplier between 0.01 and 16";
        Err(Unsupported::new("width_mult", &self.width_mult, expected))
    }
}

//! The table of weight file formats. A new format is one file with a `FORMAT` row, listed here.

use super::format::Format;
use super::{safetensors, torch};

/// The formats that can be read.
pub const FORMATS: &[Format] = &[safetensors::FORMAT, torch::FORMAT];

/// "safetensors (.safetensors) or torch checkpoint (.bin .pth .pt)".
pub(super) fn descriptions() -> String {
    FORMATS.iter().map(Format::description).collect::<Vec<_>>().join(" or ")
}

//! What a weight file format is: a name, its extensions, and the two functions that read it.

use std::collections::BTreeMap;

use super::error::Fault;
use super::source::Source;
use super::tensor::TensorLocation;

/// How many bytes tell a format, one that is read or another.
pub(super) const START: usize = 512;

/// A weight file format; a row of [`FORMATS`](super::FORMATS).
pub struct Format {
    /// Its name in messages.
    pub name: &'static str,
    /// File name extensions, without the dot. Only for names: the format is decided by content.
    pub extensions: &'static [&'static str],
    /// Whether a file that starts with these bytes is of this format.
    pub(super) matches: fn(&[u8]) -> bool,
    /// Finds the tensors of a network in a whole file.
    pub(super) index: fn(&Source) -> Result<Contents, Fault>,
}

/// What a weight file holds.
#[derive(Default)]
pub(super) struct Contents {
    /// Each location lies within the file, or within `unpacked`.
    pub(super) tensors: TensorIndex,
    /// The contents of a file that was compressed.
    pub(super) unpacked: Option<Source>,
    /// Which of the networks in the file was taken, if there were several.
    pub(super) choice: Option<String>,
}

/// Tensor names and where the tensors are in the file.
pub(super) type TensorIndex = BTreeMap<String, TensorLocation>;

impl Format {
    /// "torch checkpoint (.bin .pth .pt)".
    pub(super) fn description(&self) -> String {
        format!("{} (.{})", self.name, self.extensions.join(" ."))
    }
}

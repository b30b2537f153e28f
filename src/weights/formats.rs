//! The table of weight file formats. A new format is one file with a `FORMAT` row, listed here.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::foreign;
use super::format::{Format, START};
use super::{safetensors, torch};

/// The formats that can be read.
pub const FORMATS: &[Format] = &[safetensors::FORMAT, torch::FORMAT, torch::LEGACY_FORMAT];

/// "safetensors (.safetensors) or torch checkpoint (.bin .pth .pt .ckpt)".
pub(super) fn descriptions() -> String {
    let known_by_name = FORMATS.iter().filter(|format| !format.extensions.is_empty());
    known_by_name.map(Format::description).collect::<Vec<_>>().join(" or ")
}

/// Whether a path is named like a file of weights, of a format that is read or of one that only gets a better
/// error. `owner/name.pth` is then no repository.
pub fn is_weight_name(path: &Path) -> bool {
    has_extension(path) || foreign::named(&path.to_string_lossy()).is_some()
}

/// Whether a path is a regular file with the first bytes of a format that is read.
pub fn starts_like_weights(path: &Path) -> bool {
    let mut start = vec![];
    let mut read = || File::open(path)?.take(START as u64).read_to_end(&mut start);
    path.is_file() && read().is_ok() && FORMATS.iter().any(|format| (format.matches)(&start))
}

/// What a file of another library is, by how its name ends.
pub fn foreign_kind(name: &str) -> Option<&'static str> {
    foreign::named(name).map(|(kind, _)| kind)
}

/// Trainers call their files `model_best.pth.tar`, though they are no archives.
fn has_extension(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let name = Path::new(name.strip_suffix(".tar").unwrap_or(name));
    let extension = name.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let is_its = |known: &str| known.eq_ignore_ascii_case(extension);
    FORMATS.iter().any(|format| format.extensions.iter().any(|known| is_its(known)))
}

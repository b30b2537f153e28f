//! The files of an output in npy.

use std::fs::File;

/// What the names of the files beside it end in: paths, then the model.
pub const NPY_BESIDE: [&str; 2] = [".paths", ".json"];

/// The open files of an output in npy.
#[derive(Debug)]
pub struct NpyFiles {
    /// The output itself once more: its beginning is rewritten through this.
    pub start: File,
    /// The paths.
    pub paths: File,
    /// The model.
    pub info: File,
    /// How many rows the output has already.
    pub rows: u64,
}

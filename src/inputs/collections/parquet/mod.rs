//! Parquet: a table whose rows each have a picture, as `datasets` of the Hugging Face hub are stored.

mod features;
mod open;

use std::path::Path;

use features::Features;
use parquet::file::reader::FileReader;

/// The names of the classes whose numbers a column of the Parquet file at `path` has, if `datasets` has written them.
pub(in crate::inputs) fn class_names(path: &Path, column: &str) -> Option<Vec<String>> {
    Features::of(open::open(path).ok()?.metadata()).class_names(column)
}

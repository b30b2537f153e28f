//! The flags of a search.

use super::flags::SearchFlags;
use crate::cli::ending_flags::EndingFlags;
use crate::cli::input_flags::InputFlags;
use crate::cli::model_flags::ModelFlags;
use crate::cli::preprocess_flags::PreprocessFlags;
use crate::cli::running_flags::RunningFlags;

/// The flags of a search, apart from those of its output.
pub(in crate::cli::embed) struct Request<'a> {
    pub(in crate::cli::embed) input: &'a InputFlags,
    pub(in crate::cli::embed) model: &'a ModelFlags,
    pub(in crate::cli::embed) preprocess: &'a PreprocessFlags,
    pub(in crate::cli::embed) search: &'a SearchFlags,
    pub(in crate::cli::embed) running: &'a RunningFlags,
    pub(in crate::cli::embed) ending: &'a EndingFlags,
}

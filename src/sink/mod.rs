//! Records to bytes, and back to which inputs they answer.
//!
//! To add a format, write a file here with an implementation of [`Sink`] and a `FORMAT`, and list it in [`FORMATS`]. Flags,
//! help, file endings, `--resume` and the checks of unfinished files all come from that row.

mod completed;
mod csv;
mod earlier;
mod embeddings;
mod excerpt;
mod fields;
mod format;
mod json_line;
mod jsonl;
mod kept;
mod lines;
mod npy_files;
mod parquet;
mod paths;
mod resume_error;
mod text;
mod whole_lines;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

pub use completed::CompletedInputs;
pub use earlier::{Earlier, SCORE_TOLERANCE};
pub use embeddings::{
    ContinuedNpy, EMBEDDING_FORMATS, ReadError, SavedEmbeddings, continue_npy, is_beside, read_embeddings,
};
pub use excerpt::Excerpt;
pub(crate) use fields::path_in_base64;
pub use format::{Constructor, Format, LabelStyle, ReadCompleted, Sink, SinkOptions};
pub(crate) use json_line::write_json_line;
pub use jsonl::{KeptRecord, read_kept};
pub(crate) use kept::Kept;
pub use npy_files::{NPY_BESIDE, NpyFiles};
pub use paths::{PATHS, PATHS_NULL};
pub use resume_error::ResumeError;

/// All formats that `--format` names. The first is the default.
pub static FORMATS: &[Format] = &[text::FORMAT, jsonl::FORMAT, csv::FORMAT, parquet::FORMAT];

impl Format {
    /// The format that `--format` calls `name`.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// The format of files with this ending.
    pub fn of_ending(ending: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.endings.contains(&ending))
    }
}

//! Embeddings to bytes, and back.
//!
//! As with answers, a format is a file here and a row of [`EMBEDDING_FORMATS`].

mod info;
mod jsonl;
mod line;
mod npy;
mod parquet;
mod read_error;
mod saved;
#[cfg(test)]
mod tests;
mod text;

pub use npy::{ContinuedNpy, continue_npy, is_beside};
pub use read_error::ReadError;
pub use saved::{SavedEmbeddings, read_embeddings};

use super::format::Format;

/// All formats of `mnet embed`. The first is the default on a terminal, the second elsewhere.
pub static EMBEDDING_FORMATS: &[Format] = &[text::FORMAT, jsonl::FORMAT, npy::FORMAT, parquet::FORMAT];

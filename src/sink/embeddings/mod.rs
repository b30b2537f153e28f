//! Embeddings to bytes, and back.
//!
//! As with answers, a format is a file here and a row of [`EMBEDDING_FORMATS`].

mod jsonl;
mod line;
mod saved;
mod text;

pub use saved::{ReadError, SavedEmbeddings, read_embeddings};

use super::format::Format;

/// All formats of `mnet embed`. The first is the default on a terminal, the second elsewhere.
pub static EMBEDDING_FORMATS: &[Format] = &[text::FORMAT, jsonl::FORMAT];

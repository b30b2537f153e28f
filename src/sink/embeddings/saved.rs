//! Embeddings that an earlier run has saved.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::line::{Outcome, read};
use crate::record::{EmbeddingInfo, ModelInfo};
use crate::sink::lines::Lines;
use crate::sink::resume_error::{ResumeError, check_model};

/// A file of embeddings, open at its first one.
pub struct SavedEmbeddings {
    /// The model that gave them.
    pub model: ModelInfo,
    /// What they are.
    pub embedding: EmbeddingInfo,
    rows: Rows,
}

/// Pictures and their embeddings, in their order.
type Rows = Box<dyn Iterator<Item = Result<(PathBuf, Vec<f32>), ReadError>> + Send>;

/// Why embeddings cannot be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file has something else.
    #[error("line {line} is no embedding ({reason})")]
    Line {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The embeddings are of several models.
    #[error(transparent)]
    Other(#[from] ResumeError),
    /// The file has no embedding.
    #[error("it holds no embedding")]
    Empty,
}

impl Iterator for SavedEmbeddings {
    type Item = Result<(PathBuf, Vec<f32>), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next()
    }
}

/// The embeddings in the file at `path`, which `mnet embed` wrote. Pictures that failed are passed over. All embeddings have the
/// dimension and the model that the first one has.
///
/// # Errors
/// If the file cannot be read or holds no embedding. What follows the first one may be an error of its item.
pub fn read_embeddings(path: &Path) -> Result<SavedEmbeddings, ReadError> {
    let mut lines = OwnedLines { file: BufReader::new(File::open(path)?), number: 0 };
    let Some(first) = lines.next() else { return Err(ReadError::Empty) };
    let (path, model, values) = first?;
    let embedding = model.embedding.ok_or(ReadError::Empty)?;
    let expected = model.clone();
    let others = lines.map(move |line| {
        let (path, model, values) = line?;
        check_model(&model, Some(&expected))?;
        Ok((path, values))
    });
    let rows = Box::new(std::iter::once(Ok((path, values))).chain(others));
    Ok(SavedEmbeddings { model, embedding, rows })
}

/// The embeddings of JSON Lines.
struct OwnedLines {
    file: BufReader<File>,
    number: u64,
}

impl Iterator for OwnedLines {
    type Item = Result<(PathBuf, ModelInfo, Vec<f32>), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = match Lines::new(&mut self.file).next() {
                Ok(line) => line?,
                Err(error) => return Some(Err(error.into())),
            };
            self.number += 1;
            match read(&line) {
                Ok(None) => {}
                Ok(Some(whole)) => match whole.outcome {
                    Outcome::Failure(_) => {}
                    Outcome::Embedding(model, values) => {
                        return Some(Ok((path_of(whole.path), model, values)));
                    }
                },
                Err(reason) => return Some(Err(ReadError::Line { line: self.number, reason })),
            }
        }
    }
}

/// The path of these bytes.
#[cfg(unix)]
pub(super) fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

/// Elsewhere a path has no bytes of its own.
#[cfg(not(unix))]
pub(super) fn path_of(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

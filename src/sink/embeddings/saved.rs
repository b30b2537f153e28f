//! Embeddings that an earlier run has saved.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::line::{Outcome, read};
use super::npy;
use super::read_error::{ReadError, Rows, path_of};
use crate::record::{EmbeddingInfo, ModelInfo};
use crate::sink::lines::Lines;
use crate::sink::resume_error::check_model;

/// A file of embeddings, open at its first one.
pub struct SavedEmbeddings {
    /// The model that gave them.
    pub model: ModelInfo,
    /// What they are.
    pub embedding: EmbeddingInfo,
    rows: Rows,
}

impl Iterator for SavedEmbeddings {
    type Item = Result<(PathBuf, Vec<f32>), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next()
    }
}

/// The embeddings in the file at `path`, which `mnet embed` wrote: npy if its name ends so, else JSON Lines. Pictures that failed are passed over. All embeddings have the
/// dimension and the model that the first one has.
///
/// # Errors
/// If the file cannot be read or holds no embedding. What follows the first one may be an error of its item.
pub fn read_embeddings(path: &Path) -> Result<SavedEmbeddings, ReadError> {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("npy")) {
        let (model, rows) = npy::rows(path)?;
        let embedding = model.embedding.ok_or(ReadError::Empty)?;
        return Ok(SavedEmbeddings { model, embedding, rows });
    }
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
                Err(fault) => {
                    return Some(Err(ReadError::Line { line: self.number, reason: fault.into_reason() }));
                }
            }
        }
    }
}

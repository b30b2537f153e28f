//! The files of an earlier run, read back: to be continued, or for their embeddings.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::{header, path_line};
use crate::record::ModelInfo;
use crate::sink::completed::CompletedInputs;
use crate::sink::embeddings::info;
use crate::sink::embeddings::read_error::{ReadError, Rows, path_of};
use crate::sink::npy_files::NPY_BESIDE;
use crate::sink::resume_error::{ResumeError, check_model};

/// What the files of an earlier run have in common. What lies behind is torn.
#[derive(Debug)]
pub struct ContinuedNpy {
    /// The pictures that have a row.
    pub completed: CompletedInputs,
    /// How many rows there are.
    pub rows: u64,
    /// Where the rows end, bytes.
    pub end: u64,
    /// Where their paths end, bytes.
    pub end_of_paths: u64,
}

/// What `file` at `path` has in common with the files beside it; all of it by `model`, if one is given.
///
/// # Errors
/// If a file cannot be read, holds something else, or is of another model.
pub fn continue_npy(
    file: &mut File,
    path: &Path,
    model: Option<&ModelInfo>,
) -> Result<ContinuedNpy, ResumeError> {
    let (theirs, counted) = shape(file, path)?;
    check_model(&theirs, model)?;
    let (mut completed, mut rows, mut end_of_paths) = (CompletedInputs::default(), 0, 0);
    let mut paths = Paths::open(path)?;
    while rows < counted
        && let Some((path, end)) = paths.next()?
    {
        completed.add(&path, 1);
        rows += 1;
        end_of_paths = end;
    }
    let dimension = theirs.embedding.map_or(0, |embedding| embedding.dimension);
    let end = header::LENGTH as u64 + rows * 4 * dimension as u64;
    completed.end_at(end);
    Ok(ContinuedNpy { completed, rows, end, end_of_paths })
}

/// The model of the file at `path`, and the pictures with their embeddings.
pub(in crate::sink::embeddings) fn rows(path: &Path) -> Result<(ModelInfo, Rows), ReadError> {
    let mut file = File::open(path)?;
    let (model, rows) = shape(&mut file, path)?;
    let dimension = model.embedding.map_or(0, |embedding| embedding.dimension);
    file.seek(SeekFrom::Start(header::LENGTH as u64))?;
    let (mut file, mut paths) = (BufReader::new(file), Paths::open(path)?);
    let mut row = move || {
        let Some((path, _)) = paths.next()? else {
            return Err(foreign("there are fewer paths than rows").into());
        };
        let mut bytes = vec![0; 4 * dimension];
        file.read_exact(&mut bytes)?;
        let values = bytes.as_chunks().0.iter().map(|&value| f32::from_le_bytes(value)).collect();
        Ok((path_of(path), values))
    };
    Ok((model, Box::new((0..rows).map(move |_| row()))))
}

/// The model of a file, and how many of its rows are whole.
fn shape(file: &mut File, path: &Path) -> Result<(ModelInfo, u64), ResumeError> {
    let mut start = Vec::new();
    file.rewind()?;
    file.take(header::LENGTH as u64).read_to_end(&mut start)?;
    let (rows, dimension) = header::parse(&start).ok_or_else(|| foreign("its beginning is another"))?;
    let text = beside(path, NPY_BESIDE[1]);
    let text = std::fs::read_to_string(&text).map_err(|error| named(&text, &error))?;
    let model = info::read(&text)
        .map_err(|reason| foreign(format!("the file {} beside it: {reason}", NPY_BESIDE[1])))?;
    if model.embedding.map(|embedding| embedding.dimension) != Some(dimension) {
        return Err(foreign(format!("the file {} beside it has another dimension", NPY_BESIDE[1])));
    }
    let whole = file.metadata()?.len().saturating_sub(header::LENGTH as u64) / (4 * dimension as u64).max(1);
    Ok((model, rows.min(whole)))
}

/// The name of a file beside the one at `path`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn foreign(reason: impl Into<String>) -> ResumeError {
    ResumeError::NotEmbeddings { reason: reason.into() }
}

/// The lines of the file with the paths.
struct Paths {
    file: BufReader<File>,
    number: u64,
    at: u64,
}

impl Paths {
    fn open(path: &Path) -> io::Result<Self> {
        let path = beside(path, NPY_BESIDE[0]);
        let file = File::open(&path).map_err(|error| named(&path, &error))?;
        Ok(Self { file: BufReader::new(file), number: 0, at: 0 })
    }

    /// The bytes of the next path, and where its line ends; `None` at the end, or where a line is torn.
    fn next(&mut self) -> Result<Option<(Vec<u8>, u64)>, ResumeError> {
        let mut line = Vec::new();
        self.file.read_until(b'\n', &mut line)?;
        self.number += 1;
        self.at += line.len() as u64;
        let Some(text) = line.strip_suffix(b"\n") else { return Ok(None) };
        let path = path_line::read(text)
            .map_err(|reason| foreign(format!("line {} of {}: {reason}", self.number, NPY_BESIDE[0])))?;
        Ok(Some((path, self.at)))
    }
}

//! Vectors of one dimension: in memory while there are few, in a temporary file once there are many.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::similarity::squared_length;
use crate::atomic_file::unique_name;

/// How many bytes of vectors stay in memory: 13 000 vectors of 1280 values.
const IN_MEMORY: usize = 64 << 20;

/// Collects vectors one by one.
#[derive(Debug)]
pub struct Collector {
    dimension: usize,
    in_memory: usize,
    folder: PathBuf,
    squared_lengths: Vec<f64>,
    values: Vec<f32>,
    spilled: Option<BufWriter<TemporaryFile>>,
}

impl Collector {
    /// Collects vectors of `dimension` values, in a temporary file in `folder` if there are many.
    pub fn new(dimension: usize, folder: PathBuf) -> Self {
        Self::with_memory(dimension, IN_MEMORY, folder)
    }

    /// Like [`new`](Self::new), but with at most `in_memory` bytes of vectors in memory.
    pub(super) fn with_memory(dimension: usize, in_memory: usize, folder: PathBuf) -> Self {
        Self { dimension, in_memory, folder, squared_lengths: vec![], values: vec![], spilled: None }
    }

    /// Adds a vector.
    ///
    /// # Errors
    /// If there are many vectors and the temporary file cannot be written; the message names its folder.
    ///
    /// # Panics
    /// If the vector has another dimension.
    pub fn push(&mut self, vector: &[f32]) -> io::Result<()> {
        assert_eq!(vector.len(), self.dimension, "dimension of a vector");
        self.squared_lengths.push(squared_length(vector).unwrap_or(0.0));
        if self.spilled.is_none() && size_of_val(&self.values[..]) + size_of_val(vector) <= self.in_memory {
            self.values.extend_from_slice(vector);
            return Ok(());
        }
        if self.spilled.is_none() {
            let mut file = BufWriter::new(TemporaryFile::create(&self.folder)?);
            file.write_all(bytemuck::cast_slice(&std::mem::take(&mut self.values)))?;
            self.spilled = Some(file);
        }
        self.spilled.as_mut().map_or(Ok(()), |file| file.write_all(bytemuck::cast_slice(vector)))
    }

    /// The number of vectors so far.
    pub fn count(&self) -> usize {
        self.squared_lengths.len()
    }

    /// Makes all vectors searchable.
    ///
    /// # Errors
    /// If the temporary file cannot be written.
    pub fn finish(self) -> io::Result<Vectors> {
        let store = match self.spilled {
            Some(file) => Store::File(Mutex::new(file.into_inner().map_err(io::IntoInnerError::into_error)?)),
            None => Store::Memory(self.values),
        };
        Ok(Vectors { dimension: self.dimension, squared_lengths: self.squared_lengths, store })
    }
}

/// Vectors to be searched.
#[derive(Debug)]
pub struct Vectors {
    dimension: usize,
    /// The squared length of each vector; 0 for one without a direction, which is similar to no other.
    squared_lengths: Vec<f64>,
    store: Store,
}

#[derive(Debug)]
enum Store {
    Memory(Vec<f32>),
    File(Mutex<TemporaryFile>),
}

impl Vectors {
    /// The number of vectors.
    pub fn count(&self) -> usize {
        self.squared_lengths.len()
    }

    /// The number of values in each vector.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// How many vectors no search finds because they have no direction: they are zero or not finite.
    pub fn without_direction(&self) -> usize {
        self.squared_lengths.iter().filter(|squared| **squared == 0.0).count()
    }

    /// The squared length of one vector, or 0 if it has no direction.
    pub(super) fn squared_length(&self, row: usize) -> f64 {
        self.squared_lengths[row]
    }

    /// Reads some vectors, given in ascending order, as `[rows, dimension]`. Adjacent vectors are read together.
    pub(super) fn read(&self, rows: &[usize], values: &mut Vec<f32>) -> io::Result<()> {
        values.resize(rows.len() * self.dimension, 0.0);
        let mut rest = &mut values[..];
        for run in rows.chunk_by(|a, b| a + 1 == *b) {
            let (part, after) = rest.split_at_mut(run.len() * self.dimension);
            self.read_run(run[0], part)?;
            rest = after;
        }
        Ok(())
    }

    fn read_run(&self, first: usize, values: &mut [f32]) -> io::Result<()> {
        match &self.store {
            Store::Memory(all) => values.copy_from_slice(&all[first * self.dimension..][..values.len()]),
            Store::File(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.file.seek(SeekFrom::Start((first * self.dimension * size_of::<f32>()) as u64))?;
                file.file.read_exact(bytemuck::cast_slice_mut(values))?;
            }
        }
        Ok(())
    }
}

/// A file that is deleted when the program ends.
#[derive(Debug)]
struct TemporaryFile {
    file: File,
    path: PathBuf,
}

impl TemporaryFile {
    fn create(folder: &Path) -> io::Result<Self> {
        let path = unique_name(&folder.join("mnet-vectors"), "tmp");
        let file = File::options().read(true).write(true).create_new(true).open(&path);
        let file = file.map_err(|error| {
            io::Error::new(error.kind(), format!("no temporary file in {}: {error}", folder.display()))
        })?;
        // On Unix, a deleted file exists until it is closed, even if the program is killed.
        if cfg!(unix) {
            fs::remove_file(&path)?;
        }
        Ok(Self { file, path })
    }
}

impl Write for TemporaryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).map_err(|error| {
            let folder = self.path.parent().unwrap_or(Path::new("")).display();
            io::Error::new(error.kind(), format!("cannot write a temporary file in {folder}: {error}"))
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if !cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_a_limit_no_vector_stays_in_memory_and_rows_come_back_in_any_runs() {
        let vector = |row: u8| [f32::from(row), -1.0, 0.5, 3.0];
        let mut collector = Collector::with_memory(4, 3 * 16, std::env::temp_dir());
        for row in 0..9 {
            collector.push(&vector(row)).unwrap();
            let held = if row < 3 { usize::from(row + 1) * 4 } else { 0 };
            assert_eq!(collector.values.len(), held);
        }
        assert_eq!(collector.values.capacity(), 0);
        let vectors = collector.finish().unwrap();
        let mut values = vec![];
        vectors.read(&[0, 3, 4, 5, 8], &mut values).unwrap();
        assert_eq!(values, [0, 3, 4, 5, 8].map(vector).concat());
    }
}

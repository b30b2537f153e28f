//! A weight file, or the several files of a sharded checkpoint, as one set of named tensors.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;

use super::error::{Fault, WeightsError};
use super::foreign;
use super::format::{Contents, START};
use super::formats::{FORMATS, descriptions};
use super::shard_index::{self, damaged, is_index};
use super::source::Source;
use super::tensor::{TensorInfo, TensorLocation};
use crate::terminal_text::printable;

/// The tensors of one model: its files, and where each tensor is. The values are read when they are asked for.
#[derive(Debug)]
pub struct WeightFile {
    parts: Vec<Part>,
    /// Index into `parts`, and the location in that file, of each tensor.
    index: BTreeMap<String, (usize, TensorLocation)>,
    choice: Option<String>,
}

/// One file.
#[derive(Debug)]
struct Part {
    /// The path as it was given.
    file: String,
    source: Source,
}

impl WeightFile {
    /// Opens the file at `path` and finds its tensors; if it [is an index](is_index), the files that it lists.
    pub fn open(path: &Path) -> Result<Self, WeightsError> {
        match shard_index::alone(path) {
            Some(fault) => Err(WeightsError { file: path.display().to_string(), fault }),
            None if is_index(path) => Self::open_sharded(path),
            None => Self::open_one(path),
        }
    }

    /// Finds the tensors in a weight file that is part of the program (`include_bytes!`).
    pub fn from_static(bytes: &'static [u8]) -> Result<Self, WeightsError> {
        Self::new("built-in weights".to_owned(), Source::Static(bytes))
    }

    /// Finds the tensors in the bytes of a weight file.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, WeightsError> {
        Self::new("weights in memory".to_owned(), Source::Memory(bytes))
    }

    fn open_one(path: &Path) -> Result<Self, WeightsError> {
        let file = path.display().to_string();
        match Source::open(path) {
            Ok(source) => Self::new(file, source),
            Err(error) => Err(WeightsError { file, fault: error.into() }),
        }
    }

    /// Opens every file that the index at `index_path` lists. Each tensor must be in the file that the index
    /// names, and no file may hold a tensor that the index does not place there.
    fn open_sharded(index_path: &Path) -> Result<Self, WeightsError> {
        let weight_map = shard_index::read(index_path)?;
        let mut whole = Self { parts: vec![], index: BTreeMap::new(), choice: None };
        for shard in weight_map.values().collect::<BTreeSet<_>>() {
            let file = Self::open_one(&index_path.with_file_name(shard))
                .map_err(|error| missing_shard(error, index_path))?;
            for (tensor, (_, location)) in file.index {
                if weight_map.get(&tensor) != Some(shard) {
                    return Err(misplaced(index_path, &tensor, shard, weight_map.get(&tensor)));
                }
                whole.index.insert(tensor, (whole.parts.len(), location));
            }
            whole.parts.extend(file.parts);
        }
        match weight_map.iter().find(|(tensor, _)| !whole.index.contains_key(*tensor)) {
            None => Ok(whole),
            Some((tensor, shard)) => {
                let (tensor, shard) = (printable(tensor), printable(shard));
                Err(damaged(index_path, format!("it places `{tensor}` in `{shard}`, which does not hold it")))
            }
        }
    }

    fn new(file: String, source: Source) -> Result<Self, WeightsError> {
        match contents(&source, &file) {
            Ok(contents) if contents.tensors.is_empty() => {
                Err(WeightsError { file, fault: Fault::NoTensors })
            }
            Ok(Contents { tensors, unpacked, choice }) => {
                let source = unpacked.unwrap_or(source);
                let index = tensors.into_iter().map(|(name, location)| (name, (0, location))).collect();
                Ok(Self { parts: vec![Part { file, source }], index, choice })
            }
            Err(fault) => Err(WeightsError { file, fault }),
        }
    }

    /// Which of several networks in the file these tensors are, as a clause for a note; `None` if it has one.
    pub fn choice(&self) -> Option<&str> {
        self.choice.as_deref()
    }

    /// The names of the tensors, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(String::as_str)
    }

    /// Type and shape of the tensor called `name`.
    pub fn get(&self, name: &str) -> Option<TensorInfo<'_>> {
        self.index.get(name).map(|(_, location)| location.info())
    }

    /// The elements of the tensor called `name`: little-endian, contiguous and row-major.
    ///
    /// # Errors
    /// [`Fault::Io`] if the file cannot be read any more; [`Fault::Damaged`] if they fail their checksum.
    pub fn bytes(&self, name: &str) -> Option<Result<Cow<'_, [u8]>, WeightsError>> {
        self.read(name, |location, source| location.bytes(name, source))
    }

    /// The values of the tensor called `name` as f32, row-major.
    ///
    /// They are borrowed from a file in memory that stores aligned, contiguous f32. f16 and bf16 are widened
    /// exactly; f64 is rounded to nearest, and to infinity beyond f32's range.
    ///
    /// # Errors
    /// [`Fault::NotFloat`] if it holds integers or booleans; [`Fault::Io`] and [`Fault::Damaged`] as for
    /// [`bytes`](Self::bytes).
    pub fn f32(&self, name: &str) -> Option<Result<Cow<'_, [f32]>, WeightsError>> {
        self.read(name, |location, source| {
            let dtype = location.info().dtype;
            location.f32(name, source)?.ok_or_else(|| Fault::NotFloat { tensor: name.to_owned(), dtype })
        })
    }

    /// What `read` makes of the tensor called `name`.
    fn read<'a, T>(
        &'a self,
        name: &str,
        read: impl FnOnce(&TensorLocation, &'a Source) -> Result<T, Fault>,
    ) -> Option<Result<T, WeightsError>> {
        self.index.get(name).map(|(part, location)| {
            let Part { file, source } = &self.parts[*part];
            read(location, source).map_err(|fault| WeightsError { file: file.clone(), fault })
        })
    }
}

/// The tensors in a file, by the first format that knows how it begins.
fn contents(source: &Source, name: &str) -> Result<Contents, Fault> {
    let start = source.read(0..START.min(source.len()))?;
    if let Some(format) = FORMATS.iter().find(|format| (format.matches)(&start)) {
        return (format.index)(source);
    }
    let (found, remedy) = foreign::sniff(&start, source.len(), name);
    Err(Fault::Foreign { expected: descriptions(), found, remedy })
}

/// The error for a tensor in a file where the index does not place it.
fn misplaced(index_path: &Path, tensor: &str, shard: &str, place: Option<&String>) -> WeightsError {
    let (tensor, shard) = (printable(tensor), printable(shard));
    let reason = match place {
        Some(place) => format!("`{shard}` holds `{tensor}`, which it places in `{}`", printable(place)),
        None => format!("`{shard}` holds `{tensor}`, which it does not list"),
    };
    damaged(index_path, reason)
}

/// If a listed file does not exist, the error names the index that lists it.
fn missing_shard(error: WeightsError, index_path: &Path) -> WeightsError {
    match error.fault {
        Fault::Io(source) if source.kind() == ErrorKind::NotFound => {
            let index = index_path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            WeightsError { file: error.file, fault: Fault::MissingShard { index } }
        }
        fault => WeightsError { file: error.file, fault },
    }
}

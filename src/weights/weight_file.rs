//! A weight file, or the several files of a sharded checkpoint, as one set of named tensors.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;

use super::dtype;
use super::error::{Fault, WeightsError};
use super::file::Bytes;
use super::foreign;
use super::format::Contents;
use super::formats::{FORMATS, descriptions};
use super::shard_index::{self, damaged, is_index};
use super::tensor::{TensorLocation, TensorView};
use crate::terminal_text::printable;

/// The tensors of one model: the bytes of its files, in memory or part of the program, and where each tensor is.
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
    bytes: Bytes,
}

impl WeightFile {
    /// Reads the file at `path` and finds its tensors; if it [is an index](is_index), the files that it lists.
    pub fn open(path: &Path) -> Result<Self, WeightsError> {
        match shard_index::alone(path) {
            Some(fault) => Err(WeightsError { file: path.display().to_string(), fault }),
            None if is_index(path) => Self::open_sharded(path),
            None => Self::open_one(path),
        }
    }

    /// Finds the tensors in a weight file that is part of the program (`include_bytes!`).
    pub fn from_static(bytes: &'static [u8]) -> Result<Self, WeightsError> {
        Self::new("built-in weights".to_owned(), Bytes::Static(bytes))
    }

    /// Finds the tensors in the bytes of a weight file.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, WeightsError> {
        Self::new("weights in memory".to_owned(), Bytes::Owned(bytes))
    }

    fn open_one(path: &Path) -> Result<Self, WeightsError> {
        let file = path.display().to_string();
        match Bytes::read(path) {
            Ok(bytes) => Self::new(file, bytes),
            Err(fault) => Err(WeightsError { file, fault }),
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

    fn new(file: String, bytes: Bytes) -> Result<Self, WeightsError> {
        let contents = if let Some(format) = FORMATS.iter().find(|format| (format.matches)(&bytes)) {
            (format.index)(&bytes)
        } else {
            let (found, remedy) = foreign::sniff(&bytes, &file);
            Err(Fault::Foreign { expected: descriptions(), found, remedy })
        };
        match contents {
            Ok(contents) if contents.tensors.is_empty() => {
                Err(WeightsError { file, fault: Fault::NoTensors })
            }
            Ok(Contents { tensors, unpacked, choice }) => {
                let bytes = unpacked.map_or(bytes, Bytes::Owned);
                let index = tensors.into_iter().map(|(name, location)| (name, (0, location))).collect();
                Ok(Self { parts: vec![Part { file, bytes }], index, choice })
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

    /// The tensor called `name`.
    pub fn get(&self, name: &str) -> Option<TensorView<'_>> {
        self.index.get(name).map(|(part, location)| location.view(&self.parts[*part].bytes))
    }

    /// The values of the tensor called `name` as f32, row-major.
    ///
    /// They are borrowed from the file where it stores aligned, contiguous f32. f16 and bf16 are widened
    /// exactly; f64 is rounded to nearest, and to infinity beyond f32's range.
    ///
    /// # Errors
    /// [`Fault::NotFloat`] if it holds integers or booleans.
    pub fn f32(&self, name: &str) -> Option<Result<Cow<'_, [f32]>, WeightsError>> {
        self.index.get(name).map(|(part, location)| {
            let Part { file, bytes } = &self.parts[*part];
            let tensor = location.view(bytes);
            dtype::widen(tensor.dtype, &tensor.bytes).ok_or_else(|| WeightsError {
                file: file.clone(),
                fault: Fault::NotFloat { tensor: name.to_owned(), dtype: tensor.dtype },
            })
        })
    }
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

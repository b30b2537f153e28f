//! Weight files to tensors: name → (dtype, shape, bytes).
//!
//! In goes a path, or bytes that are part of the program; out come views of the tensors, read in place. Weight files come
//! from strangers: nothing in them is executed, and no size in them is believed before it was held against the file's own.
//! What a name or shape means is for `models` to say.
//!
//! [`FORMATS`] lists what can be read. A new format is one file with an `index` function and its row.

mod dtype;
mod error;
mod file;
mod foreign;
mod pickle;
mod safetensors;
mod sharded;
mod tensor;
mod torch;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

pub use dtype::Dtype;
pub use error::{CONVERT, Fault, WeightsError};
pub use sharded::{is_index, shards};
pub use tensor::TensorView;

use file::Bytes;
use tensor::Entry;

/// Where each tensor of a file lies, under its name.
type Index = BTreeMap<String, Entry>;

/// A kind of weight file.
pub struct Format {
    /// What it is called in messages.
    pub name: &'static str,
    /// What its files' names end in, without the dot. Contents decide; this is for listings.
    pub extensions: &'static [&'static str],
    /// Whether a file that starts like this is of this format.
    matches: fn(&[u8]) -> bool,
    /// Find every tensor in the bytes of a whole file. Each entry lies within them.
    index: fn(&[u8]) -> Result<Index, Fault>,
}

/// The formats that can be read, the preferred first.
pub const FORMATS: &[Format] = &[safetensors::FORMAT, torch::FORMAT];

/// A weight file, or several that make one model: bytes, mapped from disk or part of the program, and where in them
/// each tensor lies.
#[derive(Debug)]
pub struct WeightFile {
    parts: Vec<Part>,
    /// The part that holds each tensor, and where.
    index: BTreeMap<String, (usize, Entry)>,
}

/// One file.
#[derive(Debug)]
struct Part {
    /// Its path as it was given.
    file: String,
    bytes: Bytes,
}

impl WeightFile {
    /// Map the file at `path`, or those that it lists if it [is an index](is_index), and find the tensors. The tensors
    /// themselves are not copied.
    pub fn open(path: &Path) -> Result<Self, WeightsError> {
        if is_index(path) { sharded::open(path) } else { Self::open_one(path) }
    }

    fn open_one(path: &Path) -> Result<Self, WeightsError> {
        let file = path.display().to_string();
        match Bytes::map(path) {
            Ok(bytes) => Self::new(file, bytes),
            Err(fault) => Err(WeightsError { file, fault }),
        }
    }

    /// Find the tensors in a weight file that is part of the program (`include_bytes!`).
    pub fn from_static(bytes: &'static [u8]) -> Result<Self, WeightsError> {
        Self::new("built-in weights".to_owned(), Bytes::Static(bytes))
    }

    /// Find the tensors in the bytes of a weight file.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, WeightsError> {
        Self::new("weights in memory".to_owned(), Bytes::Owned(bytes))
    }

    fn new(file: String, bytes: Bytes) -> Result<Self, WeightsError> {
        let index = match FORMATS.iter().find(|format| (format.matches)(&bytes)) {
            Some(format) => (format.index)(&bytes),
            None => Err(foreign::identify(&bytes)),
        };
        match index {
            Ok(index) if index.is_empty() => Err(WeightsError { file, fault: Fault::NoTensors }),
            Ok(index) => {
                let index = index.into_iter().map(|(name, entry)| (name, (0, entry))).collect();
                Ok(Self { parts: vec![Part { file, bytes }], index })
            }
            Err(fault) => Err(WeightsError { file, fault }),
        }
    }

    /// The names of the tensors, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(String::as_str)
    }

    /// The tensor called `name`, or `None` if there is none.
    pub fn get(&self, name: &str) -> Option<TensorView<'_>> {
        self.index.get(name).map(|(part, entry)| entry.view(&self.parts[*part].bytes))
    }

    /// The values of the tensor called `name` as f32, row-major, or `None` if there is none.
    ///
    /// They are borrowed from the file where it holds them so. f16 and bf16 are widened exactly; f64 is rounded to
    /// nearest, beyond f32's range to infinity.
    ///
    /// # Errors
    /// [`Fault::NotFloat`] if it holds integers or booleans.
    pub fn f32(&self, name: &str) -> Option<Result<Cow<'_, [f32]>, WeightsError>> {
        self.index.get(name).map(|(part, entry)| {
            let Part { file, bytes } = &self.parts[*part];
            let tensor = entry.view(bytes);
            dtype::widen(tensor.dtype, &tensor.bytes).ok_or_else(|| WeightsError {
                file: file.clone(),
                fault: Fault::NotFloat { tensor: name.to_owned(), dtype: tensor.dtype },
            })
        })
    }
}

//! Torch checkpoints: the zip files that `torch.save` writes since version 1.6 (`pytorch_model.bin`, `.pth`,
//! `.pt`).
//!
//! `ROOT/data.pkl` is a pickle that names the tensors and says which part of which storage each one is;
//! `ROOT/data/KEY` holds the elements of storage KEY; `ROOT/byteorder` their byte order. Entries are stored,
//! not compressed, so tensors are read in place.

use std::collections::HashMap;
use std::io::{self, Cursor};
use std::ops::Range;

use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::error::{Fault, TORCH_CHECKPOINT};
use super::format::{Format, TensorIndex};
use super::pickle::{self, PickledTensor, Storage};
use super::tensor::TensorLocation;
use crate::terminal_text::printable;

/// The row in [`FORMATS`](super::FORMATS).
pub(super) const FORMAT: Format =
    Format { name: TORCH_CHECKPOINT, extensions: &["bin", "pth", "pt"], matches, index };

/// The signature of a zip file's first entry.
fn matches(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04")
}

fn index(bytes: &[u8]) -> Result<TensorIndex, Fault> {
    let mut archive = TorchArchive::open(bytes)?;
    archive.check_byte_order()?;
    let pickle = archive.entry("data.pkl")?;
    let mut index = TensorIndex::new();
    for (name, tensor) in pickle::read(&bytes[pickle])? {
        let storage = archive.storage(&tensor.storage)?;
        let location = locate(tensor, storage.start)
            .map_err(|reason| damaged(format!("tensor `{}`: {reason}", printable(name))))?;
        if index.insert(name.to_owned(), location).is_some() {
            return Err(damaged(format!("it has two tensors called `{}`", printable(name))));
        }
    }
    Ok(index)
}

/// The zip file, and what has been found in it so far.
struct TorchArchive<'a> {
    bytes: &'a [u8],
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// The directory that holds every entry, with its slash.
    root: String,
    /// Storages found so far; several tensors may share one.
    storages: HashMap<String, Range<usize>>,
    /// Size of the file less that of the entries read so far.
    unread: usize,
}

impl<'a> TorchArchive<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        // Not detected: torch adds a zip64 record even where no size needs one, and detection goes wrong on
        // it if ROOT has 21 characters.
        let config = Config { archive_offset: ArchiveOffset::Known(0) };
        let zip = ZipArchive::with_config(config, Cursor::new(bytes)).map_err(zip_fault)?;
        if zip.has_duplicate_names() {
            return Err(damaged("two entries of the zip file have the same name"));
        }
        let names = zip.file_names().filter_map(Result::ok);
        let mut roots = names.filter_map(|name| {
            Some(name.strip_suffix("data.pkl").filter(|root| root.ends_with('/'))?.to_owned())
        });
        let (Some(root), None) = (roots.next(), roots.next()) else {
            let found = "a zip file without exactly one entry `*/data.pkl`".to_owned();
            let hint = "unpack it and look for a weight file inside";
            return Err(Fault::Foreign { expected: FORMAT.description(), found, hint });
        };
        drop(roots);
        Ok(Self { bytes, zip, root, storages: HashMap::new(), unread: bytes.len() })
    }

    /// Torch has written this entry since version 2.1. A file without it is taken to be little-endian, as all
    /// but those from big-endian machines are.
    fn check_byte_order(&mut self) -> Result<(), Fault> {
        let name = format!("{}byteorder", self.root);
        if self.zip.index_for_name_raw(name.as_bytes()).is_none() {
            return Ok(());
        }
        let order = self.entry("byteorder")?;
        match &self.bytes[order] {
            b"little" => Ok(()),
            other => {
                let found = printable(&String::from_utf8_lossy(other));
                Err(Fault::Unsupported { reason: format!("expected byte order `little`, found `{found}`") })
            }
        }
    }

    /// Where the contents of an entry are in the file. Its checksum is verified first.
    fn entry(&mut self, name: &str) -> Result<Range<usize>, Fault> {
        let shown = printable(name);
        let full_name = format!("{}{name}", self.root);
        let index = self.zip.index_for_name_raw(full_name.as_bytes());
        let index = index.ok_or_else(|| damaged(format!("its zip file has no entry `{shown}`")))?;
        let header = self.zip.by_index_data(index).map_err(zip_fault)?;
        let (size, stored_size) = (header.size() as usize, header.compressed_size() as usize);
        if header.compression() != CompressionMethod::Stored || header.encrypted() {
            let reason =
                format!("expected plain entries in its zip file, found `{shown}` compressed or encrypted");
            return Err(Fault::Unsupported { reason });
        }
        // Entries do not overlap, so together they cannot be larger than the file.
        let unread = self.unread.checked_sub(size).filter(|_| size == stored_size);
        self.unread = unread.ok_or_else(|| {
            damaged(format!("entry `{shown}` claims {size} bytes, more than the file has left"))
        })?;
        let mut entry = self.zip.by_index(index).map_err(zip_fault)?;
        io::copy(&mut entry, &mut io::sink())
            .map_err(|error| damaged(format!("entry `{shown}`: {error}")))?;
        let start = entry.data_start().and_then(|start| usize::try_from(start).ok());
        let range = start.and_then(|start| Some(start..start.checked_add(size)?));
        drop(entry);
        range
            .filter(|range| range.end <= self.bytes.len())
            .ok_or_else(|| damaged(format!("entry `{shown}` ends after the file")))
    }

    /// Where the elements of a storage are in the file.
    fn storage(&mut self, storage: &Storage<'_>) -> Result<Range<usize>, Fault> {
        let range = match self.storages.get(storage.key) {
            Some(range) => range.clone(),
            None => self.entry(&format!("data/{}", storage.key))?,
        };
        if storage.len.checked_mul(storage.dtype.size()) != Some(range.len()) {
            let (key, Storage { len, dtype, .. }, found) = (printable(storage.key), storage, range.len());
            return Err(damaged(format!(
                "expected {len} {dtype} elements in storage `{key}`, found {found} bytes"
            )));
        }
        self.storages.insert(storage.key.to_owned(), range.clone());
        Ok(range)
    }
}

/// The location of a tensor whose storage starts at byte `storage` of the file, or why it does not fit its
/// storage.
fn locate(tensor: PickledTensor<'_>, storage: usize) -> Result<TensorLocation, String> {
    let PickledTensor { storage: Storage { dtype, len, .. }, offset, shape, stride } = tensor;
    let does_not_fit = || {
        format!("shape {shape:?} with stride {stride:?} from element {offset} does not fit {len} elements")
    };
    let count =
        shape.iter().try_fold(1usize, |count, &size| count.checked_mul(size)).ok_or_else(does_not_fit)?;
    if count == 0 {
        return Ok(TensorLocation { dtype, shape, start: storage, stride: None });
    }
    let last = shape.iter().zip(&stride).try_fold(offset, |last, (&size, &stride)| {
        (size - 1).checked_mul(stride).and_then(|span| last.checked_add(span))
    });
    // At most as many elements as the storage has: with a stride of 0 a small file could claim a huge tensor.
    if count > len || last.is_none_or(|last| last >= len) {
        return Err(does_not_fit());
    }
    let stride = if is_row_major(&shape, &stride) { None } else { Some(stride) };
    Ok(TensorLocation { dtype, shape, start: storage + offset * dtype.size(), stride })
}

/// Whether the tensor is contiguous and row-major. The stride of a dimension of size 1 does not matter.
fn is_row_major(shape: &[usize], stride: &[usize]) -> bool {
    let mut expected = 1;
    shape.iter().zip(stride).rev().all(|(&size, &stride)| {
        let fits = size == 1 || stride == expected;
        expected *= size;
        fits
    })
}

fn zip_fault(error: ZipError) -> Fault {
    match error {
        ZipError::UnsupportedArchive(reason) => {
            Fault::Unsupported { reason: format!("torch does not write such zip files: {reason}") }
        }
        error => damaged(format!("its zip directory cannot be read ({error}); it was probably cut off")),
    }
}

fn damaged(reason: impl Into<String>) -> Fault {
    Fault::Damaged { format: TORCH_CHECKPOINT, reason: reason.into() }
}

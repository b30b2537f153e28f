//! The safetensors format (<https://github.com/huggingface/safetensors>): a JSON header, then the tensors without gaps.
//!
//! The crate checks the header: its length, that offsets follow each other without hole or overlap, that they fit the
//! shapes without overflow, and that the file ends with the last tensor.

use ::safetensors::{Dtype as Stored, SafeTensorError, SafeTensors};

use super::tensor::Entry;
use super::{Dtype, Fault, Format, Index};
use crate::terminal_text::printable;

/// Row of [`super::FORMATS`].
pub(super) const FORMAT: Format =
    Format { name: "safetensors", extensions: &["safetensors"], matches, index };

/// The length of the header (u64, by the format at most 100 MB) is followed by the header, a JSON object.
fn matches(start: &[u8]) -> bool {
    start.get(4..9) == Some(b"\0\0\0\0{")
}

fn index(bytes: &[u8]) -> Result<Index, Fault> {
    let (header, metadata) = SafeTensors::read_metadata(bytes)
        .map_err(|error| Fault::Damaged { format: FORMAT.name, reason: reason(&error, bytes.len()) })?;
    let data = size_of::<u64>() + header;
    let mut index = Index::new();
    for (name, info) in metadata.tensors() {
        let dtype = dtype(info.dtype).ok_or_else(|| Fault::Unsupported {
            reason: format!("tensor `{}`: element type {} is not read", printable(&name), info.dtype),
        })?;
        let entry =
            Entry { dtype, shape: info.shape.clone(), start: data + info.data_offsets.0, stride: None };
        index.insert(name, entry);
    }
    Ok(index)
}

/// The crate's messages, in terms of the file where they are not.
fn reason(error: &SafeTensorError, file_bytes: usize) -> String {
    match error {
        SafeTensorError::InvalidHeaderLength => {
            format!("its header is longer than the whole file, which has {file_bytes} bytes")
        }
        SafeTensorError::MetadataIncompleteBuffer => {
            format!(
                "its header describes another size than the {file_bytes} bytes found: it was cut off or added to"
            )
        }
        error => printable(&error.to_string()),
    }
}

fn dtype(stored: Stored) -> Option<Dtype> {
    Some(match stored {
        Stored::F16 => Dtype::F16,
        Stored::BF16 => Dtype::Bf16,
        Stored::F32 => Dtype::F32,
        Stored::F64 => Dtype::F64,
        Stored::I8 => Dtype::I8,
        Stored::I16 => Dtype::I16,
        Stored::I32 => Dtype::I32,
        Stored::I64 => Dtype::I64,
        Stored::U8 => Dtype::U8,
        Stored::BOOL => Dtype::Bool,
        _ => return None,
    })
}

//! The safetensors format (<https://github.com/huggingface/safetensors>): a JSON header, then the tensors
//! without gaps.
//!
//! The `safetensors` crate checks the header: its length, that offsets have no gap or overlap, that they
//! match the shapes without overflow, and that the file ends with the last tensor.

use ::safetensors::{Dtype as StoredDtype, SafeTensorError, SafeTensors};

use super::dtype::Dtype;
use super::error::Fault;
use super::format::{Contents, Format, TensorIndex};
use super::tensor::TensorLocation;
use crate::terminal_text::printable;

/// The row in [`FORMATS`](super::FORMATS).
pub(super) const FORMAT: Format =
    Format { name: "safetensors", extensions: &["safetensors"], matches, index };

/// A file starts with the header's length (u64, at most 100 MB by the specification), then the header, a JSON
/// object.
fn matches(start: &[u8]) -> bool {
    start.get(4..9) == Some(b"\0\0\0\0{")
}

fn index(bytes: &[u8]) -> Result<Contents, Fault> {
    let (header, metadata) = SafeTensors::read_metadata(bytes)
        .map_err(|error| Fault::Damaged { format: FORMAT.name, reason: reason(&error, bytes.len()) })?;
    let data = size_of::<u64>() + header;
    let mut tensors = TensorIndex::new();
    for (name, info) in metadata.tensors() {
        let dtype = dtype(info.dtype).ok_or_else(|| Fault::Unsupported {
            reason: format!("tensor `{}`: element type {} is not supported", printable(&name), info.dtype),
            remedy: None,
        })?;
        let start = data + info.data_offsets.0;
        tensors.insert(name, TensorLocation { dtype, shape: info.shape.clone(), start, stride: None });
    }
    Ok(Contents { tensors, ..Contents::default() })
}

/// The crate's message, or one in terms of the file where that says more.
fn reason(error: &SafeTensorError, file_bytes: usize) -> String {
    match error {
        SafeTensorError::InvalidHeaderLength => {
            format!("its header is longer than the whole file, which has {file_bytes} bytes")
        }
        SafeTensorError::MetadataIncompleteBuffer => {
            format!(
                "the size in its header is not that of the file, {file_bytes} bytes: it was cut off or extended"
            )
        }
        error => printable(&error.to_string()),
    }
}

fn dtype(stored: StoredDtype) -> Option<Dtype> {
    Some(match stored {
        StoredDtype::F16 => Dtype::F16,
        StoredDtype::BF16 => Dtype::Bf16,
        StoredDtype::F32 => Dtype::F32,
        StoredDtype::F64 => Dtype::F64,
        StoredDtype::I8 => Dtype::I8,
        StoredDtype::I16 => Dtype::I16,
        StoredDtype::I32 => Dtype::I32,
        StoredDtype::I64 => Dtype::I64,
        StoredDtype::U8 => Dtype::U8,
        StoredDtype::BOOL => Dtype::Bool,
        _ => return None,
    })
}

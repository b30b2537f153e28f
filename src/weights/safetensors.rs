//! The safetensors format (<https://github.com/huggingface/safetensors>): a JSON header, then the tensors
//! without gaps.
//!
//! The `safetensors` crate checks the header: that offsets have no gap or overlap, and that they match the shapes without
//! overflow. Its reader wants the whole file in memory, so the two lengths are checked here.

use std::borrow::Cow;

use ::safetensors::Dtype as StoredDtype;
use ::safetensors::tensor::Metadata;

use super::dtype::Dtype;
use super::error::Fault;
use super::format::{Contents, Format, TensorIndex};
use super::source::Source;
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

/// The longest header that is read. The specification allows 100 MB, which would take a gigabyte of memory; the largest
/// MobileNet has a header of 80 kB.
const MAX_HEADER: usize = 8 << 20;

/// The most tensors that are read.
const MAX_TENSORS: usize = 1 << 16;

fn index(source: &Source) -> Result<Contents, Fault> {
    let (header, data) = header(source)?;
    let metadata: Metadata = serde_json::from_slice(&header)
        .map_err(|error| damaged(format!("invalid header: {}", printable(&error.to_string()))))?;
    if data + metadata.data_len() != source.len() {
        return Err(damaged(format!(
            "the size in its header is not that of the file, {} bytes: it was cut off or extended",
            source.len()
        )));
    }
    let infos = metadata.tensors();
    if infos.len() > MAX_TENSORS {
        let reason = format!("it has {} tensors, expected at most {MAX_TENSORS}", infos.len());
        return Err(Fault::Unsupported { reason, remedy: None });
    }
    let mut tensors = TensorIndex::new();
    for (name, info) in infos {
        let dtype = dtype(info.dtype).ok_or_else(|| Fault::Unsupported {
            reason: format!("tensor `{}`: element type {} is not supported", printable(&name), info.dtype),
            remedy: None,
        })?;
        let start = data + info.data_offsets.0;
        tensors.insert(
            name,
            TensorLocation { dtype, shape: info.shape.clone(), start, stride: None, checksum: None },
        );
    }
    Ok(Contents { tensors, ..Contents::default() })
}

/// The header, and where it ends.
fn header(source: &Source) -> Result<(Cow<'_, [u8]>, usize), Fault> {
    const LENGTH: usize = size_of::<u64>();
    let too_long = || {
        let bytes = source.len();
        damaged(format!("its header is longer than the whole file, which has {bytes} bytes"))
    };
    let mut length = [0; LENGTH];
    if source.len() < LENGTH {
        return Err(too_long());
    }
    source.read_into(0, &mut length)?;
    let length = usize::try_from(u64::from_le_bytes(length)).unwrap_or(usize::MAX);
    if length > source.len() - LENGTH {
        return Err(too_long());
    }
    if length > MAX_HEADER {
        let reason = format!("its header has {length} bytes, expected at most {MAX_HEADER}");
        return Err(Fault::Unsupported { reason, remedy: None });
    }
    Ok((source.read(LENGTH..LENGTH + length)?, LENGTH + length))
}

fn damaged(reason: String) -> Fault {
    Fault::Damaged { format: FORMAT.name, reason }
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

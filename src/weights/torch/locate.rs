//! Where the tensors of a network are in the file.

use std::ops::Range;

use crate::terminal_text::printable;
use crate::weights::error::{Fault, TORCH_CHECKPOINT};
use crate::weights::format::{Contents, TensorIndex};
use crate::weights::pickle::{Network, PickledTensor, Storage};
use crate::weights::tensor::TensorLocation;

/// The most elements of a tensor that has more of them than its storage: a layer's bias, or the statistics of a norm.
const MAX_REPEATED: usize = 1 << 16;

/// Where a storage is in the file, and the CRC-32 of its bytes if the file has one.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) range: Range<usize>,
    pub(super) checksum: Option<u32>,
}

/// The contents of a file with this network. `find` gets a storage, and whether all of it is one tensor, whose checksum
/// can wait until it is read.
pub(super) fn locate_all(
    network: Network<'_>,
    mut find: impl FnMut(&Storage<'_>, bool) -> Result<Stored, Fault>,
) -> Result<Contents, Fault> {
    let mut tensors = TensorIndex::new();
    for (name, tensor) in network.tensors {
        let is_whole = tensor.offset == 0
            && tensor.shape.iter().try_fold(1, |count: usize, size| count.checked_mul(*size))
                == Some(tensor.storage.len)
            && is_row_major(&tensor.shape, &tensor.stride);
        let stored = find(&tensor.storage, is_whole)?;
        let location = locate(tensor, stored.range.start)
            .map(|location| TensorLocation { checksum: stored.checksum, ..location })
            .map_err(|reason| damaged(format!("tensor `{}`: {reason}", printable(name))))?;
        if tensors.insert(name.to_owned(), location).is_some() {
            return Err(damaged(format!("it has two tensors called `{}`", printable(name))));
        }
    }
    Ok(Contents { tensors, choice: network.choice, ..Contents::default() })
}

/// Whether a storage has as many bytes as its tensors expect.
pub(super) fn check_size(storage: &Storage<'_>, range: &Range<usize>) -> Result<(), Fault> {
    if storage.len.checked_mul(storage.dtype.size()) == Some(range.len()) {
        return Ok(());
    }
    let (key, Storage { len, dtype, .. }, found) = (printable(storage.key), storage, range.len());
    Err(damaged(format!("expected {len} {dtype} elements in storage `{key}`, found {found} bytes")))
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
        return Ok(TensorLocation { dtype, shape, start: storage, stride: None, checksum: None });
    }
    let last = shape.iter().zip(&stride).try_fold(offset, |last, (&size, &stride)| {
        (size - 1).checked_mul(stride).and_then(|span| last.checked_add(span))
    });
    // A view may repeat elements (`zeros(1).expand(1000)`), but a small file must not claim a huge tensor.
    if count > len.max(MAX_REPEATED) || last.is_none_or(|last| last >= len) {
        return Err(does_not_fit());
    }
    let stride = if is_row_major(&shape, &stride) { None } else { Some(stride) };
    Ok(TensorLocation { dtype, shape, start: storage + offset * dtype.size(), stride, checksum: None })
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

/// The error for a checkpoint that contradicts itself.
pub(super) fn damaged(reason: impl Into<String>) -> Fault {
    Fault::Damaged { format: TORCH_CHECKPOINT, reason: reason.into() }
}

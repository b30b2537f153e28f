//! A tensor in a file: its location, and its elements.

use std::borrow::Cow;

use super::dtype::{self, Dtype};
use super::error::{Fault, TORCH_CHECKPOINT};
use super::source::Source;
use crate::terminal_text::printable;

/// What a weight file says of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TensorInfo<'a> {
    /// Element type.
    pub dtype: Dtype,
    /// Sizes, outermost first; empty for a scalar.
    pub shape: &'a [usize],
}

/// Where a tensor is in a file. Formats check that all of it lies within the file before they
/// make one.
#[derive(Debug)]
pub(super) struct TensorLocation {
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<usize>,
    /// Byte offset of the first element.
    pub(super) start: usize,
    /// Stride of each dimension, in elements; `None` if the tensor is contiguous and row-major.
    pub(super) stride: Option<Vec<usize>>,
    /// The CRC-32 of its bytes, if it is contiguous and the file has one.
    pub(super) checksum: Option<u32>,
}

impl TensorLocation {
    pub(super) fn info(&self) -> TensorInfo<'_> {
        TensorInfo { dtype: self.dtype, shape: &self.shape }
    }

    /// The elements, little-endian, contiguous and row-major; borrowed if they are so in memory. `source` is the file
    /// that the location was made for, `name` the tensor's.
    pub(super) fn bytes<'a>(&self, name: &str, source: &'a Source) -> Result<Cow<'a, [u8]>, Fault> {
        let count = self.elements();
        match &self.stride {
            None => {
                let bytes = source.read(self.start..self.start + count * self.dtype.size())?;
                self.verify(name, &bytes)?;
                Ok(bytes)
            }
            Some(_) if count == 0 => Ok(Cow::Borrowed(&[])),
            Some(stride) => {
                let last: usize = self.shape.iter().zip(stride).map(|(len, stride)| (len - 1) * stride).sum();
                let stored = source.read(self.start..self.start + (last + 1) * self.dtype.size())?;
                Ok(Cow::Owned(self.gather(stride, &stored)))
            }
        }
    }

    /// The elements as f32, row-major; `None` if they are no floating-point numbers. See [`WeightFile::f32`].
    ///
    /// [`WeightFile::f32`]: super::WeightFile::f32
    pub(super) fn f32<'a>(&self, name: &str, source: &'a Source) -> Result<Option<Cow<'a, [f32]>>, Fault> {
        let is_in_memory = matches!(source, Source::Static(_) | Source::Memory(_));
        if self.dtype == Dtype::F32
            && self.stride.is_none()
            && !is_in_memory
            && cfg!(target_endian = "little")
        {
            // Read to where they stay.
            let mut values = vec![0f32; self.elements()];
            source.read_into(self.start, bytemuck::cast_slice_mut(&mut values))?;
            self.verify(name, bytemuck::cast_slice(&values))?;
            return Ok(Some(Cow::Owned(values)));
        }
        Ok(dtype::widen(self.dtype, &self.bytes(name, source)?))
    }

    /// Here, and not when the file is opened: so each byte is read once, and what the network does not use never.
    fn verify(&self, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        match self.checksum {
            Some(expected) if crc32fast::hash(bytes) != expected => {
                let reason = format!("the values of tensor `{}` fail their checksum", printable(name));
                Err(Fault::Damaged { format: TORCH_CHECKPOINT, reason })
            }
            _ => Ok(()),
        }
    }

    fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    /// The elements in row-major order. `stored` begins with the first of them.
    fn gather(&self, stride: &[usize], stored: &[u8]) -> Vec<u8> {
        let size = self.dtype.size();
        let count = self.elements();
        let mut gathered = Vec::with_capacity(count * size);
        let mut index = vec![0; self.shape.len()];
        for _ in 0..count {
            let element: usize = index.iter().zip(stride).map(|(i, stride)| i * stride).sum();
            let start = element * size;
            gathered.extend_from_slice(&stored[start..start + size]);
            // Count up, the last dimension fastest.
            for (i, &len) in index.iter_mut().zip(&self.shape).rev() {
                *i += 1;
                if *i < len {
                    break;
                }
                *i = 0;
            }
        }
        gathered
    }
}

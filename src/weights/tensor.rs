//! A tensor in a file: its location, and its contiguous bytes.

use std::borrow::Cow;

use super::dtype::Dtype;

/// A tensor of a weight file.
pub struct TensorView<'a> {
    /// Element type.
    pub dtype: Dtype,
    /// Sizes, outermost first; empty for a scalar.
    pub shape: &'a [usize],
    /// The elements, little-endian, contiguous and row-major; borrowed if the file stores them so.
    pub bytes: Cow<'a, [u8]>,
}

/// Where a tensor is in the bytes of a file. Formats check that all of it lies within the file before they
/// make one.
#[derive(Debug)]
pub(super) struct TensorLocation {
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<usize>,
    /// Byte offset of the first element.
    pub(super) start: usize,
    /// Stride of each dimension, in elements; `None` if the tensor is contiguous and row-major.
    pub(super) stride: Option<Vec<usize>>,
}

impl TensorLocation {
    /// The tensor. `file` is the file that the location was made for.
    pub(super) fn view<'a>(&'a self, file: &'a [u8]) -> TensorView<'a> {
        let bytes = match &self.stride {
            None => {
                let len = self.shape.iter().product::<usize>() * self.dtype.size();
                Cow::Borrowed(&file[self.start..self.start + len])
            }
            Some(stride) => Cow::Owned(self.gather(stride, file)),
        };
        TensorView { dtype: self.dtype, shape: &self.shape, bytes }
    }

    /// The elements in row-major order.
    fn gather(&self, stride: &[usize], file: &[u8]) -> Vec<u8> {
        let size = self.dtype.size();
        let count = self.shape.iter().product::<usize>();
        let mut gathered = Vec::with_capacity(count * size);
        let mut index = vec![0; self.shape.len()];
        for _ in 0..count {
            let element: usize = index.iter().zip(stride).map(|(i, stride)| i * stride).sum();
            let start = self.start + element * size;
            gathered.extend_from_slice(&file[start..start + size]);
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

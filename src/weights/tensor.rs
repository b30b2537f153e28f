//! A tensor within a file: where it lies, and its contiguous bytes.

use std::borrow::Cow;

use super::Dtype;

/// A tensor of a weight file.
pub struct TensorView<'a> {
    /// Element type.
    pub dtype: Dtype,
    /// Sizes, outermost first; empty for a scalar.
    pub shape: &'a [usize],
    /// The elements, little-endian, contiguous and row-major: borrowed from the file where they lie so.
    pub bytes: Cow<'a, [u8]>,
}

/// Where a tensor lies in the bytes of a file. Whoever makes one has checked that all of it does.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<usize>,
    /// Byte at which the first element starts.
    pub(super) start: usize,
    /// Elements from one index to the next, per dimension; `None` if they lie contiguous and row-major.
    pub(super) stride: Option<Vec<usize>>,
}

impl Entry {
    /// The tensor, where `file` is the bytes that the entry was made for.
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

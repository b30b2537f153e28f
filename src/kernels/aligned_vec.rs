//! A vector of values that begins at a cache line.

use std::ops::{Deref, DerefMut};

/// Bytes of a cache line.
const CACHE_LINE: usize = 64;

/// Values that begin at a cache line.
///
/// A load that lies in two cache lines takes as long as two loads. The memory of a large [`Vec`] begins 16 bytes after a
/// line, as a rule: all loads of 512 bits then lie in two lines, and every second one of 256 bits.
#[derive(Debug, Default)]
pub struct AlignedVec<T> {
    /// Begins with a few values that are not used.
    values: Vec<T>,
    start: usize,
}

impl<T: Copy + Default> AlignedVec<T> {
    /// As many default values.
    pub fn new(length: usize) -> Self {
        const {
            assert!(
                size_of::<T>() > 0 && CACHE_LINE.is_multiple_of(size_of::<T>()),
                "whole values in a line"
            );
        };
        let mut values = vec![T::default(); length + CACHE_LINE / size_of::<T>() - 1];
        // Miri may say that there is no such offset.
        let start = values.as_ptr().align_offset(CACHE_LINE).min(values.len() - length);
        values.truncate(start + length);
        Self { values, start }
    }

    /// Adds default values up to `length`, if there are fewer values.
    pub fn grow(&mut self, length: usize) {
        if self.len() < length {
            let mut longer = Self::new(length);
            longer[..self.len()].copy_from_slice(self);
            *self = longer;
        }
    }
}

impl<T> Deref for AlignedVec<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.values[self.start..]
    }
}

impl<T> DerefMut for AlignedVec<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.values[self.start..]
    }
}

impl<T: Copy + Default> Clone for AlignedVec<T> {
    fn clone(&self) -> Self {
        let mut copy = Self::new(self.len());
        copy.copy_from_slice(self);
        copy
    }
}

#[cfg(test)]
mod tests {
    use half::bf16;

    use super::*;

    fn is_aligned<T>(values: &AlignedVec<T>) -> bool {
        values.as_ptr().addr().is_multiple_of(CACHE_LINE) || cfg!(miri)
    }

    #[test]
    fn every_length_begins_at_a_cache_line_also_when_it_grows_or_is_copied() {
        for length in [0, 1, 15, 16, 17, 1000, 100_000] {
            let mut values = AlignedVec::<f32>::new(length);
            assert!(values.len() == length && is_aligned(&values), "{length}");
            values.fill(1.5);
            values.grow(length + 3);
            assert!(is_aligned(&values) && values[..length].iter().all(|value| *value == 1.5), "{length}");
            assert_eq!(values[length..], [0.0; 3]);
            values.grow(length);
            assert_eq!(values.len(), length + 3);
            let copy = values.clone();
            assert!(is_aligned(&copy) && *copy == *values, "{length}");
            assert!(is_aligned(&AlignedVec::<bf16>::new(length)), "{length}");
        }
        assert!(AlignedVec::<f32>::default().is_empty());
    }
}

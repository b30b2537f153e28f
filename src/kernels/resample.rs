//! Weighted sums of 8-bit RGB pixels, along rows and along columns: the two passes of an antialiased resize.
//!
//! Ours, because the results have to equal Pillow's bit for bit: `image` resizes in floating point, and
//! `fast_image_resize` has weights of 16 bits where Pillow has 22 (`pixels/resize.rs` has the details). The loops are
//! plain; an instruction set that has better ones brings its own. Sums are exact integers, whatever their order.

#![expect(unsafe_code, reason = "kernels of an instruction set")]

use std::ops::Range;

/// The two passes of one instruction set.
#[derive(Debug)]
pub struct ResampleKernel {
    /// Weights, a row, the row that it becomes.
    ///
    /// # Safety
    /// The processor has the kernel's instructions.
    pub(super) row: unsafe fn(&Weights, &[u8], &mut [u8]),
    /// Weights of rows, the rows, the row that they become.
    ///
    /// # Safety
    /// The processor has the kernel's instructions.
    pub(super) column: unsafe fn(&[i32], &[u8], &mut [u8]),
}

/// Binary places of the weights: two bits of an i32 are left for overshoot, eight for the pixel.
pub const PRECISION: u32 = 32 - 8 - 2;

/// The weights of a pixel are padded with zeros to a multiple of this.
pub const GROUP: usize = 4;

/// The weights of the source pixels in each pixel of one side of the result.
#[derive(Debug)]
pub struct Weights {
    kernel: &'static ResampleKernel,
    /// Per result pixel: the source pixels with a weight, and where their weights begin in `values`.
    spans: Vec<(Range<usize>, usize)>,
    /// The weights, of sum 1 per result pixel, times 2^[`PRECISION`].
    values: Vec<i32>,
}

impl Weights {
    /// No weights yet, with room for `length` pixels of `taps` weights each, a multiple of [`GROUP`].
    pub fn with_capacity(kernel: &'static ResampleKernel, length: usize, taps: usize) -> Self {
        Self { kernel, spans: Vec::with_capacity(length), values: Vec::with_capacity(length * taps) }
    }

    /// Adds a pixel: the source pixels `span` with a weight each, times 2^[`PRECISION`].
    ///
    /// # Panics
    /// If there are more or fewer weights than source pixels.
    pub fn push(&mut self, span: Range<usize>, weights: impl Iterator<Item = i32>) {
        let at = self.values.len();
        self.values.extend(weights);
        assert_eq!(self.values.len() - at, span.len(), "a weight for each source pixel");
        self.values.resize(self.values.len().next_multiple_of(GROUP), 0);
        self.spans.push((span, at));
    }

    /// Pixels of the result.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether the result has no pixels.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The source pixels that any result pixel depends on.
    pub fn used(&self) -> Range<usize> {
        match (self.spans.first(), self.spans.last()) {
            (Some((first, _)), Some((last, _))) => first.start..last.end,
            _ => 0..0,
        }
    }

    /// For each result pixel, its source pixels and their weights, padded to whole [groups](GROUP).
    #[inline(always)]
    pub(super) fn iter(&self) -> impl Iterator<Item = (Range<usize>, &[i32])> {
        let groups = |(span, at): &(Range<usize>, usize)| {
            (span.clone(), &self.values[*at..at + span.len().next_multiple_of(GROUP)])
        };
        self.spans.iter().map(groups)
    }

    /// Resizes a row of RGB pixels.
    ///
    /// # Panics
    /// If `row` is too short, or `out` is not as long as the result.
    pub fn row(&self, row: &[u8], out: &mut [u8]) {
        assert_eq!(out.len(), 3 * self.len(), "three bytes for each pixel");
        // SAFETY: a kernel is reached only through an available `Isa`.
        unsafe { (self.kernel.row)(self, row, out) }
    }

    /// Resizes columns: `rows` begins with row `first` of the picture, and each has `out.len() / len()` bytes.
    ///
    /// # Panics
    /// If a row that the result depends on is missing.
    pub fn columns(&self, rows: &[u8], first: usize, out: &mut [u8]) {
        let stride = out.len() / self.len().max(1);
        for ((span, weights), out) in self.iter().zip(out.chunks_exact_mut(stride.max(1))) {
            let rows = &rows[stride * (span.start - first)..stride * (span.end - first)];
            // SAFETY: a kernel is reached only through an available `Isa`.
            unsafe { (self.kernel.column)(weights, rows, out) }
        }
    }
}

/// See [`Weights::row`].
pub(super) fn row(weights: &Weights, row: &[u8], out: &mut [u8]) {
    for ((span, weights), out) in weights.iter().zip(out.chunks_exact_mut(3)) {
        let mut sums = [HALF; 3];
        for (source, weight) in row[3 * span.start..3 * span.end].chunks_exact(3).zip(weights) {
            for (sum, value) in sums.iter_mut().zip(source) {
                *sum += i32::from(*value) * weight;
            }
        }
        out.copy_from_slice(&sums.map(round));
    }
}

/// One row of the result: the weighted sum of `rows`, each as long as `out`.
#[inline(always)]
pub(super) fn column(weights: &[i32], rows: &[u8], out: &mut [u8]) {
    /// Columns whose sums stay in registers.
    const WIDTH: usize = 32;
    let stride = out.len();
    let mut chunks = out.chunks_exact_mut(WIDTH);
    let mut x = 0;
    for out in &mut chunks {
        let mut sums = [HALF; WIDTH];
        for (row, weight) in rows.chunks_exact(stride).zip(weights) {
            for (sum, value) in sums.iter_mut().zip(&row[x..x + WIDTH]) {
                *sum += i32::from(*value) * weight;
            }
        }
        for (out, sum) in out.iter_mut().zip(sums) {
            *out = round(sum);
        }
        x += WIDTH;
    }
    for (out, x) in chunks.into_remainder().iter_mut().zip(x..) {
        let values = rows.chunks_exact(stride).map(|row| i32::from(row[x]));
        *out = round(values.zip(weights).fold(HALF, |sum, (value, weight)| sum + value * weight));
    }
}

/// One half, added before [`round`].
pub(super) const HALF: i32 = 1 << (PRECISION - 1);

#[inline(always)]
fn round(sum: i32) -> u8 {
    (sum >> PRECISION).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::isa::{self, Isa};
    use crate::kernels::tests::support;

    /// Repeatable noise.
    fn noise(length: usize) -> Vec<u8> {
        support::noise(1, length).into_iter().map(|value| ((value + 1.0) * 128.0) as u8).collect()
    }

    /// Weights of `taps` source pixels in each of as many pixels as fit `from`, some of them negative.
    fn weights(isa: &'static Isa, from: usize, taps: usize) -> Weights {
        let mut weights = Weights::with_capacity(&isa.resample, from - taps + 1, taps);
        for start in 0..=from - taps {
            let values = noise(taps + start).into_iter().skip(start);
            // Sums of weights stay below 2, as those of filters do.
            let unit = (2 << PRECISION) / (196 * taps as i32);
            weights.push(start..start + taps, values.map(|value| (i32::from(value) - 60) * unit));
        }
        weights
    }

    fn sum(values: impl Iterator<Item = u8>, weights: &[i32]) -> u8 {
        let products = values.zip(weights).map(|(value, weight)| i64::from(value) * i64::from(*weight));
        ((products.sum::<i64>() + i64::from(HALF)) >> PRECISION).clamp(0, 255) as u8
    }

    #[test]
    fn both_passes_are_weighted_sums() {
        for isa in isa::available() {
            for (from, taps) in [(1, 1), (2, 1), (3, 3), (5, 4), (9, 5), (40, 8), (41, 11)] {
                let weights = weights(isa, from, taps);
                let source = noise(3 * from);
                let mut across = vec![0; 3 * weights.len()];
                weights.row(&source, &mut across);
                // The same values as one picture three bytes wide.
                let mut down = vec![0; 3 * weights.len()];
                weights.columns(&source, 0, &mut down);
                for (pixel, (span, weights)) in weights.iter().enumerate() {
                    for channel in 0..3 {
                        let values = span.clone().map(|at| source[3 * at + channel]);
                        let expected = sum(values, weights);
                        assert_eq!(across[3 * pixel + channel], expected, "{isa:?} {from} {taps} across");
                        assert_eq!(down[3 * pixel + channel], expected, "{isa:?} {from} {taps} down");
                    }
                }
            }
        }
    }

    #[test]
    fn columns_of_any_width_and_first_row() {
        for isa in isa::available() {
            for stride in [1, 31, 32, 33, 70] {
                let (weights, rows) = (weights(isa, 9, 4), noise(9 * stride));
                let mut out = vec![0; stride * weights.len()];
                weights.columns(&rows, 0, &mut out);
                for (y, (span, weights)) in weights.iter().enumerate() {
                    for x in 0..stride {
                        let expected = sum(span.clone().map(|row| rows[row * stride + x]), weights);
                        assert_eq!(out[y * stride + x], expected, "{isa:?} {stride} ({x}, {y})");
                    }
                }
            }
        }
    }
}

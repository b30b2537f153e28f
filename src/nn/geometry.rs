//! Output sizes, padding and valid ranges of a convolution. All index arithmetic lives here.

use std::ops::Range;

/// How a convolution extends its input with zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// `((stride - 1) + (k - 1)) / 2` on every side: PyTorch, timm, torchvision.
    Symmetric,
    /// TensorFlow's "SAME": `ceil(input / stride)` outputs, the odd zero at the bottom and right.
    /// It depends on the size of the input, so rows and columns are padded separately.
    Same,
    /// No zeros.
    Valid,
}

/// One spatial axis of a convolution.
///
/// Kernels compute addresses from it: outside of this crate it comes from [`new`](Self::new), and only `output`, which
/// they compare with their buffers, can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Input positions.
    pub(crate) input: usize,
    /// Output positions.
    pub output: usize,
    /// Filter taps.
    pub(crate) taps: usize,
    /// Input positions from one output to the next.
    pub(crate) stride: usize,
    /// Zeros before the input.
    pub(crate) before: usize,
    /// Zeros after the input.
    pub(crate) after: usize,
}

impl Axis {
    /// The axis of `input` positions under a filter of `taps` taps.
    ///
    /// # Panics
    /// If `input`, `taps` or `stride` is 0.
    pub fn new(input: usize, taps: usize, stride: usize, padding: Padding) -> Self {
        assert!(input > 0 && taps > 0 && stride > 0, "an axis needs input, taps and a stride");
        let (before, after) = match padding {
            Padding::Symmetric => {
                let each = (stride + taps - 2) / 2;
                (each, each)
            }
            Padding::Same => {
                // tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
                let covered = if input.is_multiple_of(stride) { stride } else { input % stride };
                let total = taps.saturating_sub(covered);
                (total / 2, total - total / 2)
            }
            Padding::Valid => (0, 0),
        };
        let padded = input + before + after;
        let output = if padded < taps { 0 } else { (padded - taps) / stride + 1 };
        Self { input, output, taps, stride, before, after }
    }

    /// Whether every tap is on the input or on padding, of at most half the filter on either side.
    ///
    /// So it is on every axis that [`new`](Self::new) makes with a stride of 1 or 2.
    pub fn has_narrow_padding(&self) -> bool {
        let half = self.taps / 2;
        let covered = self.output.saturating_sub(1) * self.stride + self.taps;
        let padded = self.before + self.input + self.after;
        self.before <= half && self.after <= half && (self.output == 0 || covered <= padded)
    }

    /// The outputs for which `tap` falls on the input and not on the padding.
    pub fn outputs(&self, tap: usize) -> Range<usize> {
        let first = self.before.saturating_sub(tap).div_ceil(self.stride);
        let last = (self.input + self.before).saturating_sub(tap).div_ceil(self.stride);
        first.min(self.output)..last.min(self.output)
    }

    /// The taps that fall on the input and not on the padding at `output`.
    pub fn taps_of(&self, output: usize) -> Range<usize> {
        let start = output * self.stride;
        let first = self.before.saturating_sub(start);
        let last = (self.input + self.before).saturating_sub(start).min(self.taps);
        first.min(last)..last
    }

    /// The input positions that those outputs see.
    pub fn inputs(&self, outputs: Range<usize>) -> Range<usize> {
        let first = (outputs.start * self.stride).saturating_sub(self.before).min(self.input);
        let last = (outputs.end.saturating_sub(1) * self.stride + self.taps).saturating_sub(self.before);
        if outputs.is_empty() { first..first } else { first..last.clamp(first, self.input) }
    }

    /// The input position under `tap` at `output`, one of [`outputs`](Self::outputs).
    pub fn position(&self, output: usize, tap: usize) -> usize {
        output * self.stride + tap - self.before
    }
}

/// Rows and columns of a convolution with a square filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv2dGeometry {
    /// Along the height.
    pub rows: Axis,
    /// Along the width.
    pub columns: Axis,
}

impl Conv2dGeometry {
    /// The geometry of an `h` x `w` input under a `k` x `k` filter.
    ///
    /// # Panics
    /// If a size is 0.
    pub fn new(h: usize, w: usize, k: usize, stride: usize, padding: Padding) -> Self {
        Self { rows: Axis::new(h, k, stride, padding), columns: Axis::new(w, k, stride, padding) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_padding_puts_the_odd_zero_at_the_end() {
        let axis = Axis::new(224, 3, 2, Padding::Same);
        assert_eq!((axis.before, axis.after, axis.output), (0, 1, 112));
        let axis = Axis::new(112, 5, 2, Padding::Same);
        assert_eq!((axis.before, axis.after, axis.output), (1, 2, 56));
        let axis = Axis::new(7, 3, 2, Padding::Same);
        assert_eq!((axis.before, axis.after, axis.output), (1, 1, 4));
    }

    #[test]
    fn symmetric_padding_is_half_the_filter() {
        for (taps, stride, pad) in [(1, 1, 0), (3, 1, 1), (3, 2, 1), (5, 1, 2), (5, 2, 2)] {
            let axis = Axis::new(15, taps, stride, Padding::Symmetric);
            assert_eq!((axis.before, axis.after), (pad, pad), "k{taps} s{stride}");
        }
    }

    #[test]
    fn outputs_are_those_whose_tap_is_on_the_input() {
        for input in 1..12 {
            for taps in [1, 3, 5, 7] {
                for stride in 1..4 {
                    for padding in [Padding::Symmetric, Padding::Same] {
                        let axis = Axis::new(input, taps, stride, padding);
                        assert!(axis.has_narrow_padding() || stride > 2, "{axis:?}");
                        for tap in 0..taps {
                            let valid = |o: &usize| {
                                let padded = o * stride + tap;
                                padded >= axis.before && padded - axis.before < input
                            };
                            let expected: Vec<_> = (0..axis.output).filter(valid).collect();
                            let found: Vec<_> = axis.outputs(tap).collect();
                            assert_eq!(found, expected, "{axis:?} tap {tap}");
                        }
                        for output in 0..axis.output {
                            let expected: Vec<_> =
                                (0..taps).filter(|tap| axis.outputs(*tap).contains(&output)).collect();
                            let found: Vec<_> = axis.taps_of(output).collect();
                            assert_eq!(found, expected, "{axis:?} output {output}");
                            let inputs = axis.inputs(output..output + 1);
                            let seen = expected.iter().map(|tap| axis.position(output, *tap));
                            assert!(inputs.eq(seen), "{axis:?} output {output}");
                        }
                    }
                }
            }
        }
    }
}

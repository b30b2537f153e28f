//! The stem: a k x k convolution of stride 2 over all channels, straight from a planar picture.
//!
//! A row of outputs sees a few rows of pixels. Those are copied once with their padding; every tap of every output is
//! then at a fixed distance, and the convolution is the same tile of sums as in [`pointwise`](super::pointwise).

#![expect(unsafe_code, reason = "pointers into checked slices")]

use super::Weights;
use super::feature_map::{CHANNEL_BLOCK, FeatureMapMut};
use super::isa::{Isa, Simd};
use super::microkernel::{self, Microkernel, Strides};
use super::pointwise::PackedMatrix;
use crate::nn::{Activation, Axis, Conv2dGeometry};

/// Pixels from one output to the next.
const STRIDE: usize = 2;

/// Weights `[n, c, k, k]` with a bias `[n]`, packed for one instruction set; k is 3, 5 or 7.
#[derive(Clone, Debug)]
pub struct PackedStem {
    matrix: PackedMatrix,
    /// Taps along one side of the filter.
    taps: usize,
}

impl PackedStem {
    /// Packs weights `[n, c, k, k]` of `taps` = k.
    ///
    /// # Panics
    /// If a length does not match, or for another k.
    pub fn new(isa: &'static Isa, weights: Weights, taps: usize) -> Self {
        let depth = weights.values.len() / weights.bias.len().max(1);
        assert!([3, 5, 7].contains(&taps) && depth.is_multiple_of(taps * taps), "a stem of 3, 5 or 7 taps");
        Self { matrix: PackedMatrix::with_depth(isa, weights, depth, depth), taps }
    }

    /// Taps along one side of the filter.
    pub fn taps(&self) -> usize {
        self.taps
    }

    /// Channels out.
    pub fn n(&self) -> usize {
        self.matrix.n()
    }

    /// Rows of pixels that one row of outputs sees, over all channels.
    fn rows(&self) -> usize {
        self.matrix.k() / self.taps
    }

    /// The convolution of pictures of this geometry.
    ///
    /// # Panics
    /// If it is not that of the filter with a stride of 2.
    pub fn over(&self, geometry: Conv2dGeometry, activation: Activation) -> Stem<'_> {
        let Conv2dGeometry { rows, columns } = &geometry;
        let fits =
            |axis: &&Axis| (axis.taps, axis.stride) == (self.taps, STRIDE) && axis.has_narrow_padding();
        assert!([rows, columns].iter().all(fits), "a stem's geometry");
        Stem { packed: self, geometry, activation }
    }
}

/// A stem with packed weights, bias and activation.
#[derive(Debug)]
pub struct Stem<'a> {
    packed: &'a PackedStem,
    geometry: Conv2dGeometry,
    activation: Activation,
}

impl Stem<'_> {
    /// Pixels that one row of outputs sees, padding included: what [`run`](Self::run) needs as `pixels`.
    pub fn pixels(&self) -> usize {
        self.packed.rows() * self.pitch()
    }

    fn pitch(&self) -> usize {
        let columns = &self.geometry.columns;
        columns.before + columns.input + columns.after
    }

    /// `picture` `[c, h, w]` to the rows of `[n/8, out_h, out_w, 8]` from `first_row` on that `output` holds.
    ///
    /// Before activation, within `(k·k·c + 2)·ε·(|b| + Σ|x·w|)` of
    /// [`reference::convolution`](super::reference::convolution), ε = `f32::EPSILON`.
    ///
    /// # Panics
    /// If a shape does not match the geometry.
    pub fn run(&self, picture: &[f32], first_row: usize, pixels: &mut [f32], output: FeatureMapMut) {
        let Conv2dGeometry { rows, columns } = &self.geometry;
        if columns.output == 0 {
            return;
        }
        let channels = self.packed.rows() / self.packed.taps;
        assert_eq!(picture.len(), channels * rows.input * columns.input, "picture");
        assert_eq!(output.blocks(), super::feature_map::blocks(self.packed.n()), "stem channels");
        assert_eq!(pixels.len(), self.pixels(), "pixels of a stem's row");
        assert!(output.positions().is_multiple_of(columns.output), "stem output");
        let mut output = output;
        let count = output.positions() / columns.output;
        assert!(first_row + count <= rows.output, "stem rows");
        for index in 0..count {
            self.copy(picture, first_row + index, pixels);
            let start = index * columns.output;
            let part = output.reborrow().at(start..start + columns.output);
            (self.packed.matrix.isa().stem)(self, pixels, part);
        }
    }

    /// Copies the pixels that row `oy` of outputs sees: `[c, k, pitch]`, zeros for padding.
    fn copy(&self, picture: &[f32], oy: usize, pixels: &mut [f32]) {
        let Conv2dGeometry { rows, columns } = &self.geometry;
        let seen = rows.taps_of(oy);
        for (index, to) in pixels.chunks_exact_mut(self.pitch()).enumerate() {
            let (channel, ky) = (index / self.packed.taps, index % self.packed.taps);
            if seen.contains(&ky) {
                let at = channel * rows.input + rows.position(oy, ky);
                to[..columns.before].fill(0.0);
                to[columns.before..][..columns.input]
                    .copy_from_slice(&picture[at * columns.input..][..columns.input]);
                to[columns.before + columns.input..].fill(0.0);
            } else {
                to.fill(0.0);
            }
        }
    }
}

/// One row of outputs from its pixels.
///
/// # Safety
/// The processor has `S`'s instructions; `pixels` holds a row's, `output` has its positions and all channels.
#[inline(always)]
pub(super) unsafe fn run<S: Simd>(job: &Stem, pixels: &[f32], mut output: FeatureMapMut) {
    let matrix = &job.packed.matrix;
    for panel in microkernel::panels(S::LANES, output.blocks() * CHANNEL_BLOCK) {
        // SAFETY: the panel is one of the weights, and the last tap of the last output is on the last pixel or before.
        unsafe {
            let tile = Microkernel {
                blocks: job.packed.rows(),
                input: pixels.as_ptr(),
                input_step: job.pitch(),
                panel: matrix.panels.as_ptr().add(panel.start * matrix.k()),
                bias: matrix.bias.as_ptr().add(panel.start),
                shortcut: None,
                output: output.pointer().add(panel.start / CHANNEL_BLOCK * output.step()),
                output_step: output.step(),
                activation: job.activation,
            };
            let (vectors, count) = (panel.len() / S::LANES, output.positions());
            match job.packed.taps {
                3 => tile.run::<S, Pixels<3>>(vectors, count),
                5 => tile.run::<S, Pixels<5>>(vectors, count),
                _ => tile.run::<S, Pixels<7>>(vectors, count),
            }
        }
    }
}

/// The taps of a row, two pixels further for the next output.
struct Pixels<const TAPS: usize>;

impl<const TAPS: usize> Strides for Pixels<TAPS> {
    const VALUES: usize = TAPS;
    const ROW: usize = STRIDE;
    const OVERLAPS: bool = true;
}

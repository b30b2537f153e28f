//! The full convolution: 3 x 3 taps over all channels of a feature map.
//!
//! A line is a row of the input between its zeros, `[c/8, pitch, 8]`. Lines are copied once, or made where they are
//! needed; every tap of every output of a row is then at a fixed distance in three lines, and the convolution is the
//! same tile of sums as in [`pointwise`](super::pointwise).

#![expect(unsafe_code, reason = "pointers into checked slices")]

use std::ops::Range;

use super::Weights;
use super::feature_map::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut, blocks};
use super::isa::{Isa, Simd};
use super::microkernel::{self, Microkernel, Strides};
use super::pointwise::PackedMatrix;
use crate::nn::{Activation, Conv2dGeometry};

/// Taps along one side.
pub const TAPS: usize = 3;

/// Weights `[n, c, 3, 3]` with a bias `[n]`, packed for one instruction set.
#[derive(Clone, Debug)]
pub struct PackedConv2d {
    matrix: PackedMatrix,
    /// Channels in.
    c: usize,
}

impl PackedConv2d {
    /// Packs weights `[n, c, 3, 3]`.
    ///
    /// # Panics
    /// If a length does not match.
    pub fn new(isa: &'static Isa, weights: Weights, c: usize) -> Self {
        assert_eq!(
            weights.values.len(),
            weights.bias.len() * c * TAPS * TAPS,
            "weights of a full convolution"
        );
        // In the order in which the tile meets them: [n, 3, c/8, 3, 8].
        let depth = TAPS * blocks(c) * TAPS * CHANNEL_BLOCK;
        let mut values = vec![0.0; weights.bias.len() * depth];
        for (to, from) in values.chunks_exact_mut(depth.max(1)).zip(weights.values.chunks(c * TAPS * TAPS)) {
            for (index, value) in from.iter().enumerate() {
                let (channel, ky, kx) = (index / TAPS / TAPS, index / TAPS % TAPS, index % TAPS);
                let run = ky * blocks(c) + channel / CHANNEL_BLOCK;
                to[(run * TAPS + kx) * CHANNEL_BLOCK + channel % CHANNEL_BLOCK] = *value;
            }
        }
        let ordered = Weights { values: &values, ..weights };
        Self { matrix: PackedMatrix::with_depth(isa, ordered, depth, depth), c }
    }

    /// Channels in.
    pub fn c(&self) -> usize {
        self.c
    }

    /// Channels out.
    pub fn n(&self) -> usize {
        self.matrix.n()
    }

    /// The convolution of feature maps of this geometry.
    ///
    /// # Panics
    /// If it is not that of 3 x 3 taps with a stride of 1 or 2.
    pub fn over(&self, geometry: Conv2dGeometry, activation: Activation) -> Conv2d<'_> {
        let fits = [geometry.rows, geometry.columns]
            .iter()
            .all(|axis| axis.taps == TAPS && [1, 2].contains(&axis.stride) && axis.has_narrow_padding());
        assert!(fits && geometry.rows.stride == geometry.columns.stride, "a full convolution's geometry");
        Conv2d { packed: self, geometry, activation }
    }
}

/// A full convolution with packed weights, bias and activation.
#[derive(Debug)]
pub struct Conv2d<'a> {
    packed: &'a PackedConv2d,
    geometry: Conv2dGeometry,
    activation: Activation,
}

impl Conv2d<'_> {
    /// Values of a line.
    pub fn line(&self) -> usize {
        blocks(self.packed.c) * self.pitch() * CHANNEL_BLOCK
    }

    fn pitch(&self) -> usize {
        let columns = &self.geometry.columns;
        columns.before + columns.input + columns.after
    }

    /// The lines that those rows of outputs see, counted from the first zeros above the input.
    pub fn lines(&self, rows: Range<usize>) -> Range<usize> {
        let stride = self.geometry.rows.stride;
        let end = if rows.is_empty() { rows.start * stride } else { (rows.end - 1) * stride + TAPS };
        rows.start * stride..end
    }

    /// Writes one of the lines: `make` gets the row of the input that it holds, and where that goes.
    ///
    /// # Panics
    /// If the length does not match.
    pub fn write(&self, line: usize, values: &mut [f32], make: impl FnOnce(usize, FeatureMapMut)) {
        assert_eq!(values.len(), self.line(), "a line of a full convolution");
        let Conv2dGeometry { rows, columns } = &self.geometry;
        let row = line.checked_sub(rows.before).filter(|row| *row < rows.input);
        let Some(row) = row else { return values.fill(0.0) };
        let within = columns.before..columns.before + columns.input;
        for block in values.chunks_exact_mut(self.pitch() * CHANNEL_BLOCK) {
            block[..within.start * CHANNEL_BLOCK].fill(0.0);
            block[within.end * CHANNEL_BLOCK..].fill(0.0);
        }
        make(row, FeatureMapMut::new(values, self.pitch()).at(within));
    }

    /// The `lines` of some rows of outputs to those rows, `shortcut` added behind the activation.
    ///
    /// Before activation, within `(9c + 2)·ε·(|b| + Σ|x·w|)` of
    /// [`reference::convolution`](super::reference::convolution), ε = `f32::EPSILON`.
    ///
    /// # Panics
    /// If the shapes do not match, or a shortcut is to be added behind an activation that is no clamp.
    pub fn run(&self, lines: &[f32], shortcut: Option<FeatureMap>, output: FeatureMapMut) {
        let width = self.geometry.columns.output;
        if output.positions() == 0 {
            return;
        }
        let shape = (blocks(self.packed.n()), output.positions());
        assert_eq!((output.blocks(), output.positions() % width), (shape.0, 0), "full convolution's output");
        assert_eq!(
            lines.len(),
            self.lines(0..shape.1 / width).len() * self.line(),
            "full convolution's lines"
        );
        let fits = |shortcut: FeatureMap| (shortcut.blocks(), shortcut.positions()) == shape;
        assert!(shortcut.is_none_or(fits), "full convolution's shortcut");
        assert!(shortcut.is_none() || !self.activation.is_gated(), "a shortcut behind {:?}", self.activation);
        (self.packed.matrix.isa().full)(self, lines, shortcut, output);
    }
}

/// All rows of the output for a panel of weights, then for the next: the panel is what stays in the first-level cache.
///
/// # Safety
/// The processor has `S`'s instructions; the shapes are those that [`Conv2d::run`] checks.
#[inline(always)]
pub(super) unsafe fn run<S: Simd>(
    job: &Conv2d,
    lines: &[f32],
    shortcut: Option<FeatureMap>,
    mut output: FeatureMapMut,
) {
    let matrix = &job.packed.matrix;
    let width = job.geometry.columns.output;
    let stride = job.geometry.rows.stride;
    for panel in microkernel::panels(S::LANES, output.blocks() * CHANNEL_BLOCK) {
        let block = panel.start / CHANNEL_BLOCK;
        for row in 0..output.positions() / width {
            // SAFETY: the row's three lines are there, and the last tap of its last output is in them; the panel is one
            // of the weights, and the row and the panel's blocks are within the output and the shortcut.
            unsafe {
                let at = |base: *const f32, step: usize| base.add(block * step + row * width * CHANNEL_BLOCK);
                let tile = Microkernel {
                    blocks: TAPS * blocks(job.packed.c),
                    input: lines.as_ptr().add(row * stride * job.line()),
                    input_step: job.pitch() * CHANNEL_BLOCK,
                    panel: matrix.panels.as_ptr().add(panel.start * matrix.k()),
                    bias: matrix.bias.as_ptr().add(panel.start),
                    shortcut: shortcut
                        .map(|shortcut| (at(shortcut.pointer(), shortcut.step()), shortcut.step())),
                    output: at(output.pointer(), output.step()).cast_mut(),
                    output_step: output.step(),
                    activation: job.activation,
                };
                let vectors = panel.len() / S::LANES;
                match stride {
                    1 => tile.run::<S, Taps<1>>(vectors, width),
                    _ => tile.run::<S, Taps<2>>(vectors, width),
                }
            }
        }
    }
}

/// The taps of a line in a block of channels, `STRIDE` positions further for the next output.
struct Taps<const STRIDE: usize>;

impl<const STRIDE: usize> Strides for Taps<STRIDE> {
    const VALUES: usize = TAPS * CHANNEL_BLOCK;
    const ROW: usize = STRIDE * CHANNEL_BLOCK;
    const OVERLAPS: bool = false;
}

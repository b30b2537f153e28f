//! The pointwise convolution: a matrix product of positions and channels.
//!
//! Input `[k/8, m, 8]` and output `[n/8, m, 8]` are [`FeatureMap`]s of `m` positions. Weights are packed once into panels of
//! two vectors of channels, so that a tile of positions by one panel stays in registers through all of `k`
//! (the scheme of Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008).

#![expect(unsafe_code, reason = "pointers into checked feature maps")]

use std::ops::Range;

use super::feature_map::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut, blocks};
use super::isa::{Isa, Simd};
use super::microkernel::{Microkernel, Strides};
use super::{Weights, microkernel, scaled};
use crate::nn::Activation;

/// Weights `[n, k]` with a bias `[n]`, packed for one instruction set.
#[derive(Clone, Debug)]
pub struct PackedMatrix {
    isa: &'static Isa,
    k: usize,
    n: usize,
    /// Channels in, up to whole blocks.
    depth: usize,
    /// Panel after panel, `[depth, width]` each, zeros behind channel `n` and behind channel `k`.
    pub(super) panels: Vec<f32>,
    /// `[n]`, zeros up to whole blocks.
    pub(super) bias: Vec<f32>,
}

impl PackedMatrix {
    /// Packs weights `[n, k]` for inputs in blocks of channels.
    ///
    /// # Panics
    /// If a length does not match.
    pub fn new(isa: &'static Isa, weights: Weights, k: usize) -> Self {
        Self::with_depth(isa, weights, k, blocks(k) * CHANNEL_BLOCK)
    }

    /// As [`new`](Self::new) for inputs that bring `depth` values, `k` or more, to every output.
    pub(super) fn with_depth(isa: &'static Isa, weights: Weights, k: usize, depth: usize) -> Self {
        let Weights { values, scale, bias } = weights;
        let n = bias.len();
        assert_eq!((values.len(), scale.len()), (n * k, n), "pointwise weights");
        let channels = blocks(n) * CHANNEL_BLOCK;
        let mut panels = vec![0.0; channels * depth];
        if k > 0 {
            for panel in microkernel::panels(isa.lanes, channels) {
                let exist = panel.start.min(n)..panel.end.min(n);
                let columns: Vec<_> = values[exist.start * k..exist.end * k].chunks_exact(k).collect();
                let to = &mut panels[panel.start * depth..panel.end * depth];
                pack(to, panel.len(), &columns, &scale[exist]);
            }
        }
        let mut padded = vec![0.0; channels];
        padded[..n].copy_from_slice(bias);
        Self { isa, k, n, depth, panels, bias: padded }
    }

    /// The instruction set it was packed for.
    pub fn isa(&self) -> &'static Isa {
        self.isa
    }

    /// Channels in.
    pub fn k(&self) -> usize {
        self.k
    }

    /// Channels out.
    pub fn n(&self) -> usize {
        self.n
    }

    /// All blocks of channels out.
    pub fn all(&self, activation: Activation) -> Pointwise<'_> {
        self.of(0..blocks(self.n), activation)
    }

    /// Some blocks of channels out, from and to an edge between panels: a multiple of [`Isa::panel_blocks`], or the last.
    ///
    /// # Panics
    /// If the range does not fit that.
    pub fn of(&self, blocks: Range<usize>, activation: Activation) -> Pointwise<'_> {
        let channels = blocks.start * CHANNEL_BLOCK..blocks.end * CHANNEL_BLOCK;
        let is_edge = |channel| microkernel::is_edge(self.isa.lanes, self.bias.len(), channel);
        assert!(is_edge(channels.start) && is_edge(channels.end), "blocks of whole panels");
        Pointwise {
            isa: self.isa,
            depth: self.depth,
            panels: &self.panels[channels.start * self.depth..channels.end * self.depth],
            bias: &self.bias[channels],
            activation,
        }
    }
}

/// Writes columns of weights side by side, eight rows of the panel at a time: those stay in the first-level cache.
fn pack(panel: &mut [f32], width: usize, columns: &[&[f32]], scale: &[f64]) {
    for (block, rows) in panel.chunks_mut(CHANNEL_BLOCK * width).enumerate() {
        for (index, (column, scale)) in columns.iter().zip(scale).enumerate() {
            let weights = &column[(block * CHANNEL_BLOCK).min(column.len())..];
            for (packed, weight) in rows[index..].iter_mut().step_by(width).zip(weights) {
                *packed = scaled(*weight, *scale);
            }
        }
    }
}

/// A product with packed weights, bias and activation.
#[derive(Clone, Debug)]
pub struct Pointwise<'a> {
    isa: &'static Isa,
    depth: usize,
    panels: &'a [f32],
    bias: &'a [f32],
    activation: Activation,
}

impl Pointwise<'_> {
    /// `input` `[k/8, m, 8]` to `output` `[n/8, m, 8]`, and `shortcut`, of the same shape, added behind the activation.
    ///
    /// Before activation, within `(k + 2)·ε·(|b| + Σ|x·w|)` of
    /// [`reference::pointwise`](super::reference::pointwise), ε = `f32::EPSILON`.
    ///
    /// # Panics
    /// If the shapes do not match, or a shortcut is to be added behind an activation that is no clamp.
    pub fn run(&self, input: FeatureMap, shortcut: Option<FeatureMap>, output: FeatureMapMut) {
        let shape = (self.bias.len() / CHANNEL_BLOCK, output.positions());
        assert_eq!((output.blocks(), output.positions()), shape, "pointwise output");
        assert_eq!(
            (input.blocks() * CHANNEL_BLOCK, input.positions()),
            (self.depth, shape.1),
            "pointwise input"
        );
        let fits = |shortcut: FeatureMap| (shortcut.blocks(), shortcut.positions()) == shape;
        assert!(shortcut.is_none_or(fits), "pointwise shortcut");
        assert!(shortcut.is_none() || !self.activation.is_gated(), "a shortcut behind {:?}", self.activation);
        (self.isa.pointwise)(self, input, shortcut, output);
    }
}

/// Bytes of input that stay in the second-level cache while all panels pass over them.
const RESIDENT_BYTES: usize = 256 << 10;

/// The product, some rows of tiles at a time.
///
/// # Safety
/// The processor has `S`'s instructions; the shapes are those that [`Pointwise::run`] checks.
#[inline(always)]
pub(super) unsafe fn run<S: Simd>(
    job: &Pointwise,
    input: FeatureMap,
    shortcut: Option<FeatureMap>,
    mut output: FeatureMapMut,
) {
    let m = output.positions();
    let resident = (RESIDENT_BYTES / (4 * job.depth.max(1))).max(1).next_multiple_of(S::TILE_ROWS);
    for start in (0..m).step_by(resident) {
        let rows = start..m.min(start + resident);
        for panel in microkernel::groups(S::LANES, job.bias.len(), m) {
            let block = panel.start / CHANNEL_BLOCK;
            // SAFETY: rows and panel are within the input, the output and the shortcut.
            unsafe {
                let at = |base: *const f32, step: usize| base.add(block * step + rows.start * CHANNEL_BLOCK);
                let tile = Microkernel {
                    blocks: job.depth / CHANNEL_BLOCK,
                    input: input.pointer().add(rows.start * CHANNEL_BLOCK),
                    input_step: input.step(),
                    panel: job.panels.as_ptr().add(panel.start * job.depth),
                    bias: job.bias.as_ptr().add(panel.start),
                    shortcut: shortcut
                        .map(|shortcut| (at(shortcut.pointer(), shortcut.step()), shortcut.step())),
                    output: at(output.pointer(), output.step()).cast_mut(),
                    output_step: output.step(),
                    activation: job.activation,
                };
                tile.run::<S, Channels>(panel.len() / S::LANES, rows.len());
            }
        }
    }
}

/// The eight channels of a block, position after position.
struct Channels;

impl Strides for Channels {
    const VALUES: usize = CHANNEL_BLOCK;
    const ROW: usize = CHANNEL_BLOCK;
    const OVERLAPS: bool = false;
}

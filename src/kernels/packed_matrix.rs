//! Weights of a matrix product, packed in the order in which a kernel reads them.

use half::bf16;

use super::aligned_vec::AlignedVec;
use super::element::Element;
use super::layout::{CHANNEL_BLOCK, padded};
use super::panels::PanelLayout;
use super::weights::{Weights, scaled};

/// How a kernel wants its weights; `W` is what it multiplies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packing<W = f32> {
    /// How output channels are cut into panels.
    pub(super) panels: PanelLayout,
    pub(super) write_panel: WritePanel<W>,
}

/// Writes one panel, of zeros so far: the panel, its width in channels, the weights of each channel, their scales.
type WritePanel<W> = fn(&mut [W], usize, &[&[f32]], &[f64]);

/// Weights `[n, k]` with a bias `[n]`.
#[derive(Clone, Debug)]
pub(super) struct PackedMatrix<W: Element = f32> {
    k: usize,
    n: usize,
    /// Values of the input that meet one output: `k` and padding.
    pub(super) depth: usize,
    /// Panel after panel, `depth · width` values each; zeros after channel `n` and after input `k`, up to whole vectors.
    pub(super) panels: AlignedVec<W>,
    /// `[n]`, with zeros up to whole vectors.
    pub(super) bias: AlignedVec<f32>,
}

impl<W: Element> PackedMatrix<W> {
    /// Packs weights `[n, k]` for inputs that bring `depth` values, `k` or more, to every output.
    ///
    /// # Panics
    /// If a length does not match.
    pub(super) fn new(packing: &Packing<W>, weights: Weights, k: usize, depth: usize) -> Self {
        let Weights { values, scale, bias } = weights;
        let n = bias.len();
        assert_eq!((values.len(), scale.len()), (n * k, n), "lengths of weights and scales");
        assert!(depth >= k, "a depth of {depth} for {k} inputs");
        let channels = padded::<W>(n);
        let Packing { panels: layout, write_panel } = packing;
        let padded_channels = layout.vectors_of(channels) * layout.lanes;
        let mut panels = AlignedVec::<W>::new(padded_channels * depth);
        if k > 0 {
            for panel in layout.panels(channels) {
                let exist = panel.start.min(n)..panel.end.min(n);
                let columns: Vec<_> = values[exist.start * k..exist.end * k].chunks_exact(k).collect();
                let width = layout.vectors_of(panel.len()) * layout.lanes;
                write_panel(
                    &mut panels[panel.start * depth..][..width * depth],
                    width,
                    &columns,
                    &scale[exist],
                );
            }
        }
        let mut padded = AlignedVec::new(padded_channels);
        padded[..n].copy_from_slice(bias);
        Self { k, n, depth, panels, bias: padded }
    }

    /// Input values of an output, without padding.
    pub(super) fn k(&self) -> usize {
        self.k
    }

    /// Output channels.
    pub(super) fn n(&self) -> usize {
        self.n
    }

    /// Output channels, with those that fill the last block.
    pub(super) fn channels(&self) -> usize {
        padded::<W>(self.n)
    }
}

/// A panel `[depth, width]`. Writes eight rows of it at a time, which stay in the L1 cache.
pub(super) fn write_rows(panel: &mut [f32], width: usize, columns: &[&[f32]], scale: &[f64]) {
    for (block, rows) in panel.chunks_mut(CHANNEL_BLOCK * width).enumerate() {
        for (index, (column, scale)) in columns.iter().zip(scale).enumerate() {
            let weights = &column[(block * CHANNEL_BLOCK).min(column.len())..];
            for (packed, weight) in rows[index..].iter_mut().step_by(width).zip(weights) {
                *packed = scaled(*weight, *scale);
            }
        }
    }
}

/// Writes a panel `[depth / 2, width, 2]`, whose pairs of neighbouring inputs are multiplied by one instruction. It
/// writes a few pairs of every channel at a time, which stay in the L1 cache.
pub(super) fn write_pairs(panel: &mut [bf16], width: usize, columns: &[&[f32]], scale: &[f64]) {
    for (block, rows) in panel.chunks_mut(bf16::BLOCK * width).enumerate() {
        for (index, (column, scale)) in columns.iter().zip(scale).enumerate() {
            let weights = &column[(block * bf16::BLOCK).min(column.len())..];
            let pairs = rows.chunks_exact_mut(2 * width).zip(weights.chunks(2));
            for (row, weights) in pairs {
                for (packed, weight) in row[2 * index..].iter_mut().zip(weights) {
                    *packed = bf16::round(scaled(*weight, *scale));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_packs_its_own_element_type() {
        let packing = Packing { panels: PanelLayout { lanes: 16, vectors: 2 }, write_panel: write_pairs };
        let weights =
            Weights { values: &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], scale: &[1.0, -2.0], bias: &[0.5; 2] };
        let matrix = PackedMatrix::new(&packing, weights, 3, 32);
        let pairs: Vec<_> = matrix.panels.iter().map(|value| value.to_f32()).collect();
        assert_eq!(pairs[..5], [1.0, 2.0, -8.0, -10.0, 0.0]);
        assert_eq!(pairs[64..69], [3.0, 0.0, -12.0, 0.0, 0.0]);
        assert_eq!((matrix.panels.len(), matrix.bias.len(), matrix.channels()), (32 * 32, 32, 32));
    }

    #[test]
    fn rows_of_a_panel_hold_one_input_of_every_channel() {
        let columns: [&[f32]; 2] = [&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]];
        let mut panel = [0.0; 4 * 3];
        write_rows(&mut panel, 3, &columns, &[1.0, 10.0]);
        assert_eq!(panel, [1.0, 40.0, 0.0, 2.0, 50.0, 0.0, 3.0, 60.0, 0.0, 0.0, 0.0, 0.0]);
    }
}

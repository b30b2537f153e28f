//! The ordinary convolution in the middle of a network.

use std::ops::Range;

use super::scratch::{RowBuffer, grown};
use super::size::Size;
use crate::backend::conv::ConvParams;
use crate::kernels::conv2d::{PackedConv2d, TAPS};
use crate::kernels::isa::Kernels;
use crate::kernels::{Element, FeatureMap, FeatureMapMut, blocks_of, padded};
use crate::models::load::ConvWeights;
use crate::nn::Conv2dGeometry;

/// A 3 x 3 convolution with bias and activation, dense or grouped.
#[derive(Debug)]
pub struct Conv2d<E: Element = f32> {
    groups: Vec<PackedConv2d<E>>,
    params: ConvParams,
}

impl<E: Element> Conv2d<E> {
    /// `filter` is `[out, in / groups, 3, 3]`.
    ///
    /// # Panics
    /// If the filter is not 3 x 3.
    pub fn new(
        kernels: &'static Kernels<E>,
        filter: &ConvWeights,
        groups: usize,
        params: ConvParams,
    ) -> Self {
        let [n, c, ..] = filter.shape;
        let each = n / groups.max(1);
        let is_whole = |channels: usize| channels.is_multiple_of(E::BLOCK);
        if groups > 1 && !(is_whole(c) && is_whole(each)) {
            return Self::new(kernels, &dense(filter, groups), 1, params);
        }
        let pack = |group: usize| {
            let weights = filter.weights().slice_channels(group * each..(group + 1) * each);
            PackedConv2d::new(&kernels.conv2d, weights, c)
        };
        Self { groups: (0..groups).map(pack).collect(), params }
    }

    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        let geometry = self.geometry(input);
        let c = self.groups.iter().map(PackedConv2d::n).sum();
        Size { h: geometry.rows.output, w: geometry.columns.output, c }
    }

    fn geometry(&self, input: Size) -> Conv2dGeometry {
        let ConvParams { stride, padding, .. } = self.params;
        Conv2dGeometry::new(input.h, input.w, TAPS, stride, padding)
    }

    /// Input values that every further output row adds to the row buffer.
    pub(super) fn input_values_per_row(&self, input: Size) -> usize {
        self.groups.first().map_or(0, |group| padded::<E>(group.c()) * input.w * self.params.stride)
    }

    /// Some output rows of a feature map of shape `size`.
    ///
    /// # Panics
    /// If a shape does not match.
    pub(super) fn compute(
        &self,
        outputs: Range<usize>,
        input: FeatureMap<E>,
        size: Size,
        buffer: &mut RowBuffer<E>,
        shortcut: Option<FeatureMap<E>>,
        mut output: FeatureMapMut<E>,
    ) {
        let (mut from, mut to) = (0..0, 0..0);
        for (group, packed) in self.groups.iter().enumerate() {
            from = from.end..from.end + blocks_of::<E>(packed.c());
            to = to.end..to.end + blocks_of::<E>(packed.n());
            if self.groups.len() > 1 {
                buffer.clear();
            }
            let input = input.slice_blocks(from.clone());
            self.fill(group, outputs.clone(), size, buffer, |y, mut row| {
                row.copy_from(input.slice_positions(y * size.w..(y + 1) * size.w));
            });
            let shortcut = shortcut.map(|shortcut| shortcut.slice_blocks(to.clone()));
            let output = output.reborrow().slice_blocks(to.clone());
            self.convolve(group, outputs.clone(), size, buffer, shortcut, output);
        }
    }

    /// Brings the padded rows under some output rows into `buffer`; `write_input` writes one row of the input.
    pub(super) fn fill(
        &self,
        group: usize,
        outputs: Range<usize>,
        size: Size,
        RowBuffer { values, held }: &mut RowBuffer<E>,
        mut write_input: impl FnMut(usize, FeatureMapMut<E>),
    ) {
        let conv = self.groups[group].with_geometry(self.geometry(size), self.params.activation);
        let (wanted, row_len) = (conv.padded_rows(outputs), conv.row_len());
        let values = grown(values, wanted.len().max(held.len()) * row_len);
        // The last rows of the buffer are the first that are wanted now.
        let mut kept = 0;
        if held.contains(&wanted.start) {
            let first = wanted.start - held.start;
            kept = wanted.len().min(held.len() - first);
            values.copy_within(first * row_len..(first + kept) * row_len, 0);
        }
        for index in wanted.start + kept..wanted.end {
            let start = (index - wanted.start) * row_len;
            conv.write_row(index, &mut values[start..start + row_len], &mut write_input);
        }
        *held = wanted;
    }

    /// Some output rows from the padded rows that [`fill`](Self::fill) brought.
    pub(super) fn convolve(
        &self,
        group: usize,
        outputs: Range<usize>,
        size: Size,
        buffer: &RowBuffer<E>,
        shortcut: Option<FeatureMap<E>>,
        output: FeatureMapMut<E>,
    ) {
        let conv = self.groups[group].with_geometry(self.geometry(size), self.params.activation);
        let rows = conv.padded_rows(outputs).len();
        conv.run(&buffer.values[..rows * conv.row_len()], shortcut, output);
    }
}

/// Expresses a grouped convolution as one over all channels, with zero weights between different groups. Used if a
/// group is not a whole number of blocks.
fn dense(filter: &ConvWeights, groups: usize) -> ConvWeights<'static> {
    let [n, c, h, w] = filter.shape;
    let (each, taps) = (n / groups, h * w);
    let mut weight = vec![0.0; n * groups * c * taps];
    for (channel, from) in filter.weight.chunks_exact(c * taps).enumerate() {
        let to = (channel * groups + channel / each) * c * taps;
        weight[to..to + from.len()].copy_from_slice(from);
    }
    let (scale, bias) = (filter.scale.clone(), filter.bias.clone());
    ConvWeights { weight: weight.into(), scale, shape: [n, groups * c, h, w], bias }
}

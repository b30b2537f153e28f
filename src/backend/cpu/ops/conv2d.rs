//! The ordinary convolution in the middle of a network.

use std::ops::Range;

use super::{Size, grown};
use crate::backend::conv::ConvParams;
use crate::kernels::conv2d::PackedConv2d;
use crate::kernels::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut, blocks, isa};
use crate::models::load::ConvWeights;
use crate::nn::Conv2dGeometry;

/// A 3 x 3 convolution over all channels, or over as many groups of them as it has filters, with bias and activation.
#[derive(Debug)]
pub struct Conv2d {
    groups: Vec<PackedConv2d>,
    setting: ConvParams,
}

/// Lines of the input that a thread holds, see [`kernels::conv2d`](crate::kernels::conv2d).
#[derive(Debug, Default)]
pub(super) struct Lines {
    values: Vec<f32>,
    /// Which ones.
    held: Range<usize>,
}

impl Lines {
    /// Forgets what is held: it was another map's.
    pub(super) fn clear(&mut self) {
        self.held = 0..0;
    }
}

impl Conv2d {
    /// `filter` is `[out, in / groups, 3, 3]`.
    ///
    /// # Panics
    /// For other taps, or if there are several groups that are not whole blocks of channels.
    pub fn new(filter: &ConvWeights, groups: usize, setting: ConvParams) -> Self {
        let [n, c, ..] = filter.shape;
        let each = n / groups.max(1);
        let is_whole = |channels: usize| channels.is_multiple_of(CHANNEL_BLOCK);
        assert!(groups == 1 || (is_whole(c) && is_whole(each)), "whole blocks");
        let pack = |group: usize| {
            let range = group * each..(group + 1) * each;
            let weights = filter.weights().of(range);
            PackedConv2d::new(isa::active(), weights, c)
        };
        Self { groups: (0..groups).map(pack).collect(), setting }
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
        let ConvParams { stride, padding, .. } = self.setting;
        Conv2dGeometry::new(input.h, input.w, crate::kernels::conv2d::TAPS, stride, padding)
    }

    /// Values of the input that are new to every row of outputs.
    pub(super) fn fresh(&self, input: Size) -> usize {
        self.groups
            .first()
            .map_or(0, |group| blocks(group.c()) * CHANNEL_BLOCK * input.w * self.setting.stride)
    }

    /// A feature map of shape `size` to those rows of outputs, on this thread alone.
    ///
    /// # Panics
    /// If a shape does not match.
    pub(super) fn part(
        &self,
        rows: Range<usize>,
        input: FeatureMap,
        size: Size,
        lines: &mut Lines,
        shortcut: Option<FeatureMap>,
        mut output: FeatureMapMut,
    ) {
        let (mut seen, mut made) = (0, 0);
        for group in 0..self.groups.len() {
            let packed = &self.groups[group];
            let (from, to) = (seen..seen + blocks(packed.c()), made..made + blocks(packed.n()));
            (seen, made) = (from.end, to.end);
            if self.groups.len() > 1 {
                lines.clear();
            }
            let input = input.of(from);
            self.fill(group, rows.clone(), size, lines, |y, mut line| {
                line.copy_from(input.at(y * size.w..(y + 1) * size.w));
            });
            let shortcut = shortcut.map(|shortcut| shortcut.of(to.clone()));
            self.convolve(group, rows.clone(), size, lines, shortcut, output.reborrow().of(to));
        }
    }

    /// Brings the lines that those rows of outputs see into `lines`; `make` writes a row of the input.
    pub(super) fn fill(
        &self,
        group: usize,
        rows: Range<usize>,
        size: Size,
        Lines { values, held }: &mut Lines,
        mut make: impl FnMut(usize, FeatureMapMut),
    ) {
        let op = self.groups[group].over(self.geometry(size), self.setting.activation);
        let (wanted, line) = (op.lines(rows), op.line());
        let values = grown(values, wanted.len().max(held.len()) * line);
        // The last lines of the rows before are the first of these.
        let mut kept = 0;
        if held.contains(&wanted.start) {
            let first = wanted.start - held.start;
            kept = wanted.len().min(held.len() - first);
            values.copy_within(first * line..(first + kept) * line, 0);
        }
        for index in wanted.start + kept..wanted.end {
            let place = (index - wanted.start) * line;
            op.write(index, &mut values[place..place + line], &mut make);
        }
        *held = wanted;
    }

    /// Those rows of outputs from what [`fill`](Self::fill) brought.
    pub(super) fn convolve(
        &self,
        group: usize,
        rows: Range<usize>,
        size: Size,
        lines: &Lines,
        shortcut: Option<FeatureMap>,
        output: FeatureMapMut,
    ) {
        let op = self.groups[group].over(self.geometry(size), self.setting.activation);
        op.run(&lines.values[..op.lines(rows).len() * op.line()], shortcut, output);
    }
}

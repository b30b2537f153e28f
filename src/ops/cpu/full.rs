//! The ordinary convolution in the middle of a network.

use std::ops::Range;

use super::{Pointwise, Size, grown};
use crate::kernels::{BLOCK, Conv2dGeometry, Map, MapMut, blocks, gather};
use crate::ops::{Filter, Setting};

/// A k x k convolution over all channels, or over as many groups of them as it has products, with bias and activation.
#[derive(Debug)]
pub struct Full {
    /// A product for each group: from k·k·c channels, tap by tap, each in whole blocks.
    groups: Vec<Pointwise>,
    /// Channels in of a group.
    channels: usize,
    k: usize,
    setting: Setting,
}

impl Full {
    /// `filter` is `[out, in / groups, k, k]`.
    ///
    /// # Panics
    /// If there are several groups that are not whole blocks of channels.
    pub fn new(filter: &Filter, groups: usize, setting: Setting) -> Self {
        let [n, channels, k, _] = filter.shape;
        let each = n / groups.max(1);
        assert!(
            groups == 1 || (channels.is_multiple_of(BLOCK) && each.is_multiple_of(BLOCK)),
            "whole blocks"
        );
        let depth = k * k * blocks(channels) * BLOCK;
        let product = |group: usize| {
            let range = group * each..(group + 1) * each;
            let mut weight = vec![0.0; each * depth];
            let filters = filter.weight.chunks_exact(channels * k * k).skip(range.start);
            for (to, from) in weight.chunks_exact_mut(depth.max(1)).zip(filters) {
                for (channel, taps) in from.chunks_exact(k * k).enumerate() {
                    for (tap, weight) in taps.iter().enumerate() {
                        to[tap * blocks(channels) * BLOCK + channel] = *weight;
                    }
                }
            }
            let (scale, bias) = (filter.scale[range.clone()].to_vec(), filter.bias[range].to_vec());
            let shape = [each, depth, 1, 1];
            Pointwise::new(&Filter { weight: weight.into(), scale, shape, bias }, setting.activation)
        };
        Self { groups: (0..groups).map(product).collect(), channels, k, setting }
    }

    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        let geometry = self.geometry(input);
        let c = self.groups.iter().map(|group| group.output(input).c).sum();
        Size { h: geometry.rows.output, w: geometry.columns.output, c }
    }

    fn geometry(&self, input: Size) -> Conv2dGeometry {
        Conv2dGeometry::new(input.h, input.w, self.k, self.setting.stride, self.setting.padding)
    }

    /// Values that an output sees.
    pub(super) fn depth(&self) -> usize {
        self.k * self.k * blocks(self.channels) * BLOCK
    }

    /// A feature map of shape `size` to those rows of outputs, on this thread alone; `taps` holds what they see.
    ///
    /// # Panics
    /// If a shape does not match.
    pub(super) fn part(
        &self,
        rows: Range<usize>,
        input: Map,
        size: Size,
        taps: &mut Vec<f32>,
        shortcut: Option<Map>,
        mut output: MapMut,
    ) {
        let positions = output.positions();
        let taps = grown(taps, self.depth() * positions);
        let (mut seen, mut made) = (0, 0);
        for group in &self.groups {
            let (from, to) = (seen..seen + blocks(self.channels), made..made + group.blocks());
            (seen, made) = (from.end, to.end);
            gather::taps(&self.geometry(size), input.of(from), rows.clone(), taps);
            let shortcut = shortcut.map(|shortcut| shortcut.of(to.clone()));
            let output = output.reborrow().of(to);
            group.part(0..group.blocks(), Map::new(taps, positions), shortcut, output);
        }
    }
}

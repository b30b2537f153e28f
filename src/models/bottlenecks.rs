//! Stages of inverted residuals: the body that MobileNetV2 and EfficientNet-Lite share.

use super::spec::{Block, BlockShape, Graph, Head, Layer, Role, make_divisible};
use crate::nn::Activation::{Linear, Relu6};

/// One row of a paper's table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage {
    /// Hidden channels over input channels.
    pub t: usize,
    /// Channels out.
    pub c: usize,
    /// Repeats.
    pub n: usize,
    /// Stride of the first.
    pub s: usize,
    /// Taps along one side of the depthwise filter.
    pub k: usize,
}

/// What scales a table to a network.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// Width multiplier.
    pub alpha: f64,
    /// Multiplier of the repeats of every stage but the first and the last.
    pub depth: f64,
    /// Whether alpha leaves the stem's 32 channels alone.
    pub fixed_stem: bool,
    /// Whether c·alpha becomes a whole number before it becomes a multiple of 8.
    pub whole: bool,
    /// Channels in front of the pooling.
    pub features: usize,
}

impl Scale {
    fn channels(&self, c: usize) -> usize {
        let scaled = c as f64 * self.alpha;
        make_divisible(if self.whole { scaled.round_ties_even() } else { scaled })
    }
}

/// The graph of `table` with `classes` outputs.
pub(super) fn graph(table: &[Stage], scale: &Scale, classes: usize) -> Graph {
    let stem = Layer::stem(if scale.fixed_stem { 32 } else { scale.channels(32) }, Relu6);
    let mut in_channels = stem.out_channels;
    let mut block = |&Stage { t, c, s, k, .. }: &Stage, first: bool| {
        let stride = if first { s } else { 1 };
        let shape = BlockShape { in_channels, out_channels: scale.channels(c), kernel_size: k, stride };
        let hidden_channels = make_divisible((in_channels * t) as f64);
        in_channels = shape.out_channels;
        // The first bottleneck expands by 1: the tables have it, no implementation has a layer for it.
        if t == 1 {
            Block::depthwise_separable(shape, Relu6, Linear)
        } else {
            Block::inverted_residual(shape, hidden_channels, Relu6)
        }
    };
    let last = table.len() - 1;
    let stages = table
        .iter()
        .enumerate()
        .map(|(index, stage)| {
            let depth = if index == 0 || index == last { 1.0 } else { scale.depth };
            let repeats = (stage.n as f64 * depth).ceil() as usize;
            (0..repeats).map(|repeat| block(stage, repeat == 0)).collect()
        })
        .collect();
    let layer = Layer::pointwise(Role::Head, in_channels, scale.features, Relu6);
    let head = Head { layer, is_behind_pooling: false };
    Graph { stem, stages, head: Some(head), features: scale.features, classes }
}

//! From rows to a graph.

use super::block::{BlockBuilder, SqueezeDef};
use super::row::Row;
use crate::models::channels::{Rounding, make_divisible};
use crate::models::spec::{AntiAlias, Block, Conv, Epilogue, Graph, Head};
use crate::nn::Activation;

/// A network: rows stage by stage, and what all of them share.
#[derive(Clone, Copy, Debug)]
pub struct ArchDef<'a> {
    /// Rows, stage by stage.
    pub stages: &'a [&'a [Row]],
    /// Width multiplier.
    pub alpha: f64,
    /// How channels follow from it.
    pub rounding: Rounding,
    /// Multiplier of the repeats of a stage, rounded up.
    pub depth: f64,
    /// Whether `depth` leaves the first and the last stage alone.
    pub fixed_ends: bool,
    /// The activation of every convolution that is not linear.
    pub activation: Activation,
    /// The first layer.
    pub stem: StemDef,
    /// Downsampling instead of strides.
    pub antialias: Option<AntiAlias>,
    /// Details of squeeze-and-excite.
    pub squeeze: SqueezeDef,
    /// Whether universal inverted bottlenecks and attention end with a layer scale.
    pub has_layer_scale: bool,
    /// The last layer before the classifier, if there is one.
    pub head: Option<HeadDef>,
}

/// The first layer of a network.
#[derive(Clone, Copy, Debug)]
pub struct StemDef {
    /// Channels out.
    pub channels: usize,
    /// Taps along one side.
    pub kernel_size: usize,
    /// Whether the width multiplier leaves its channels alone.
    pub is_fixed: bool,
}

/// The last layer before the classifier.
#[derive(Clone, Copy, Debug)]
pub struct HeadDef {
    /// Channels out.
    pub features: usize,
    /// What follows its weights.
    pub epilogue: Epilogue,
    /// Whether it follows the pooling.
    pub after_pool: bool,
}

impl<'a> ArchDef<'a> {
    /// With plain values for the rest: no multipliers, no head, the papers' stem of 32 channels.
    pub const fn new(stages: &'a [&'a [Row]], activation: Activation) -> Self {
        Self {
            stages,
            alpha: 1.0,
            rounding: Rounding::Divisible,
            depth: 1.0,
            fixed_ends: false,
            activation,
            stem: StemDef { channels: 32, kernel_size: 3, is_fixed: false },
            antialias: None,
            squeeze: SqueezeDef { round: make_divisible, activation: None },
            has_layer_scale: false,
            head: None,
        }
    }

    /// The graph with `classes` outputs.
    pub fn graph(&self, classes: usize) -> Graph {
        let StemDef { channels, kernel_size, is_fixed } = self.stem;
        let channels = if is_fixed { channels } else { self.channels(channels) };
        let stem = Conv::stem(channels, kernel_size, self.activation);
        let mut in_channels = channels;
        let last = self.stages.len().saturating_sub(1);
        let stages = self.stages.iter().enumerate().map(|(index, rows)| {
            let is_end = index == 0 || index == last;
            let depth = if self.fixed_ends && is_end { 1.0 } else { self.depth };
            self.stage(rows, depth, &mut in_channels)
        });
        let stages = stages.collect();
        let head = self.head.map(|HeadDef { features, epilogue, after_pool }| Head {
            layer: Conv::pointwise([in_channels, features], self.activation).with_epilogue(epilogue),
            after_pool,
        });
        let features = self.head.map_or(in_channels, |head| head.features);
        Graph { stem, stages, head, features, classes, has_bias: true }
    }

    fn channels(&self, count: usize) -> usize {
        self.rounding.round(count as f64 * self.alpha)
    }

    fn stage(&self, rows: &[Row], depth: f64, in_channels: &mut usize) -> Vec<Block> {
        let repeats: Vec<_> = rows.iter().map(|row| row.repeats).collect();
        let mut stage = Vec::new();
        for (row, repeats) in rows.iter().zip(deepened(&repeats, depth)) {
            for repeat in 0..repeats {
                let stride = if repeat == 0 { row.stride } else { 1 };
                let to = self.channels(row.channels);
                let builder = BlockBuilder {
                    row,
                    channels: [*in_channels, to],
                    stride,
                    activation: row.activation.unwrap_or(self.activation),
                    squeeze: self.squeeze,
                    has_layer_scale: self.has_layer_scale,
                };
                let block = builder.build();
                stage.push(match self.antialias {
                    Some(antialias) => block.antialiased(antialias),
                    None => block,
                });
                *in_channels = to;
            }
        }
        stage
    }
}

/// The repeats of a stage's rows when all of them together are multiplied by `depth` and rounded up: the last rows grow
/// first (`_scale_stage_depth` of timm).
fn deepened(repeats: &[usize], depth: f64) -> Vec<usize> {
    let mut left: usize = repeats.iter().sum();
    let mut scaled = (left as f64 * depth).ceil() as usize;
    let mut deep: Vec<_> = repeats
        .iter()
        .rev()
        .map(|repeats| {
            let share = (*repeats as f64 / left as f64 * scaled as f64).round_ties_even().max(1.0) as usize;
            left -= repeats;
            scaled -= share;
            share
        })
        .collect();
    deep.reverse();
    deep
}

#[cfg(test)]
mod tests {
    use super::super::{conv, ds, ir, mqa, uib};
    use super::*;

    #[test]
    fn the_last_blocks_of_a_stage_grow_first() {
        assert_eq!(deepened(&[1, 1], 1.2), [1, 2]);
        // Ties go to the even number, as Python rounds: 2.5 to 2, then 1.5 to 2.
        assert_eq!(deepened(&[1, 1, 2], 1.2), [1, 2, 2]);
        assert_eq!(deepened(&[3], 1.0), [3]);
    }

    #[test]
    fn shortcuts_need_equal_shapes() {
        let rows: &[Row] =
            &[ir(3, 2, 6.0, 16), ir(3, 1, 6.0, 16), ir(3, 1, 6.0, 24), ir(3, 1, 6.0, 24).no_shortcut()];
        let graph = ArchDef::new(&[rows], Activation::Relu6).graph(10);
        let shortcuts: Vec<_> = graph
            .blocks()
            .map(|block| matches!(block, Block::InvertedResidual { shortcut: true, .. }))
            .collect();
        assert_eq!(shortcuts, [false, true, false, false]);
    }

    #[test]
    fn only_the_first_block_of_a_row_has_its_stride() {
        let graph = ArchDef::new(
            &[&[ds(3, 2, 16).times(2)], &[uib(5, 0, 2, 4.0, 32), conv(1, 1, 64)]],
            Activation::Relu6,
        )
        .graph(10);
        let strides: Vec<_> = graph.layers().map(|(_, conv)| conv.stride).collect();
        assert_eq!(strides, [2, 2, 1, 1, 1, 2, 1, 1, 1]);
    }

    #[test]
    fn keys_and_values_are_downsampled_where_the_row_says_so() {
        let graph = ArchDef::new(&[&[mqa(4, 64, 2, 32), mqa(4, 64, 1, 32)]], Activation::Relu6).graph(10);
        let down = |block: &Block| match block {
            Block::Attention(attention) => {
                [&attention.key, &attention.value].map(|source| source.down.is_some())
            }
            _ => panic!("{block:?}"),
        };
        assert_eq!(graph.blocks().map(down).collect::<Vec<_>>(), [[true; 2], [false; 2]]);
    }
}

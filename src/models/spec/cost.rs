//! Multiply-adds, as the papers count them.

use std::convert::Infallible;

use super::block::{Attention, Block, KeyValue};
use super::conv::Conv;
use super::graph::{Graph, Head};

/// What a layer costs at a resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Side of its input.
    pub input_side: usize,
    /// Side of the convolution's output, before anti-aliased downsampling.
    pub side: usize,
    /// Multiply-adds. Those between queries, keys and values count for the attention's output layer.
    pub mult_adds: usize,
}

impl Graph {
    /// Multiply-adds of convolutions, attention and classifier for one `resolution` x `resolution` image.
    pub fn mult_adds(&self, resolution: usize) -> usize {
        let costs = self.costs(resolution);
        let layers: usize = costs.layers().map(|(_, cost)| cost.mult_adds).sum();
        layers + self.features * self.classes
    }

    /// The cost of every layer for one `resolution` x `resolution` image.
    pub fn costs(&self, resolution: usize) -> Graph<Cost> {
        let mut side = resolution;
        let stem = advance(&self.stem, &mut side);
        let mut stages = Vec::new();
        for blocks in &self.stages {
            stages.push(blocks.iter().map(|block| block_costs(block, &mut side)).collect());
        }
        let head = self.head.as_ref().map(|&Head { ref layer, after_pool }| Head {
            layer: cost(layer, if after_pool { 1 } else { side }),
            after_pool,
        });
        let &Self { features, classes, has_bias, .. } = self;
        Graph { stem, stages, head, features, classes, has_bias }
    }
}

/// The cost of a layer whose input has that side.
fn cost(conv: &Conv, side: usize) -> Cost {
    let own = conv.sides(side).0;
    Cost { input_side: side, side: own, mult_adds: conv.weights() * own * own }
}

/// As [`cost`]; `side` becomes that of the layer's output.
fn advance(conv: &Conv, side: &mut usize) -> Cost {
    let cost = cost(conv, *side);
    *side = conv.sides(*side).1;
    cost
}

fn block_costs(block: &Block, side: &mut usize) -> Block<Cost> {
    match block {
        Block::Conv(_)
        | Block::DepthwiseSeparable { .. }
        | Block::InvertedResidual { .. }
        | Block::EdgeResidual { .. }
        | Block::UniversalInvertedBottleneck { .. } => chain_costs(block, side),
        Block::Attention(attention) => Block::Attention(attention_costs(attention, *side)),
    }
}

/// A block whose layers follow one another; squeeze-and-excite works on the means.
fn chain_costs(block: &Block, side: &mut usize) -> Block<Cost> {
    let Ok(costs) = block.try_map(|part, conv| {
        Ok::<_, Infallible>(if part.is_squeeze_excite() { cost(conv, 1) } else { advance(conv, side) })
    });
    costs
}

fn attention_costs(attention: &Attention, side: usize) -> Attention<Cost> {
    let Attention { norm, query, key, value, output, heads, shortcut } = attention;
    let source = |source: &KeyValue, side: &mut usize| KeyValue {
        down: source.down.as_ref().map(|down| advance(down, side)),
        project: cost(&source.project, *side),
    };
    let mut seen = side;
    let key = source(key, &mut seen);
    let mut seen = side;
    let value = source(value, &mut seen);
    let mut answers = cost(output, side);
    // Scores, and the values that they weigh.
    answers.mult_adds += 2 * output.in_channels * side.pow(2) * seen.pow(2);
    Attention {
        norm: cost(norm, side),
        query: cost(query, side),
        key,
        value,
        output: answers,
        heads: *heads,
        shortcut: *shortcut,
    }
}

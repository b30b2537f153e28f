//! MobileNetV3 as torchvision builds it: hidden channels are scaled like all others, and a block whose hidden channels are
//! those of its input has no expansion.
//!
//! Source: `_mobilenet_v3_conf`, `InvertedResidual` and `MobileNetV3` of torchvision's `models/mobilenetv3.py`.

use crate::models::channels::make_divisible;
use crate::models::spec::{Block, Conv, Epilogue, Graph, Head, SqueezeExcite};
use crate::models::torchvision::TorchvisionArgs;
use crate::nn::Activation::{self, HardSigmoid, HardSwish, Linear, Relu};

/// A bottleneck: a row of the paper's tables.
#[derive(Clone, Copy)]
struct Row {
    kernel_size: usize,
    hidden: usize,
    channels: usize,
    has_squeeze_excite: bool,
    activation: Activation,
    stride: usize,
}

/// The columns of the paper's tables: operator, exp size, #out, SE, NL, s.
const fn bneck(
    kernel_size: usize,
    hidden: usize,
    channels: usize,
    has_squeeze_excite: bool,
    activation: Activation,
    stride: usize,
) -> Row {
    Row { kernel_size, hidden, channels, has_squeeze_excite, activation, stride }
}

const SE: bool = true;
const NO: bool = false;

/// Table 1 of the paper.
#[rustfmt::skip]
const LARGE: [Row; 15] = [
    bneck(3,  16,  16, NO, Relu,      1),
    bneck(3,  64,  24, NO, Relu,      2),
    bneck(3,  72,  24, NO, Relu,      1),
    bneck(5,  72,  40, SE, Relu,      2),
    bneck(5, 120,  40, SE, Relu,      1),
    bneck(5, 120,  40, SE, Relu,      1),
    bneck(3, 240,  80, NO, HardSwish, 2),
    bneck(3, 200,  80, NO, HardSwish, 1),
    bneck(3, 184,  80, NO, HardSwish, 1),
    bneck(3, 184,  80, NO, HardSwish, 1),
    bneck(3, 480, 112, SE, HardSwish, 1),
    bneck(3, 672, 112, SE, HardSwish, 1),
    bneck(5, 672, 160, SE, HardSwish, 2),
    bneck(5, 960, 160, SE, HardSwish, 1),
    bneck(5, 960, 160, SE, HardSwish, 1),
];

/// Table 2 of the paper.
#[rustfmt::skip]
const SMALL: [Row; 11] = [
    bneck(3,  16,  16, SE, Relu,      2),
    bneck(3,  72,  24, NO, Relu,      2),
    bneck(3,  88,  24, NO, Relu,      1),
    bneck(5,  96,  40, SE, HardSwish, 2),
    bneck(5, 240,  40, SE, HardSwish, 1),
    bneck(5, 240,  40, SE, HardSwish, 1),
    bneck(5, 120,  48, SE, HardSwish, 1),
    bneck(5, 144,  48, SE, HardSwish, 1),
    bneck(5, 288,  96, SE, HardSwish, 2),
    bneck(5, 576,  96, SE, HardSwish, 1),
    bneck(5, 576,  96, SE, HardSwish, 1),
];

pub(super) fn large(args: &TorchvisionArgs, classes: usize) -> Graph {
    network(&LARGE, 1280, args, classes)
}

pub(super) fn small(args: &TorchvisionArgs, classes: usize) -> Graph {
    network(&SMALL, 1024, args, classes)
}

fn network(rows: &[Row], features: usize, args: &TorchvisionArgs, classes: usize) -> Graph {
    let scaled = |channels: usize| make_divisible(channels as f64 * args.width_mult);
    let mut in_channels = scaled(16);
    let stem = Conv::stem(in_channels, 3, HardSwish);
    let mut blocks = Vec::with_capacity(rows.len() + 1);
    for (index, row) in rows.iter().enumerate() {
        let Row { hidden, channels, .. } =
            if args.reduced_tail { reduced(row, rows.len() - index) } else { *row };
        blocks.push(block(row, [in_channels, scaled(hidden), scaled(channels)]));
        in_channels = scaled(channels);
    }
    let last = 6 * in_channels;
    blocks.push(Block::Conv(Conv::pointwise([in_channels, last], HardSwish)));
    let features = scaled(if args.reduced_tail { features / 2 } else { features });
    let head = Conv::pointwise([last, features], HardSwish).with_epilogue(Epilogue::Bias);
    let head = Some(Head { layer: head, after_pool: true });
    // Names of tensors count blocks, not stages.
    Graph { stem, stages: vec![blocks], head, features, has_bias: true, classes }
}

/// `row` with half its channels if it is one of the last three; the first of these keeps its hidden channels.
fn reduced(row: &Row, from_end: usize) -> Row {
    match from_end {
        1 | 2 => Row { hidden: row.hidden / 2, channels: row.channels / 2, ..*row },
        3 => Row { channels: row.channels / 2, ..*row },
        _ => *row,
    }
}

fn block(row: &Row, [in_channels, hidden, out_channels]: [usize; 3]) -> Block {
    let &Row { kernel_size, has_squeeze_excite, activation, stride, .. } = row;
    let depthwise = Conv::depthwise(hidden, kernel_size, stride, activation);
    let squeeze_excite = has_squeeze_excite.then(|| squeeze_excite(hidden));
    let project = Conv::pointwise([hidden, out_channels], Linear);
    let shortcut = stride == 1 && in_channels == out_channels;
    if hidden == in_channels {
        Block::DepthwiseSeparable { depthwise, squeeze_excite, pointwise: project, shortcut }
    } else {
        let expand = Conv::pointwise([in_channels, hidden], activation);
        Block::InvertedResidual { expand, depthwise, squeeze_excite, project, shortcut }
    }
}

fn squeeze_excite(channels: usize) -> SqueezeExcite {
    let reduced = make_divisible((channels / 4) as f64);
    let layer = |channels, activation| Conv::pointwise(channels, activation).with_epilogue(Epilogue::Bias);
    SqueezeExcite {
        reduce: layer([channels, reduced], Relu),
        expand: layer([reduced, channels], HardSigmoid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_networks_have_blocks_without_an_expansion() {
        let expands = |width_mult| {
            let args = TorchvisionArgs { width_mult, ..TorchvisionArgs::default() };
            let graph = small(&args, 10);
            graph.blocks().filter(|block| matches!(block, Block::InvertedResidual { .. })).count()
        };
        // Counted in torchvision's modules.
        assert_eq!([0.1, 1.0].map(expands), [8, 10]);
    }

    #[test]
    fn only_a_reduced_tail_is_narrower() {
        let features = |reduced_tail| large(&TorchvisionArgs { width_mult: 1.0, reduced_tail }, 10).features;
        assert_eq!([false, true].map(features), [1280, 640]);
    }
}

//! Networks in the notation of their authors: `ir_r3_k5_s2_e6_c160_se0.25`.
//!
//! A block is a kind and its numbers (`mnasnet_models.py` of tensorflow/tpu; timm's `_efficientnet_builder.py`):
//!
//! | kind | | number | |
//! |---|---|---|---|
//! | `cn` | one convolution | `r` | repeats, of which the first has the stride |
//! | `ds` | depthwise separable | `k`, `a` | taps; of the depthwise filter in front |
//! | `ir` | inverted residual | `s`, `v` | stride; of keys and values |
//! | `er` | edge residual | `e`, `c` | expansion, channels out |
//! | `uir` | universal inverted bottleneck | `se`, `gs` | share that squeeze-and-excite leaves, channels of a group |
//! | `mqa` | multi-query attention | `h`, `d` | heads, channels of each |
//!
//! `nre` is a `relu` in place of the network's activation, `noskip` leaves the shortcut out.

use super::spec::{AntiAlias, Block, BlockShape, Graph, Head, Heads, Layer, hidden, make_divisible};
use crate::nn::Activation;

/// A network: blocks stage by stage, and what is not said with each of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Notation {
    /// Blocks, stage by stage.
    pub stages: &'static [&'static [&'static str]],
    /// Width multiplier.
    pub alpha: f64,
    /// Multiplier of the repeats of every stage.
    pub depth: f64,
    /// What follows every convolution that is not linear.
    pub activation: Activation,
    /// Channels of the stem, before alpha; taps along one side of it; whether alpha leaves it alone.
    pub stem: (usize, usize, bool),
    /// In place of strides.
    pub antialias: Option<AntiAlias>,
    /// Values that squeeze-and-excite leaves of so many, and the activation behind them; the block's own if none.
    pub squeeze: (fn(f64) -> usize, Option<Activation>),
    /// Whether inverted bottlenecks end with a layer scale.
    pub is_scaled: bool,
}

/// To a multiple of 8, as channels.
pub(super) const DIVISIBLE: fn(f64) -> usize = make_divisible;

impl Notation {
    /// The graph up to its head, which `head` makes of the channels that it sees.
    pub(super) fn graph(&self, head: impl FnOnce(usize) -> Head, classes: usize) -> Graph {
        let (channels, taps, is_fixed) = self.stem;
        let channels = if is_fixed { channels } else { self.channels(channels) };
        let mut stem = Layer::stem(channels, self.activation);
        stem.kernel_size = taps;
        let mut in_channels = channels;
        let stages = self.stages.iter().map(|stage| self.stage(stage, &mut in_channels)).collect();
        let head = head(in_channels);
        Graph { stem, stages, features: head.layer.out_channels, head: Some(head), classes }
    }

    fn channels(&self, count: usize) -> usize {
        make_divisible(count as f64 * self.alpha)
    }

    fn stage(&self, blocks: &[&str], in_channels: &mut usize) -> Vec<Block> {
        let repeats: Vec<_> = blocks.iter().map(|block| Numbers(block).whole("r")).collect();
        let mut stage = Vec::new();
        for (block, repeats) in blocks.iter().zip(deepened(&repeats, self.depth)) {
            for _ in 0..repeats {
                stage.push(self.block(block, stage.is_empty(), in_channels));
            }
        }
        stage
    }

    fn block(&self, text: &str, is_first: bool, in_channels: &mut usize) -> Block {
        let numbers = Numbers(text);
        let shape = BlockShape {
            in_channels: *in_channels,
            out_channels: self.channels(numbers.whole("c")),
            kernel_size: numbers.whole("k"),
            stride: if is_first { numbers.whole("s") } else { 1 },
        };
        *in_channels = shape.out_channels;
        let activation = if numbers.has("nre") { Activation::Relu } else { self.activation };
        let expanded = hidden(shape.in_channels, numbers.number("e").unwrap_or(1.0));
        let mut block = match text.split('_').next().unwrap_or_default() {
            "cn" => Block::conv(shape, activation),
            "ds" => {
                let block = Block::depthwise_separable(shape, activation, Activation::Linear);
                Block { shortcut: shape.is_even(), ..block }
            }
            "ir" => Block::inverted_residual(shape, expanded, activation),
            "er" => {
                let groups = numbers.number("gs").map_or(1, |channels| expanded / channels as usize);
                Block::edge_residual(shape, expanded, groups, activation)
            }
            "uir" => {
                let start = numbers.number("a").unwrap_or_default() as usize;
                Block::universal(shape, start, expanded, activation, self.is_scaled)
            }
            "mqa" => {
                let stride = numbers.number("v").unwrap_or(1.0) as usize;
                let heads = Heads { count: numbers.whole("h"), channels: numbers.whole("d"), stride };
                Block::attention(shape, heads)
            }
            kind => unreachable!("{kind} in {text} is no kind of block"),
        };
        if let Some(share) = numbers.number("se") {
            let (rounded, inner) = self.squeeze;
            let channels = if text.starts_with("ds") { shape.in_channels } else { expanded };
            block = block.gated(rounded(channels as f64 * share), inner.unwrap_or(activation));
        }
        if let Some(antialias) = self.antialias.filter(|_| !text.starts_with("mqa")) {
            block = block.antialiased(antialias);
        }
        Block { shortcut: block.shortcut && !numbers.has("noskip"), ..block }
    }
}

/// Repeats of the blocks of a stage, all of them times `depth` and rounded up: the last ones grow first
/// (`_scale_stage_depth` of timm).
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

/// The numbers of a block.
struct Numbers<'a>(&'a str);

impl Numbers<'_> {
    fn has(&self, word: &str) -> bool {
        self.0.split('_').any(|piece| piece == word)
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.0.split('_').skip(1).find_map(|piece| {
            let number = piece.strip_prefix(key)?;
            number.starts_with(|first: char| first.is_ascii_digit()).then(|| number.parse().ok())?
        })
    }

    /// # Panics
    /// If the block does not say it.
    fn whole(&self, key: &str) -> usize {
        self.number(key).unwrap_or_else(|| panic!("{} has no {key}", self.0)) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_by_their_letters() {
        let numbers = Numbers("ir_r2_k3_s1_e2.3_c80_se0.25_nre");
        assert_eq!(["r", "k", "s", "c"].map(|key| numbers.whole(key)), [2, 3, 1, 80]);
        assert_eq!([numbers.number("e"), numbers.number("se")], [Some(2.3), Some(0.25)]);
        assert_eq!(numbers.number("a"), None);
        assert!(numbers.has("nre") && !numbers.has("noskip"));
    }

    #[test]
    fn the_last_blocks_of_a_stage_grow_first() {
        assert_eq!(deepened(&[1, 1], 1.2), [1, 2]);
        // Ties go to the even number, as Python rounds: 2.5 to 2, then 1.5 to 2.
        assert_eq!(deepened(&[1, 1, 2], 1.2), [1, 2, 2]);
        assert_eq!(deepened(&[3], 1.0), [3]);
    }
}

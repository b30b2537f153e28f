//! Names of blocks, of the layers in them, and of places in a network.

use std::fmt;

/// Which building block a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// See [`Block::Conv`](super::Block::Conv).
    Conv,
    /// See [`Block::DepthwiseSeparable`](super::Block::DepthwiseSeparable).
    DepthwiseSeparable,
    /// See [`Block::InvertedResidual`](super::Block::InvertedResidual).
    InvertedResidual,
    /// See [`Block::EdgeResidual`](super::Block::EdgeResidual).
    EdgeResidual,
    /// See [`Block::UniversalInvertedBottleneck`](super::Block::UniversalInvertedBottleneck).
    UniversalInvertedBottleneck,
    /// See [`Block::Attention`](super::Block::Attention).
    Attention,
}

/// A layer's part in its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The only layer of its block.
    Conv,
    /// The depthwise filter before the expansion.
    Start,
    /// To more channels.
    Expand,
    /// The depthwise filter.
    Depthwise,
    /// Squeeze-and-excite: from the means of all channels to fewer values.
    Reduce,
    /// Squeeze-and-excite: from those to a factor for each channel.
    Excite,
    /// The pointwise convolution of a depthwise separable one.
    Pointwise,
    /// To the block's channels out, linear.
    Project,
    /// The batch norm before an attention.
    Norm,
    /// To the queries of all heads.
    Query,
    /// Downsampling before the keys.
    KeyDown,
    /// To keys.
    Key,
    /// Downsampling before the values.
    ValueDown,
    /// To values.
    Value,
    /// From the answers of all heads.
    Output,
}

impl Part {
    /// Whether it belongs to a squeeze-and-excite.
    pub fn is_squeeze_excite(self) -> bool {
        matches!(self, Self::Reduce | Self::Excite)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Conv => "conv",
            Self::Start => "start",
            Self::Expand => "expand",
            Self::Depthwise => "depthwise",
            Self::Reduce => "reduce",
            Self::Excite => "excite",
            Self::Pointwise => "pointwise",
            Self::Project => "project",
            Self::Norm => "norm",
            Self::Query => "query",
            Self::KeyDown => "key down",
            Self::Key => "key",
            Self::ValueDown => "value down",
            Self::Value => "value",
            Self::Output => "output",
        })
    }
}

/// The place of a layer in its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerPath {
    /// The first layer.
    Stem,
    /// A layer of a block.
    Block {
        /// The block's stage, from 0.
        stage: usize,
        /// The block's index in the stage, from 0.
        index: usize,
        /// The block's index in the network, from 0.
        ordinal: usize,
        /// The block's kind.
        kind: BlockKind,
        /// Whether the block has squeeze-and-excite.
        has_squeeze_excite: bool,
        /// The layer's part in the block.
        part: Part,
    },
    /// The last layer before the classifier.
    Head {
        /// Whether it follows the pooling.
        after_pool: bool,
    },
}

impl fmt::Display for LayerPath {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Stem => f.write_str("stem"),
            Self::Block { ordinal, part, .. } => write!(f, "block {ordinal} {part}"),
            Self::Head { .. } => f.write_str("head"),
        }
    }
}

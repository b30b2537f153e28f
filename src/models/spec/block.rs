//! The papers' building blocks.

use super::layer::{AntiAlias, Follows, Layer, Role};
use super::make_divisible;
use crate::nn::Activation::{self, HardSigmoid, Linear};

/// Which building block a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// One convolution.
    Conv,
    /// Depthwise, then pointwise (arXiv:1704.04861, figure 3).
    DepthwiseSeparable,
    /// Expand, depthwise, project (arXiv:1801.04381, table 1).
    InvertedResidual,
    /// An inverted residual whose first two layers are one k x k convolution (arXiv:2003.02838, section 3.2).
    EdgeResidual,
    /// An inverted residual with a depthwise filter in front, in the middle, in both places or in none
    /// (arXiv:2404.10518, section 3).
    UniversalInvertedBottleneck,
    /// Multi-query attention over positions (arXiv:2404.10518, section 4.2).
    Attention {
        /// Heads of queries, to one of keys and values.
        heads: usize,
    },
}

/// Layers in a row, and whether the block's input is added to their output.
///
/// [`Role::Reduce`] and [`Role::Excite`] see the means over positions, and multiply the map in front of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its kind.
    pub kind: BlockKind,
    /// Its layers, first to last.
    pub layers: Vec<Layer>,
    /// Whether input and output are added.
    pub shortcut: bool,
}

/// Numbers of a [`Block`].
#[derive(Clone, Copy, Debug)]
pub struct BlockShape {
    /// Channels in.
    pub in_channels: usize,
    /// Channels out.
    pub out_channels: usize,
    /// Taps along one side of the filter that sees a neighbourhood.
    pub kernel_size: usize,
    /// Its stride.
    pub stride: usize,
}

impl BlockShape {
    /// Whether input and output could be added.
    pub fn is_even(&self) -> bool {
        self.stride == 1 && self.in_channels == self.out_channels
    }
}

/// Heads of an attention.
#[derive(Clone, Copy, Debug)]
pub struct Heads {
    /// How many of queries.
    pub count: usize,
    /// Channels of each.
    pub channels: usize,
    /// Stride of the keys and values.
    pub stride: usize,
}

impl Block {
    /// One convolution.
    pub fn conv(shape: BlockShape, activation: Activation) -> Self {
        let BlockShape { in_channels, out_channels, kernel_size, stride } = shape;
        let layer = Layer::full(Role::Conv, [in_channels, out_channels], kernel_size, stride, activation);
        Self { kind: BlockKind::Conv, layers: vec![layer], shortcut: false }
    }

    /// A depthwise separable convolution; `last` is the activation of its pointwise half.
    pub fn depthwise_separable(shape: BlockShape, activation: Activation, last: Activation) -> Self {
        let BlockShape { in_channels, out_channels, kernel_size, stride } = shape;
        let layers = vec![
            Layer::depthwise(Role::Depthwise, in_channels, kernel_size, stride, activation),
            Layer::pointwise(Role::Project, in_channels, out_channels, last),
        ];
        Self { kind: BlockKind::DepthwiseSeparable, layers, shortcut: false }
    }

    /// An inverted residual with a linear bottleneck; the shortcut follows from the shapes.
    pub fn inverted_residual(shape: BlockShape, hidden_channels: usize, activation: Activation) -> Self {
        let BlockShape { in_channels, out_channels, kernel_size, stride } = shape;
        let layers = vec![
            Layer::pointwise(Role::Expand, in_channels, hidden_channels, activation),
            Layer::depthwise(Role::Depthwise, hidden_channels, kernel_size, stride, activation),
            Layer::pointwise(Role::Project, hidden_channels, out_channels, Linear),
        ];
        Self { kind: BlockKind::InvertedResidual, layers, shortcut: shape.is_even() }
    }

    /// An inverted residual of two layers, the first over `groups` groups of channels.
    pub fn edge_residual(
        shape: BlockShape,
        hidden_channels: usize,
        groups: usize,
        activation: Activation,
    ) -> Self {
        let BlockShape { in_channels, out_channels, kernel_size, stride } = shape;
        let channels = [in_channels, hidden_channels];
        let expand = Layer::full(Role::Expand, channels, kernel_size, stride, activation);
        let layers = vec![
            Layer { groups, ..expand },
            Layer::pointwise(Role::Project, hidden_channels, out_channels, Linear),
        ];
        Self { kind: BlockKind::EdgeResidual, layers, shortcut: shape.is_even() }
    }

    /// A universal inverted bottleneck; `start` are the taps of the depthwise filter in front, `shape.kernel_size` those
    /// of the one in the middle, 0 for none. The stride is the last one's.
    pub fn universal(
        shape: BlockShape,
        start: usize,
        hidden_channels: usize,
        activation: Activation,
        is_scaled: bool,
    ) -> Self {
        let BlockShape { in_channels, out_channels, kernel_size, stride } = shape;
        let start_stride = if kernel_size == 0 { stride } else { 1 };
        let mut layers = Vec::new();
        if start > 0 {
            layers.push(Layer::depthwise(Role::Start, in_channels, start, start_stride, Linear));
        }
        layers.push(Layer::pointwise(Role::Expand, in_channels, hidden_channels, activation));
        if kernel_size > 0 {
            layers.push(Layer::depthwise(Role::Depthwise, hidden_channels, kernel_size, stride, activation));
        }
        let project = Layer::pointwise(Role::Project, hidden_channels, out_channels, Linear);
        layers.push(Layer { is_scaled, ..project });
        Self { kind: BlockKind::UniversalInvertedBottleneck, layers, shortcut: shape.is_even() }
    }

    /// Multi-query attention; `shape.kernel_size` are the taps of the filters that make the map smaller for keys and
    /// values, where `heads` says so.
    pub fn attention(shape: BlockShape, heads: Heads) -> Self {
        let BlockShape { in_channels, out_channels, kernel_size, .. } = shape;
        let pointwise =
            |role, from, to| Layer::pointwise(role, from, to, Linear).followed_by(Follows::Nothing);
        let down = |role| Layer::depthwise(role, in_channels, kernel_size, heads.stride, Linear);
        let all = heads.count * heads.channels;
        let mut layers = vec![Layer::norm(in_channels), pointwise(Role::Query, in_channels, all)];
        for (smaller, role) in [(Role::KeyDown, Role::Key), (Role::ValueDown, Role::Value)] {
            if heads.stride > 1 {
                layers.push(down(smaller));
            }
            layers.push(pointwise(role, in_channels, heads.channels));
        }
        layers.push(Layer { is_scaled: true, ..pointwise(Role::Output, all, out_channels) });
        let shortcut = in_channels == out_channels;
        Self { kind: BlockKind::Attention { heads: heads.count }, layers, shortcut }
    }

    /// The same with squeeze-and-excite in front of the projection: through `reduced` values, with `activation` behind
    /// the first layer and a hard sigmoid behind the second (arXiv:1905.02244, section 5.3).
    ///
    /// # Panics
    /// If the block does not project.
    #[must_use]
    pub fn gated(mut self, reduced: usize, activation: Activation) -> Self {
        let Some(last) = self.layers.iter().position(|layer| layer.role == Role::Project) else {
            panic!("{:?} does not project", self.kind)
        };
        let channels = self.layers[last].in_channels;
        let layer = |role, from, to, activation| {
            Layer::pointwise(role, from, to, activation).followed_by(Follows::Bias)
        };
        self.layers.insert(last, layer(Role::Excite, reduced, channels, HardSigmoid));
        self.layers.insert(last, layer(Role::Reduce, channels, reduced, activation));
        self
    }

    /// The same with `antialias` in place of the strides.
    #[must_use]
    pub fn antialiased(mut self, antialias: AntiAlias) -> Self {
        for layer in self.layers.iter_mut().filter(|layer| layer.stride > 1) {
            layer.antialias = Some(antialias);
        }
        self
    }

    /// Whether it has squeeze-and-excite.
    pub fn is_gated(&self) -> bool {
        self.layers.iter().any(|layer| layer.role == Role::Reduce)
    }
}

/// Hidden channels of a block that has `ratio` times as many of them as it has in.
pub fn hidden(in_channels: usize, ratio: f64) -> usize {
    make_divisible(in_channels as f64 * ratio)
}

//! A network as plain data: what the papers' tables say, before there are weights.

use std::fmt;

use crate::kernels::{Activation, Axis, Padding};

/// Which kind of layer a convolution is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// k x k over all channels.
    Full,
    /// k x k per channel.
    Depthwise,
    /// 1 x 1.
    Pointwise,
}

/// What a convolution does in its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The first layer: pixels to channels, stride 2.
    Stem,
    /// 1 x 1 to more channels, in front of the depthwise filter.
    Expand,
    /// k x k per channel.
    Depthwise,
    /// 1 x 1 behind the depthwise filter.
    Project,
    /// 1 x 1 in front of the pooling.
    Head,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Stem => "stem",
            Self::Expand => "expand",
            Self::Depthwise => "depthwise",
            Self::Project => "project",
            Self::Head => "head",
        })
    }
}

/// One convolution, its batch norm and its activation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its place in the block.
    pub role: Role,
    /// Its kind.
    pub kind: Kind,
    /// Channels in.
    pub in_channels: usize,
    /// Channels out.
    pub out_channels: usize,
    /// Taps along one side of the square filter.
    pub kernel_size: usize,
    /// Input positions from one output to the next.
    pub stride: usize,
    /// What follows the batch norm.
    pub activation: Activation,
}

impl Layer {
    /// A k x k convolution over all channels: the stem.
    pub fn stem(out_channels: usize, activation: Activation) -> Self {
        let kind = Kind::Full;
        Self { role: Role::Stem, kind, in_channels: 3, out_channels, kernel_size: 3, stride: 2, activation }
    }

    /// A k x k filter per channel.
    pub fn depthwise(channels: usize, kernel_size: usize, stride: usize, activation: Activation) -> Self {
        Self {
            role: Role::Depthwise,
            kind: Kind::Depthwise,
            in_channels: channels,
            out_channels: channels,
            kernel_size,
            stride,
            activation,
        }
    }

    /// A 1 x 1 convolution.
    pub fn pointwise(role: Role, in_channels: usize, out_channels: usize, activation: Activation) -> Self {
        Self { role, kind: Kind::Pointwise, in_channels, out_channels, kernel_size: 1, stride: 1, activation }
    }

    /// Shape of the weight, `[out, in / groups, k, k]`.
    pub fn weight_shape(&self) -> [usize; 4] {
        let per_group = if self.kind == Kind::Depthwise { 1 } else { self.in_channels };
        [self.out_channels, per_group, self.kernel_size, self.kernel_size]
    }

    /// The weight, and the scale and shift of the batch norm.
    pub fn parameters(&self) -> usize {
        self.weight_shape().iter().product::<usize>() + 2 * self.out_channels
    }
}

/// Which of the papers' building blocks a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// Depthwise, then pointwise (arXiv:1704.04861, figure 3).
    DepthwiseSeparable,
    /// Expand, depthwise, project (arXiv:1801.04381, table 1).
    InvertedResidual,
}

/// Layers in a row, and whether the block's input is added to their output.
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
    /// Taps along one side of the depthwise filter.
    pub kernel_size: usize,
    /// Stride of the depthwise filter.
    pub stride: usize,
}

impl Block {
    /// A depthwise separable convolution; `last` is the activation of its pointwise half.
    pub fn depthwise_separable(shape: BlockShape, activation: Activation, last: Activation) -> Self {
        let BlockShape { in_channels, out_channels, kernel_size, stride } = shape;
        let layers = vec![
            Layer::depthwise(in_channels, kernel_size, stride, activation),
            Layer::pointwise(Role::Project, in_channels, out_channels, last),
        ];
        Self { kind: BlockKind::DepthwiseSeparable, layers, shortcut: false }
    }

    /// An inverted residual with a linear bottleneck; the shortcut follows from the shapes.
    pub fn inverted_residual(shape: BlockShape, hidden_channels: usize, activation: Activation) -> Self {
        let BlockShape { in_channels, out_channels, kernel_size, stride } = shape;
        let layers = vec![
            Layer::pointwise(Role::Expand, in_channels, hidden_channels, activation),
            Layer::depthwise(hidden_channels, kernel_size, stride, activation),
            Layer::pointwise(Role::Project, hidden_channels, out_channels, Activation::Linear),
        ];
        let shortcut = stride == 1 && in_channels == out_channels;
        Self { kind: BlockKind::InvertedResidual, layers, shortcut }
    }
}

/// A whole network: stem, stages of blocks, head, pooling, classifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// The first layer.
    pub stem: Layer,
    /// Blocks, stage by stage.
    pub stages: Vec<Vec<Block>>,
    /// The layer in front of the pooling; V1 has none.
    pub head: Option<Layer>,
    /// Pooled features: inputs of the classifier.
    pub features: usize,
    /// Outputs of the classifier.
    pub classes: usize,
}

impl Graph {
    /// All convolutions, first to last.
    pub fn layers(&self) -> impl Iterator<Item = &Layer> {
        let blocks = self.stages.iter().flatten().flat_map(|block| &block.layers);
        std::iter::once(&self.stem).chain(blocks).chain(&self.head)
    }

    /// Learnt parameters, batch norms included, as the papers and libraries count them.
    pub fn parameters(&self) -> usize {
        self.layers().map(Layer::parameters).sum::<usize>() + (self.features + 1) * self.classes
    }

    /// Multiply-adds of convolutions and classifier for one `resolution` x `resolution` image.
    pub fn mult_adds(&self, resolution: usize) -> usize {
        let sides = self.sides(resolution);
        let convolutions: usize = self
            .layers()
            .zip(sides)
            .map(|(layer, side)| layer.weight_shape().iter().product::<usize>() * side * side)
            .sum();
        convolutions + self.features * self.classes
    }

    /// Side of the output of every convolution for a `resolution` x `resolution` image, in the order of
    /// [`layers`](Self::layers).
    pub fn sides(&self, resolution: usize) -> impl Iterator<Item = usize> {
        self.layers().scan(resolution, |side, layer| {
            // Both paddings give ceil(side / stride) outputs for the odd filters of these networks.
            *side = Axis::new(*side, layer.kernel_size, layer.stride, Padding::Same).output;
            Some(*side)
        })
    }
}

/// `value` to the nearest multiple of 8, at least 8 and never below 90 % of `value`.
///
/// Source: `make_divisible` of transformers (`mobilenet_v2`) and timm (`layers/helpers.py`), divisor 8.
pub fn make_divisible(value: f64) -> usize {
    let nearest = (((value + 4.0) as usize) / 8 * 8).max(8);
    if (nearest as f64) < 0.9 * value { nearest + 8 } else { nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_round_to_eights_but_not_far_down() {
        let rounded = [1.0, 5.6, 11.2, 12.0, 16.8, 22.4, 33.6, 44.8, 1792.0].map(make_divisible);
        assert_eq!(rounded, [8, 8, 16, 16, 16, 24, 32, 48, 1792]);
    }

    #[test]
    fn shortcut_needs_equal_shapes() {
        let shape = |in_channels, out_channels, stride| BlockShape {
            in_channels,
            out_channels,
            kernel_size: 3,
            stride,
        };
        let shortcut = |shape| Block::inverted_residual(shape, 96, Activation::Relu6).shortcut;
        assert!(shortcut(shape(16, 16, 1)));
        assert!(!shortcut(shape(16, 16, 2)));
        assert!(!shortcut(shape(16, 24, 1)));
    }
}

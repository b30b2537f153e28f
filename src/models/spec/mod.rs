//! A network as plain data: what the papers' tables say, before there are weights.

mod block;
mod layer;

pub use block::{Block, BlockKind, BlockShape, Heads, hidden};
pub use layer::{AntiAlias, Follows, Kind, Layer, Role};

/// A whole network: stem, stages of blocks, head, pooling, classifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// The first layer.
    pub stem: Layer,
    /// Blocks, stage by stage.
    pub stages: Vec<Vec<Block>>,
    /// The last layer in front of the classifier; most of V1 have none.
    pub head: Option<Head>,
    /// Pooled features: inputs of the classifier.
    pub features: usize,
    /// Outputs of the classifier.
    pub classes: usize,
}

/// The last layer in front of the classifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 1 x 1.
    pub layer: Layer,
    /// Whether it sees the pooled map, as in V3 (arXiv:1905.02244, section 5.1), or is pooled itself.
    pub is_behind_pooling: bool,
}

/// What a layer costs at a resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Side of the convolution's own output.
    pub side: usize,
    /// Multiply-adds, those of the attention between queries, keys and values with its output layer.
    pub mult_adds: usize,
}

impl Graph {
    /// All convolutions, first to last.
    pub fn layers(&self) -> impl Iterator<Item = &Layer> {
        let blocks = self.stages.iter().flatten().flat_map(|block| &block.layers);
        let head = self.head.as_ref().map(|head| &head.layer);
        std::iter::once(&self.stem).chain(blocks).chain(head)
    }

    /// Learnt parameters, batch norms included, as the papers and libraries count them.
    pub fn parameters(&self) -> usize {
        self.layers().map(Layer::parameters).sum::<usize>() + (self.features + 1) * self.classes
    }

    /// Multiply-adds of convolutions, attention and classifier for one `resolution` x `resolution` image.
    pub fn mult_adds(&self, resolution: usize) -> usize {
        self.costs(resolution).map(|cost| cost.mult_adds).sum::<usize>() + self.features * self.classes
    }

    /// Costs of every layer for a `resolution` x `resolution` image, in the order of [`layers`](Self::layers).
    pub fn costs(&self, resolution: usize) -> impl Iterator<Item = Cost> {
        let is_pooled = self.head.as_ref().is_some_and(|head| head.is_behind_pooling);
        // The side of the map, and of the one that keys and values are made from.
        self.layers().scan((resolution, resolution), move |(side, smaller), layer| {
            let (input, own) = match layer.role {
                Role::Reduce | Role::Excite => (1, 1),
                Role::Head if is_pooled => (1, 1),
                Role::Key | Role::Value => (*smaller, *smaller),
                _ => (*side, layer.sides(*side).0),
            };
            let mut mult_adds = layer.weights() * own * own;
            match layer.role {
                Role::Reduce | Role::Excite | Role::Key | Role::Value | Role::Head => {}
                Role::KeyDown | Role::ValueDown => *smaller = own,
                // Scores, and what they weigh.
                Role::Output => mult_adds += 2 * layer.in_channels * own.pow(2) * smaller.pow(2),
                _ => {
                    *side = layer.sides(input).1;
                    *smaller = *side;
                }
            }
            Some(Cost { side: own, mult_adds })
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
    use crate::nn::Activation;

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

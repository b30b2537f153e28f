//! From a row to a block.

use super::row::{Row, RowKind};
use crate::models::channels::make_divisible;
use crate::models::spec::{Attention, Block, Conv, Epilogue, KeyValue, SqueezeExcite};
use crate::nn::Activation::{self, HardSigmoid, Linear};

/// Squeeze-and-excite: rounding of the reduced width, and the activation of the first layer.
#[derive(Clone, Copy, Debug)]
pub struct SqueezeDef {
    /// From a share of the channels to a number of values.
    pub round: fn(f64) -> usize,
    /// `None` for the block's own activation.
    pub activation: Option<Activation>,
}

/// A row with what its place in the network adds.
pub(super) struct BlockBuilder<'a> {
    pub(super) row: &'a Row,
    /// In and out.
    pub(super) channels: [usize; 2],
    pub(super) stride: usize,
    pub(super) activation: Activation,
    pub(super) squeeze: SqueezeDef,
    pub(super) has_layer_scale: bool,
}

impl BlockBuilder<'_> {
    pub(super) fn build(&self) -> Block {
        match self.row.kind {
            RowKind::Conv(k) => Block::Conv(Conv::dense(self.channels, k, self.stride, self.activation)),
            RowKind::DepthwiseSeparable { kernel_size, is_activated } => {
                self.depthwise_separable(kernel_size, is_activated)
            }
            RowKind::InvertedResidual { kernel_size, expansion } => {
                self.inverted_residual(kernel_size, expansion)
            }
            RowKind::EdgeResidual { kernel_size, expansion, group_size } => {
                self.edge_residual(kernel_size, expansion, group_size)
            }
            RowKind::UniversalInvertedBottleneck { kernel_sizes, expansion } => {
                self.universal(kernel_sizes, expansion)
            }
            RowKind::Attention { heads, head_channels, key_value_stride } => {
                self.attention(heads, head_channels, key_value_stride)
            }
        }
    }

    fn depthwise_separable(&self, kernel_size: usize, is_activated: bool) -> Block {
        let in_channels = self.channels[0];
        let last = if is_activated { self.activation } else { Linear };
        Block::DepthwiseSeparable {
            depthwise: Conv::depthwise(in_channels, kernel_size, self.stride, self.activation),
            squeeze_excite: self.squeeze_excite(in_channels),
            pointwise: Conv::pointwise(self.channels, last),
            shortcut: self.shortcut(),
        }
    }

    fn inverted_residual(&self, kernel_size: usize, expansion: f64) -> Block {
        let hidden = self.hidden(expansion);
        Block::InvertedResidual {
            expand: Conv::pointwise([self.channels[0], hidden], self.activation),
            depthwise: Conv::depthwise(hidden, kernel_size, self.stride, self.activation),
            squeeze_excite: self.squeeze_excite(hidden),
            project: self.project(hidden),
            shortcut: self.shortcut(),
        }
    }

    fn edge_residual(&self, kernel_size: usize, expansion: f64, group_size: Option<usize>) -> Block {
        let hidden = self.hidden(expansion);
        let expand = Conv::dense([self.channels[0], hidden], kernel_size, self.stride, self.activation);
        let groups = group_size.map_or(1, |size| {
            assert!(hidden.is_multiple_of(size), "{hidden} hidden channels in groups of {size}");
            hidden / size
        });
        Block::EdgeResidual {
            expand: Conv { groups, ..expand },
            project: self.project(hidden),
            shortcut: self.shortcut(),
        }
    }

    fn universal(&self, [start, middle]: [usize; 2], expansion: f64) -> Block {
        let in_channels = self.channels[0];
        let hidden = self.hidden(expansion);
        // The last filter has the stride.
        let start_stride = if middle == 0 { self.stride } else { 1 };
        let filter = |k, channels, stride, activation| {
            (k > 0).then(|| Conv::depthwise(channels, k, stride, activation))
        };
        Block::UniversalInvertedBottleneck {
            start: filter(start, in_channels, start_stride, Linear),
            expand: Conv::pointwise([in_channels, hidden], self.activation),
            depthwise: filter(middle, hidden, self.stride, self.activation),
            project: Conv { has_layer_scale: self.has_layer_scale, ..self.project(hidden) },
            shortcut: self.shortcut(),
        }
    }

    fn attention(&self, heads: usize, head_channels: usize, stride: usize) -> Block {
        let [from, to] = self.channels;
        let bare = |channels| Conv::pointwise(channels, Linear).with_epilogue(Epilogue::None);
        let all = heads * head_channels;
        let key_value = || KeyValue {
            down: (stride > 1).then(|| Conv::depthwise(from, 3, stride, Linear)),
            project: bare([from, head_channels]),
        };
        Block::Attention(Attention {
            norm: Conv::norm(from),
            query: bare([from, all]),
            key: key_value(),
            value: key_value(),
            output: Conv { has_layer_scale: self.has_layer_scale, ..bare([all, to]) },
            heads,
            shortcut: self.shortcut(),
        })
    }

    /// Hidden channels.
    fn hidden(&self, expansion: f64) -> usize {
        make_divisible(self.channels[0] as f64 * expansion)
    }

    fn project(&self, hidden: usize) -> Conv {
        Conv::pointwise([hidden, self.channels[1]], Linear)
    }

    /// Squeeze-and-excite over `channels`, if the row has it.
    fn squeeze_excite(&self, channels: usize) -> Option<SqueezeExcite> {
        let reduced = (self.squeeze.round)(channels as f64 * self.row.squeeze_excite?);
        let layer =
            |channels, activation| Conv::pointwise(channels, activation).with_epilogue(Epilogue::Bias);
        Some(SqueezeExcite {
            reduce: layer([channels, reduced], self.squeeze.activation.unwrap_or(self.activation)),
            // arXiv:1905.02244, section 5.3.
            expand: layer([reduced, channels], HardSigmoid),
        })
    }

    /// Whether the input is added to the output: where shapes allow.
    fn shortcut(&self) -> bool {
        self.row.shortcut && self.stride == 1 && self.channels[0] == self.channels[1]
    }
}

//! The rounding of our bf16 kernels, reproduced in `f32` arithmetic.

use candle_core::{DType, Result, Tensor};
use half::bf16;

use crate::models::load::ConvWeights;
use crate::models::spec::{BlockKind, Conv, ConvKind, LayerPath, Part};
use crate::record::Precision;

/// The precision to which a layer's weights and its output are rounded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rounding {
    pub(super) weights: Precision,
    pub(super) output: Precision,
}

impl Rounding {
    /// The rounding of the layer `conv` at `path`, in a network that runs in `precision`.
    ///
    /// Depthwise filters and the stem keep `f32` weights, squeeze-and-excite and the layers after the pooling keep
    /// `f32` outputs, and attention keeps both. The last layer of a block is rounded with the block, after its shortcut.
    pub(super) fn of(precision: Precision, path: LayerPath, conv: &Conv) -> Self {
        let or_f32 = |is_rounded: bool| if is_rounded { precision } else { Precision::F32 };
        let in_attention = matches!(path, LayerPath::Block { kind: BlockKind::Attention, .. });
        let has_rounded_weights =
            !matches!(conv.kind, ConvKind::Depthwise | ConvKind::Norm) && !matches!(path, LayerPath::Stem);
        let has_rounded_output = match path {
            LayerPath::Stem | LayerPath::Head { after_pool: false } => true,
            LayerPath::Head { after_pool: true } => false,
            LayerPath::Block { part, .. } => {
                matches!(part, Part::Start | Part::Expand | Part::Depthwise)
            }
        };
        Self {
            weights: or_f32(has_rounded_weights && !in_attention),
            output: or_f32(has_rounded_output && !in_attention),
        }
    }
}

impl Precision {
    /// Rounds `values` to this precision; the results are still stored as `f32`.
    pub(super) fn rounded(self, values: Tensor) -> Result<Tensor> {
        match self {
            Self::F32 => Ok(values),
            Self::Bf16 => values.to_dtype(DType::BF16)?.to_dtype(DType::F32),
        }
    }

    /// Rounds weights in the same way, after applying their scale.
    pub(super) fn rounded_weights(self, weights: ConvWeights) -> ConvWeights {
        if self == Self::F32 {
            return weights;
        }
        let rounded: Vec<_> =
            weights.scaled().into_iter().map(|weight| bf16::from_f32(weight).to_f32()).collect();
        ConvWeights { weight: rounded.into(), scale: vec![1.0; weights.scale.len()], ..weights }
    }
}

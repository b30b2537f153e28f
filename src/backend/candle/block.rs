//! The papers' building blocks.

use candle_core::{D, Result, Tensor};

use super::layer::Layer;
use crate::models::spec::{Attention, Block, KeyValue, SqueezeExcite};
use crate::record::Precision;

impl Block<Layer> {
    /// Computes `[N, C', H', W']` from `[N, C, H, W]`, rounded to `precision`.
    pub(super) fn forward(&self, input: &Tensor, precision: Precision) -> Result<Tensor> {
        let (output, shortcut) = match self {
            Self::Conv(conv) => (conv.forward(input)?, false),
            Self::DepthwiseSeparable { depthwise, squeeze_excite, pointwise, shortcut } => {
                let filtered = depthwise.forward(input)?;
                let excited = excited(squeeze_excite.as_ref(), filtered, precision)?;
                (pointwise.forward(&excited)?, *shortcut)
            }
            Self::InvertedResidual { expand, depthwise, squeeze_excite, project, shortcut } => {
                let hidden = depthwise.forward(&expand.forward(input)?)?;
                let excited = excited(squeeze_excite.as_ref(), hidden, precision)?;
                (project.forward(&excited)?, *shortcut)
            }
            Self::EdgeResidual { expand, project, shortcut } => {
                (project.forward(&expand.forward(input)?)?, *shortcut)
            }
            Self::UniversalInvertedBottleneck { start, expand, depthwise, project, shortcut } => {
                let started = optional(start.as_ref(), input)?;
                let hidden = expand.forward(&started)?;
                (project.forward(&optional(depthwise.as_ref(), &hidden)?)?, *shortcut)
            }
            Self::Attention(attention) => (attention.forward(input)?, attention.shortcut),
        };
        precision.rounded(if shortcut { (input + output)? } else { output })
    }
}

/// `input` through a layer that the block may not have.
fn optional(layer: Option<&Layer>, input: &Tensor) -> Result<Tensor> {
    layer.map_or_else(|| Ok(input.clone()), |layer| layer.forward(input))
}

/// Each channel of `map` times the factor that the means of all channels give it.
fn excited(
    squeeze_excite: Option<&SqueezeExcite<Layer>>,
    map: Tensor,
    precision: Precision,
) -> Result<Tensor> {
    let Some(SqueezeExcite { reduce, expand }) = squeeze_excite else { return Ok(map) };
    let reduced = reduce.forward(&map.mean_keepdim((2, 3))?)?;
    precision.rounded(map.broadcast_mul(&expand.forward(&reduced)?)?)
}

impl Attention<Layer> {
    fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let normed = self.norm.forward(input)?;
        let queries = by_position(&self.query.forward(&normed)?, self.heads)?;
        let keys = by_position(&self.key.forward(&normed)?, 1)?;
        let values = by_position(&self.value.forward(&normed)?, 1)?;
        let (n, _, h, w) = input.dims4()?;
        // [N, heads, positions, d] to [N, heads · d, H, W]
        let answers = attend(&queries, &keys, &values)?.transpose(2, 3)?.contiguous()?;
        self.output.forward(&answers.reshape((n, (), h, w))?)
    }
}

impl KeyValue<Layer> {
    fn forward(&self, input: &Tensor) -> Result<Tensor> {
        self.project.forward(&optional(self.down.as_ref(), input)?)
    }
}

/// `[N, heads · d, H, W]` to `[N, heads, H · W, d]`.
fn by_position(map: &Tensor, heads: usize) -> Result<Tensor> {
    let (n, channels, h, w) = map.dims4()?;
    map.reshape((n, heads, channels / heads, h * w))?.transpose(2, 3)?.contiguous()
}

/// `softmax(q · kᵀ / √d) · v` of every head.
fn attend(queries: &Tensor, keys: &Tensor, values: &Tensor) -> Result<Tensor> {
    let scale = 1.0 / (queries.dim(D::Minus1)? as f64).sqrt();
    let scores = (queries * scale)?.broadcast_matmul(&keys.transpose(2, 3)?.contiguous()?)?;
    candle_nn::ops::softmax_last_dim(&scores)?.broadcast_matmul(values)
}

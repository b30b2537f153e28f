//! A network on candle's operations: on accelerators, and as what our kernels are held against.

mod block;
mod conv;
mod convolution;
mod depthwise;
mod epilogue;
mod layer;
mod pointwise;

use candle_core::{Device, Result, Tensor};

use super::network::Norms;
use crate::models::LoadError;
use crate::models::load::Parts;
use crate::models::spec::Graph;
use crate::nn::{Activation, Padding};
use block::Block;
use convolution::Pointwise;
use layer::{Loader, Step};

/// Layers with weights on a device.
#[derive(Debug)]
pub(super) struct Body {
    stem: Step,
    blocks: Vec<Block>,
    head: Option<Head>,
    classifier: Pointwise,
}

#[derive(Debug)]
struct Head {
    step: Step,
    is_behind_pooling: bool,
}

impl Body {
    pub(super) fn new(
        graph: &Graph,
        parts: &Parts,
        padding: Padding,
        norms: Norms,
        device: &Device,
    ) -> std::result::Result<Self, LoadError> {
        let mut loader = Loader { tensors: parts.layers.iter(), padding, norms, device };
        let stem = loader.load(&graph.stem)?;
        let mut blocks = Vec::new();
        for block in graph.stages.iter().flatten() {
            blocks.push(Block::new(block, &mut loader)?);
        }
        let mut head = None;
        if let Some(layer) = &graph.head {
            let is_behind_pooling = layer.is_behind_pooling;
            head = Some(Head { step: loader.load(&layer.layer)?, is_behind_pooling });
        }
        let classifier = Pointwise::new(parts.classifier()?, Activation::Linear, device)?;
        Ok(Self { stem, blocks, head, classifier })
    }

    /// `[N, 3, H, W]` to logits `[N, K]`.
    pub(super) fn logits(&self, pixels: &Tensor) -> Result<Tensor> {
        let mut output = self.stem.forward(pixels)?;
        for block in &self.blocks {
            output = block.forward(&output)?;
        }
        // Pooled features are a feature map of one position.
        let pool = |map: &Tensor| map.mean_keepdim((2, 3));
        let features = match &self.head {
            None => pool(&output)?,
            Some(head) if head.is_behind_pooling => head.step.forward(&pool(&output)?)?,
            Some(head) => pool(&head.step.forward(&output)?)?,
        };
        self.classifier.forward(&features)?.flatten_from(1)
    }
}

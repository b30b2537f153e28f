//! A network on candle's operations: on accelerators, and as what our kernels are held against.

use candle_core::{Device, Result, Tensor};
use candle_nn::ModuleT;

use super::graph::{Graph, Kind, Layer};
use super::network::Norms;
use super::weights::{BatchNorm, LoadError, Parts, Trained};
use crate::kernels::{Activation, Padding};
use crate::ops::tensor::{Conv, Convolution, Depthwise, Pointwise, activate};
use crate::ops::{Filter, Setting};

/// Layers with weights on a device.
#[derive(Debug)]
pub(super) struct Body {
    stem: ConvNormAct,
    blocks: Vec<Block>,
    head: Option<ConvNormAct>,
    classifier: Pointwise,
}

#[derive(Debug)]
struct Block {
    layers: Vec<ConvNormAct>,
    shortcut: bool,
}

/// A convolution, its batch norm and its activation.
#[derive(Debug)]
struct ConvNormAct {
    convolution: Convolution,
    /// Present where the norm was not folded into the convolution; the activation then follows it.
    norm: Option<(candle_nn::BatchNorm, Activation)>,
}

impl Body {
    pub(super) fn new(
        graph: &Graph,
        parts: &Parts,
        padding: Padding,
        norms: Norms,
        device: &Device,
    ) -> std::result::Result<Self, LoadError> {
        let mut tensors = parts.layers.iter();
        let mut load = |layer: &Layer| {
            let Some(tensors) = tensors.next() else { unreachable!("parts has tensors for each layer") };
            Ok::<_, LoadError>(ConvNormAct::new(layer, tensors.read()?, padding, norms, device)?)
        };
        let stem = load(&graph.stem)?;
        let mut blocks = Vec::new();
        for block in graph.stages.iter().flatten() {
            let layers = block.layers.iter().map(&mut load).collect::<std::result::Result<_, _>>()?;
            blocks.push(Block { layers, shortcut: block.shortcut });
        }
        let head = graph.head.as_ref().map(&mut load).transpose()?;
        let classifier = Pointwise::new(parts.classifier()?, Activation::Linear, device)?;
        Ok(Self { stem, blocks, head, classifier })
    }

    /// `[N, 3, H, W]` to logits `[N, K]`.
    pub(super) fn logits(&self, pixels: &Tensor) -> Result<Tensor> {
        let mut output = self.stem.forward(pixels)?;
        for block in &self.blocks {
            output = block.forward(&output)?;
        }
        if let Some(head) = &self.head {
            output = head.forward(&output)?;
        }
        // Pooled features are a feature map of one position.
        let features = output.mean_keepdim((2, 3))?;
        self.classifier.forward(&features)?.flatten_from(1)
    }
}

impl Block {
    fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let mut output = input.clone();
        for layer in &self.layers {
            output = layer.forward(&output)?;
        }
        if self.shortcut { input + output } else { Ok(output) }
    }
}

impl ConvNormAct {
    fn new(layer: &Layer, trained: Trained, padding: Padding, norms: Norms, device: &Device) -> Result<Self> {
        let (filter, norm, activation) = match norms {
            Norms::Folded => (trained.fold(), None, layer.activation),
            Norms::Separate => {
                let norm = separate(&trained.norm, layer.out_channels, device)?;
                let Trained { weight, shape, .. } = trained;
                let (scale, bias) = (vec![1.0; layer.out_channels], vec![0.0; layer.out_channels]);
                let filter = Filter { weight, scale, shape, bias };
                (filter, Some((norm, layer.activation)), Activation::Linear)
            }
        };
        let setting = Setting { stride: layer.stride, padding, activation };
        let convolution = match layer.kind {
            Kind::Full => Convolution::Full(Conv::new(filter, setting, device)?),
            Kind::Depthwise => Convolution::Depthwise(Depthwise::new(filter, setting, device)?),
            Kind::Pointwise => Convolution::Pointwise(Pointwise::new(filter, activation, device)?),
        };
        Ok(Self { convolution, norm })
    }

    fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let output = self.convolution.forward(input)?;
        match &self.norm {
            None => Ok(output),
            Some((norm, activation)) => activate(&norm.forward_t(&output, false)?, *activation),
        }
    }
}

fn separate(norm: &BatchNorm, channels: usize, device: &Device) -> Result<candle_nn::BatchNorm> {
    let vector = |values: &[f32]| Tensor::from_slice(values, channels, device);
    candle_nn::BatchNorm::new(
        channels,
        vector(&norm.mean)?,
        vector(&norm.variance)?,
        vector(&norm.gamma)?,
        vector(&norm.beta)?,
        norm.epsilon,
    )
}

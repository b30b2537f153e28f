//! What a family says about itself.

use super::checkpoint::Checkpoint;
use super::spec::Graph;
use super::tensor_names::TensorNames;
use super::torchvision::TorchvisionArgs;
use super::transformers::{TransformersConfig, Unsupported};

/// Networks of one paper.
#[derive(Debug)]
pub struct Family {
    /// As `--model` takes it: `mobilenet-v2`.
    pub name: &'static str,
    /// Its short form: `v2`.
    pub alias: &'static str,
    /// As people write it: `MobileNetV2`.
    pub title: &'static str,
    /// Architectures of timm.
    pub timm: &'static [TimmVariant],
    /// Its class in transformers.
    pub transformers: Option<&'static Transformers>,
    /// Its models in torchvision.
    pub torchvision: &'static [Torchvision],
    /// Networks that its paper measures beside its own, of which it has no weights.
    pub untrained: &'static [Untrained],
    /// Published weights.
    pub checkpoints: &'static [Checkpoint],
}

/// One architecture of timm.
#[derive(Debug)]
pub struct TimmVariant {
    /// `architecture` in config.json.
    pub name: &'static str,
    /// Its graph for a number of classes.
    pub graph: fn(usize) -> Graph,
    /// Added to variances by batch norms, if it is not the library's usual value.
    pub epsilon: Option<f64>,
    /// What its weights are trained on, unless a configuration says otherwise.
    pub input: DefaultInput,
}

/// How timm prepares pictures for an architecture whose weights come without a configuration: what its `default_cfgs` say
/// of the architecture's name without a tag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DefaultInput {
    /// Side of the square input, px.
    pub resolution: u32,
    /// The fraction of the resized side that the crop keeps.
    pub crop_pct: f64,
    /// timm's name of the filter.
    pub interpolation: &'static str,
    /// Mean of each channel, R G B, of values from 0 to 1.
    pub mean: [f64; 3],
    /// Standard deviation of each channel.
    pub std: [f64; 3],
}

impl DefaultInput {
    /// Most architectures': timm's `IMAGENET_DEFAULT_MEAN` and `IMAGENET_DEFAULT_STD`.
    pub const IMAGENET: Self = Self {
        resolution: 224,
        crop_pct: 0.875,
        interpolation: "bicubic",
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
    };

    /// Values from -1 to 1: timm's `IMAGENET_INCEPTION_MEAN` and `IMAGENET_INCEPTION_STD`.
    pub(super) const INCEPTION: Self = Self { mean: [0.5; 3], std: [0.5; 3], ..Self::IMAGENET };

    /// At another resolution, of which the crop keeps another share.
    pub(super) const fn at(self, resolution: u32, crop_pct: f64) -> Self {
        Self { resolution, crop_pct, ..self }
    }

    pub(super) const fn bilinear(self) -> Self {
        Self { interpolation: "bilinear", ..self }
    }
}

impl TimmVariant {
    pub(super) const fn new(name: &'static str, graph: fn(usize) -> Graph) -> Self {
        Self { name, graph, epsilon: None, input: DefaultInput::IMAGENET }
    }

    pub(super) const fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = Some(epsilon);
        self
    }

    pub(super) const fn input(mut self, input: DefaultInput) -> Self {
        self.input = input;
        self
    }
}

/// A family's class in transformers.
#[derive(Debug)]
pub struct Transformers {
    /// `model_type` in config.json.
    pub model_type: &'static str,
    /// The class that classifies, in `architectures`.
    pub architecture: &'static str,
    /// Names of its tensors.
    pub names: &'static TensorNames,
    /// Its graph for a number of classes.
    pub graph: fn(&TransformersConfig, usize) -> Result<Graph, Unsupported>,
}

/// A family's model in torchvision.
#[derive(Debug)]
pub struct Torchvision {
    /// The function that makes it.
    pub name: &'static str,
    /// Names of its tensors.
    pub names: &'static TensorNames,
    /// Added to variances by its batch norms.
    pub epsilon: f64,
    /// Its graph for a number of classes.
    pub graph: fn(&TorchvisionArgs, usize) -> Result<Graph, Unsupported>,
}

/// A network to compare a family with: it exists to be measured, at any width.
#[derive(Debug)]
pub struct Untrained {
    /// As `--model` takes it: `v1-dense`.
    pub name: &'static str,
    /// The paper's name for it.
    pub title: &'static str,
    /// Its graph for a width multiplier and a number of classes.
    pub graph: fn(f64, usize) -> Graph,
}

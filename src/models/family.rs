//! What a family says about itself.

use super::checkpoint::Checkpoint;
use super::spec::Graph;
use super::tensor_names::TensorNames;
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
}

impl TimmVariant {
    pub(super) const fn new(name: &'static str, graph: fn(usize) -> Graph) -> Self {
        Self { name, graph, epsilon: None }
    }

    pub(super) const fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = Some(epsilon);
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
    pub graph: fn(usize) -> Graph,
}

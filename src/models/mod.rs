//! Networks: tables held against the papers, strict weights, forward passes.
//!
//! A family is a file: paper, table, variants, checkpoints, and its line in [`FAMILIES`]. Help, `mnet models` and
//! the conformance tests loop over that table.

mod bottlenecks;
pub mod catalogue;
pub mod efficientnet_lite;
pub mod load;
pub mod mobilenet_edgetpu;
pub mod mobilenet_v1;
pub mod mobilenet_v2;
pub mod mobilenet_v3;
pub mod mobilenet_v4;
mod notation;
pub mod random;
pub mod spec;
pub mod tensor_names;
mod transformers;

pub use catalogue::Checkpoint;
pub use load::{LoadError, Misfit, fit};
pub use spec::Graph;
pub use tensor_names::Naming;
use transformers::require;
pub use transformers::{TransformersConfig, Unsupported};

use crate::nn::Padding;
use crate::weights::WeightFile;

/// Every family, lowest first: the order in which `--alpha` and `--res` look for a checkpoint.
pub static FAMILIES: [&Family; 6] = [
    &mobilenet_v1::FAMILY,
    &mobilenet_v2::FAMILY,
    &mobilenet_v3::FAMILY,
    &mobilenet_v4::FAMILY,
    &mobilenet_edgetpu::FAMILY,
    &efficientnet_lite::FAMILY,
];

/// Networks of one paper.
#[derive(Debug)]
pub struct Family {
    /// As `--model` takes it.
    pub name: &'static str,
    /// Its short form.
    pub alias: &'static str,
    /// As people write it.
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

/// One architecture name of timm.
#[derive(Debug)]
pub struct TimmVariant {
    /// `architecture` in config.json.
    pub name: &'static str,
    /// Its graph for a number of classes.
    pub graph: fn(usize) -> Graph,
    /// Added to variances by batch norms, where it is not the library's usual value.
    pub epsilon: Option<f64>,
}

impl TimmVariant {
    const fn new(name: &'static str, graph: fn(usize) -> Graph) -> Self {
        Self { name, graph, epsilon: None }
    }

    const fn epsilon(mut self, epsilon: f64) -> Self {
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
    pub naming: &'static Naming,
    /// Its graph for a number of classes.
    pub graph: fn(&TransformersConfig, usize) -> Result<Graph, Unsupported>,
}

/// A family's model in torchvision.
#[derive(Debug)]
pub struct Torchvision {
    /// The function that makes it.
    pub name: &'static str,
    /// Names of its tensors.
    pub naming: &'static Naming,
    /// Added to variances by its batch norms.
    pub epsilon: f64,
    /// Its graph for a number of classes.
    pub graph: fn(usize) -> Graph,
}

/// A graph and the conventions of the library that trained it: all that weights are loaded by.
#[derive(Clone, Debug)]
pub struct Architecture {
    /// As config.json names it: `mobilenetv2_100`, `mobilenet_v2`.
    pub name: String,
    /// The network.
    pub graph: Graph,
    /// Names of its tensors.
    pub naming: &'static Naming,
    /// Added to variances by batch norms.
    pub epsilon: f64,
    /// Zeros around convolutions.
    pub padding: Padding,
}

impl Architecture {
    /// A timm architecture by its name; `None` if no family has it.
    pub fn timm(name: &str, classes: usize) -> Option<Self> {
        let variant = FAMILIES.iter().flat_map(|family| family.timm).find(|variant| variant.name == name)?;
        // BN_EPS_TF_DEFAULT and pad_type 'same' of timm's `models/efficientnet.py`, for weights ported from TensorFlow.
        let (epsilon, padding) =
            if name.starts_with("tf_") { (1e-3, Padding::Same) } else { (1e-5, Padding::Symmetric) };
        let (graph, epsilon) = ((variant.graph)(classes), variant.epsilon.unwrap_or(epsilon));
        Some(Self { name: name.to_owned(), graph, naming: &tensor_names::TIMM, epsilon, padding })
    }

    /// The architecture that a config.json of transformers describes.
    ///
    /// # Errors
    /// If no family has its `model_type` or the graph for its values is not built here.
    pub fn transformers(config: &TransformersConfig, classes: usize) -> Result<Self, Unsupported> {
        let layouts = FAMILIES.iter().filter_map(|family| family.transformers);
        let Some(layout) = layouts.clone().find(|layout| layout.model_type == config.model_type) else {
            let known: Vec<_> = layouts.map(|layout| layout.model_type).collect();
            return Err(Unsupported::new("model_type", &config.model_type, &known.join(" or ")));
        };
        if let Some(class) = &config.architectures.as_ref().and_then(|classes| classes.first())
            && *class != layout.architecture
        {
            return Err(Unsupported::new("architectures", class, layout.architecture));
        }
        require("num_channels", &config.num_channels, &3)?;
        if !(0.01..=16.0).contains(&config.depth_multiplier) {
            let expected = "a width multiplier between 0.01 and 16";
            return Err(Unsupported::new("depth_multiplier", &config.depth_multiplier, expected));
        }
        Ok(Self {
            name: config.model_type.clone(),
            graph: (layout.graph)(config, classes)?,
            naming: layout.naming,
            epsilon: config.layer_norm_eps,
            padding: if config.tf_padding { Padding::Same } else { Padding::Symmetric },
        })
    }

    /// A torchvision model by its function's name; `None` if no family has it.
    pub fn torchvision(name: &str, classes: usize) -> Option<Self> {
        let layout =
            FAMILIES.iter().flat_map(|family| family.torchvision).find(|layout| layout.name == name)?;
        Some(Self {
            name: name.to_owned(),
            graph: (layout.graph)(classes),
            naming: layout.naming,
            epsilon: layout.epsilon,
            padding: Padding::Symmetric,
        })
    }

    /// The family it is of.
    ///
    /// # Panics
    /// If its name is of none; every way to make one takes it from a family.
    pub fn family(&self) -> &'static Family {
        let is_of = |family: &&&Family| {
            family.timm.iter().any(|variant| variant.name == self.name)
                || family.transformers.is_some_and(|layout| layout.model_type == self.name)
                || family.torchvision.iter().any(|layout| layout.name == self.name)
        };
        FAMILIES.iter().find(is_of).unwrap_or_else(|| panic!("{} is of no family", self.name))
    }
}

/// How the name of a classifier's weight ends, in any layout.
pub const CLASSIFIERS: [&str; 3] = ["classifier.weight", "classifier.1.weight", "classifier.3.weight"];

/// Outputs of the classifier in `file`, whatever its layout; `None` if it has none.
pub fn outputs(file: &WeightFile) -> Option<usize> {
    let is_classifier = |name: &&str| CLASSIFIERS.iter().any(|ending| name.ends_with(ending));
    let name = file.names().find(is_classifier)?;
    file.get(name)?.shape.first().copied().filter(|outputs| *outputs > 0)
}

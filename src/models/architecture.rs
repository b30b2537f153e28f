//! One network as one library builds it.

use super::families::FAMILIES;
use super::family::Family;
use super::spec::Graph;
use super::tensor_names::{self, TensorNames};
use super::torchvision::TorchvisionArgs;
use super::transformers::{TransformersConfig, Unsupported, require_width};
use crate::nn::Padding;

/// A graph with the conventions of the library that trained it: everything that loading its weights needs.
#[derive(Clone, Debug)]
pub struct Architecture {
    /// As config.json names it: `mobilenetv2_100`, `mobilenet_v2`.
    pub name: String,
    /// Its layers, from the stem to the classifier.
    pub graph: Graph,
    /// Names of its tensors.
    pub names: &'static TensorNames,
    /// Added to variances by batch norms.
    pub epsilon: f64,
    /// How convolutions pad their input.
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
        Some(Self { name: name.to_owned(), graph, names: &tensor_names::TIMM, epsilon, padding })
    }

    /// The architecture that a config.json of transformers describes.
    ///
    /// # Errors
    /// If no family has its `model_type`, or no graph is built here for its values.
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
        if ![1, 3].contains(&config.num_channels) {
            return Err(Unsupported::new("num_channels", &config.num_channels, "3, or 1 for gray pictures"));
        }
        require_width("depth_multiplier", config.depth_multiplier)?;
        let mut graph = (layout.graph)(config, classes)?.with_activation(config.activation()?);
        graph.stem.in_channels = config.num_channels;
        Ok(Self {
            name: config.model_type.clone(),
            graph,
            names: layout.names,
            epsilon: config.layer_norm_eps,
            padding: if config.tf_padding { Padding::Same } else { Padding::Symmetric },
        })
    }

    /// A torchvision model by its function's name, with the function's defaults; `None` if no family has it.
    pub fn torchvision(name: &str, classes: usize) -> Option<Self> {
        Self::torchvision_with(name, &TorchvisionArgs::default(), classes).ok()
    }

    /// A torchvision model by its function's name and arguments.
    ///
    /// # Errors
    /// If no family has it, or it does not take a value.
    pub fn torchvision_with(name: &str, args: &TorchvisionArgs, classes: usize) -> Result<Self, Unsupported> {
        let layouts = FAMILIES.iter().flat_map(|family| family.torchvision);
        let Some(layout) = layouts.clone().find(|layout| layout.name == name) else {
            let known: Vec<_> = layouts.map(|layout| layout.name).collect();
            return Err(Unsupported::new("architectures", name, &known.join(" or ")));
        };
        args.check()?;
        Ok(Self {
            name: name.to_owned(),
            graph: (layout.graph)(args, classes)?,
            names: layout.names,
            epsilon: layout.epsilon,
            padding: Padding::Symmetric,
        })
    }

    /// A network without published weights, at any width, with the conventions of its family's class in transformers.
    /// `None` if no family has it, or at such a width.
    pub fn untrained(name: &str, alpha: f64, classes: usize) -> Option<Self> {
        let row = FAMILIES.iter().flat_map(|family| family.untrained).find(|row| row.name == name)?;
        require_width("alpha", alpha).ok()?;
        Some(Self {
            name: name.to_owned(),
            graph: (row.graph)(alpha, classes),
            // transformers has no names for these layers.
            names: &tensor_names::TIMM,
            epsilon: TransformersConfig::default().layer_norm_eps,
            padding: Padding::Same,
        })
    }

    /// The family whose table has this name.
    ///
    /// # Panics
    /// If no family has its name: an architecture built by hand.
    pub fn family(&self) -> &'static Family {
        let is_of = |family: &&&Family| {
            family.timm.iter().any(|variant| variant.name == self.name)
                || family.transformers.is_some_and(|layout| layout.model_type == self.name)
                || family.torchvision.iter().any(|layout| layout.name == self.name)
                || family.untrained.iter().any(|row| row.name == self.name)
        };
        FAMILIES.iter().find(is_of).unwrap_or_else(|| panic!("no family has {}", self.name))
    }
}

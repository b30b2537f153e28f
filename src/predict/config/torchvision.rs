//! Configurations of torchvision: a name, and the preprocessing of its first weights.

use serde_json::Value;

use super::error::ConfigError;
use super::processors::{Crop, Processor, Steps};
use crate::models::{Architecture, FAMILIES};
use crate::pixels::{Filter, Geometry, Resize};

/// The network that `architectures` names.
pub(super) fn architecture(config: &Value, classes: usize) -> Result<Architecture, ConfigError> {
    let name = config.pointer("/architectures/0").and_then(Value::as_str).unwrap_or_default();
    Architecture::torchvision(name, classes).ok_or_else(|| ConfigError::UnknownArchitecture {
        library: "torchvision",
        name: name.into(),
        known: FAMILIES.iter().flat_map(|family| family.torchvision).map(|model| model.name).collect(),
    })
}

/// torchvision's preset `ImageClassification(crop_size=224)`, which its weights are used with; its files have no fields for
/// it, so a `preprocessor_config.json` may say otherwise.
pub(super) const PRESET: Processor = Processor {
    name: "torchvision",
    size: Resize::ShortestEdge(256),
    default_to_square: false,
    crop: Crop::On(224),
    filter: Filter::Bilinear,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    steps: Steps::Common,
    geometry: Geometry::Torchvision,
};

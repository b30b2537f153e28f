//! Configurations of torchvision: a name, and the preprocessing of its first weights.

use serde_json::Value;

use super::error::ConfigError;
use crate::models::{Architecture, FAMILIES};
use crate::pixels::{Channels, Filter, Geometry, Preprocess, Resize, Size};

/// The network that `architectures` names.
pub(super) fn architecture(config: &Value, classes: usize) -> Result<Architecture, ConfigError> {
    let name = config.pointer("/architectures/0").and_then(Value::as_str).unwrap_or_default();
    Architecture::torchvision(name, classes).ok_or_else(|| ConfigError::UnknownArchitecture {
        library: "torchvision",
        name: name.into(),
        known: FAMILIES.iter().flat_map(|family| family.torchvision).map(|model| model.name).collect(),
    })
}

/// torchvision's preset `ImageClassification(crop_size=224)`; its files have no fields for it.
pub(super) const PREPROCESS: Preprocess = Preprocess {
    crop: Some(Size::square(224)),
    geometry: Geometry::Torchvision(Resize::ShortestEdge(256)),
    filter: Filter::Bilinear,
    rescale: 1.0 / 255.0,
    offset: 0.0,
    channels: Channels::Rgb,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
};

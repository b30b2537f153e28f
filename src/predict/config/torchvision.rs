//! Configurations of torchvision: a name with arguments, and the preprocessing of its first weights.

use serde_json::Value;

use super::error::ConfigError;
use super::processors::{Crop, Processor, Steps};
use crate::models::{Architecture, TorchvisionArgs};
use crate::pixels::{Filter, Geometry, Resize};

const FILE: &str = "config.json";

/// The network that `architectures` names, as the arguments of its function shape it.
pub(super) fn architecture(config: &Value, classes: usize) -> Result<Architecture, ConfigError> {
    let name = config.pointer("/architectures/0").and_then(Value::as_str).unwrap_or_default();
    Ok(Architecture::torchvision_with(name, &args(config)?, classes)?)
}

/// The arguments, by torchvision's names, and the width also by the one of transformers.
fn args(config: &Value) -> Result<TorchvisionArgs, ConfigError> {
    let get = |key: &str| config.get(key).filter(|value| !value.is_null());
    let refused = |field, found: &Value, expected| ConfigError::Value {
        file: FILE,
        field,
        found: found.to_string(),
        expected,
    };
    let mut args = TorchvisionArgs::default();
    for field in ["depth_multiplier", "width_mult"] {
        if let Some(value) = get(field) {
            args.width_mult = value.as_f64().ok_or_else(|| refused(field, value, "a width multiplier"))?;
        }
    }
    if let (Some(width), Some(other)) = (get("width_mult"), get("depth_multiplier"))
        && width.as_f64() != other.as_f64()
    {
        return Err(refused("depth_multiplier", other, "the same width multiplier as width_mult"));
    }
    if let Some(value) = get("reduced_tail") {
        args.reduced_tail = value.as_bool().ok_or_else(|| refused("reduced_tail", value, "true or false"))?;
    }
    for (field, expected, is_default) in FIXED {
        if let Some(value) = get(field).filter(|value| !is_default(value)) {
            return Err(refused(field, value, expected));
        }
    }
    Ok(args)
}

/// An argument, what is expected of it, and whether a value is that.
type Fixed = (&'static str, &'static str, fn(&Value) -> bool);

/// Arguments that shape a network and have to be torchvision's defaults.
const FIXED: [Fixed; 3] = [
    ("dilated", "false", |value| *value == false),
    ("round_nearest", "8", |value| *value == 8),
    ("inverted_residual_setting", "nothing: torchvision's own table", |_| false),
];

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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn network(mut config: Value) -> Result<Architecture, ConfigError> {
        config["library_name"] = "torchvision".into();
        architecture(&config, 1000)
    }

    #[test]
    fn arguments_shape_the_network() {
        let parameters = |config: Value| network(config).unwrap().graph.parameters();
        // Counted by PyTorch in torchvision's modules.
        assert_eq!(parameters(json!({"architectures": ["mobilenet_v2"]})), 3_504_872);
        for field in ["width_mult", "depth_multiplier"] {
            assert_eq!(parameters(json!({"architectures": ["mobilenet_v2"], (field): 0.5})), 1_968_680);
        }
        let large = json!({
            "architectures": ["mobilenet_v3_large"], "reduced_tail": true, "width_mult": 0.75, "dilated": false,
        });
        assert_eq!(parameters(large), 1_620_728);
    }

    #[test]
    fn other_shapes_are_refused_by_name() {
        for (name, field, value) in [
            ("mobilenet_v2", "width_mult", json!("half")),
            ("mobilenet_v2", "width_mult", json!(0)),
            ("mobilenet_v2", "reduced_tail", json!(true)),
            ("mobilenet_v3_small", "dilated", json!(true)),
            ("mobilenet_v2", "round_nearest", json!(1)),
            ("mobilenet_v2", "inverted_residual_setting", json!([])),
        ] {
            let message = network(json!({"architectures": [name], (field): value})).unwrap_err().to_string();
            assert!(message.contains(&format!("`{field}` is ")), "{message}");
        }
        let both = json!({"architectures": ["mobilenet_v2"], "width_mult": 0.5, "depth_multiplier": 0.75});
        assert!(network(both).unwrap_err().to_string().contains("the same width multiplier as width_mult"));
        let unknown = network(json!({"architectures": ["resnet18"]})).unwrap_err().to_string();
        assert!(
            unknown.contains("expected mobilenet_v2 or mobilenet_v3_small or mobilenet_v3_large"),
            "{unknown}"
        );
    }
}

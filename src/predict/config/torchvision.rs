//! Configurations of torchvision: a name with arguments, and the preprocessing of its first weights.

use serde_json::Value;

use super::error::ConfigError;
use super::processors::{Crop, Processor, Steps};
use crate::models::{Architecture, FAMILIES, TorchvisionArgs};
use crate::pixels::{Filter, Geometry, Resize};
use crate::predict::identify::torchvision_by_tensors;
use crate::weights::WeightFile;

const FILE: &str = "config.json";

/// The network that `architectures` names, as the arguments of its function shape it.
///
/// What it does not mention is what fits `weights`, if anything does: an argument, or the function itself.
pub(super) fn architecture(
    config: &Value,
    classes: usize,
    weights: &WeightFile,
) -> Result<Architecture, ConfigError> {
    let args = args(config)?;
    let is_given = |key: &str| !config[key].is_null();
    let tails = if is_given("reduced_tail") { vec![args.reduced_tail] } else { vec![false, true] };
    let width = ["depth_multiplier", "width_mult"].into_iter().any(is_given).then_some(args.width_mult);
    let given = given_name(config);
    let of_function = |name: &str| torchvision_by_tensors(name, width, &tails, classes, weights);
    if let Some(name) = given.filter(|name| !CLASSES.contains(name)) {
        let architecture = Architecture::torchvision_with(name, &args, classes)?;
        return Ok(of_function(name).unwrap_or(architecture));
    }
    let mut functions = FAMILIES.iter().flat_map(|family| family.torchvision).map(|model| model.name);
    let found = given.map_or_else(|| "missing".to_owned(), |name| format!("\"{name}\""));
    let expected = "the name of a function of torchvision, such as mobilenet_v2";
    let refused = || ConfigError::Value { file: FILE, field: "architectures", found, expected };
    functions.find_map(of_function).ok_or_else(refused)
}

/// Classes of torchvision, which some write in place of their functions. Several functions make a V3.
const CLASSES: [&str; 2] = ["MobileNetV2", "MobileNetV3"];

/// The name of the function: in `architectures`, a list or one name, else under timm's key.
fn given_name(config: &Value) -> Option<&str> {
    let in_list = config.pointer("/architectures/0").and_then(Value::as_str);
    in_list.or_else(|| ["architectures", "architecture"].into_iter().find_map(|key| config[key].as_str()))
}

/// The arguments, by torchvision's names, and the width also by the one of transformers.
fn args(config: &Value) -> Result<TorchvisionArgs, ConfigError> {
    let get = |key: &str| config.get(key).filter(|value| !value.is_null());
    let refused = |field, found: &Value, expected| {
        let found = found.to_string();
        ConfigError::Value { file: FILE, field, found, expected }
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
            return Err(ConfigError::Network { field, found: value.to_string(), expected });
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
    use crate::models::random;

    fn network(mut config: Value) -> Result<Architecture, ConfigError> {
        config["library_name"] = "torchvision".into();
        let width_1 = Architecture::torchvision("mobilenet_v2", 1000).unwrap();
        architecture(&config, 1000, &random::weights(&width_1))
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
    fn what_the_file_does_not_mention_follows_from_the_tensors() {
        for args in [
            TorchvisionArgs { width_mult: 0.3, reduced_tail: false },
            TorchvisionArgs { width_mult: 0.3, reduced_tail: true },
        ] {
            let expected = Architecture::torchvision_with("mobilenet_v3_small", &args, 3).unwrap();
            let config = json!({"library_name": "torchvision", "architectures": ["mobilenet_v3_small"]});
            let weights = random::weights(&expected);
            assert_eq!(architecture(&config, 3, &weights).unwrap().graph, expected.graph);
            let with_width = json!({"architectures": ["mobilenet_v3_small"], "width_mult": 0.3});
            assert_eq!(architecture(&with_width, 3, &weights).unwrap().graph, expected.graph);
        }
    }

    #[test]
    fn the_tensors_say_what_no_name_says() {
        let v2 = Architecture::torchvision("mobilenet_v2", 1000).unwrap();
        for config in [
            json!({}),
            json!({"architectures": null}),
            json!({"architectures": []}),
            json!({"architectures": "mobilenet_v2"}),
            json!({"architectures": ["MobileNetV2"]}),
            json!({"architecture": "mobilenet_v2"}),
        ] {
            assert_eq!(network(config.clone()).unwrap().graph, v2.graph, "{config}");
        }
        // What is said still holds.
        let error = |config: Value| network(config).unwrap_err().to_string();
        assert!(error(json!({"dilated": true})).contains("`dilated` is true; expected false"));
        assert_eq!(
            error(json!({"width_mult": 0.5})),
            "config.json: `architectures` is missing; expected the name of a function of torchvision, such as mobilenet_v2"
        );
        assert!(
            error(json!({"architectures": ["MobileNetV3"], "width_mult": 0.5}))
                .contains("is \"MobileNetV3\"")
        );
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

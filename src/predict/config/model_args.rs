//! `model_args` in timm's configurations: arguments of `create_model`.
//!
//! To follow another argument, add a row to [`ARGUMENTS`].

use serde_json::{Map, Value};

use super::error::ConfigError;
use crate::models::{Architecture, Library, TimmArgs};

/// An argument of `create_model`.
struct Argument {
    name: &'static str,
    /// Values that can be followed.
    expected: &'static str,
    /// What it changes; `None` for another value.
    read: fn(&Value, &mut TimmArgs) -> Option<()>,
}

/// Arguments that the network follows.
const ARGUMENTS: [Argument; 7] = [
    Argument {
        name: "bn_eps",
        expected: "a number that is not negative",
        read: |value, args| {
            args.epsilon = Some(value.as_f64().filter(|epsilon| *epsilon >= 0.0)?);
            Some(())
        },
    },
    Argument {
        name: "pad_type",
        expected: "same, symmetric or an empty text",
        read: |value, args| args.set_padding(value.as_str()?),
    },
    Argument {
        name: "act_layer",
        expected: "relu, relu6, hard_swish or gelu",
        read: |value, args| args.set_activation(value.as_str()?),
    },
    // The tensors say which of the two it is.
    Argument {
        name: "in_chans",
        expected: "3 or 1",
        read: |value, _| [1, 3].contains(&value.as_u64()?).then_some(()),
    },
    // Values that timm has anyway, spelled out.
    Argument {
        name: "norm_layer",
        expected: "batchnorm2d",
        read: |value, _| is_batch_norm(value.as_str()?).then_some(()),
    },
    Argument { name: "output_stride", expected: "32", read: |value, _| (*value == 32).then_some(()) },
    Argument { name: "global_pool", expected: POOLING, read: |value, _| is_average(value).then_some(()) },
];

/// Arguments that change nothing when a network runs, or that its tensors show.
const IGNORED: [&str; 10] = [
    "num_classes",
    "drop_rate",
    "drop_path_rate",
    "drop_block_rate",
    "bn_momentum",
    "zero_init_last",
    "scriptable",
    "exportable",
    "no_jit",
    "pretrained",
];

const POOLING: &str = "avg";

/// What is expected of an argument's name.
const KNOWN: &str = "bn_eps, pad_type, act_layer, in_chans, norm_layer, output_stride, global_pool, or what matters only in \
                     training";

/// `get_norm_layer` of timm's `layers/create_norm.py`.
fn is_batch_norm(name: &str) -> bool {
    ["batchnorm", "batchnorm2d"].contains(&name.replace('_', "").to_lowercase().as_str())
}

/// Whether `value` is the mean, also by timm's faster function.
fn is_average(value: &Value) -> bool {
    matches!(value.as_str(), Some(POOLING | "fast" | "fastavg"))
}

/// `architecture` as timm builds it with the `model_args` of `config`.
///
/// # Errors
/// If an argument has a value that is not followed, or is not known.
pub(super) fn follow_model_args(
    config: &Value,
    architecture: Architecture,
) -> Result<Architecture, ConfigError> {
    let refused = |field, found, expected| ConfigError::Network { field, found, expected };
    let empty = Map::new();
    let given = match config.get("model_args") {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(given)) => given,
        Some(found) => {
            let (file, field, expected) = ("config.json", "model_args", "an object");
            return Err(ConfigError::Value { file, field, found: found.to_string(), expected });
        }
    };
    let mut args = TimmArgs::default();
    // timm takes null for an argument that is not given.
    for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
        let Some(argument) = ARGUMENTS.iter().find(|argument| argument.name == name) else {
            if IGNORED.contains(&name.as_str()) || (name == "features_only" && *value == false) {
                continue;
            }
            return Err(refused("model_args", format!("{{\"{name}\": {value}}}"), KNOWN));
        };
        (argument.read)(value, &mut args)
            .ok_or_else(|| refused(argument.name, value.to_string(), argument.expected))?;
    }
    // `_update_default_model_kwargs` of timm's `models/_builder.py`: where no argument says it, these keys do.
    for place in [config, &config["pretrained_cfg"]] {
        let found = place.get("global_pool").filter(|value| !value.is_null());
        if let Some(found) = found.filter(|value| !is_average(value)) {
            return Err(refused("global_pool", found.to_string(), POOLING));
        }
    }
    if architecture.names.library != Library::Timm && args != TimmArgs::default() {
        let found = format!("for a network of {}", architecture.names.library);
        return Err(refused("model_args", found, "a network of timm"));
    }
    Ok(architecture.with_timm_args(args))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn follow(config: &Value) -> Result<Architecture, ConfigError> {
        follow_model_args(config, Architecture::timm("mobilenetv3_small_050", 10).unwrap())
    }

    #[test]
    fn every_argument_is_followed() {
        let plain = Architecture::timm("mobilenetv3_small_050", 10).unwrap();
        let args = |value: Value| {
            let found = follow(&json!({ "model_args": value })).unwrap();
            let activation = found.graph.stem.activation;
            assert_eq!(activation == plain.graph.stem.activation, found.graph == plain.graph);
            format!("{:e} {:?} {activation:?}", found.epsilon, found.padding)
        };
        assert_eq!(args(Value::Null), "1e-5 Symmetric HardSwish");
        assert_eq!(args(json!({"bn_eps": 1e-3})), "1e-3 Symmetric HardSwish");
        assert_eq!(args(json!({"bn_eps": null, "pad_type": "SAME"})), "1e-5 Same HardSwish");
        assert_eq!(args(json!({"pad_type": "", "act_layer": "relu6"})), "1e-5 Symmetric Relu6");
        assert_eq!(args(json!({"act_layer": "HardSwish"})), "1e-5 Symmetric HardSwish");
        let ignored = json!({
            "num_classes": 10, "in_chans": 1, "global_pool": "fastavg", "drop_rate": 0.2, "drop_path_rate": 0.1,
            "bn_momentum": 0.01, "features_only": false, "exportable": true,
        });
        assert_eq!(args(ignored), "1e-5 Symmetric HardSwish");
        for spelled_out in [
            json!({"norm_layer": "batchnorm2d"}),
            json!({"norm_layer": "Batch_Norm"}),
            json!({"output_stride": 32}),
        ] {
            assert_eq!(args(spelled_out), "1e-5 Symmetric HardSwish");
        }
    }

    #[test]
    fn what_would_change_the_answer_is_refused_by_name() {
        let refused = |config: Value| follow(&config).unwrap_err().to_string();
        for (name, value) in [
            ("in_chans", json!(4)),
            ("global_pool", json!("catavgmax")),
            ("pad_type", json!("valid")),
            ("act_layer", json!("silu")),
            ("bn_eps", json!(-1)),
            ("bn_eps", json!("0.001")),
            ("norm_layer", json!("groupnorm")),
            ("output_stride", json!(16)),
        ] {
            let mut args = Map::new();
            args.insert(name.into(), value.clone());
            let message = refused(json!({ "model_args": args }));
            assert!(message.contains(&format!("`{name}` is {value}; expected ")), "{message}");
        }
        for name in ["channel_multiplier", "stem_size", "aa_layer", "bn_tf", "features_only"] {
            let mut args = Map::new();
            args.insert(name.into(), json!(true));
            let message = refused(json!({ "model_args": args }));
            assert!(message.contains(&format!("`model_args` is {{\"{name}\": true}}")), "{message}");
        }
        assert!(refused(json!({"model_args": ["drop_rate"]})).contains("expected an object"));
        for config in [json!({"global_pool": "max"}), json!({"pretrained_cfg": {"global_pool": "max"}})] {
            assert!(refused(config).contains("`global_pool` is \"max\"; expected avg"));
        }
        let torchvision = Architecture::torchvision("mobilenet_v2", 10).unwrap();
        let refused = follow_model_args(&json!({"model_args": {"bn_eps": 0.1}}), torchvision).unwrap_err();
        assert!(refused.to_string().contains("a network of torchvision; expected a network of timm"));
    }
}

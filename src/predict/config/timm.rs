//! Configurations of timm: its current and its older, flat files, and those of its wrapper in transformers.

use serde_json::Value;

use super::error::ConfigError;
use super::model_args::follow_model_args;
use crate::models::{Architecture, FAMILIES, absent};

/// The network called `name`, as `model_args` change it. As in timm's `create_model`, a tag behind a dot names weights, not the
/// network.
pub(super) fn architecture(config: &Value, name: &str, classes: usize) -> Result<Architecture, ConfigError> {
    let network = name.split('.').next().unwrap_or(name);
    let unknown = || ConfigError::UnknownArchitecture {
        name: name.into(),
        known: FAMILIES.iter().flat_map(|family| family.timm).map(|variant| variant.name).collect(),
    };
    if let Some(reason) = absent(network) {
        return Err(ConfigError::NotBuiltIn { name: name.into(), reason });
    }
    follow_model_args(config, Architecture::timm(network, classes).ok_or_else(unknown)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_the_files_of_timm() {
        let config = json!({
            "architecture": "mobilenetv1_125",
            "num_classes": 1000,
            "model_args": {"num_classes": 1000, "in_chans": 3, "global_pool": "avg"},
            "pretrained_cfg": {
                "input_size": [3, 224, 224], "interpolation": "bicubic", "crop_pct": 0.9,
                "crop_mode": "center", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5],
            },
        });
        for name in ["mobilenetv1_125", "mobilenetv1_125.any_tag"] {
            let network = architecture(&config, name, 1000).unwrap();
            assert_eq!((network.name.as_str(), network.graph.parameters()), ("mobilenetv1_125", 6_270_840));
        }
    }

    #[test]
    fn refuses_other_graphs() {
        let refused = |config: Value| {
            let name = config["architecture"].as_str().unwrap();
            architecture(&config, name, 1000).unwrap_err().to_string()
        };
        let named = |args: Value| json!({"architecture": "mobilenetv2_100", "model_args": args});
        assert!(
            refused(json!({"architecture": "resnet50"})).starts_with("`resnet50` of timm is not built in")
        );
        assert!(refused(named(json!({"in_chans": 4}))).contains("`in_chans` is 4; expected 3 or 1"));
        assert_eq!(
            refused(json!({"architecture": "mobilenetv5_300m"})),
            "`mobilenetv5_300m` is not built in: no classifier of MobileNetV5 is published, only Gemma 3n's image encoder"
        );
    }
}

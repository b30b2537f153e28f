//! Configurations of timm: its current and its older, flat files, and those of its wrapper in transformers.

use serde_json::Value;

use super::error::ConfigError;
use super::model_args::check_model_args;
use crate::models::{Architecture, FAMILIES};
use crate::predict::labels::Labels;

/// The network called `name`. Arguments that would change it are an error.
pub(super) fn architecture(config: &Value, name: &str, classes: usize) -> Result<Architecture, ConfigError> {
    let unknown = || ConfigError::UnknownArchitecture {
        library: "timm",
        name: name.into(),
        known: FAMILIES.iter().flat_map(|family| family.timm).map(|variant| variant.name).collect(),
    };
    let architecture = Architecture::timm(name, classes).ok_or_else(unknown)?;
    check_model_args(config)?;
    Ok(architecture)
}

/// Older files have the fields of `pretrained_cfg` at the root.
fn pretrained(config: &Value) -> &Value {
    config.get("pretrained_cfg").unwrap_or(config)
}

/// The names at the root, then those in `pretrained_cfg`, which belong to the head before fine-tuning.
pub(super) fn names(config: &Value) -> Vec<Vec<String>> {
    let mut names: Vec<_> = [config, pretrained(config)].into_iter().filter_map(names_in).collect();
    names.dedup();
    names
}

/// `label_names` (formerly `labels`), a list or an object by index, each replaced by its text in
/// `label_descriptions` if it has one. ImageNet's own names are kept, so that they are recognised as such.
fn names_in(config: &Value) -> Option<Vec<String>> {
    let names: Vec<&str> = match config.get("label_names").or_else(|| config.get("labels"))? {
        Value::Array(names) => names.iter().map(Value::as_str).collect::<Option<_>>()?,
        Value::Object(names) => {
            (0..names.len()).map(|index| names.get(&index.to_string())?.as_str()).collect::<Option<_>>()?
        }
        _ => return None,
    };
    let plain: Vec<_> = names.into_iter().map(str::to_owned).collect();
    if Labels::imagenet(plain.len()).is_some_and(|imagenet| imagenet == Labels::new(plain.clone())) {
        return Some(plain);
    }
    let description = |name: String| match config.pointer("/label_descriptions").map(|texts| &texts[&name]) {
        Some(Value::String(text)) => text.clone(),
        _ => name,
    };
    Some(plain.into_iter().map(description).collect())
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
        let network = architecture(&config, "mobilenetv1_125", 1000).unwrap();
        assert_eq!(network.graph.parameters(), 6_270_840);
    }

    #[test]
    fn names_at_the_root_come_before_those_of_the_pretrained_head() {
        let named = |label_names: Value| {
            names(&json!({
                "label_names": label_names, "label_descriptions": {"b": "a bee"},
                "pretrained_cfg": {"label_names": ["x", "y", "z"]},
            }))
        };
        let ours = [vec!["a", "a bee"], vec!["x", "y", "z"]];
        assert_eq!(named(json!(["a", "b"])), ours);
        assert_eq!(named(json!({"1": "b", "0": "a"})), ours);
        assert_eq!(named(json!({"1": "b"})), ours[1..]);
        assert_eq!(names(&json!({"labels": ["a", "b"]})), [["a", "b"]]);
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
        assert!(refused(named(json!({"in_chans": 1}))).contains("`in_chans` is 1; expected 3"));
        assert!(refused(named(json!({"bn_eps": 0.1}))).contains("`model_args` is \"bn_eps\""));
    }
}

//! Configurations of timm: its own files, the older flat ones, and those of its wrapper in transformers.

use serde_json::Value;

use super::{Config, ConfigError, is_positive, labels_for, numbers, transformers};
use crate::models::{Architecture, FAMILIES};
use crate::pixels::{CropMode, Geometry, Preprocess};
use crate::predict::labels::Labels;

const FILE: &str = "config.json";

pub(super) fn read(config: &Value, classes: usize) -> Result<Config, ConfigError> {
    let name = config.get("architecture").and_then(Value::as_str).unwrap_or_default();
    let architecture = Architecture::timm(name, classes).ok_or_else(|| ConfigError::UnknownArchitecture {
        library: "timm",
        name: name.into(),
        known: FAMILIES.iter().flat_map(|family| family.timm).map(|variant| variant.name).collect(),
    })?;
    check_model_args(config)?;
    // Older files have the fields of `pretrained_cfg` at the root.
    let pretrained = config.get("pretrained_cfg").unwrap_or(config);
    let labels = labels(config, classes)
        .or_else(|| labels(pretrained, classes))
        .or_else(|| transformers::labels(config, classes))
        .unwrap_or_else(|| labels_for(classes));
    Ok(Config { architecture, preprocess: preprocess(pretrained)?, labels })
}

/// Arguments of the model's constructor that change its graph are refused; timm writes these three of old.
fn check_model_args(config: &Value) -> Result<(), ConfigError> {
    let refused = |field, found: &Value, expected| {
        Err(ConfigError::Preprocessing { file: FILE, field, found: found.to_string(), expected })
    };
    for (key, value) in config.get("model_args").and_then(Value::as_object).into_iter().flatten() {
        match (key.as_str(), value) {
            ("num_classes", _) => {}
            ("in_chans", value) if value.as_u64() == Some(3) => {}
            ("in_chans", found) => return refused("in_chans", found, "3"),
            ("global_pool", value) if value.as_str() == Some("avg") => {}
            ("global_pool", found) => return refused("global_pool", found, "\"avg\""),
            (key, _) => return refused("model_args", &key.into(), "num_classes, in_chans, global_pool"),
        }
    }
    Ok(())
}

/// `resolve_data_config` of timm 1.0.31, `data/config.py`, with its defaults.
fn preprocess(pretrained: &Value) -> Result<Preprocess, ConfigError> {
    let get = |key: &str| pretrained.get(key).filter(|value| !value.is_null());
    let refused = |field, found: &Value, expected| ConfigError::Preprocessing {
        file: FILE,
        field,
        found: found.to_string(),
        expected,
    };
    let resolution = match get("input_size") {
        None => 224,
        Some(size) => match size.as_array().map(Vec::as_slice) {
            Some([channels, height, width]) if channels.as_u64() == Some(3) && height == width => height
                .as_u64()
                .and_then(|side| u32::try_from(side).ok())
                .filter(|side| (1..=4096).contains(side))
                .ok_or_else(|| refused("input_size", size, "[3, R, R]"))?,
            _ => return Err(refused("input_size", size, "[3, R, R]")),
        },
    };
    let crop_pct = match get("crop_pct") {
        None => 0.875,
        Some(value) => value
            .as_f64()
            .filter(|share| (0.1..=2.0).contains(share))
            .ok_or_else(|| refused("crop_pct", value, "a share such as 0.875"))?,
    };
    let crop_mode = match get("crop_mode").map(|value| (value, value.as_str())) {
        None | Some((_, Some("center"))) => CropMode::Center,
        Some((_, Some("squash"))) => CropMode::Squash,
        Some((_, Some("border"))) => CropMode::Border,
        Some((found, _)) => return Err(refused("crop_mode", found, "center, squash or border")),
    };
    let interpolation = get("interpolation").map_or("bicubic", |value| value.as_str().unwrap_or_default());
    let filter = interpolation
        .parse()
        .map_err(|_| refused("interpolation", &interpolation.into(), "the name of a filter, as bicubic"))?;
    Ok(Preprocess {
        resolution,
        geometry: Geometry::Timm { crop_pct, crop_mode },
        filter,
        rescale: 1.0 / 255.0,
        // timm's IMAGENET_DEFAULT_MEAN and IMAGENET_DEFAULT_STD.
        mean: numbers(FILE, "mean", get("mean"), [0.485, 0.456, 0.406], f32::is_finite)?,
        std: numbers(FILE, "std", get("std"), [0.229, 0.224, 0.225], is_positive)?,
    })
}

/// `label_names`, a list or an object by index, each with its text from `label_descriptions` if there is one.
fn labels(config: &Value, classes: usize) -> Option<Labels> {
    let names: Vec<&str> = match config.get("label_names")? {
        Value::Array(names) => names.iter().map(Value::as_str).collect::<Option<_>>()?,
        Value::Object(names) => {
            (0..classes).map(|index| names.get(&index.to_string())?.as_str()).collect::<Option<_>>()?
        }
        _ => return None,
    };
    // As many names as the head had before it was replaced say nothing of the new one.
    if names.len() != classes {
        return None;
    }
    let imagenet = Labels::new(names.iter().map(|name| (*name).to_owned()).collect());
    if Some(&imagenet) == Labels::imagenet(classes).as_ref() {
        return Some(imagenet);
    }
    let description = |name: &&str| {
        let text = config.pointer("/label_descriptions").and_then(|texts| texts.get(name)?.as_str());
        text.unwrap_or(name).to_owned()
    };
    Some(Labels::new(names.iter().map(description).collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_what_the_file_says() {
        let config = json!({
            "architecture": "mobilenetv1_125",
            "num_classes": 1000,
            "model_args": {"num_classes": 1000, "in_chans": 3, "global_pool": "avg"},
            "pretrained_cfg": {
                "input_size": [3, 224, 224], "interpolation": "bicubic", "crop_pct": 0.9,
                "crop_mode": "center", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5],
            },
        });
        let config = read(&config, 1000).unwrap();
        assert_eq!(config.preprocess.to_string(), "shortest edge 248 bicubic, centre crop 224");
        assert_eq!(config.preprocess.mean, [0.5; 3]);
        assert_eq!(config.architecture.graph.parameters(), 6_270_840);
    }

    #[test]
    fn flat_files_and_missing_keys() {
        let config = read(&json!({"architecture": "mobilenetv2_100", "crop_pct": 0.95}), 10).unwrap();
        assert_eq!(config.preprocess.to_string(), "shortest edge 235 bicubic, centre crop 224");
        assert_eq!(config.preprocess.mean, [0.485, 0.456, 0.406]);
        assert_eq!(&*config.labels.get(9).name, "class 9");
    }

    #[test]
    fn labels_are_those_of_the_head() {
        let labelled = |names: Value, classes| {
            let config = json!({"architecture": "mobilenetv2_100", "label_names": names,
                "label_descriptions": {"b": "a bee"}});
            (0..classes)
                .map(|i| read(&config, classes).unwrap().labels.get(i).name.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(labelled(json!(["a", "b"]), 2), ["a", "a bee"]);
        assert_eq!(labelled(json!({"1": "b", "0": "a"}), 2), ["a", "a bee"]);
        // Three names left from before the head was replaced.
        assert_eq!(labelled(json!(["a", "b", "c"]), 2), ["class 0", "class 1"]);
    }

    #[test]
    fn refuses_other_graphs() {
        let refused = |config: Value| read(&config, 1000).unwrap_err().to_string();
        let named = |args: Value| json!({"architecture": "mobilenetv2_100", "model_args": args});
        assert!(
            refused(json!({"architecture": "resnet50"})).starts_with("`resnet50` of timm is not built in")
        );
        assert!(refused(named(json!({"in_chans": 1}))).contains("`in_chans` is 1; expected 3"));
        assert!(refused(named(json!({"bn_eps": 0.1}))).contains("`model_args` is \"bn_eps\""));
    }
}

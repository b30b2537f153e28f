//! Configurations of timm: its current and its older, flat files, and those of its wrapper in transformers.

use serde_json::Value;

use super::error::ConfigError;
use super::fields::{is_positive, numbers};
use super::model_args::follow_model_args;
use crate::models::{Architecture, FAMILIES, absent};
use crate::pixels::{Channels, CropMode, Geometry, Preprocess, Size};

const FILE: &str = "config.json";

/// The network called `name`, as `model_args` change it.
pub(super) fn architecture(config: &Value, name: &str, classes: usize) -> Result<Architecture, ConfigError> {
    let unknown = || ConfigError::UnknownArchitecture {
        library: "timm",
        name: name.into(),
        known: FAMILIES.iter().flat_map(|family| family.timm).map(|variant| variant.name).collect(),
    };
    if let Some(reason) = absent(name) {
        return Err(ConfigError::NotBuiltIn { name: name.into(), reason });
    }
    follow_model_args(config, Architecture::timm(name, classes).ok_or_else(unknown)?)
}

/// Older files have the fields of `pretrained_cfg` at the root.
fn pretrained(config: &Value) -> &Value {
    config.get("pretrained_cfg").unwrap_or(config)
}

/// `resolve_data_config` of timm 1.0.31, `data/config.py`, with its defaults.
pub(super) fn preprocess(config: &Value) -> Result<Preprocess, ConfigError> {
    let pretrained = pretrained(config);
    let get = |key: &str| pretrained.get(key).filter(|value| !value.is_null());
    let refused = |field, found: &Value, expected| ConfigError::Value {
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
                .filter(|side| (32..=4096).contains(side))
                .ok_or_else(|| refused("input_size", size, "[3, R, R], R from 32 to 4096"))?,
            _ => return Err(refused("input_size", size, "[3, R, R], R from 32 to 4096")),
        },
    };
    let crop_pct = match get("crop_pct") {
        None => 0.875,
        Some(value) => value
            .as_f64()
            .filter(|share| (0.1..=2.0).contains(share))
            .ok_or_else(|| refused("crop_pct", value, "a fraction such as 0.875"))?,
    };
    let crop_mode = match get("crop_mode").map(|value| (value, value.as_str())) {
        None | Some((_, Some("center"))) => CropMode::Center,
        Some((_, Some("squash"))) => CropMode::Squash,
        Some((_, Some("border"))) => CropMode::Border,
        Some((found, _)) => return Err(refused("crop_mode", found, "center, squash or border")),
    };
    let interpolation = get("interpolation").map_or("bicubic", |value| value.as_str().unwrap_or_default());
    let filter = interpolation.parse().map_err(|_| {
        refused("interpolation", &interpolation.into(), "the name of a filter, such as bicubic")
    })?;
    Ok(Preprocess {
        crop: Some(Size::square(resolution)),
        geometry: Geometry::Timm { crop_pct, crop_mode },
        filter,
        rescale: 1.0 / 255.0,
        offset: 0.0,
        channels: Channels::Rgb,
        // timm's IMAGENET_DEFAULT_MEAN and IMAGENET_DEFAULT_STD.
        mean: numbers(FILE, "mean", get("mean"), [0.485, 0.456, 0.406], f32::is_finite)?,
        std: numbers(FILE, "std", get("std"), [0.229, 0.224, 0.225], is_positive)?,
    })
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
        let preprocess = preprocess(&config).unwrap();
        assert_eq!(preprocess.to_string(), "shortest edge 248 bicubic, centre crop 224");
        assert_eq!(preprocess.mean, [0.5; 3]);
        let tiny = super::preprocess(&json!({"pretrained_cfg": {"input_size": [3, 16, 16]}})).unwrap_err();
        assert!(tiny.to_string().contains("R from 32 to 4096"), "{tiny}");
        let network = architecture(&config, "mobilenetv1_125", 1000).unwrap();
        assert_eq!(network.graph.parameters(), 6_270_840);
    }

    #[test]
    fn flat_files_and_missing_keys() {
        let preprocess = preprocess(&json!({"architecture": "mobilenetv2_100", "crop_pct": 0.95})).unwrap();
        assert_eq!(preprocess.to_string(), "shortest edge 235 bicubic, centre crop 224");
        assert_eq!(preprocess.mean, [0.485, 0.456, 0.406]);
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

//! Configurations of transformers: `MobileNetV1Config`, `MobileNetV2Config` and their image processors.

use serde::Deserialize;
use serde_json::Value;

use super::error::ConfigError;
use super::fields::{is_positive, numbers};
use crate::models::{Architecture, TransformersConfig};
use crate::pixels::{Channels, Filter, Geometry, Preprocess, Resize, Size};

/// The network that `model_type` and the other fields describe.
pub(super) fn architecture(config: &Value, classes: usize) -> Result<Architecture, ConfigError> {
    let parsed = TransformersConfig::deserialize(without_nulls(config))
        .map_err(|source| ConfigError::Json { file: "config.json", source })?;
    Ok(Architecture::transformers(&parsed, classes)?)
}

/// The fields that are not null: null means the default, like a missing key.
fn without_nulls(config: &Value) -> Value {
    let fields = config.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    Value::Object(fields.map(|(key, value)| (key.clone(), value.clone())).collect())
}

const FILE: &str = "preprocessor_config.json";

/// `MobileNetV1ImageProcessor` and `MobileNetV2ImageProcessor` of transformers 5, which have the same
/// defaults.
pub(super) fn preprocess(processor: &Value) -> Result<Preprocess, ConfigError> {
    let get = |key: &str| processor.get(key).filter(|value| !value.is_null());
    let is_on = |key: &str| get(key).is_none_or(|value| value.as_bool() != Some(false));
    let resize = match (is_on("do_resize"), get("size")) {
        (false, _) => Resize::None,
        (true, None) => Resize::ShortestEdge(256),
        (true, Some(size)) => resize(size)?,
    };
    let resolution = match (is_on("do_center_crop"), get("crop_size"), resize) {
        (true, None, _) => 224,
        (true, Some(size), _) => {
            square(size).ok_or_else(|| refused("crop_size", size, "one side, or two equal ones"))?
        }
        (false, _, Resize::Exact { width, height }) if width == height => width,
        (false, ..) => {
            let found = get("size").cloned().unwrap_or(Value::Null);
            return Err(refused("size", &found, "a square, because do_center_crop is false"));
        }
    };
    let filter = match get("resample") {
        None => Filter::Bilinear,
        Some(number) => number
            .as_u64()
            .and_then(Filter::from_pillow)
            .ok_or_else(|| refused("resample", number, "Pillow's number for a filter, 0 to 5"))?,
    };
    let rescale = match (is_on("do_rescale"), get("rescale_factor")) {
        (false, _) => 1.0,
        (true, None) => 1.0 / 255.0,
        (true, Some(factor)) => {
            factor.as_f64().ok_or_else(|| refused("rescale_factor", factor, "a number such as 0.00392"))?
        }
    };
    let (mean, std) = if is_on("do_normalize") {
        let (mean, std) = (get("image_mean"), get("image_std"));
        (
            numbers(FILE, "image_mean", mean, [0.5; 3], f32::is_finite)?,
            numbers(FILE, "image_std", std, [0.5; 3], is_positive)?,
        )
    } else {
        ([0.0; 3], [1.0; 3])
    };
    Ok(Preprocess {
        crop: Some(Size::square(resolution)),
        geometry: Geometry::Transformers(resize),
        filter,
        rescale,
        offset: 0.0,
        mean,
        std,
        channels: Channels::Rgb,
    })
}

/// `size`: a number or `shortest_edge` for the shorter edge, or `height` and `width`.
fn resize(size: &Value) -> Result<Resize, ConfigError> {
    let of = |key: &str| side(size.get(key)?);
    if let Some(edge) =
        side(size).or_else(|| of("shortest_edge").filter(|_| size.get("longest_edge").is_none()))
    {
        return Ok(Resize::ShortestEdge(edge));
    }
    match (of("width"), of("height")) {
        (Some(width), Some(height)) => Ok(Resize::Exact { width, height }),
        _ => Err(refused("size", size, "shortest_edge, or height and width")),
    }
}

/// `crop_size`: a number, or equal `height` and `width`.
fn square(size: &Value) -> Option<u32> {
    side(size).or_else(|| {
        let (height, width) = (side(size.get("height")?)?, side(size.get("width")?)?);
        (height == width).then_some(height)
    })
}

/// A side in pixels, within reason.
fn side(value: &Value) -> Option<u32> {
    u32::try_from(value.as_u64()?).ok().filter(|side| (1..=8192).contains(side))
}

fn refused(field: &'static str, found: &Value, expected: &'static str) -> ConfigError {
    ConfigError::Value { file: FILE, field, found: found.to_string(), expected }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn googles_file_and_the_defaults() {
        let read = |json| preprocess(&json).unwrap();
        let google = read(json!({
            "do_resize": true, "size": {"shortest_edge": 192}, "resample": 2, "do_center_crop": true,
            "crop_size": {"height": 160, "width": 160}, "rescale_factor": 0.003_921_568_627_450_98,
            "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
        }));
        assert_eq!(google.to_string(), "shortest edge 192 bilinear, centre crop 160");
        let default = read(Value::Null);
        assert_eq!(default.to_string(), "shortest edge 256 bilinear, centre crop 224");
        assert_eq!((default.mean, default.std), ([0.5; 3], [0.5; 3]));
    }

    #[test]
    fn other_forms_of_the_fields() {
        let shown = |json| preprocess(&json).unwrap().to_string();
        assert_eq!(
            shown(json!({"size": 256, "crop_size": 224})),
            "shortest edge 256 bilinear, centre crop 224"
        );
        assert_eq!(
            shown(json!({"size": {"height": 96, "width": 96}, "do_center_crop": false, "resample": 3})),
            "96 x 96 bicubic, centre crop 96"
        );
        let plain = preprocess(&json!({"do_normalize": false, "do_rescale": false})).unwrap();
        assert_eq!((plain.rescale, plain.mean, plain.std), (1.0, [0.0; 3], [1.0; 3]));
    }

    #[test]
    fn ambiguous_values_are_refused() {
        let refused = |json| preprocess(&json).unwrap_err().to_string();
        assert!(
            refused(json!({"crop_size": {"longest_edge": 224, "shortest_edge": 224}}))
                .contains("`crop_size` is")
        );
        assert!(refused(json!({"crop_size": {"height": 224, "width": 192}})).contains("`crop_size` is"));
        assert!(refused(json!({"do_center_crop": false})).contains("do_center_crop is false"));
        assert!(refused(json!({"resample": 9})).contains("`resample` is 9"));
        assert!(refused(json!({"image_mean": [0.5]})).contains("`image_mean` is [0.5]"));
        assert!(refused(json!({"image_std": [0.5, 0.0, 0.5]})).contains("`image_std` is [0.5,0.0,0.5]"));
    }
}

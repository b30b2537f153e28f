//! timm's preprocessing: `resolve_data_config` of timm 1.0.31, `data/config.py`.

use serde_json::{Map, Value};

use super::error::ConfigError;
use super::fields::{CROP_SHARE, Fields, is_crop_share, is_positive};
use super::tag::tag;
use crate::models::{Architecture, DefaultInput, FAMILIES};
use crate::pixels::{Channels, CropMode, Filter, Geometry, Preprocess, Size};
use crate::terminal_text::printable;
use crate::words::and_list;

const FILE: &str = "config.json";

/// The fields for which every architecture has a default.
const FIELDS: [&str; 5] = ["input_size", "crop_pct", "interpolation", "mean", "std"];

/// The defaults of `PretrainedCfg`: where a configuration gives some fields, timm takes the others from here.
const GENERAL: DefaultInput = DefaultInput::IMAGENET;

/// Whether `config` says anything of preprocessing.
pub(super) fn is_given(config: &Value) -> bool {
    let fields = fields(config);
    FIELDS.iter().any(|field| fields.contains_key(*field))
}

/// How timm prepares pictures for the architecture unless a configuration says otherwise.
pub(super) fn default_input(architecture: &Architecture) -> DefaultInput {
    let mut variants = FAMILIES.iter().flat_map(|family| family.timm);
    variants.find(|variant| variant.name == architecture.name).map_or(GENERAL, |variant| variant.input)
}

/// How pictures are prepared for `architecture`, and a clause for what `config` does not say. `name_hint` is the name of the
/// file, folder or repository, which may have timm's tag.
///
/// # Errors
/// If a value is invalid.
pub(super) fn preprocess(
    config: &Value,
    architecture: &Architecture,
    name_hint: &str,
) -> Result<(Preprocess, Option<String>), ConfigError> {
    if let Some(found) = config.get("pretrained_cfg").filter(|value| !value.is_object() && !value.is_null()) {
        let expected = "an object with input_size, mean and so on";
        return Err(Fields::none(FILE).refused("pretrained_cfg", found, expected));
    }
    let fields = Value::Object(fields(config));
    let fields = Fields::new(FILE, &fields);
    let missing: Vec<_> = FIELDS.into_iter().filter(|field| fields.get(field).is_none()).collect();
    let (default, clause) = match missing.len() {
        0 => (GENERAL, None),
        missing if missing == FIELDS.len() => {
            let tag = tag(config, &architecture.name, name_hint);
            let tag =
                tag.map(|tag| format!(" (its tag {} may have another)", printable(tag))).unwrap_or_default();
            let clause = format!("timm's default preprocessing for {} is assumed{tag}", architecture.name);
            (default_input(architecture), Some(clause))
        }
        _ => (
            GENERAL,
            Some(format!("config.json lacks {}: timm's general defaults are assumed", and_list(&missing))),
        ),
    };
    let mean = fields.channels("mean", default.mean, f32::is_finite)?;
    let std = fields.channels("std", default.std, is_positive)?;
    let preprocess = Preprocess {
        crop: Some(input_size(fields, default.resolution)?),
        geometry: Geometry::Timm {
            crop_pct: fields.number("crop_pct", default.crop_pct, is_crop_share, CROP_SHARE)?,
            crop_mode: crop_mode(fields)?,
        },
        filter: filter(fields, default.interpolation)?,
        rescale: 1.0 / 255.0,
        offset: 0.0,
        mean,
        std,
        channels: Channels::Rgb,
    };
    Ok((preprocess, clause))
}

/// The fields of `pretrained_cfg`, which older files have at the root. A value that is false in Python, such as 0 or "",
/// counts as missing there.
fn fields(config: &Value) -> Map<String, Value> {
    let is_false = |value: &Value| match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    };
    let given = config.get("pretrained_cfg").filter(|value| !value.is_null());
    let fields = given.unwrap_or(config).as_object().into_iter().flatten();
    fields.filter(|(_, value)| !is_false(value)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn input_size(fields: Fields<'_>, default: u32) -> Result<Size, ConfigError> {
    let Some(value) = fields.get("input_size") else { return Ok(Size::square(default)) };
    let side = |side: &Value| {
        let side = u32::try_from(side.as_u64()?).ok();
        side.filter(|side| (32..=4096).contains(side))
    };
    let size = match value.as_array().map(Vec::as_slice) {
        Some([channels, height, width]) if matches!(channels.as_u64(), Some(1 | 3)) => {
            side(height).zip(side(width)).map(|(height, width)| Size { width, height })
        }
        _ => None,
    };
    let expected = "[channels, height, width], with 1 or 3 channels and sides from 32 to 4096";
    size.ok_or_else(|| fields.refused("input_size", value, expected))
}

fn crop_mode(fields: Fields<'_>) -> Result<CropMode, ConfigError> {
    let Some(value) = fields.get("crop_mode") else { return Ok(CropMode::Center) };
    match value.as_str() {
        Some("center") => Ok(CropMode::Center),
        Some("squash") => Ok(CropMode::Squash),
        Some("border") => Ok(CropMode::Border),
        _ => Err(fields.refused("crop_mode", value, "center, squash or border")),
    }
}

fn filter(fields: Fields<'_>, default: &str) -> Result<Filter, ConfigError> {
    let given = fields.get("interpolation");
    let name = given.map_or(default, |value| value.as_str().unwrap_or_default());
    name.parse().map_err(|_| {
        let found = given.unwrap_or(&Value::Null);
        fields.refused("interpolation", found, "the name of a filter, such as bicubic")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(config: &Value) -> Result<(Preprocess, Option<String>), ConfigError> {
        preprocess(config, &Architecture::timm("mobilenetv2_100", 3).unwrap(), "best.pth/birds")
    }

    fn full() -> Value {
        json!({"input_size": [3, 64, 96], "interpolation": "bicubic", "crop_pct": 0.9, "crop_mode": "center",
            "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]})
    }

    #[test]
    fn what_is_assumed_is_said() {
        let clause = |config: Value| read(&config).unwrap().1;
        let all = "timm's default preprocessing for mobilenetv2_100 is assumed";
        for silent in [json!({}), json!({"pretrained_cfg": {}}), json!({"pretrained_cfg": {"mean": []}})] {
            assert_eq!(clause(silent).as_deref(), Some(all));
        }
        assert_eq!(clause(full()), None);
        assert_eq!(clause(json!({"pretrained_cfg": full()})), None);
        // Fields at the root do not count beside `pretrained_cfg`.
        let mut root = full();
        root["pretrained_cfg"] = json!({"num_classes": 3});
        assert_eq!(clause(root).as_deref(), Some(all));
        let some = "config.json lacks crop_pct, mean and std: timm's general defaults are assumed";
        assert_eq!(
            clause(json!({"input_size": [3, 64, 64], "interpolation": "bicubic"})).as_deref(),
            Some(some)
        );
    }

    #[test]
    fn a_tag_that_decides_nothing_is_named() {
        let network = Architecture::timm("mobilenetv2_100", 3).unwrap();
        let clause = |config: Value| preprocess(&config, &network, "mobilenetv2_100.ra_in1k.pth").unwrap().1;
        let tagged =
            "timm's default preprocessing for mobilenetv2_100 is assumed (its tag ra_in1k may have another)";
        assert_eq!(clause(json!({})).as_deref(), Some(tagged));
        assert_eq!(clause(full()), None);
    }

    #[test]
    fn values_that_are_not_understood_are_refused() {
        for (field, value) in [
            ("input_size", json!([4, 224, 224])),
            ("input_size", json!([3, 16, 224])),
            ("input_size", json!([3, 224, 4097])),
            ("input_size", json!([3, 224])),
            ("input_size", json!(224)),
            ("crop_pct", json!("0.9")),
            ("crop_pct", json!(90)),
            ("crop_mode", json!("corner")),
            ("interpolation", json!("random")),
            ("interpolation", json!(3)),
            ("mean", json!([0.5, 0.5])),
            ("std", json!([0.5, -0.5, 0.5])),
            ("pretrained_cfg", json!("in1k")),
        ] {
            let error = read(&json!({(field): value})).unwrap_err().to_string();
            assert!(error.starts_with(&format!("config.json: `{field}` is {value}; expected ")), "{error}");
        }
    }

    #[test]
    fn width_and_height_are_told_apart() {
        let (preprocess, _) = read(&full()).unwrap();
        assert_eq!(preprocess.crop, Some(Size { width: 96, height: 64 }));
    }
}

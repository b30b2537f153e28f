//! Which fields of an image processor are read, and which change no pixel. Any other may change some, and is refused.

use serde_json::Value;

use super::error::ConfigError;
use super::fields::Fields;

/// Read for every type.
const READ: [&str; 13] = [
    "crop_size",
    "default_to_square",
    "do_center_crop",
    "do_normalize",
    "do_pad",
    "do_rescale",
    "do_resize",
    "image_mean",
    "image_std",
    "pad_size",
    "resample",
    "rescale_factor",
    "size",
];

/// Read for the types that have them. The others ignore them, in transformers too.
const OF_SOME_TYPES: [&str; 4] = ["crop_pct", "do_flip_channel_order", "include_top", "rescale_offset"];

/// What a file says of itself, of its tensors, or of label maps.
const WITHOUT_EFFECT: [&str; 17] = [
    "auto_map",
    "backend",
    "data_format",
    "device",
    "disable_grouping",
    "do_convert_rgb",
    "do_reduce_labels",
    "feature_extractor_type",
    "image_processor_type",
    "image_seq_length",
    "input_data_format",
    "model_input_names",
    "processor_class",
    "reduce_labels",
    "return_tensors",
    "transformers_version",
    "use_fast",
];

/// Refuses a key that is not known, unless it is null, or a step that is switched off.
pub(super) fn check(fields: Fields<'_>) -> Result<(), ConfigError> {
    let is_known = |key: &str| {
        key.starts_with('_')
            || READ.contains(&key)
            || OF_SOME_TYPES.contains(&key)
            || WITHOUT_EFFECT.contains(&key)
    };
    let is_off = |key: &str, value: &Value| key.starts_with("do_") && value.as_bool() == Some(false);
    match fields.iter().find(|(key, value)| !is_known(key) && !is_off(key, value)) {
        None => Ok(()),
        Some((key, value)) => {
            Err(ConfigError::UnknownKey { file: fields.file, key: key.to_owned(), value: value.to_string() })
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_that_may_change_pixels_is_refused() {
        let check = |json: Value| check(Fields::new("processor_config.json", &json));
        for (key, value) in [
            ("antialias", json!(false)),
            ("do_thumbnail", json!(true)),
            ("do_align_long_axis", json!(1)),
            ("image_scale", json!([1, 2])),
            ("size_divisor", json!(32)),
            ("use_square_size", json!(true)),
        ] {
            let error = check(json!({"size": 224, (key): value})).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("processor_config.json: `{key}` is {value}, a step")),
                "{error}"
            );
        }
        for harmless in [
            json!({"do_thumbnail": false, "size_divisor": null, "_commit_hash": "1", "do_pad": true}),
            json!({"do_convert_rgb": true, "return_tensors": "pt", "data_format": "channels_first"}),
            json!({"crop_pct": 0.875, "include_top": true, "processor_class": "CLIPProcessor"}),
        ] {
            assert!(check(harmless.clone()).is_ok(), "{harmless}");
        }
    }
}

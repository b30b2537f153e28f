//! `model_args` in timm's configurations: arguments of the model's constructor.

use serde_json::Value;

use super::error::ConfigError;

const FILE: &str = "config.json";

/// Refuses arguments of the model's constructor that change its graph. timm writes the first three itself;
/// drop rates matter only in training.
pub(super) fn check_model_args(config: &Value) -> Result<(), ConfigError> {
    let refused = |field, found: &Value, expected| {
        Err(ConfigError::Value { file: FILE, field, found: found.to_string(), expected })
    };
    for (key, value) in config.get("model_args").and_then(Value::as_object).into_iter().flatten() {
        match (key.as_str(), value) {
            ("num_classes" | "drop_rate" | "drop_path_rate", _) => {}
            ("in_chans", value) if value.as_u64() == Some(3) => {}
            ("in_chans", found) => return refused("in_chans", found, "3"),
            ("global_pool", value) if value.as_str() == Some("avg") => {}
            ("global_pool", found) => return refused("global_pool", found, "\"avg\""),
            (key, _) => return refused("model_args", &key.into(), "num_classes, in_chans, global_pool"),
        }
    }
    Ok(())
}

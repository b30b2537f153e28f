//! Configurations of transformers: `MobileNetV1Config` and `MobileNetV2Config`.

use serde::Deserialize;
use serde_json::Value;

use super::error::ConfigError;
use crate::models::{Architecture, TransformersConfig};

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

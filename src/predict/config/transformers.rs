//! Configurations of transformers: `MobileNetV1Config` and `MobileNetV2Config`.

use serde::Deserialize;
use serde_json::{Map, Value};

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

/// The names in `id2label`, whose keys are the indices as strings, in any order.
pub(super) fn names(config: &Value) -> Option<Vec<String>> {
    let id2label: &Map<_, _> = config.get("id2label")?.as_object()?;
    let name = |index: usize| Some(id2label.get(&index.to_string())?.as_str()?.to_owned());
    (0..id2label.len()).map(name).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn labels_may_be_in_any_order() {
        let config = json!({"id2label": {"0": "a", "10": "k", "1": "b", "2": "c"}});
        assert_eq!(names(&config), None);
        let config = json!({"id2label": {"2": "c", "0": "a", "1": "b"}, "label2id": {"a": "0"}});
        assert_eq!(names(&config), Some(["a", "b", "c"].map(str::to_owned).to_vec()));
    }
}

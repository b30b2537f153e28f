//! Configurations of transformers: `MobileNetV1Config`, `MobileNetV2Config` and their image processors.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Config, ConfigError, labels_for};
use crate::models::{Architecture, TransformersConfig};
use crate::pixels::{Filter, Preprocess, Resize, Rounding};
use crate::predict::labels::Labels;

pub(super) fn read(
    config: &Value,
    preprocessor: Option<&Value>,
    classes: usize,
) -> Result<Config, ConfigError> {
    let parsed = TransformersConfig::deserialize(without_nulls(config))
        .map_err(|source| ConfigError::Json { file: "config.json", source })?;
    let architecture = Architecture::transformers(&parsed, classes)?;
    let labels = labels(config, classes).unwrap_or_else(|| labels_for(classes));
    let preprocess = preprocess(preprocessor.unwrap_or(&Value::Null))?;
    Ok(Config { architecture, preprocess, labels })
}

/// A null stands for the default, as a missing key does.
fn without_nulls(config: &Value) -> Value {
    let fields = config.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    Value::Object(fields.map(|(key, value)| (key.clone(), value.clone())).collect())
}

/// `id2label`, whose keys are numbers written as strings in any order.
pub(super) fn labels(config: &Value, classes: usize) -> Option<Labels> {
    let id2label: &Map<_, _> = config.get("id2label")?.as_object()?;
    let name = |index: usize| Some(id2label.get(&index.to_string())?.as_str()?.to_owned());
    // A number of names other than that of the outputs belongs to another head.
    if id2label.len() != classes {
        return None;
    }
    (0..classes).map(name).collect::<Option<Vec<_>>>().map(Labels::new)
}

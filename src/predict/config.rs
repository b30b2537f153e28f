//! `config.json` and `preprocessor_config.json` to an architecture, preprocessing and labels.
//!
//! Three schemas: transformers, timm (also wrapped in transformers), torchvision's function name.

mod timm;
mod transformers;

use serde_json::Value;
use thiserror::Error;

use super::labels::Labels;
use crate::models::{Architecture, Unsupported};
use crate::pixels::{CropMode, Filter, Geometry, Preprocess};

/// All that a checkpoint says of itself besides its weights.
#[derive(Clone, Debug)]
pub struct Config {
    /// The network and its library's conventions.
    pub architecture: Architecture,
    /// Pixels in.
    pub preprocess: Preprocess,
    /// Names out.
    pub labels: Labels,
}

/// A configuration that describes no network of ours.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The text is no JSON object of the expected form.
    #[error("{file}: {source}")]
    Json {
        /// Which file.
        file: &'static str,
        /// What the parser says.
        source: serde_json::Error,
    },
    /// The object names no library that we know.
    #[error(
        "config.json names no network: neither `architecture` (timm) nor `model_type` (transformers) is there"
    )]
    NoArchitecture,
    /// timm or torchvision have more architectures than we do.
    #[error("`{name}` of {library} is not built in; there are {}", .known.join(", "))]
    UnknownArchitecture {
        /// The library.
        library: &'static str,
        /// The architecture.
        name: String,
        /// Those that are.
        known: Vec<&'static str>,
    },
    /// A value that no network here is built for.
    #[error("config.json: {0}")]
    Unsupported(#[from] Unsupported),
    /// A value that preprocessing does not have.
    #[error("{file}: `{field}` is {found}; expected {expected}")]
    Preprocessing {
        /// Which file.
        file: &'static str,
        /// Which key.
        field: &'static str,
        /// Its value.
        found: String,
        /// What is understood.
        expected: &'static str,
    },
}

/// Reads a checkpoint's configuration; `classes` is the number of outputs of its weights.
///
/// # Errors
/// If it is not understood; nothing is guessed.
pub(super) fn read(
    config: &[u8],
    preprocessor: Option<&[u8]>,
    classes: usize,
) -> Result<Config, ConfigError> {
    let json = |file, text| serde_json::from_slice(text).map_err(|source| ConfigError::Json { file, source });
    let config: Value = json("config.json", config)?;
    let preprocessor: Option<Value> =
        preprocessor.map(|text| json("preprocessor_config.json", text)).transpose()?;
    // timm's own files and those of its transformers wrapper both name the architecture.
    if config.get("architecture").is_some() {
        return timm::read(&config, classes);
    }
    let text = |key: &str| config.get(key).and_then(Value::as_str);
    if text("library_name") == Some("torchvision") {
        let name = config.pointer("/architectures/0").and_then(Value::as_str).unwrap_or_default();
        return torchvision(name, classes);
    }
    if text("model_type").is_some() {
        return transformers::read(&config, preprocessor.as_ref(), classes);
    }
    Err(ConfigError::NoArchitecture)
}

fn torchvision(name: &str, classes: usize) -> Result<Config, ConfigError> {
    let architecture =
        Architecture::torchvision(name, classes).ok_or_else(|| ConfigError::UnknownArchitecture {
            library: "torchvision",
            name: name.into(),
            known: crate::models::FAMILIES.iter().filter_map(|f| f.torchvision).map(|t| t.name).collect(),
        })?;
    // The first weights' own preset, `ImageClassification(crop_size=224)`: a torchvision file has no place for it.
    let preprocess = Preprocess {
        resolution: 224,
        geometry: Geometry::Timm { crop_pct: 0.875, crop_mode: CropMode::Center },
        filter: Filter::Bilinear,
        rescale: 1.0 / 255.0,
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
    };
    Ok(Config { architecture, preprocess, labels: labels_for(classes) })
}

/// Three numbers, R G B, each of them `valid`.
fn numbers(
    file: &'static str,
    field: &'static str,
    value: Option<&Value>,
    default: [f32; 3],
    valid: fn(f32) -> bool,
) -> Result<[f32; 3], ConfigError> {
    let Some(value) = value else {
        return Ok(default);
    };
    let numbers = value.as_array().map(Vec::as_slice).and_then(|numbers| match numbers {
        [r, g, b] => Some([r.as_f64()? as f32, g.as_f64()? as f32, b.as_f64()? as f32]),
        _ => None,
    });
    numbers.filter(|numbers| numbers.iter().all(|number| valid(*number))).ok_or_else(|| {
        ConfigError::Preprocessing { file, field, found: value.to_string(), expected: "three numbers" }
    })
}

/// ImageNet's where the count fits, else numbers.
fn labels_for(classes: usize) -> Labels {
    Labels::imagenet(classes).unwrap_or_else(|| Labels::numbered(classes))
}

/// What a standard deviation has to be.
fn is_positive(number: f32) -> bool {
    number.is_finite() && number > 0.0
}

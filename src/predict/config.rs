//! `config.json` and `preprocessor_config.json` to an architecture, preprocessing and labels.
//!
//! Three schemas: transformers, timm (also wrapped in transformers), torchvision's function name. A file that follows
//! none, or no file at all, leaves the network to be [recognised](super::recognise) by its tensors.

mod timm;
mod transformers;

use serde_json::Value;
use thiserror::Error;

use super::labels::Labels;
use super::recognise::{Unrecognised, recognise};
use super::top_k::Scores;
use crate::models::{Architecture, FAMILIES, Unsupported};
use crate::pixels::{CropMode, Filter, Geometry, Preprocess};
use crate::weights::WeightFile;

/// All that a checkpoint says of itself besides its weights.
#[derive(Clone, Debug)]
pub struct Config {
    /// The network and its library's conventions.
    pub architecture: Architecture,
    /// Pixels in.
    pub preprocess: Preprocess,
    /// Names out.
    pub labels: Labels,
    /// What the logits mean.
    pub scores: Scores,
    /// On what evidence, if `config.json` did not name the network.
    pub recognised: Option<String>,
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
    /// The network is not named, and its tensors do not tell it.
    #[error(transparent)]
    Unrecognised(#[from] Unrecognised),
    /// One output of which nobody says what it is.
    #[error(
        "the model has one output, and `problem_type` in config.json does not say that it is the probability of a \
         class: a regression has no labels"
    )]
    OneOutput,
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
    /// A value that is not understood.
    #[error("{file}: `{field}` is {found}; expected {expected}")]
    Value {
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

/// What a checkpoint's files say, before it is understood.
pub(super) struct Files<'a> {
    /// Name of the repository, or of the folder (and file) that the weights are in.
    pub place: &'a str,
    /// `config.json`.
    pub config: Option<&'a [u8]>,
    /// `preprocessor_config.json`.
    pub preprocessor: Option<&'a [u8]>,
    /// The tensors.
    pub weights: &'a WeightFile,
    /// Outputs of the classifier among them.
    pub classes: usize,
}

/// Reads a checkpoint's configuration.
///
/// # Errors
/// If it is not understood.
pub(super) fn read(files: &Files<'_>) -> Result<Config, ConfigError> {
    let json = |file, text: Option<&[u8]>| {
        let value = text.map(serde_json::from_slice).transpose();
        value.map(Option::unwrap_or_default).map_err(|source| ConfigError::Json { file, source })
    };
    let config: Value = json("config.json", files.config)?;
    let preprocessor: Value = json("preprocessor_config.json", files.preprocessor)?;
    let classes = files.classes;
    let (architecture, recognised) = if let Some(architecture) = named(&config, classes)? {
        (architecture, None)
    } else {
        timm::check_model_args(&config)?;
        let (architecture, note) = recognise(files.weights, classes, files.place)?;
        (architecture, Some(note))
    };
    let preprocess = match architecture.names.library {
        "timm" => timm::preprocess(&config)?,
        "torchvision" if files.preprocessor.is_none() => TORCHVISION,
        _ => transformers::preprocess(&preprocessor)?,
    };
    let names = timm::names(&config).into_iter().chain(transformers::names(&config));
    let labels = Labels::of_head(names, classes);
    Ok(Config { architecture, preprocess, labels, scores: scores(&config, classes)?, recognised })
}

/// The architecture that a configuration names; `None` if it names none.
fn named(config: &Value, classes: usize) -> Result<Option<Architecture>, ConfigError> {
    let text = |key: &str| config.get(key).and_then(Value::as_str);
    // timm's own files and those of its transformers wrapper both name the architecture.
    if let Some(name) = text("architecture") {
        return timm::architecture(config, name, classes).map(Some);
    }
    if text("library_name") == Some("torchvision") {
        let name = config.pointer("/architectures/0").and_then(Value::as_str).unwrap_or_default();
        let unknown = || ConfigError::UnknownArchitecture {
            library: "torchvision",
            name: name.into(),
            known: FAMILIES.iter().flat_map(|family| family.torchvision).map(|model| model.name).collect(),
        };
        return Architecture::torchvision(name, classes).ok_or_else(unknown).map(Some);
    }
    if text("model_type").is_some() {
        return transformers::architecture(config, classes).map(Some);
    }
    Ok(None)
}

/// The first weights' own preset, `ImageClassification(crop_size=224)`: a torchvision file has no place for it.
const TORCHVISION: Preprocess = Preprocess {
    resolution: 224,
    geometry: Geometry::Timm { crop_pct: 0.875, crop_mode: CropMode::Center },
    filter: Filter::Bilinear,
    rescale: 1.0 / 255.0,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
};

/// `problem_type`, a key of transformers that is heeded in every schema.
fn scores(config: &Value, classes: usize) -> Result<Scores, ConfigError> {
    let found = config.get("problem_type").filter(|value| !value.is_null());
    match (found, found.and_then(Value::as_str)) {
        (_, Some("multi_label_classification")) => Ok(Scores::Sigmoid),
        (None, _) | (_, Some("single_label_classification")) if classes > 1 => Ok(Scores::Softmax),
        (None, _) | (_, Some("single_label_classification")) => Err(ConfigError::OneOutput),
        (Some(found), _) => Err(ConfigError::Value {
            file: "config.json",
            field: "problem_type",
            found: found.to_string(),
            expected: "single_label_classification or multi_label_classification",
        }),
    }
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
    numbers.filter(|numbers| numbers.iter().all(|number| valid(*number))).ok_or_else(|| ConfigError::Value {
        file,
        field,
        found: value.to_string(),
        expected: "three numbers",
    })
}

/// What a standard deviation has to be.
fn is_positive(number: f32) -> bool {
    number.is_finite() && number > 0.0
}

//! A checkpoint's configuration files, read together with its tensors.

use serde_json::Value;

use super::error::ConfigError;
use super::json::Parsed;
use super::preprocessing::preprocess;
use super::{model_args, names, timm, torchvision, transformers};
use crate::models::Architecture;
use crate::models::load::fit;
use crate::pixels::Preprocess;
use crate::predict::assumption::{Assumption, Subject};
use crate::predict::identify::identify_architecture;
use crate::predict::labels::Labels;
use crate::predict::top_k::Scores;
use crate::weights::WeightFile;

/// Everything about a checkpoint besides its weights.
#[derive(Clone, Debug)]
pub struct CheckpointConfig {
    /// The network, with its library's conventions.
    pub architecture: Architecture,
    /// How a picture becomes the network's input.
    pub preprocess: Preprocess,
    /// The names of its outputs.
    pub labels: Labels,
    /// The meaning of its logits.
    pub scores: Scores,
    /// What no file says and was assumed, apart from names, which may still be given.
    pub assumptions: Vec<Assumption>,
}

/// The files of a checkpoint.
pub(in crate::predict) struct ConfigFiles<'a> {
    /// Name of the repository, or of the folder (and file) of the weights; it may contain the network's name.
    pub name_hint: &'a str,
    /// The contents of [`FILES`](super::FILES).
    pub texts: [Option<&'a [u8]>; 3],
    /// The tensors.
    pub weights: &'a WeightFile,
    /// Number of outputs of the classifier.
    pub classes: usize,
}

/// Reads a checkpoint's configuration.
///
/// # Errors
/// If it is invalid, or does not match a built-in network.
pub(in crate::predict) fn read(files: &ConfigFiles<'_>) -> Result<CheckpointConfig, ConfigError> {
    let parsed = Parsed::new(files.texts)?;
    let config = &parsed.config;
    let classes = files.classes;
    let (architecture, identified) = if let Some(architecture) = named(config, classes, files.weights)? {
        (architecture, None)
    } else {
        let (architecture, note) = identify_architecture(files.weights, classes, files.name_hint)?;
        (model_args::follow_model_args(config, architecture)?, Some(Subject::Network.assumed(note)))
    };
    let (architecture, clauses) = fit(architecture, files.weights);
    let (preprocess, of_pictures) = preprocess(&parsed, &architecture, files.name_hint)?;
    // No file can say what fitting assumes.
    let fitted = clauses.into_iter().map(|clause| Subject::Choice.assumed(clause));
    let assumptions = identified.into_iter().chain(fitted).chain(of_pictures).collect();
    let labels = names::labels(config, classes);
    let scores = scores(config, classes)?;
    Ok(CheckpointConfig { architecture, preprocess, labels, scores, assumptions })
}

/// The architecture that the configuration names, if it names one.
fn named(config: &Value, classes: usize, weights: &WeightFile) -> Result<Option<Architecture>, ConfigError> {
    let text = |key: &str| config.get(key).and_then(Value::as_str);
    if text("library_name") == Some("torchvision") {
        return torchvision::architecture(config, classes, weights).map(Some);
    }
    // timm's own files and those of its transformers wrapper both name the architecture.
    if let Some(name) = text("architecture") {
        return timm::architecture(config, name, classes).map(Some);
    }
    if text("model_type").is_some() {
        return transformers::architecture(config, classes).map(Some);
    }
    Ok(None)
}

/// `problem_type`, a key of transformers that is read in every schema.
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

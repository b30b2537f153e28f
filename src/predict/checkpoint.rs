//! One set of trained weights and its configuration.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::assumption::{Assumption, Subject};
use super::config::{self, CheckpointConfig, ConfigError, ConfigFiles};
use super::identify::examples;
use super::top_k::Scores;
use super::weight_folder::{FolderError, find_weights};
use crate::models;
use crate::models::load::Pieces;
use crate::regular_file;
use crate::weights::{WeightFile, WeightsError};

/// The largest file of a configuration that is read. With the names of 20,000 classes it has 2 MB.
const LARGEST_CONFIG: u64 = 16 << 20;

/// Weights with their configuration, not yet loaded onto a device.
#[derive(Debug)]
pub struct Checkpoint {
    /// The name that a user would give to `--model` for it.
    pub name: String,
    /// The network, its classes and its preprocessing.
    pub config: CheckpointConfig,
    /// The tensors, each read when the network is built.
    pub weights: WeightFile,
}

/// Why a checkpoint does not open.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the message of each variant says what its fields are")]
pub enum CheckpointError {
    /// A required file does not exist or cannot be read.
    #[error("{}: {source}", .path.display())]
    Io { path: PathBuf, source: io::Error },
    /// The directory has no weight file, or several.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The configuration is invalid or not supported.
    #[error("{name}: {source}")]
    Config { name: String, source: ConfigError },
    /// The weight file does not open.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The network ends before its classifier, as timm's with `num_classes=0` and `features_only`.
    #[error("{name}: it has no classifier: it gives features, not classes{note}")]
    Headless {
        name: String,
        /// Which part of the file was read, if it has others.
        note: String,
    },
    /// The weights have another kind of classifier, or are not a network's.
    #[error("{name}: no linear classifier: expected a weight [classes, features], found {found}")]
    NoClassifier {
        name: String,
        /// Tensors of another kind of classifier, or the first ones of the file.
        found: String,
        /// The weight of a classifier that is a 1 x 1 convolution.
        convolution: Option<String>,
    },
    /// A tool divided weights, as for training.
    #[error("{name}: its weights are in pieces, such as `{example}`: {} made them", .pieces.noun())]
    InPieces { name: String, example: String, pieces: Pieces },
}

impl Checkpoint {
    /// EfficientNet-Lite0 from the binary itself.
    ///
    /// # Errors
    /// Never in a binary that passed its tests.
    pub fn built_in() -> Result<Self, CheckpointError> {
        let weights =
            WeightFile::from_static(include_bytes!("../../assets/models/efficientnet-lite0.safetensors"))?;
        let config = include_bytes!("../../assets/models/config.json");
        Self::new("builtin".into(), "builtin", [Some(config), None, None], weights)
    }

    /// A directory with the files of a hub repository, or with one weight file under any name; or a weight file, with
    /// the configuration beside it.
    ///
    /// # Errors
    /// If a file is missing, damaged or not supported, or if a directory has several weight files and none has a usual
    /// name.
    pub fn open(path: &Path) -> Result<Self, CheckpointError> {
        let name = path.display().to_string();
        let name_hint = name_hint(path);
        if !path.is_dir() {
            return Self::read(name, &name_hint, path.parent().unwrap_or(Path::new("")), path);
        }
        let (weights, note) = find_weights(path)?;
        let mut checkpoint = Self::read(name, &name_hint, path, &weights)?;
        checkpoint.config.assumptions.extend(note.map(|note| Subject::Choice.assumed(note)));
        Ok(checkpoint)
    }

    /// The checkpoint of the repository `name`, with its configuration in `folder` and its weights in the
    /// file `weights`.
    ///
    /// # Errors
    /// If a file is missing, damaged or not supported.
    pub fn open_as(name: String, folder: &Path, weights: &Path) -> Result<Self, CheckpointError> {
        let name_hint = name.clone();
        Self::read(name, &name_hint, folder, weights)
    }

    /// A checkpoint whose files are in memory: `config.json`, `preprocessor_config.json` and the weights.
    ///
    /// # Errors
    /// If a file is invalid or not supported.
    pub fn from_memory(
        name: &str,
        config: Option<&[u8]>,
        preprocessor: Option<&[u8]>,
        weights: WeightFile,
    ) -> Result<Self, CheckpointError> {
        Self::new(name.to_owned(), name, [config, preprocessor, None], weights)
    }

    /// What was assumed, names of classes included.
    pub fn assumptions(&self) -> Vec<Assumption> {
        let names = self.config.labels.unnamed_note().map(|clause| Subject::Names.assumed(clause));
        let mut assumptions: Vec<_> = self.config.assumptions.iter().cloned().chain(names).collect();
        assumptions.sort_by_key(|assumption| assumption.about);
        assumptions
    }

    /// Whether scores are independent of each other and do not sum to 1.
    pub fn is_multi_label(&self) -> bool {
        self.config.scores == Scores::Sigmoid
    }

    fn read(name: String, name_hint: &str, folder: &Path, weights: &Path) -> Result<Self, CheckpointError> {
        let [config, preprocessor, processor] = config::FILES.map(|file| {
            let path = folder.join(file);
            match regular_file::read(&path, LARGEST_CONFIG) {
                Ok(text) => Ok(Some(text)),
                Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(source) => Err(CheckpointError::Io { path, source }),
            }
        });
        let texts = [config?, preprocessor?, processor?];
        let weights = WeightFile::open(weights)?;
        Self::new(name, name_hint, texts.each_ref().map(Option::as_deref), weights)
    }

    fn new(
        name: String,
        name_hint: &str,
        texts: [Option<&[u8]>; 3],
        weights: WeightFile,
    ) -> Result<Self, CheckpointError> {
        if let Some((example, pieces)) = models::load::pieces(&weights) {
            return Err(CheckpointError::InPieces { name, example, pieces });
        }
        let Some(classes) = models::load::classifier_outputs(&weights) else {
            return Err(no_classifier(name, &weights));
        };
        match config::read(&ConfigFiles { name_hint, texts, weights: &weights, classes }) {
            Ok(mut config) => {
                config.assumptions.extend(weights.choice().map(|choice| Subject::Choice.assumed(choice)));
                Ok(Self { name, config, weights })
            }
            Err(source) => Err(CheckpointError::Config { name, source }),
        }
    }
}

/// Why `weights` without a linear layer have no classifier.
fn no_classifier(name: String, weights: &WeightFile) -> CheckpointError {
    let note = weights.choice().map(|choice| format!("; {choice}")).unwrap_or_default();
    let classifier = examples(weights, |tensor| tensor.contains("classifier"));
    let convolution = models::load::convolution_as_classifier(weights);
    if classifier.is_empty() && convolution.is_none() && models::load::has_stem(weights) {
        return CheckpointError::Headless { name, note };
    }
    let found = match &convolution {
        Some(convolution) => examples(weights, |tensor| tensor == convolution),
        None if classifier.is_empty() => examples(weights, |_| true),
        None => classifier,
    };
    CheckpointError::NoClassifier { name, found: found + &note, convolution }
}

/// A path's part that may contain the name of a network: the folder's name, and the file's if it is a file.
fn name_hint(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.into());
    let parts = if whole.is_file() { 2 } else { 1 };
    let from_last = whole.components().rev().take(parts);
    from_last.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

//! One set of trained weights and all that describes it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::config::{self, Config, ConfigError, Files};
use super::recognise::examples;
use super::top_k::Scores;
use crate::models;
use crate::weights::{WeightFile, WeightsError};

/// Files of weights, best first.
pub(super) const WEIGHT_FILES: [&str; 4] = [
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
];

/// Names of other files that an error shows.
const SHOWN: usize = 6;

/// Weights with their configuration, not yet on a device.
#[derive(Debug)]
pub struct Checkpoint {
    /// As a user would name it again.
    pub name: String,
    /// What it says of itself.
    pub config: Config,
    /// Its tensors.
    pub weights: WeightFile,
}

/// A checkpoint that does not open.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// A file it needs is not there or not readable.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The directory holds no weights under a name we know.
    #[error("{}: no weights: none of {} is there, but {found}", .folder.display(), WEIGHT_FILES.join(", "))]
    NoWeights {
        /// The directory.
        folder: PathBuf,
        /// What it holds instead.
        found: String,
    },
    /// The configuration is not understood.
    #[error("{name}: {source}")]
    Config {
        /// The checkpoint.
        name: String,
        /// Why.
        source: ConfigError,
    },
    /// The weights file does not open.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The weights hold no classifier.
    #[error(
        "{name}: no classifier of one linear layer: no tensor ends in {}; there is {found}",
        models::tensor_names::CLASSIFIERS.join(" or ")
    )]
    NoClassifier {
        /// The checkpoint.
        name: String,
        /// Tensors of another classifier, or the first ones.
        found: String,
    },
}

impl Checkpoint {
    /// EfficientNet-Lite0 from the binary itself.
    ///
    /// # Errors
    /// None in a binary that passed its tests.
    pub fn built_in() -> Result<Self, CheckpointError> {
        let weights =
            WeightFile::from_static(include_bytes!("../../assets/models/efficientnet-lite0.safetensors"))?;
        let config = include_bytes!("../../assets/models/config.json");
        Self::new("builtin".into(), "builtin", Some(config), None, weights)
    }

    /// A directory that holds what a hub repository holds, or a file of weights in one.
    ///
    /// # Errors
    /// If a file is missing, damaged or not understood.
    pub fn open(path: &Path) -> Result<Self, CheckpointError> {
        let name = path.display().to_string();
        let place = place(path);
        if path.is_file() {
            return Self::read(name, &place, path.parent().unwrap_or(Path::new("")), path);
        }
        let weights = WEIGHT_FILES.map(|file| path.join(file)).into_iter().find(|file| file.exists());
        let Some(weights) = weights else {
            return Err(CheckpointError::NoWeights { folder: path.into(), found: listing(path) });
        };
        Self::read(name, &place, path, &weights)
    }

    /// The checkpoint of the repository called `name`, its configuration in `folder` and its weights in a file.
    ///
    /// # Errors
    /// If a file is missing, damaged or not understood.
    pub fn open_as(name: String, folder: &Path, weights: &Path) -> Result<Self, CheckpointError> {
        let place = name.clone();
        Self::read(name, &place, folder, weights)
    }

    /// What a user should know before the answers, a sentence each; names that classes lack are in
    /// [`Labels::gap`](super::Labels::gap).
    pub fn notes(&self) -> Vec<String> {
        let independent = (self.config.scores == Scores::Sigmoid)
            .then(|| "multi-label: scores are independent of each other and do not sum to 1".to_owned());
        self.config.recognised.clone().into_iter().chain(independent).collect()
    }

    fn read(name: String, place: &str, folder: &Path, weights: &Path) -> Result<Self, CheckpointError> {
        let [config, preprocessor] = ["config.json", "preprocessor_config.json"].map(|file| {
            let path = folder.join(file);
            match fs::read(&path) {
                Ok(text) => Ok(Some(text)),
                Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(source) => Err(CheckpointError::Io { path, source }),
            }
        });
        let (config, preprocessor) = (config?, preprocessor?);
        let weights = WeightFile::open(weights)?;
        Self::new(name, place, config.as_deref(), preprocessor.as_deref(), weights)
    }

    fn new(
        name: String,
        place: &str,
        config: Option<&[u8]>,
        preprocessor: Option<&[u8]>,
        weights: WeightFile,
    ) -> Result<Self, CheckpointError> {
        let Some(classes) = models::load::classifier_outputs(&weights) else {
            let classifier = examples(&weights, |tensor| tensor.contains("classifier"));
            let found = if classifier.is_empty() { examples(&weights, |_| true) } else { classifier };
            return Err(CheckpointError::NoClassifier { name, found });
        };
        match config::read(&Files { place, config, preprocessor, weights: &weights, classes }) {
            Ok(config) => Ok(Self { name, config, weights }),
            Err(source) => Err(CheckpointError::Config { name, source }),
        }
    }
}

/// The last part of a directory's path, the last two of a file's.
fn place(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.into());
    let parts = if whole.is_file() { 2 } else { 1 };
    let from_last = whole.components().rev().take(parts);
    from_last.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The files in `folder`, or the first of them.
fn listing(folder: &Path) -> String {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let more = if names.len() > SHOWN { ", …" } else { "" };
    names.truncate(SHOWN);
    if names.is_empty() { "nothing".into() } else { names.join(", ") + more }
}

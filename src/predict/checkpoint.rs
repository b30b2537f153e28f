//! One set of trained weights and all that describes it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::config::{self, Config, ConfigError};
use crate::models;
use crate::weights::{WeightFile, WeightsError};

/// Files of weights, best first.
pub(super) const WEIGHT_FILES: [&str; 2] = ["model.safetensors", "pytorch_model.bin"];

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
    #[error("{}: no weights: neither {} is there", .folder.display(), WEIGHT_FILES.join(" nor "))]
    NoWeights {
        /// The directory.
        folder: PathBuf,
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
    #[error("{name}: the weights have no classifier: no tensor ends in {}", models::CLASSIFIERS.join(" or "))]
    NoClassifier {
        /// The checkpoint.
        name: String,
    },
}

impl CheckpointError {
    /// The next command to run, if one helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoWeights { .. } | Self::Config { .. } | Self::NoClassifier { .. } => {
                Some("mnet models list".into())
            }
            Self::Weights(error) => error.hint().map(str::to_owned),
            Self::Io { .. } => None,
        }
    }
}

impl Checkpoint {
    /// EfficientNet-Lite0 from the binary itself.
    ///
    /// # Errors
    /// None in a binary that passed its tests.
    pub fn built_in() -> Result<Self, CheckpointError> {
        let weights =
            WeightFile::from_static(include_bytes!("../../assets/models/efficientnet-lite0.safetensors"))?;
        Self::new("builtin".into(), include_bytes!("../../assets/models/config.json"), None, weights)
    }

    /// A directory that holds what a hub repository holds, or a file of weights in one.
    ///
    /// # Errors
    /// If a file is missing, damaged or not understood.
    pub fn open(path: &Path) -> Result<Self, CheckpointError> {
        let name = path.display().to_string();
        if path.is_file() {
            return Self::open_as(name, path.parent().unwrap_or(Path::new("")), path);
        }
        let weights = WEIGHT_FILES.map(|file| path.join(file)).into_iter().find(|file| file.exists());
        let weights = weights.ok_or_else(|| CheckpointError::NoWeights { folder: path.into() })?;
        Self::open_as(name, path, &weights)
    }

    /// The checkpoint called `name` with its configuration in `folder` and its weights in a file.
    ///
    /// # Errors
    /// If a file is missing, damaged or not understood.
    pub fn open_as(name: String, folder: &Path, weights: &Path) -> Result<Self, CheckpointError> {
        let config = read(&folder.join("config.json"))?;
        let preprocessor = match read(&folder.join("preprocessor_config.json")) {
            Ok(text) => Some(text),
            Err(CheckpointError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let weights = WeightFile::open(weights)?;
        Self::new(name, &config, preprocessor.as_deref(), weights)
    }

    fn new(
        name: String,
        config: &[u8],
        preprocessor: Option<&[u8]>,
        weights: WeightFile,
    ) -> Result<Self, CheckpointError> {
        let Some(classes) = models::outputs(&weights) else {
            return Err(CheckpointError::NoClassifier { name });
        };
        match config::read(config, preprocessor, classes) {
            Ok(config) => Ok(Self { name, config, weights }),
            Err(source) => Err(CheckpointError::Config { name, source }),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CheckpointError> {
    fs::read(path).map_err(|source| CheckpointError::Io { path: path.into(), source })
}

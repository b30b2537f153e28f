//! `config.json` and `preprocessor_config.json` to an architecture, preprocessing and labels.
//!
//! There are three schemas: transformers, timm (also wrapped in transformers), and torchvision's function
//! name. If a file follows none of them, or does not exist, the network is [identified](super::identify) by
//! its tensors.

mod error;
mod fields;
mod model_args;
mod names;
mod read;
mod timm;
mod torchvision;
mod transformers;

pub use error::ConfigError;
pub use read::CheckpointConfig;
pub(super) use read::{ConfigFiles, read};

//! `config.json`, `preprocessor_config.json` and `processor_config.json` to an architecture, preprocessing and labels.
//!
//! There are three schemas: transformers, timm (also wrapped in transformers), and torchvision's function
//! name. If a file follows none of them, or does not exist, the network is [identified](super::identify) by
//! its tensors.

mod error;
mod fields;
#[cfg(test)]
mod golden;
mod image_processor;
mod image_size;
mod json;
mod known_keys;
mod model_args;
mod names;
mod preprocessing;
mod processors;
mod read;
mod tag;
mod timm;
mod timm_input;
mod torchvision;
mod transformers;

pub use error::ConfigError;
pub(super) use json::FILES;
pub use read::CheckpointConfig;
pub(super) use read::{ConfigFiles, read};

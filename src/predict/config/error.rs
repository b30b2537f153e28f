//! Why a configuration cannot be used.

use thiserror::Error;

use crate::models::Unsupported;
use crate::predict::identify::IdentifyError;

/// Why a configuration cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// Not JSON, or not of the expected form.
    #[error("{file}: {source}")]
    Json {
        /// Which file.
        file: &'static str,
        /// The parser's message.
        source: serde_json::Error,
    },
    /// The network is not named, and its tensors do not identify it.
    #[error(transparent)]
    Unidentified(#[from] IdentifyError),
    /// A single output without a `problem_type` that explains it.
    #[error(
        "the model has one output, and `problem_type` in config.json does not say that it is the probability of a \
         class: a regression has no labels"
    )]
    OneOutput,
    /// An architecture of timm that is not built in.
    #[error("`{name}` of timm is not built in; there are {}", .known.join(", "))]
    UnknownArchitecture {
        /// The architecture.
        name: String,
        /// The architectures that are built in.
        known: Vec<&'static str>,
    },
    /// A network that is left out, and why.
    #[error("`{name}` is not built in: {reason}")]
    NotBuiltIn {
        /// Its name.
        name: String,
        /// Why.
        reason: &'static str,
    },
    /// A value that no built-in network supports.
    #[error("config.json: {0}")]
    Unsupported(#[from] Unsupported),
    /// An image processor that is not built in.
    #[error("{file}: `{field}` is {found}, which is not built in; there are {}", .known.join(", "))]
    UnknownProcessor {
        /// Which file.
        file: &'static str,
        /// Which key.
        field: &'static str,
        /// Its value.
        found: String,
        /// The image processors that are built in.
        known: Vec<String>,
    },
    /// A key of an image processor that no type reads, and that may change pixels.
    #[error("{file}: `{key}` is {value}, a step or a setting that no built-in image processor has")]
    UnknownKey {
        /// Which file.
        file: &'static str,
        /// The key.
        key: String,
        /// Its value.
        value: String,
    },
    /// A value that makes a network which cannot be computed.
    #[error("config.json: `{field}` is {found}; expected {expected}")]
    Network {
        /// Which key.
        field: &'static str,
        /// Its value.
        found: String,
        /// The supported values.
        expected: &'static str,
    },
    /// A value that is not supported.
    #[error("{file}: `{field}` is {found}; expected {expected}")]
    Value {
        /// Which file.
        file: &'static str,
        /// Which key.
        field: &'static str,
        /// Its value.
        found: String,
        /// The supported values.
        expected: &'static str,
    },
}

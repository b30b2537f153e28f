//! Why a request selects no checkpoint.

use thiserror::Error;

use crate::words::and_list;

/// Why a request selects no checkpoint.
#[derive(Debug, Error, PartialEq)]
pub enum SelectionError {
    /// No checkpoint of the family, or of any family, has this alpha.
    #[error("no weights for {title} at alpha {alpha} (there are {})", list(.available))]
    NoSuchAlpha {
        /// The family, or `MobileNet`.
        title: &'static str,
        /// The requested alpha.
        alpha: f64,
        /// The alphas that exist, ascending.
        available: Vec<f64>,
        /// What exists instead.
        instead: Alternative,
    },
    /// `--alpha` with a directory or a repository, which has only one alpha.
    #[error("a width multiplier chooses among the catalogue's checkpoints; {model} is one checkpoint")]
    AlphaOfOneCheckpoint {
        /// The value of `--model`.
        model: String,
    },
    /// Not a path, not a repository, and not in the catalogue.
    #[error(
        "no model is called `{model}`: it is not a directory, not owner/name, and not in the catalogue{}",
        similar_names(.similar)
    )]
    Unknown {
        /// The value of `--model`.
        model: String,
        /// Names that may have been meant, the nearest first.
        similar: Vec<String>,
    },
    /// A network that is built in, and of which the catalogue has no weights.
    #[error("no weights of `{model}` are in the catalogue, only its network is built in")]
    NoWeights {
        /// The value of `--model`.
        model: String,
        /// What exists instead.
        instead: Alternative,
    },
    /// A network that exists to be measured.
    #[error("`{0}` has no weights: it is a network that a paper compares others with, for its cost alone")]
    Untrained(String),
    /// An address that is not that of a model on the hub.
    #[error("{0}: not the address of a model on the hub")]
    OtherAddress(String),
    /// A network that is left out, and why.
    #[error("`{name}` is not built in: {reason}")]
    NotBuiltIn {
        /// Its name.
        name: String,
        /// Why.
        reason: &'static str,
    },
    /// A path that does not exist.
    #[error("{path}: no such directory or file of weights")]
    NoSuchPath {
        /// The value of `--model`.
        path: String,
        /// An existing file or directory whose name is alike.
        near: Option<String>,
    },
}

/// The nearest model to one that does not exist.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// Another family, or the same model; `None` if no model was named.
    pub model: Option<String>,
    /// A width multiplier that it has; `None` if any will do.
    pub alpha: Option<f64>,
}

/// `0.75 and 1.0`
fn list(alphas: &[f64]) -> String {
    and_list(alphas.iter().map(|alpha| format!("{alpha:?}")))
}

/// `; similar: mobilenet-v2, mobilenet-v3`
fn similar_names(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("; similar: {}", names.join(", ")) }
}

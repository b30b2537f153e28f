//! Why a request selects no checkpoint.

use thiserror::Error;

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
        /// Arguments that work instead.
        instead: String,
    },
    /// `--alpha` with a directory or a repository, which has only one alpha.
    #[error("--alpha chooses among the catalogue's checkpoints; {model} is one checkpoint")]
    AlphaOfOneCheckpoint {
        /// The value of `--model`.
        model: String,
    },
    /// Not a path, not a repository, and not in the catalogue.
    #[error("no model is called `{0}`: it is not a directory, not owner/name, and not in the catalogue")]
    Unknown(String),
    /// A path that does not exist.
    #[error("{0}: no such directory or file of weights")]
    NoSuchPath(String),
}

impl SelectionError {
    /// What to run instead.
    pub fn hint(&self) -> String {
        match self {
            Self::NoSuchAlpha { instead, .. } => format!("mnet classify photo.jpg {instead}"),
            Self::AlphaOfOneCheckpoint { model } => format!("mnet classify photo.jpg --model {model}"),
            Self::Unknown(_) | Self::NoSuchPath(_) => "mnet models list".into(),
        }
    }
}

/// `0.75 and 1.0`
fn list(alphas: &[f64]) -> String {
    let words: Vec<_> = alphas.iter().map(|alpha| format!("{alpha:?}")).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

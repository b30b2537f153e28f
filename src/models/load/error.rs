//! Why a file's weights are not a network's.

use std::path::Path;

use thiserror::Error;

use super::extra::Extra;
use crate::terminal_text::printable;
use crate::weights::WeightsError;

/// Weights that do not fit their network.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the message of each variant says what its fields are")]
pub enum LoadError {
    /// The network needs a tensor that the file lacks.
    #[error(
        "tensor `{}` is missing: expected {expected:?}, the file holds {count} tensors such as `{}`",
        printable(.name),
        printable(.example)
    )]
    Missing { name: String, expected: Vec<usize>, count: usize, example: String },
    /// A tensor has another shape than the network's.
    #[error("tensor `{}`: expected {expected:?}, found {found:?}", printable(.name))]
    Shape { name: String, expected: Vec<usize>, found: Vec<usize> },
    /// The stem takes another number of channels than pictures have.
    #[error("the network takes inputs of {found} channels; expected 3, or 1 for gray pictures")]
    Channels { found: usize },
    /// The head has more linear layers than the network.
    #[error(
        "the head has {count} linear layers, {layers}: the activations between them do not show in tensors; expected {expected}"
    )]
    HiddenLayers { count: usize, layers: String, expected: usize },
    /// Linear layers stand side by side.
    #[error("it has several classifiers side by side, {layers}; expected one")]
    SeveralClassifiers { layers: String },
    /// A classifier of several layers ends after its hidden layer.
    #[error("it ends at `{}`, its own hidden layer: it gives {features} features, not classes", printable(.layer))]
    Headless { layer: String, features: usize },
    /// The file holds several networks under different names, such as a teacher and its student.
    #[error("the file holds several networks, under the names {prefixes}; expected one")]
    SeveralNetworks { prefixes: String },
    /// The file holds tensors that the network does not have.
    #[error("{}", unread(*.count, &printable(.example), *.place))]
    Unread {
        count: usize,
        /// The first by name of those at `place`.
        example: String,
        /// The place of the one that matters most.
        place: Extra,
    },
    /// A tensor holds NaN or an infinity.
    #[error("tensor `{}` holds values that are not finite", printable(.name))]
    NotFinite { name: String },
    /// A weight ends in zeros, as it does where a file was not written to its end.
    #[error(
        "the last {zeros} of the {count} values of tensor `{}` are zero: the file was probably not written to its end",
        printable(.name)
    )]
    Zeros { name: String, zeros: usize, count: usize },
    /// A batch norm divides by the root of what is not positive.
    #[error("tensor `{}` holds a variance that is not positive, {epsilon} added", printable(.name))]
    Variance { name: String, epsilon: f64 },
    /// The file cannot be read. Whoever says so names the folder, which may hold several.
    #[error("{}: {}", file_name(&.0.file), .0.fault)]
    File(#[from] WeightsError),
}

impl LoadError {
    /// Whether the network's own layers were all found, and only what stands around them is different.
    pub fn found_all_layers(&self) -> bool {
        match self {
            Self::Channels { .. }
            | Self::HiddenLayers { .. }
            | Self::SeveralClassifiers { .. }
            | Self::Headless { .. }
            | Self::SeveralNetworks { .. } => true,
            Self::Unread { place, .. } => *place != Extra::Body,
            Self::Missing { .. }
            | Self::Shape { .. }
            | Self::NotFinite { .. }
            | Self::Zeros { .. }
            | Self::Variance { .. }
            | Self::File(_) => false,
        }
    }
}

fn file_name(path: &str) -> String {
    printable(&Path::new(path).file_name().unwrap_or_default().to_string_lossy())
}

fn unread(count: usize, example: &str, place: Extra) -> String {
    let step = if place == Extra::Aside { "" } else { ", and mnet has no step for it" };
    match count {
        1 => format!("tensor `{example}` is not part of the network{step}"),
        _ => format!("{count} tensors are not part of the network, such as `{example}`{step}"),
    }
}

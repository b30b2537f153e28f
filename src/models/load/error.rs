//! Why a file's weights are not a network's.

use thiserror::Error;

use crate::weights::WeightsError;

/// Weights that do not fit their network.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the message of each variant says what its fields are")]
pub enum LoadError {
    /// The network needs a tensor that the file lacks.
    #[error(
        "tensor `{name}` is missing: expected {expected:?}, the file holds {count} tensors such as `{example}`"
    )]
    Missing { name: String, expected: Vec<usize>, count: usize, example: String },
    /// A tensor has another shape than the network's.
    #[error("tensor `{name}`: expected {expected:?}, found {found:?}")]
    Shape { name: String, expected: Vec<usize>, found: Vec<usize> },
    /// The stem takes another number of channels than pictures have.
    #[error("the network takes inputs of {found} channels; expected 3, or 1 for gray pictures")]
    Channels { found: usize },
    /// The head has more linear layers than the network.
    #[error(
        "the head has {count} linear layers, {layers}: the activations between them do not show in tensors; expected {expected}"
    )]
    HiddenLayers { count: usize, layers: String, expected: usize },
    /// The file holds several networks under different names, such as a teacher and its student.
    #[error("the file holds several networks, under the names {prefixes}; expected one")]
    SeveralNetworks { prefixes: String },
    /// The file holds tensors that the network does not have.
    #[error("{count} tensors are not part of the network, the first is `{example}`")]
    Unread {
        count: usize,
        /// The first by name.
        example: String,
    },
    /// A tensor holds NaN or an infinity.
    #[error("tensor `{name}` holds values that are not finite")]
    NotFinite { name: String },
    /// A batch norm divides by the root of what is not positive.
    #[error("tensor `{name}` holds a variance that is not positive, {epsilon} added")]
    Variance { name: String, epsilon: f64 },
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] WeightsError),
}

impl LoadError {
    /// Whether the network's own layers were all found, and only what stands around them is different.
    pub fn found_all_layers(&self) -> bool {
        matches!(self, Self::Channels { .. } | Self::HiddenLayers { .. } | Self::SeveralNetworks { .. })
    }
}

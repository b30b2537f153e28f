//! Why a weight file cannot be used, and what to do about it.

use super::dtype::Dtype;
use crate::terminal_text::printable;

/// Why a weight file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {fault}")]
pub struct WeightsError {
    /// The path of the file as it was given, or "built-in weights".
    pub file: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a weight file.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The operating system reported an error, or it is not a regular file of a size that is read.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// Not a weight file of a known format.
    #[error("expected {expected}, found {found}")]
    Foreign {
        /// The format that was expected, or all of them.
        expected: String,
        /// What it seems to be.
        found: String,
        /// How to get a file that can be read.
        remedy: Remedy,
    },
    /// A known format, but cut off, altered or forged.
    #[error("damaged {format}: {reason}")]
    Damaged {
        /// Name of the format.
        format: &'static str,
        /// What was expected and what was found.
        reason: String,
    },
    /// A known format, using a feature that is not supported.
    #[error("{reason}")]
    Unsupported {
        /// What was expected and what was found.
        reason: String,
        /// How to get a file that can be read, if there is a general way.
        remedy: Option<Remedy>,
    },
    /// One of the files of a sharded model does not exist.
    #[error("missing, but {index} lists it")]
    MissingShard {
        /// Name of the index that lists it.
        index: String,
    },
    /// One of the files of a sharded model, without the others.
    #[error("one of the files of a model: expected their index, {index}")]
    Shard {
        /// The path of the index.
        index: String,
        /// Whether it exists.
        exists: bool,
    },
    /// Valid, but without any tensor.
    #[error("holds no tensors")]
    NoTensors,
    /// Values were read as floating point, but have another type.
    #[error("tensor `{}`: expected floating point, found {dtype}", printable(.tensor))]
    NotFloat {
        /// Name of the tensor.
        tensor: String,
        /// Its element type.
        dtype: Dtype,
    },
}

/// How to get a file that can be read. `subscripts` are what Python writes after a dictionary to get the entry in
/// question: `["model"]`, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Download it again.
    Download,
    /// Fetch what a git-lfs pointer stands for.
    LfsPull,
    /// Unpack an archive.
    Unpack,
    /// Weights that somebody has published: this format is not converted.
    Published,
    /// Save the torch model that it was exported from.
    SaveSource,
    /// Save the state dict and nothing else.
    SaveStateDict,
    /// Load it and save it, with a torch of today.
    SaveAgain,
    /// Save the state dict of a whole module.
    Module {
        /// Where the module is.
        subscripts: String,
    },
    /// Save one of several networks.
    Entry {
        /// Where the first of them is.
        subscripts: String,
    },
    /// Save numpy arrays as tensors.
    Arrays {
        /// Where their dictionary is.
        subscripts: String,
    },
    /// Load a pickle that torch did not save, and save it with torch.
    BarePickle,
    /// Save the arrays of a file of `numpy.savez` as tensors.
    NumpyArchive,
    /// Give the folder of a configuration, which holds the weights too.
    Folder,
    /// Save the state dict of a `TorchScript` module.
    TorchScript,
    /// Save the state dict of an exported program.
    ExportedProgram,
}

/// Name of the format that `torch` and `pickle` read, for their errors.
pub(super) const TORCH_CHECKPOINT: &str = "torch checkpoint";

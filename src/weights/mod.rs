//! Weight files to tensors: name → (dtype, shape, bytes).
//!
//! The input is a path, or bytes that are part of the program. The tensors of a file on disk are read when they are
//! asked for. Weight files come from strangers: nothing in them is executed, and every size in them is
//! checked against the size of the file before it is used. What a tensor name or shape means is up to
//! `models`.
//!
//! [`FORMATS`] lists the formats that can be read.

mod average;
mod dtype;
mod error;
mod fingerprint;
mod foreign;
mod format;
mod formats;
mod pickle;
mod safetensors;
mod shard_index;
mod source;
mod tensor;
mod torch;
mod weight_file;

pub use average::{Candidate, is_average_name, prefer_average};
pub use dtype::Dtype;
pub use error::{Fault, Remedy, WeightsError};
pub use format::Format;
pub use formats::{FORMATS, foreign_kind, is_weight_name, starts_like_weights};
pub use shard_index::{index_of_shard, is_index, shards};
pub use tensor::TensorInfo;
pub use weight_file::WeightFile;

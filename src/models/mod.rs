//! What networks are, and nothing that runs: tables as in the papers, published checkpoints, names of tensors, and a
//! strict loader from weight files.
//!
//! A family is a file in `families` and its line in [`FAMILIES`]. Help, `mnet models` and the tests that
//! compare networks with the libraries loop over that table.

mod absent;
pub mod arch_def;
mod architecture;
mod built_in;
pub mod catalogue;
mod channels;
mod checkpoint;
mod families;
mod family;
mod library;
mod licence;
pub mod load;
mod published;
pub mod random;
pub mod spec;
pub mod spelling;
pub mod tensor_names;
mod timm_args;
mod torchvision;
mod transformers;

pub use absent::{absent, absent_by_tensors};
pub use architecture::Architecture;
pub use built_in::{BUILT_IN, BuiltIn};
pub use channels::{Rounding, make_divisible};
pub use checkpoint::Checkpoint;
pub use families::FAMILIES;
pub use family::{DefaultInput, Family, TimmVariant, Torchvision, Transformers, Untrained};
pub use library::Library;
pub use licence::Licence;
pub use load::LoadError;
pub use published::Published;
pub use spec::Graph;
pub use tensor_names::TensorNames;
pub use timm_args::TimmArgs;
pub use torchvision::TorchvisionArgs;
pub use transformers::{TransformersConfig, Unsupported};

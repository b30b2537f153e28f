//! A network as plain data: what the papers' tables say, before there are weights.
//!
//! [`Graph`] and [`Block`] are generic over what stands for a layer. `Graph<Conv>` describes a network; the same shape
//! holds the names of its tensors, the tensors themselves, or the layers of a backend, always under the same field names.
//!
//! A new kind of block is a variant of [`Block`]; the compiler then lists every place that has to know it.

mod block;
mod block_kind;
mod conv;
mod cost;
mod graph;

pub use block::{Attention, Block, KeyValue, SqueezeExcite};
pub use block_kind::{BlockKind, LayerPath, Part};
pub use conv::{AntiAlias, Conv, ConvKind, Epilogue};
pub use cost::Cost;
pub use graph::{Graph, Head};

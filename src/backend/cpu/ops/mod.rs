//! Operations on our kernels: they divide feature maps `[C/B, H, W, B]` among the threads of a team.
//!
//! `run` uses the whole team, `compute` the calling thread alone. Nothing is allocated while a network runs: callers
//! provide the outputs and the [`ThreadScratch`].

mod attention;
mod context;
mod conv2d;
mod depthwise;
mod fused_bottleneck;
mod input;
mod pointwise;
mod scratch;
mod separable;
mod size;
mod squeeze_excite;
mod stem;
#[cfg(test)]
mod tests;

pub use attention::{Attention, KvProjection};
pub use context::ExecContext;
pub use conv2d::Conv2d;
pub use depthwise::Depthwise;
pub use fused_bottleneck::{DenseConv, FusedBottleneck};
pub use input::Input;
pub use pointwise::Pointwise;
pub use scratch::{AttentionScratch, ThreadScratch, grown};
pub use separable::{Expansion, Separable};
pub use size::Size;
pub use squeeze_excite::SqueezeExcite;
pub use stem::Stem;

pub use crate::kernels::team::Team;

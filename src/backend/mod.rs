//! What runs networks: our kernels on a CPU, candle's operations on any device.
//!
//! | layer | [`cpu`]: our kernels | `candle`: any device |
//! |---|---|---|
//! | k x k over all channels | own kernels, for the stem and for the others | candle's `conv2d` |
//! | k x k per channel | own kernel | k·k shifted products |
//! | 1 x 1 | packed matrix product | candle's `matmul` |
//! | squeeze-and-excite | packed products, in the block's own pass | candle's `mean` and `matmul` |
//! | attention | own kernel | candle's `matmul` and softmax |
//! | global average pooling | own kernel | candle's `mean` |
//!
//! The candle backend reads like the papers and is the reference of all others. A backend for one kind of GPU is a
//! folder here and an arm of the matches in `network.rs`.

mod candle;
mod contributions;
mod conv;
pub mod cpu;
pub mod device;
mod error;
mod forward;
mod network;
mod norms;
mod precision;

pub use crate::record::Precision;
pub use contributions::Contributions;
pub use error::{BuildError, RunError};
pub use forward::{Extras, Output};
pub use network::Network;
pub use norms::Norms;

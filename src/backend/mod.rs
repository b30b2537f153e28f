//! What runs networks: our kernels on a CPU, candle's operations on any device.

mod candle;
mod conv;
pub mod cpu;
pub mod device;
mod network;

pub use network::{Network, Norms, RunError};

//! Latencies, and the peak throughput of the machine.

mod latencies;
mod peak;

pub use latencies::{Latencies, Plan};
pub use peak::peak;

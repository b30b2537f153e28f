//! Latencies, and the peak throughput of the machine.

mod latencies;
mod peak;

pub use latencies::{Latencies, Plan, needed_runs};
pub use peak::{at_least, peak};

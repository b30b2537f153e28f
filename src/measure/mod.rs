//! Time: how long a thing takes, and how fast the machine could be.

mod latencies;
mod peak;

pub use latencies::{Latencies, Plan};
pub use peak::peak;

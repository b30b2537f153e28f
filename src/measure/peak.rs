//! Peak FMA throughput from registers, without memory traffic.
//!
//! The instructions are in [`kernels::peak`](crate::kernels::peak), where vectors are; threads and the clock are here.

use std::time::Instant;

use crate::kernels::isa::Isa;

/// A few milliseconds, longer than a processor takes to change its clock rate.
const ROUNDS: usize = 1 << 20;
/// The best try counts: something else may run at any moment.
const TRIES: usize = 8;

/// Floating-point operations per second that `threads` threads of the current rayon pool reach together, in registers
/// alone: an upper bound for every kernel of this instruction set.
pub fn peak(isa: &Isa, threads: usize) -> f64 {
    let operations = (threads * ROUNDS * isa.peak.operations()) as f64;
    let rate = |_| {
        let start = Instant::now();
        rayon::broadcast(|thread| {
            if thread.index() < threads {
                isa.peak.run(ROUNDS);
            }
        });
        operations / start.elapsed().as_secs_f64()
    };
    (0..TRIES).map(rate).fold(0.0, f64::max)
}

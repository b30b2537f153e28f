//! How fast a processor multiplies and adds, data apart.

use std::time::Instant;

use crate::kernels::isa::Isa;
use crate::kernels::peak;

/// A few milliseconds, longer than it takes a processor to change its clock.
const ROUNDS: usize = 1 << 20;
/// The best of them counts: something else may run at any moment.
const TRIES: usize = 8;

/// Floating-point operations per second of `threads` threads of the current rayon pool together, in registers alone: an
/// upper bound for every kernel of this instruction set.
pub fn peak(isa: &Isa, threads: usize) -> f64 {
    let operations = (threads * ROUNDS * peak::operations(isa)) as f64;
    let rate = |_| {
        let start = Instant::now();
        rayon::broadcast(|thread| {
            if thread.index() < threads {
                peak::run(isa, ROUNDS);
            }
        });
        operations / start.elapsed().as_secs_f64()
    };
    (0..TRIES).map(rate).fold(0.0, f64::max)
}

//! Peak FMA throughput from registers, without memory traffic.
//!
//! The instructions are in [`kernels::peak`](crate::kernels::peak), where vectors are; threads and the clock are here.

use std::time::Instant;

use crate::kernels::peak::PeakKernel;

/// A few milliseconds, longer than a processor takes to change its clock rate.
const ROUNDS: usize = 1 << 20;
/// The best try counts: something else may run at any moment.
const TRIES: usize = 8;
/// How often a peak is measured that is below what was reached.
const ATTEMPTS: usize = 5;

/// Floating-point operations per second that `threads` threads of the current rayon pool reach together, in registers
/// alone: an upper bound for every kernel of the same instruction set.
pub fn peak(kernel: &PeakKernel, threads: usize) -> f64 {
    let operations = (threads * ROUNDS * kernel.operations()) as f64;
    let rate = |_| {
        let start = Instant::now();
        rayon::broadcast(|thread| {
            if thread.index() < threads {
                kernel.run(ROUNDS);
            }
        });
        operations / start.elapsed().as_secs_f64()
    };
    (0..TRIES).map(rate).fold(0.0, f64::max)
}

/// A peak that is at least `reached`, a rate that was measured. One below it is wrong, because something else was running,
/// and is measured again. If it stays below, the best of all attempts is returned.
pub fn at_least(reached: f64, mut peak: impl FnMut() -> f64) -> f64 {
    let mut best = peak();
    for _ in 1..ATTEMPTS {
        if best >= reached {
            break;
        }
        best = best.max(peak());
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_below_what_was_reached_is_measured_again() {
        let measured = |peaks: &[f64]| {
            let mut count = 0;
            let best = at_least(3.0, || {
                count += 1;
                peaks[count - 1]
            });
            (best, count)
        };
        assert_eq!(measured(&[3.0]), (3.0, 1));
        assert_eq!(measured(&[2.0, 1.0, 4.0]), (4.0, 3));
        assert_eq!(measured(&[2.0, 1.0, 2.5, 1.0, 1.0]), (2.5, 5));
    }
}

//! Lends threads of rayon's pool to a team.

use crate::kernels::team::{Team, Workers};

/// Calls `lead` with a team of up to `threads` threads of the current pool, as many as have nothing else to do.
///
/// To be called on a thread of that pool.
pub(super) fn with_team<R: Send>(threads: usize, lead: impl FnOnce(&Team) -> R + Send) -> R {
    let team = Team::new(threads.max(1));
    if threads <= 1 {
        return lead(&team);
    }
    let workers = team.workers();
    // The team goes with the leader: when that is done or panics, the workers are released.
    let lead = move || {
        let team = team;
        lead(&team)
    };
    rayon::join(lead, || lend(&workers, 1, threads)).0
}

/// Lends threads as members `first` to `end`, without allocating.
fn lend(workers: &Workers, first: usize, end: usize) {
    if end - first == 1 {
        return workers.run(first);
    }
    let middle = first.midpoint(end);
    rayon::join(|| lend(workers, first, middle), || lend(workers, middle, end));
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn in_pool<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("a pool").install(work)
    }

    #[test]
    fn every_thread_of_the_pool_can_take_part() {
        in_pool(3, || {
            with_team(3, |team| {
                let seen = [const { AtomicUsize::new(0) }; 3];
                // All stay until the last has come.
                team.broadcast(&|number| {
                    seen[number].fetch_add(1, Ordering::Relaxed);
                    while seen.iter().any(|seen| seen.load(Ordering::Relaxed) == 0) {
                        std::thread::yield_now();
                    }
                });
                assert!(seen.iter().all(|seen| seen.load(Ordering::Relaxed) == 1));
            });
        });
    }

    #[test]
    fn a_leader_that_panics_releases_its_workers() {
        in_pool(2, || {
            let led = std::panic::catch_unwind(|| with_team(2, |_| panic!("for the test")));
            assert!(led.is_err());
            // The pool has both threads again.
            assert_eq!(rayon::join(|| 1, || 2), (1, 2));
        });
    }
}

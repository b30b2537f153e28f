use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::kernels::team::Team;

/// Runs `lead` with `count` workers, and waits for them.
fn with_workers(count: usize, lead: impl FnOnce(&Team)) {
    let team = Team::new(count + 1);
    thread::scope(|scope| {
        for number in 1..=count {
            let workers = team.workers();
            scope.spawn(move || workers.run(number));
        }
        lead(&team);
        drop(team);
    });
}

#[test]
fn every_phase_ends_before_the_next() {
    let phases = if cfg!(miri) { 5 } else { 2000 };
    with_workers(3, |team| {
        for phase in 0..phases {
            let (left, sum) = (AtomicUsize::new(100), AtomicUsize::new(0));
            team.broadcast(&|_| {
                while let Ok(share) =
                    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
                {
                    sum.fetch_add(share, Ordering::Relaxed);
                }
            });
            assert_eq!(sum.into_inner(), 5050, "phase {phase}");
        }
    });
}

#[test]
fn the_leader_needs_no_workers() {
    let team = Team::new(4);
    let seen = AtomicUsize::new(0);
    team.broadcast(&|number| {
        assert_eq!(number, 0);
        seen.fetch_add(1, Ordering::Relaxed);
    });
    assert_eq!(seen.into_inner(), 1);
    let workers = team.workers();
    drop(team);
    // Comes late, and leaves at once.
    workers.run(1);
}

#[test]
fn every_member_has_its_own_number() {
    with_workers(3, |team| {
        let seen = [const { AtomicUsize::new(0) }; 4];
        // All stay until the last has come.
        team.broadcast(&|number| {
            seen[number].fetch_add(1, Ordering::Relaxed);
            while seen.iter().any(|seen| seen.load(Ordering::Relaxed) == 0) {
                thread::yield_now();
            }
        });
        assert!(seen.iter().all(|seen| seen.load(Ordering::Relaxed) == 1));
    });
}

#[test]
fn a_panic_of_the_leader_releases_workers_and_team() {
    with_workers(2, |team| {
        let led = catch_unwind(AssertUnwindSafe(|| {
            team.broadcast(&|number| assert!(number > 0, "for the test"));
        }));
        assert!(led.is_err());
        let seen = AtomicUsize::new(0);
        team.broadcast(&|_| {
            seen.fetch_add(1, Ordering::Relaxed);
        });
        assert!(seen.into_inner() > 0);
    });
}

#[test]
fn a_panic_of_a_worker_reaches_the_leader() {
    let team = Team::new(2);
    thread::scope(|scope| {
        let workers = team.workers();
        let worker = scope.spawn(move || {
            let served = catch_unwind(AssertUnwindSafe(|| workers.run(1)));
            assert!(served.is_err());
        });
        let reached = AtomicBool::new(false);
        let led = catch_unwind(AssertUnwindSafe(|| {
            team.broadcast(&|number| {
                if number == 1 {
                    reached.store(true, Ordering::Relaxed);
                    panic!("for the test");
                }
                while !reached.load(Ordering::Relaxed) {
                    thread::yield_now();
                }
            });
        }));
        assert!(led.is_err());
        assert!(worker.join().is_ok());
    });
}

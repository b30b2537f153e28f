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
    // A late worker returns at once.
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
        // The team stays broken.
        let work = |_| panic!("the phase was run");
        let led = catch_unwind(AssertUnwindSafe(|| team.broadcast(&work)));
        assert_eq!(message(led), "a thread of the team panicked");
    });
}

#[test]
fn a_phase_cannot_start_another() {
    // The work must be `Sync`, which a reference to the team is not.
    thread_local!(static TEAMS: [Team; 2] = [1, 2].map(Team::new));
    let nested = |index: usize| TEAMS.with(|teams| teams[index].broadcast(&|_| ()));
    for index in 0..2 {
        let lead = || TEAMS.with(|teams| teams[index].broadcast(&|_| nested(index)));
        assert_eq!(message(catch_unwind(lead)), "a phase started another");
        nested(index);
    }
}

#[test]
fn every_number_is_of_one_thread_and_below_the_size() {
    let team = Team::new(2);
    let workers = team.workers();
    for number in [0, 2, usize::MAX] {
        let served = catch_unwind(AssertUnwindSafe(|| workers.run(number)));
        assert_eq!(message(served), format!("member {number} of a team of 2"));
    }
    thread::scope(|scope| {
        let has_come = AtomicBool::new(false);
        scope.spawn(|| workers.run(1));
        while !has_come.load(Ordering::Relaxed) {
            team.broadcast(&|number| {
                has_come.fetch_or(number == 1, Ordering::Relaxed);
            });
        }
        let served = catch_unwind(AssertUnwindSafe(|| workers.run(1)));
        assert_eq!(message(served), "two members with the number 1");
        drop(team);
    });
    // The first has given it back.
    workers.run(1);
}

fn message(result: thread::Result<()>) -> String {
    let panic = result.expect_err("a panic");
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).expect("a message")
}

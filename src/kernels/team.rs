//! Threads that work together, phase after phase, without going to sleep in between.
//!
//! A picture takes a few milliseconds and some forty phases: to wake a thread for each would cost more than half of
//! them. Nothing here starts threads. A caller lends some to [`Team::serve`]; its own thread leads with
//! [`Team::run`]. Whoever is there takes part, nobody waits for one that has not come: phases hand out their work
//! through [`Shares`](super::feature_map::Shares).

#![expect(unsafe_code, reason = "a phase is borrowed for as long as it runs")]

use std::cell::UnsafeCell;
use std::hint;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

type Phase<'a> = &'a (dyn Fn(usize) + Sync + 'a);

/// A leader and the threads that serve it.
pub struct Team {
    size: usize,
    /// `phase · 2 · MANY + OPEN + members at work`; closed for good at [`OVER`].
    state: AtomicUsize,
    work: UnsafeCell<Option<Phase<'static>>>,
    panicked: AtomicBool,
    /// Whether a phase is under way.
    is_led: AtomicBool,
}

// SAFETY: `work` is written by one leader, while no member is at work and none can begin; see `run`.
unsafe impl Sync for Team {}

/// More members than there will ever be.
const MANY: usize = 1 << 16;
/// The bit that lets members begin.
const OPEN: usize = MANY;
/// No phase follows.
const OVER: usize = usize::MAX;

/// Rounds that a member looks for work without giving up the processor: about as long as a phase.
const PATIENCE: usize = 1 << 11;

impl Team {
    /// A team of at most `size` threads, the leader included.
    ///
    /// # Panics
    /// If there are none, or more than 65,535.
    pub fn new(size: usize) -> Self {
        assert!((1..MANY).contains(&size), "a team of {size}");
        Self {
            size,
            state: AtomicUsize::new(0),
            work: UnsafeCell::new(None),
            panicked: AtomicBool::new(false),
            is_led: AtomicBool::new(false),
        }
    }

    /// The most threads that may take part in a phase.
    pub fn size(&self) -> usize {
        self.size
    }

    /// One phase: calls `work` with 0 here, and with their numbers on the members that are there. Returns when all
    /// have returned.
    ///
    /// # Panics
    /// If `work` panicked on a member, or calls this itself.
    pub fn run(&self, work: &(dyn Fn(usize) + Sync)) {
        if self.size == 1 || self.state.load(Ordering::Relaxed) == OVER {
            return work(0);
        }
        assert!(!self.is_led.swap(true, Ordering::Acquire), "a team has one leader, and one phase at a time");
        let state = self.state.load(Ordering::Relaxed);
        // SAFETY: a member reads this between entering and leaving an open phase; the last one is closed and left.
        // The borrow is forgotten before `run` returns, even by a panic: `closing` waits for every member.
        unsafe { *self.work.get() = Some(std::mem::transmute::<Phase<'_>, Phase<'static>>(work)) };
        self.state.store((state / (2 * MANY) + 1) * 2 * MANY + OPEN, Ordering::Release);
        let closing = Closing(self);
        work(0);
        drop(closing);
        assert!(!self.panicked.load(Ordering::Relaxed), "a thread of the team panicked");
    }

    /// Takes part in phases as member `number`, 1 or more, until the leader calls [`end`](Self::end).
    pub fn serve(&self, number: usize) {
        let mut done = 0;
        let mut rounds = 0;
        loop {
            let state = self.state.load(Ordering::Acquire);
            if state == OVER {
                return;
            }
            let fresh = state & OPEN != 0 && state / (2 * MANY) != done;
            let entered = fresh
                && self
                    .state
                    .compare_exchange(state, state + 1, Ordering::Acquire, Ordering::Relaxed)
                    .is_ok();
            if entered {
                let leaving = Leaving(self);
                // SAFETY: the phase is open or waits for this member to leave: its work is there and stays.
                if let Some(work) = unsafe { *self.work.get() } {
                    work(number);
                }
                drop(leaving);
                (done, rounds) = (state / (2 * MANY), 0);
            } else if rounds < PATIENCE {
                rounds += 1;
                hint::spin_loop();
            } else {
                thread::yield_now();
            }
        }
    }

    /// Lets all members go.
    pub fn end(&self) {
        self.state.store(OVER, Ordering::Release);
    }
}

/// Closes a phase and waits for its members.
struct Closing<'a>(&'a Team);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        let state = &self.0.state;
        state.fetch_and(!OPEN, Ordering::Relaxed);
        let mut rounds = 0;
        while !state.load(Ordering::Acquire).is_multiple_of(MANY) {
            rounds += 1;
            if rounds < PATIENCE { hint::spin_loop() } else { thread::yield_now() }
        }
        self.0.is_led.store(false, Ordering::Release);
    }
}

/// Leaves a phase.
struct Leaving<'a>(&'a Team);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.panicked.store(true, Ordering::Relaxed);
        }
        self.0.state.fetch_sub(1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Leads `lead` with `members` threads behind it.
    fn with_members(members: usize, lead: impl FnOnce(&Team)) {
        let team = Team::new(members + 1);
        thread::scope(|scope| {
            for number in 1..=members {
                let team = &team;
                scope.spawn(move || team.serve(number));
            }
            lead(&team);
            team.end();
        });
    }

    #[test]
    fn every_phase_is_over_before_the_next() {
        with_members(3, |team| {
            for phase in 0..2000 {
                let (left, sum) = (AtomicUsize::new(100), AtomicUsize::new(0));
                team.run(&|_| {
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
    fn the_leader_needs_nobody() {
        let team = Team::new(4);
        let seen = AtomicUsize::new(0);
        team.run(&|number| {
            assert_eq!(number, 0);
            seen.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(seen.into_inner(), 1);
        team.end();
        team.serve(1);
    }

    #[test]
    fn members_have_numbers_of_their_own() {
        with_members(3, |team| {
            let seen = [const { AtomicUsize::new(0) }; 4];
            // Everybody stays until all have come.
            team.run(&|number| {
                seen[number].fetch_add(1, Ordering::Relaxed);
                while seen.iter().any(|seen| seen.load(Ordering::Relaxed) == 0) {
                    thread::yield_now();
                }
            });
            assert!(seen.iter().all(|seen| seen.load(Ordering::Relaxed) == 1));
        });
    }

    #[test]
    fn a_panic_of_a_member_is_the_leaders() {
        let outcome = std::panic::catch_unwind(|| {
            let team = Team::new(2);
            thread::scope(|scope| {
                let member = scope.spawn(|| {
                    let served = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| team.serve(1)));
                    assert!(served.is_err());
                });
                let reached = AtomicBool::new(false);
                let led = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    team.run(&|number| {
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
                assert!(member.join().is_ok());
            });
        });
        assert!(outcome.is_ok());
    }
}

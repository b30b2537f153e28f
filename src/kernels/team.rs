//! A thread team: threads that work together, phase after phase, without going to sleep in between.
//!
//! An image takes a few milliseconds and some forty phases. Why not `rayon::scope` for each: waking a sleeping thread
//! costs about as much as a phase, and all wake-ups together more than half of the image. A worker of a team spins
//! between phases instead.
//!
//! No threads are started here. A caller lends some to [`Workers::run`]; its own thread leads with [`Team::broadcast`].
//! A phase runs on the threads that are there, and does not wait for any that are late: phases hand out their work
//! through a [`WorkQueue`](super::work_queue::WorkQueue).

#![expect(unsafe_code, reason = "a phase is borrowed for as long as it runs")]

use std::cell::{Cell, UnsafeCell};
use std::hint;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

/// What a phase runs on every thread, with the thread's number.
type Work<'a> = dyn Fn(usize) + Sync + 'a;

/// The leader's handle. Dropping it releases the workers.
///
/// It cannot be shared between threads: there is one leader, and a phase cannot start another from a worker.
#[derive(Debug)]
pub struct Team {
    shared: Arc<Shared>,
    is_broadcasting: Cell<bool>,
}

/// The workers' handle.
#[derive(Clone, Debug)]
pub struct Workers(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// `phase · 2 · MEMBERS + OPEN + members at work`, or [`SHUT_DOWN`].
    state: AtomicU64,
    /// The work of the phase that is under way.
    work: UnsafeCell<Option<*const Work<'static>>>,
    /// Whether a worker has panicked. Never reset.
    panicked: AtomicBool,
    /// For each number below the size of the team, whether a thread has it; 0 is the leader's.
    is_taken: Box<[AtomicBool]>,
}

// SAFETY: the leader alone writes `work`, while no member is at work and none can enter (`Phase`); what it points to is
// `Sync` and outlives the phase.
unsafe impl Sync for Shared {}
// SAFETY: only the pointer in `work` is not `Send`; what it points to is `Sync`, and so may be called on any thread.
unsafe impl Send for Shared {}

/// More members than a team may have: [`Place`] keeps the members at work below the size of the team.
const MEMBERS: u64 = 1 << 16;
/// The bit that lets members enter.
const OPEN: u64 = MEMBERS;
/// No phase will follow.
const SHUT_DOWN: u64 = u64::MAX;

/// Rounds that a thread spins before it starts to yield the processor: about as long as a phase.
const SPINS: usize = 1 << 11;

impl Team {
    /// A team of at most `size` threads, the leader included.
    ///
    /// # Panics
    /// If `size` is 0 or above 65,535.
    pub fn new(size: usize) -> Self {
        assert!((1..MEMBERS).contains(&(size as u64)), "a team of {size}");
        let shared = Shared {
            state: AtomicU64::new(0),
            work: UnsafeCell::new(None),
            panicked: AtomicBool::new(false),
            is_taken: (0..size).map(|number| AtomicBool::new(number == 0)).collect(),
        };
        Self { shared: Arc::new(shared), is_broadcasting: Cell::new(false) }
    }

    /// The most threads that may take part in a phase.
    pub fn size(&self) -> usize {
        self.shared.is_taken.len()
    }

    /// The handle for threads that are to work for this team.
    pub fn workers(&self) -> Workers {
        Workers(self.shared.clone())
    }

    /// One phase: calls `work` with 0 here, and with their numbers on the workers that are there. Returns when all of
    /// them have returned.
    ///
    /// # Panics
    /// If `work` panicked on a worker, in this phase or in any before: the team has lost that thread for good. Also if
    /// `work` calls this.
    pub fn broadcast(&self, work: &(dyn Fn(usize) + Sync)) {
        self.assert_no_panic();
        assert!(!self.is_broadcasting.replace(true), "a phase started another");
        let phase = Phase::open(self, work);
        work(0);
        drop(phase);
        self.assert_no_panic();
    }

    fn assert_no_panic(&self) {
        assert!(!self.shared.panicked.load(Ordering::Relaxed), "a thread of the team panicked");
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.shared.state.store(SHUT_DOWN, Ordering::Release);
    }
}

/// A phase under way. Dropping it closes the phase and waits for its members, also while the leader unwinds.
struct Phase<'a>(&'a Team);

impl<'a> Phase<'a> {
    fn open(team: &'a Team, work: &'a Work<'_>) -> Self {
        let Shared { state, work: slot, .. } = &*team.shared;
        let work: *const Work<'_> = work;
        // SAFETY: the type differs in its lifetime only. The pointer is taken out again before `work` can go: `Phase`
        // borrows it, and its drop waits for every member first.
        #[expect(clippy::transmute_ptr_to_ptr, reason = "a cast would not show that the lifetime changes")]
        let work = unsafe { std::mem::transmute::<*const Work<'_>, *const Work<'static>>(work) };
        // SAFETY: members read the slot only between entering and leaving an open phase. The last phase was closed and
        // left before `is_broadcasting` was reset, and only this handle, which is not `Sync`, opens the next.
        unsafe { *slot.get() = Some(work) };
        let last = state.load(Ordering::Relaxed);
        state.store((last / (2 * MEMBERS) + 1) * 2 * MEMBERS + OPEN, Ordering::Release);
        Self(team)
    }
}

impl Drop for Phase<'_> {
    fn drop(&mut self) {
        let Shared { state, work, .. } = &*self.0.shared;
        state.fetch_and(!OPEN, Ordering::Relaxed);
        let mut spins = 0;
        while !state.load(Ordering::Acquire).is_multiple_of(MEMBERS) {
            wait(&mut spins);
        }
        // SAFETY: the phase is closed, and the last member has left it.
        unsafe { *work.get() = None };
        self.0.is_broadcasting.set(false);
    }
}

impl Workers {
    /// Takes part in phases as member `number` until the [`Team`] is dropped.
    ///
    /// # Panics
    /// If `number` is 0, is not below the size of the team, or is that of a thread that is here already; or if the work
    /// panics.
    pub fn run(&self, number: usize) {
        let _place = Place::take(&self.0, number);
        let Shared { state, work, .. } = &*self.0;
        let mut done = 0;
        let mut spins = 0;
        loop {
            let seen = state.load(Ordering::Acquire);
            if seen == SHUT_DOWN {
                return;
            }
            let phase = seen / (2 * MEMBERS);
            let is_new = seen & OPEN != 0 && phase != done;
            if is_new && state.compare_exchange(seen, seen + 1, Ordering::Acquire, Ordering::Relaxed).is_ok()
            {
                let membership = Membership(&self.0);
                // SAFETY: this member has entered an open phase, and the leader waits for it to leave before it writes
                // the slot or lets go of the work.
                if let Some(work) = unsafe { *work.get() } {
                    // SAFETY: `Team::broadcast` borrows the work until `Phase` is dropped, which waits for this member.
                    unsafe { (*work)(number) };
                }
                drop(membership);
                (done, spins) = (phase, 0);
            } else {
                wait(&mut spins);
            }
        }
    }
}

/// A number that one thread has. Dropping it gives it back.
struct Place<'a>(&'a AtomicBool);

impl<'a> Place<'a> {
    fn take(shared: &'a Shared, number: usize) -> Self {
        let size = shared.is_taken.len();
        assert!((1..size).contains(&number), "member {number} of a team of {size}");
        let is_taken = &shared.is_taken[number];
        assert!(!is_taken.swap(true, Ordering::Acquire), "two members with the number {number}");
        Self(is_taken)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// A member at work. Dropping it leaves the phase, also while the thread unwinds.
struct Membership<'a>(&'a Shared);

impl Drop for Membership<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.panicked.store(true, Ordering::Relaxed);
        }
        self.0.state.fetch_sub(1, Ordering::Release);
    }
}

fn wait(spins: &mut usize) {
    if *spins < SPINS && !cfg!(miri) {
        *spins += 1;
        hint::spin_loop();
    } else {
        thread::yield_now();
    }
}

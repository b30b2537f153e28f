//! Panics that become errors: of one picture among many, say. The others are still answered.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};

thread_local! {
    /// Guards around what this thread runs.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Guards of all threads.
static GUARDS: AtomicUsize = AtomicUsize::new(0);

/// Runs `work`; a panic in it is an error with the panic's message.
///
/// What `work` changed before it panicked stays as it is: it must not leave anything half changed that is used again.
///
/// # Errors
/// The message of the panic.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let guard = Guard::new();
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    drop(guard);
    result.map_err(|panic| message(&*panic))
}

/// Whether a panic on this thread is caught by [`catch`]. For panic hooks, which then need not report it.
///
/// A thread of a rayon pool hands its panics to the thread that it works for, so it counts while any thread is in
/// [`catch`].
pub fn is_guarded() -> bool {
    DEPTH.get() > 0 || rayon::current_thread_index().is_some() && GUARDS.load(Ordering::Relaxed) > 0
}

/// Counts a guard until it is dropped.
struct Guard;

impl Guard {
    fn new() -> Self {
        DEPTH.set(DEPTH.get() + 1);
        GUARDS.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
        GUARDS.fetch_sub(1, Ordering::Relaxed);
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().map(str::to_owned);
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_with_its_message() {
        assert_eq!(catch(|| 3), Ok(3));
        assert_eq!(catch(|| panic!("plain")), Err::<(), _>("plain".to_owned()));
        let number = 7;
        assert_eq!(catch(|| panic!("number {number}")), Err::<(), _>("number 7".to_owned()));
    }

    #[test]
    fn a_guard_lasts_as_long_as_its_work() {
        assert!(!is_guarded());
        let outer = catch(|| {
            let inner = catch(|| assert!(!is_guarded(), "on purpose"));
            (inner, is_guarded())
        });
        assert_eq!(outer, Ok((Err("on purpose".to_owned()), true)));
        assert!(!is_guarded());
    }

    #[test]
    fn a_pool_works_for_the_guarded() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert_eq!(catch(|| pool.install(is_guarded)), Ok(true));
        let fault = catch(|| pool.install(|| panic!("in the pool")));
        assert_eq!(fault, Err::<(), _>("in the pool".to_owned()));
        // The pool has its thread again.
        assert_eq!(catch(|| pool.install(|| 5)), Ok(5));
    }
}

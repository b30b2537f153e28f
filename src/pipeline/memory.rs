//! The memory that the pictures of a run take at a time.
//!
//! A decoder knows from the header what it will take. It starts once there is room for that, so pictures that would not
//! fit together are decoded one after the other, and one that does not fit alone is refused.
//!
//! Who waits holds nothing, so nobody waits for ever.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::record::{ItemError, ItemHint};

/// Bytes that may be taken, and how many are.
#[derive(Debug)]
pub(super) struct Memory {
    limit: u64,
    /// Of these, those that only [`reserve`](Self::reserve) may have.
    reserved: u64,
    taken: Mutex<u64>,
    freed: Condvar,
    /// Whether the system gives so many bytes.
    is_there: fn(u64) -> bool,
}

/// Bytes that are taken, until it is dropped.
#[derive(Debug)]
pub(super) struct Lease<'a> {
    memory: &'a Memory,
    bytes: u64,
}

/// How often one who waits looks whether the run was stopped.
const LOOK: Duration = Duration::from_millis(50);

/// Whether the system has memory is asked for sums from here on: less comes from what the allocator keeps.
const LARGE: u64 = 64 << 20;

impl Memory {
    pub(super) fn new(limit: u64) -> Self {
        Self { limit, reserved: 0, taken: Mutex::new(0), freed: Condvar::new(), is_there }
    }

    /// Keeps so many bytes from being taken: something else has them.
    pub(super) fn reserve(self, reserved: u64) -> Self {
        Self { reserved, ..self }
    }

    /// Takes `bytes` as soon as there is room; `None` if `stop` is set before. The caller may hold nothing else.
    ///
    /// # Errors
    /// If there will never be room.
    pub(super) fn take(&self, bytes: u64, stop: &AtomicBool) -> Result<Option<Lease<'_>>, ItemError> {
        let mut taken = self.lock();
        while !self.has_room(*taken, bytes) {
            if *taken == 0 {
                return Err(self.refusal(bytes));
            }
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let woken = self.freed.wait_timeout(taken, LOOK);
            taken = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        *taken += bytes;
        Ok(Some(Lease { memory: self, bytes }))
    }

    /// Whether `bytes` more may be taken, and are there. What others took may not have been allocated yet, so the system is
    /// asked for all of it: a limit above what it gives makes pictures wait, but never ends the process.
    fn has_room(&self, taken: u64, bytes: u64) -> bool {
        let all = taken.saturating_add(bytes);
        all.saturating_add(self.reserved) <= self.limit && (all < LARGE || (self.is_there)(all))
    }

    fn refusal(&self, bytes: u64) -> ItemError {
        let (needed, limit) = (mebibytes(bytes), mebibytes(self.limit));
        let (message, hint) = if bytes.saturating_add(self.reserved) > self.limit {
            let message = format!("takes {needed} MiB of memory to decode; the limit is {limit} MiB");
            if self.reserved == 0 {
                (message, Some(ItemHint::AllowMemory(bytes)))
            } else {
                let reserved = mebibytes(self.reserved);
                // With a higher limit more may be reserved, up to half of it.
                let enough = bytes.saturating_mul(2).max(bytes.saturating_add(self.reserved));
                let message = format!("{message}, of which {reserved} MiB hold the pictures of a batch");
                (message, Some(ItemHint::AllowMemory(enough)))
            }
        } else {
            (format!("takes {needed} MiB of memory to decode, which the system does not give"), None)
        };
        ItemError { kind: "too-large", message, hint }
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease<'_> {
    /// Takes `bytes` instead, if there is room now.
    pub(super) fn resize(&mut self, bytes: u64) -> bool {
        let mut taken = self.memory.lock();
        let others = *taken - self.bytes;
        let has_room = bytes <= self.bytes || self.memory.has_room(others, bytes);
        if has_room {
            *taken = others + bytes;
            self.bytes = bytes;
        }
        has_room
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        *self.memory.lock() -= self.bytes;
        self.memory.freed.notify_all();
    }
}

/// Whether the system gives so much. Under a limit on addresses (`ulimit -v`) it says no before it is used, where a
/// decoder's allocation would end the process.
fn is_there(bytes: u64) -> bool {
    usize::try_from(bytes).is_ok_and(|bytes| Vec::<u8>::new().try_reserve_exact(bytes).is_ok())
}

/// Rounded up.
fn mebibytes(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;
    use std::thread;

    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn no_more_is_taken_than_the_limit() {
        let memory = Memory::new(10);
        let (held, stop) = (AtomicU64::new(0), AtomicBool::new(false));
        let work = |bytes: u64| {
            for _ in 0..200 {
                let mut lease = memory.take(bytes, &stop).unwrap().unwrap();
                let now = held.fetch_add(bytes, Ordering::SeqCst) + bytes;
                assert!(now <= 10, "{now} of 10");
                thread::yield_now();
                held.fetch_sub(bytes, Ordering::SeqCst);
                assert!(lease.resize(bytes - 1));
            }
        };
        thread::scope(|scope| {
            for bytes in [10, 3, 7, 1, 6] {
                scope.spawn(move || work(bytes));
            }
        });
        assert_eq!(*memory.lock(), 0);
    }

    #[test]
    fn what_never_fits_is_refused_with_what_would_do() {
        let memory = Memory::new(512 * MIB);
        let error = memory.take(900 * MIB + 1, &AtomicBool::new(false)).unwrap_err();
        assert_eq!(error.message, "takes 901 MiB of memory to decode; the limit is 512 MiB");
        assert_eq!((error.kind, error.hint), ("too-large", Some(ItemHint::AllowMemory(900 * MIB + 1))));
        let error = Memory::new(u64::MAX).take(1 << 62, &AtomicBool::new(false)).unwrap_err();
        assert!(error.message.ends_with("which the system does not give"), "{}", error.message);
    }

    #[test]
    fn what_is_reserved_cannot_be_taken() {
        let (memory, stop) = (Memory::new(100 * MIB).reserve(40 * MIB), AtomicBool::new(false));
        assert!(!memory.take(60 * MIB, &stop).unwrap().unwrap().resize(60 * MIB + 1));
        let error = memory.take(61 * MIB, &stop).unwrap_err();
        let expected = "takes 61 MiB of memory to decode; the limit is 100 MiB, of which 40 MiB hold the pictures of a batch";
        assert_eq!((error.message.as_str(), error.hint), (expected, Some(ItemHint::AllowMemory(122 * MIB))));
    }

    #[test]
    fn a_lease_grows_only_if_there_is_room() {
        let (memory, stop) = (Memory::new(10), AtomicBool::new(false));
        let mut first = memory.take(4, &stop).unwrap().unwrap();
        let second = memory.take(4, &stop).unwrap().unwrap();
        assert!(!first.resize(7) && first.resize(6));
        drop(second);
        assert!(first.resize(10));
        drop(first);
        assert_eq!(*memory.lock(), 0);
    }

    /// The limit is far above what the system gives, and what is taken is not yet allocated.
    #[test]
    fn no_more_is_taken_than_the_system_gives() {
        let memory = Memory { is_there: |bytes| bytes <= 300 * MIB, ..Memory::new(4096 * MIB) };
        let stop = AtomicBool::new(true);
        let take = |mebibytes: u64| memory.take(mebibytes * MIB, &stop).unwrap();
        let mut first = take(200).unwrap();
        assert!(take(200).is_none() && take(101).is_none());
        let second = take(40).unwrap();
        assert!(take(61).is_none() && !first.resize(261 * MIB) && first.resize(260 * MIB));
        drop(first);
        assert!(take(200).is_some());
        drop(second);
        let error = memory.take(301 * MIB, &stop).unwrap_err();
        assert_eq!(error.message, "takes 301 MiB of memory to decode, which the system does not give");
    }

    #[test]
    fn a_stop_ends_waiting() {
        let (memory, stop) = (Memory::new(10), AtomicBool::new(false));
        let _held = memory.take(8, &stop).unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| memory.take(5, &stop));
            thread::sleep(Duration::from_millis(20));
            stop.store(true, Ordering::Relaxed);
            assert!(waiting.join().unwrap().unwrap().is_none());
        });
    }
}

//! A picture that lies in a file with many others, and the memory for those that wait.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use serde_json::Value;

/// One picture of a file that holds many.
#[derive(PartialEq)]
pub struct Member {
    /// The file, then the name within it: `shard.tar/0001.jpg`. It is a name only, and never opened.
    pub path: PathBuf,
    /// The picture's bytes; empty if only names were asked for.
    pub bytes: Vec<u8>,
    /// The values of the columns that are kept, in the order in which they were asked for. Null if the member has no such column.
    pub kept: Vec<Value>,
    /// The memory that it takes, until it is dropped.
    pub(super) held: Held,
}

// A JSON value has no NaN.
impl Eq for Member {}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("path", &self.path)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// Bytes of all members of a run that have been read and have no answer yet. A reader waits until its next member fits; one
/// that alone is larger waits until there is no other.
#[derive(Debug)]
pub(super) struct Room {
    most: u64,
    taken: Mutex<u64>,
    freed: Condvar,
}

/// A part of a [`Room`], until it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    room: Arc<Room>,
    bytes: u64,
}

impl Room {
    pub(super) fn new(most: u64) -> Arc<Self> {
        Arc::new(Self { most, taken: Mutex::new(0), freed: Condvar::new() })
    }

    /// Waits for room for `bytes`.
    pub(super) fn take(self: &Arc<Self>, bytes: u64) -> Held {
        let is_full = |taken: &mut u64| *taken > 0 && taken.saturating_add(bytes) > self.most;
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = self.freed.wait_while(taken, is_full).unwrap_or_else(PoisonError::into_inner);
        *taken += bytes;
        Held { room: Arc::clone(self), bytes }
    }
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        *self.room.taken.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.room.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn members_that_wait_take_no_more_than_the_room_or_are_alone() {
        let room = Room::new(10);
        let held = AtomicU64::new(0);
        let work = |bytes: u64| {
            for _ in 0..200 {
                let _held = room.take(bytes);
                let now = held.fetch_add(bytes, Ordering::SeqCst) + bytes;
                assert!(now <= 10 || now == bytes, "{now} of 10");
                thread::yield_now();
                held.fetch_sub(bytes, Ordering::SeqCst);
            }
        };
        thread::scope(|scope| {
            for bytes in [10, 3, 25, 1, 6] {
                scope.spawn(move || work(bytes));
            }
        });
        assert_eq!(*room.taken.lock().unwrap(), 0);
    }
}

//! Threads that take items from a shared source.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Mutex, PoisonError};

/// What a worker sends to the writer.
pub(super) enum Message<R> {
    /// The result of the item with this index.
    Result(usize, R),
    /// A worker panicked: one result will never come.
    Panicked,
}

/// Where workers take items from, one at a time.
pub(super) struct Source<T> {
    items: T,
    /// Index of the next item.
    index: usize,
    /// A permit for each item that may be started.
    permits: Receiver<()>,
    has_ended: bool,
}

impl<I, T: Iterator<Item = I>> Source<T> {
    pub(super) fn new(items: T, permits: Receiver<()>) -> Self {
        Self { items, index: 0, permits, has_ended: false }
    }

    pub(super) fn next(&mut self, stop: &AtomicBool) -> Option<(usize, I)> {
        // Checked first: at the end there may be fewer permits left than workers, and waiting for one would block.
        if self.has_ended || stop.load(Ordering::Relaxed) {
            return None;
        }
        // `recv` fails only once the writer has ended.
        let is_permitted = self.permits.recv().is_ok() && !stop.load(Ordering::Relaxed);
        let item = is_permitted.then(|| self.items.next()).flatten();
        self.has_ended = item.is_none();
        self.index += 1;
        item.map(|item| (self.index - 1, item))
    }
}

/// Tells the writer when `work` panics. Otherwise the writer would wait for the result, and the other workers for the writer.
struct PanicGuard<'a, R>(&'a Sender<Message<R>>);

impl<R> Drop for PanicGuard<'_, R> {
    fn drop(&mut self) {
        // Fails only once the writer has ended, which then needs no message.
        let _ = self.0.send(Message::Panicked);
    }
}

/// Works on items until there are no more, `stop` is set, or the writer has ended.
#[expect(
    clippy::needless_pass_by_value,
    reason = "dropping the sender tells the writer that this worker has ended"
)]
pub(super) fn work_through<I, R>(
    source: &Mutex<Source<impl Iterator<Item = I>>>,
    stop: &AtomicBool,
    work: impl Fn(I) -> R,
    results: Sender<Message<R>>,
) {
    loop {
        let next = source.lock().unwrap_or_else(PoisonError::into_inner).next(stop);
        let Some((index, item)) = next else { return };
        let guard = PanicGuard(&results);
        let result = work(item);
        std::mem::forget(guard);
        if results.send(Message::Result(index, result)).is_err() {
            return;
        }
    }
}

//! Work shared out to threads, results in the order of the work.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Items one after the other on this thread, until `stop`.
pub(super) fn one_by_one<I, R, E>(
    items: impl Iterator<Item = I>,
    stop: &AtomicBool,
    work: impl Fn(I) -> R,
    mut write: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    for item in items {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        write(work(item))?;
    }
    Ok(())
}

/// What the writer hears next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<R> {
    /// The next result in the order of the items.
    Ready(R),
    /// It is not there yet: what is held back should not be any longer.
    Waiting,
}

/// Items on so many threads, each of which `enter`s first; results are written on this one, in the order of the items. At
/// most `window` items are begun and not yet written.
pub(super) fn in_order<I, R: Send, G, E>(
    items: impl Iterator<Item = I> + Send,
    threads: usize,
    window: usize,
    stop: &AtomicBool,
    enter: impl Fn() -> G + Sync,
    work: impl Fn(I) -> R + Sync,
    write: impl FnMut(Next<R>) -> Result<(), E>,
) -> Result<(), E> {
    let (permit, permits) = mpsc::sync_channel(window);
    for _ in 0..window {
        // There is room for all of them.
        let _ = permit.send(());
    }
    let source = Mutex::new(Source { items, index: 0, permits, has_ended: false });
    let (done, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let done = done.clone();
            scope.spawn(|| {
                let _entered = enter();
                take(&source, stop, &work, done);
            });
        }
        drop(done);
        // Dropping its ends of the channels ends the threads.
        Queue { waiting: VecDeque::new(), written: 0 }.drain(results, permit, write)
    })
}

/// Where threads take items from, one at a time.
struct Source<T> {
    items: T,
    /// Of the next item.
    index: usize,
    /// One for each item that may be begun.
    permits: Receiver<()>,
    has_ended: bool,
}

impl<I, T: Iterator<Item = I>> Source<T> {
    fn next(&mut self, stop: &AtomicBool) -> Option<(usize, I)> {
        // A permit is not given back: at the end there may be fewer of them than threads.
        if self.has_ended || stop.load(Ordering::Relaxed) {
            return None;
        }
        // Without a permit the writer has gone.
        let is_permitted = self.permits.recv().is_ok() && !stop.load(Ordering::Relaxed);
        let item = is_permitted.then(|| self.items.next()).flatten();
        self.has_ended = item.is_none();
        self.index += 1;
        item.map(|item| (self.index - 1, item))
    }
}

/// Tells the writer, when it is dropped, that a result will never come: the others would wait for it.
struct Alarm<'a, R>(&'a Sender<Option<(usize, R)>>);

impl<R> Drop for Alarm<'_, R> {
    fn drop(&mut self) {
        // Without a writer there is nobody to tell.
        let _ = self.0.send(None);
    }
}

/// One thread's work.
#[expect(clippy::needless_pass_by_value, reason = "its end of the channel goes with it")]
fn take<I, R>(
    source: &Mutex<Source<impl Iterator<Item = I>>>,
    stop: &AtomicBool,
    work: impl Fn(I) -> R,
    done: Sender<Option<(usize, R)>>,
) {
    loop {
        let (index, item) = {
            let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
            match source.next(stop) {
                Some(item) => item,
                None => return,
            }
        };
        let alarm = Alarm(&done);
        let result = work(item);
        std::mem::forget(alarm);
        if done.send(Some((index, result))).is_err() {
            return;
        }
    }
}

/// Results that came before an earlier one.
struct Queue<R> {
    waiting: VecDeque<Option<R>>,
    written: usize,
}

impl<R> Queue<R> {
    #[expect(clippy::needless_pass_by_value, reason = "its ends of the channels go with it")]
    fn drain<E>(
        mut self,
        results: Receiver<Option<(usize, R)>>,
        permit: SyncSender<()>,
        mut write: impl FnMut(Next<R>) -> Result<(), E>,
    ) -> Result<(), E> {
        loop {
            let result = if let Ok(result) = results.try_recv() {
                result
            } else {
                write(Next::Waiting)?;
                let Ok(result) = results.recv() else { return Ok(()) };
                result
            };
            // The scope passes the panic on.
            let Some((index, result)) = result else { return Ok(()) };
            let place = index - self.written;
            self.waiting.resize_with(self.waiting.len().max(place + 1), || None);
            self.waiting[place] = Some(result);
            while let Some(Some(_)) = self.waiting.front() {
                if let Some(Some(result)) = self.waiting.pop_front() {
                    write(Next::Ready(result))?;
                }
                self.written += 1;
                // Nobody takes it after the last item.
                let _ = permit.send(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use super::*;

    /// Takes longer for every fourth item.
    fn slow(item: usize) -> usize {
        thread::sleep(Duration::from_micros(if item.is_multiple_of(4) { 2000 } else { 50 }));
        item
    }

    #[test]
    fn results_come_in_order_from_any_number_of_threads() {
        for threads in [2, 3, 8] {
            let mut written = Vec::new();
            let write = |next| {
                if let Next::Ready(item) = next {
                    written.push(item);
                }
                Ok::<_, ()>(())
            };
            in_order(0..100, threads, 7, &AtomicBool::new(false), || (), slow, write).unwrap();
            assert_eq!(written, (0..100).collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_more_is_begun_than_the_window_holds() {
        let (begun, written) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |item| {
            let ahead = begun.fetch_add(1, Ordering::SeqCst) + 1 - written.load(Ordering::SeqCst);
            assert!(ahead <= 5, "{ahead} begun and not written");
            slow(item)
        };
        let write = |next| {
            written.fetch_add(usize::from(next != Next::Waiting), Ordering::SeqCst);
            Ok::<_, ()>(())
        };
        in_order(0..60, 3, 5, &AtomicBool::new(false), || (), work, write).unwrap();
        assert_eq!(written.into_inner(), 60);
    }

    #[test]
    fn an_error_of_the_writer_ends_everything() {
        let mut count = 0;
        let write = |next| {
            count += usize::from(next != Next::Waiting);
            if next == Next::Ready(10) { Err("full") } else { Ok(()) }
        };
        let endless = in_order(0.., 3, 6, &AtomicBool::new(false), || (), slow, write);
        assert_eq!((endless, count), (Err("full"), 11));
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_is_passed_on() {
        let work = |item| assert!(item != 20, "on purpose");
        let _ = in_order(0.., 3, 6, &AtomicBool::new(false), || (), work, |_| Ok::<_, ()>(()));
    }

    #[test]
    fn what_was_begun_before_the_stop_is_written() {
        let stop = AtomicBool::new(false);
        let begun = AtomicUsize::new(0);
        let work = |item| {
            begun.fetch_add(1, Ordering::SeqCst);
            slow(item)
        };
        let mut written = 0;
        let write = |next| {
            written += usize::from(next != Next::Waiting);
            if next == Next::Ready(20) {
                stop.store(true, Ordering::Relaxed);
            }
            Ok::<_, ()>(())
        };
        in_order(0.., 3, 6, &stop, || (), work, write).unwrap();
        assert_eq!(written, begun.into_inner());
    }
}

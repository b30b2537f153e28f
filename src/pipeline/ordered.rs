//! Shares items out to threads and puts the results back in order.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::workers::{Message, Source, work_through};

/// Works on items one after the other on this thread, until `stop` is set.
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

/// What the writer is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<R> {
    /// The next result, in the order of the items.
    Ready(R),
    /// The next result is not ready yet: a good time to flush.
    Waiting,
}

impl<R> Event<Option<R>> {
    /// `None` for an item that was not worked on after all.
    pub(super) fn transpose(self) -> Option<Event<R>> {
        match self {
            Self::Ready(result) => result.map(Event::Ready),
            Self::Waiting => Some(Event::Waiting),
        }
    }
}

/// Works on items on `threads` threads and calls `on_event` on this one, with the results in the order of the items. At most
/// `window` items have been started and not yet written. If the system refuses some threads, fewer do the work. Each thread
/// keeps what `on_thread_start` gives until it ends.
pub(super) fn in_order<I, R: Send, G, E>(
    items: impl Iterator<Item = I> + Send,
    threads: usize,
    window: usize,
    stop: &AtomicBool,
    on_thread_start: impl Fn() -> G + Sync,
    work: impl Fn(I) -> R + Sync,
    on_event: impl FnMut(Event<R>) -> Result<(), E>,
) -> Result<(), E> {
    let (permit, permits) = mpsc::sync_channel(window);
    for _ in 0..window {
        // Never blocks: the channel has room for `window` permits.
        let _ = permit.send(());
    }
    let source = Mutex::new(Source::new(items, permits));
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        let start = || {
            let sender = sender.clone();
            let worker = || {
                let _guard = on_thread_start();
                work_through(&source, stop, &work, sender);
            };
            thread::Builder::new().spawn_scoped(scope, worker).is_ok()
        };
        // The system may have fewer threads for us.
        let started = (0..threads).take_while(|_| start()).count();
        drop(sender);
        if started == 0 {
            return without_threads(&source, &permit, stop, &work, on_event);
        }
        // Returning drops this end of both channels, which ends the threads.
        ReorderQueue { waiting: VecDeque::new(), written: 0 }.drain(results, permit, on_event)
    })
}

/// Works on items one after the other on this thread, as if it were the only worker.
fn without_threads<I, R, E>(
    source: &Mutex<Source<impl Iterator<Item = I>>>,
    permit: &SyncSender<()>,
    stop: &AtomicBool,
    work: &impl Fn(I) -> R,
    mut on_event: impl FnMut(Event<R>) -> Result<(), E>,
) -> Result<(), E> {
    let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
    while let Some((_, item)) = source.next(stop) {
        on_event(Event::Ready(work(item)))?;
        let _ = permit.send(());
    }
    on_event(Event::Waiting)
}

/// Results that came before an earlier one.
struct ReorderQueue<R> {
    /// Results from the item `written` on, where they have come.
    waiting: VecDeque<Option<R>>,
    written: usize,
}

impl<R> ReorderQueue<R> {
    #[expect(clippy::needless_pass_by_value, reason = "dropping the ends of the channels ends the workers")]
    fn drain<E>(
        mut self,
        results: Receiver<Message<R>>,
        permit: SyncSender<()>,
        mut on_event: impl FnMut(Event<R>) -> Result<(), E>,
    ) -> Result<(), E> {
        loop {
            let message = if let Ok(message) = results.try_recv() {
                message
            } else {
                on_event(Event::Waiting)?;
                let Ok(message) = results.recv() else { return Ok(()) };
                message
            };
            // The scope passes the panic on.
            let Message::Result(index, result) = message else { return Ok(()) };
            self.insert(index, result);
            while let Some(result) = self.next_ready() {
                on_event(Event::Ready(result))?;
                // After the last item no worker is left to take it.
                let _ = permit.send(());
            }
        }
    }

    fn insert(&mut self, index: usize, result: R) {
        let place = index - self.written;
        self.waiting.resize_with(self.waiting.len().max(place + 1), || None);
        self.waiting[place] = Some(result);
    }

    /// The result of the next item to be written, if it has come.
    fn next_ready(&mut self) -> Option<R> {
        let result = self.waiting.pop_front_if(|result| result.is_some()).flatten()?;
        self.written += 1;
        Some(result)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use super::*;
    use crate::pipeline::errors::caught;
    use crate::record::ItemError;

    /// Every fourth item takes longer.
    fn slow(item: usize) -> usize {
        thread::sleep(Duration::from_micros(if item.is_multiple_of(4) { 2000 } else { 50 }));
        item
    }

    #[test]
    fn results_come_in_order_from_any_number_of_threads() {
        for threads in [2, 3, 8] {
            let mut written = Vec::new();
            let write = |event| {
                if let Event::Ready(item) = event {
                    written.push(item);
                }
                Ok::<_, ()>(())
            };
            in_order(0..100, threads, 7, &AtomicBool::new(false), || (), slow, write).unwrap();
            assert_eq!(written, (0..100).collect::<Vec<_>>());
        }
    }

    #[test]
    fn without_any_thread_the_writer_does_the_work() {
        for stop_at in [usize::MAX, 10] {
            let (permit, permits) = mpsc::sync_channel(1);
            permit.send(()).unwrap();
            let source = Mutex::new(Source::new(0..100, permits));
            let (stop, mut written) = (AtomicBool::new(false), Vec::new());
            let write = |event| {
                stop.store(event == Event::Ready(stop_at), Ordering::Relaxed);
                written.push(event);
                Ok::<_, ()>(())
            };
            without_threads(&source, &permit, &stop, &|item| item, write).unwrap();
            let items = (0..100).filter(|item| *item <= stop_at).map(Event::Ready);
            assert_eq!(written, items.chain([Event::Waiting]).collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_more_is_started_than_the_window_holds() {
        let (started, written) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |item| {
            let unwritten = started.fetch_add(1, Ordering::SeqCst) + 1 - written.load(Ordering::SeqCst);
            assert!(unwritten <= 5, "{unwritten} started and not written");
            slow(item)
        };
        let write = |event| {
            written.fetch_add(usize::from(event != Event::Waiting), Ordering::SeqCst);
            Ok::<_, ()>(())
        };
        in_order(0..60, 3, 5, &AtomicBool::new(false), || (), work, write).unwrap();
        assert_eq!(written.into_inner(), 60);
    }

    #[test]
    fn a_write_error_ends_the_run() {
        let mut count = 0;
        let write = |event| {
            count += usize::from(event != Event::Waiting);
            if event == Event::Ready(10) { Err("full") } else { Ok(()) }
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
    fn a_panic_that_is_caught_ends_neither_its_thread_nor_the_run() {
        let work =
            |item: usize| caught(|| if item.is_multiple_of(3) { panic!("item {item}") } else { Ok(item) });
        let mut written = Vec::new();
        let write = |event: Event<Result<usize, _>>| {
            if let Event::Ready(outcome) = event {
                written.push(outcome.map_err(|error: ItemError| (error.kind, error.message)));
            }
            Ok::<_, ()>(())
        };
        in_order(0..50, 3, 6, &AtomicBool::new(false), || (), work, write).unwrap();
        let expected = |item| match item % 3 {
            0 => Err(("internal", format!("mnet failed on this picture: item {item}"))),
            _ => Ok(item),
        };
        assert_eq!(written, (0..50).map(expected).collect::<Vec<_>>());
    }

    #[test]
    fn items_started_before_the_stop_are_written() {
        let stop = AtomicBool::new(false);
        let started = AtomicUsize::new(0);
        let work = |item| {
            started.fetch_add(1, Ordering::SeqCst);
            slow(item)
        };
        let mut written = 0;
        let write = |event| {
            written += usize::from(event != Event::Waiting);
            if event == Event::Ready(20) {
                stop.store(true, Ordering::Relaxed);
            }
            Ok::<_, ()>(())
        };
        in_order(0.., 3, 6, &stop, || (), work, write).unwrap();
        assert_eq!(written, started.into_inner());
    }
}

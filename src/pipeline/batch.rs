//! Collects pictures for one run of the network.

use super::named::Named;
use super::ordered::Event;
use crate::predict::Prepared;
use crate::record::{Answer, ItemError, Record};

/// How batches and decoding share the memory of a run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Share {
    /// The most pictures per run of the network.
    pub(super) batch: usize,
    /// The most that have been started and not been written.
    pub(super) window: usize,
    /// Bytes that these have when they are prepared.
    pub(super) reserved: u64,
}

impl Share {
    /// For batches of at most `wanted` pictures, each of at most `planes` bytes when it is prepared. Batches get smaller
    /// before they take more than half of the `memory`: that changes no answer.
    pub(super) fn of(memory: u64, planes: u64, workers: usize, wanted: usize) -> Self {
        // Pixels are larger than records, so the window is small: two batches and what the workers hold.
        let window = |batch: usize| batch.saturating_mul(2).saturating_add(workers);
        let most = usize::try_from(memory / 2 / planes.max(1)).unwrap_or(usize::MAX);
        let batch = wanted.min(most.saturating_sub(workers) / 2).max(1);
        Self { batch, window: window(batch), reserved: planes.saturating_mul(window(batch) as u64) }
    }
}

/// An input after preprocessing.
pub(super) type PreparedInput = (Named, Result<Prepared, ItemError>);

/// Holds pictures until a batch is full or no other picture is ready.
pub(super) struct Batcher<I, W> {
    /// Pictures per run.
    size: usize,
    /// Held inputs in order; each without an error has its picture in `pictures`.
    inputs: Vec<(Named, Option<ItemError>)>,
    pictures: Vec<Prepared>,
    /// Runs the network.
    infer: I,
    write: W,
}

impl<I, W, E> Batcher<I, W>
where
    I: FnMut(&mut [Prepared]) -> Vec<Result<Answer, ItemError>>,
    W: FnMut(Record) -> Result<(), E>,
{
    pub(super) fn new(size: usize, infer: I, write: W) -> Self {
        Self { size, inputs: Vec::new(), pictures: Vec::new(), infer, write }
    }

    /// Adds a picture and flushes a full batch; on [`Event::Waiting`] flushes early.
    pub(super) fn on_event(&mut self, event: Event<PreparedInput>) -> Result<(), E> {
        let Event::Ready((named, outcome)) = event else { return self.flush() };
        match outcome {
            Ok(picture) => {
                self.pictures.push(picture);
                self.inputs.push((named, None));
            }
            Err(error) => self.inputs.push((named, Some(error))),
        }
        if self.pictures.len() < self.size { Ok(()) } else { self.flush() }
    }

    /// Writes the records of all held inputs.
    fn flush(&mut self) -> Result<(), E> {
        let mut answers = Vec::new().into_iter();
        if !self.pictures.is_empty() {
            answers = (self.infer)(&mut self.pictures).into_iter();
            self.pictures.clear();
        }
        for (named, error) in self.inputs.drain(..) {
            let outcome = match error {
                Some(error) => Err(error),
                None => answers.next().unwrap_or_else(|| unreachable!("an answer for each picture")),
            };
            (self.write)(named.with(outcome))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_that_wait_for_their_batch_take_at_most_half() {
        assert_eq!(Share::of(u64::MAX, 600, 4, 32), Share { batch: 32, window: 68, reserved: 40_800 });
        assert_eq!(Share::of(81_600, 600, 4, 32), Share { batch: 32, window: 68, reserved: 40_800 });
        assert_eq!(Share::of(81_599, 600, 4, 32), Share { batch: 31, window: 66, reserved: 39_600 });
        // Some are held in any case.
        assert_eq!(Share::of(1000, 600, 4, 32), Share { batch: 1, window: 6, reserved: 3600 });
    }
}

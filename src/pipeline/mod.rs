//! Inputs to records: read, decode, classify. An input that fails becomes a record like any other.
//!
//! On a CPU each worker takes one picture from bytes to record. For a GPU, workers stop at the pixels, and the writer thread
//! batches those of several pictures for one run of the network. Records come out in the order of the inputs, whatever the
//! number of workers. The number of records that wait for an earlier one is limited, so memory does not grow with the run.

mod batch;
mod clock;
mod errors;
mod memory;
mod named;
mod ordered;
mod pictures;
mod pipe;
mod prepare;
mod read;
mod timeout;
mod together;
mod workers;

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::inputs::Input;
use crate::pixels::DecodeOptions;
use crate::predict::{AnswerOptions, Classifier, Prepared};
use crate::record::{Answer, ItemError, Record};
use batch::{Batcher, Share};
use errors::infer_error;
use memory::Memory;
use named::Named;
use ordered::Event;
pub use pictures::Pictures;
use prepare::Preparer;
use timeout::TimedPreparer;
use together::together;

/// What happens to each input.
#[derive(Debug)]
pub struct Pipeline<'a> {
    classifier: &'a Classifier,
    decode: DecodeOptions,
    /// The shortest side that a JPEG may have after it was decoded at a fraction of its size, px; `None`: decode in full.
    draft_side: Option<u32>,
    wanted: AnswerOptions,
    /// Bytes.
    memory: u64,
    timeout: Option<Duration>,
}

/// How much runs at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Threads that read and decode.
    pub workers: usize,
    /// The most pictures per run of the network. With 1, each worker runs the network itself.
    pub batch: usize,
}

/// Records per worker that may wait for an earlier one: about as many small pictures as are labelled while a large one is
/// decoded.
const WINDOW: usize = 32;

impl<'a> Pipeline<'a> {
    /// Decodes pictures as `decode` says, large JPEGs at a fraction of their size if `draft`, and keeps the classes that are
    /// `wanted`.
    pub fn new(
        classifier: &'a Classifier,
        decode: DecodeOptions,
        draft: bool,
        wanted: AnswerOptions,
    ) -> Self {
        let draft_side = classifier.preprocess().least_side().filter(|_| draft);
        Self { classifier, decode, draft_side, wanted, memory: u64::MAX, timeout: None }
    }

    /// Lets the pictures that are decoded at a time take at most so much memory, with their files, and those that wait for
    /// their batch. One that takes more alone is refused. Without this call there is no limit.
    #[must_use]
    pub fn with_memory(self, memory: u64) -> Self {
        Self { memory, ..self }
    }

    /// Gives a picture so much time to be read, decoded and preprocessed. One that takes longer gets an error of kind
    /// `timeout`, and its thread is left behind: it ends when it is done, or with the process. Without this call there is no
    /// limit.
    #[must_use]
    pub fn with_timeout(self, timeout: Option<Duration>) -> Self {
        Self { timeout, ..self }
    }

    /// Passes the record of every input to `write`, in the order of the inputs, until there are no more or `stop` is set.
    /// Inputs that were started by then are still written, unless they wait for memory or for a pipe or, with a time limit,
    /// take long.
    ///
    /// With a batch of one, a single worker is this thread, and each picture gets all threads of the current rayon pool;
    /// several workers each take one picture at a time from bytes to record. A larger batch runs on this thread, as soon as
    /// it is full or no other picture is ready.
    ///
    /// # Errors
    /// The first error of `write`, which is not called again.
    pub fn run<E>(
        &self,
        inputs: impl Iterator<Item = Input> + Send,
        plan: Plan,
        stop: &AtomicBool,
        mut write: impl FnMut(Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let Plan { workers, batch } = plan;
        // A rayon pool of one thread: a worker does not share its picture with the others.
        let pool_of_one = || rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
        if batch > 1 {
            let share = Share::of(self.memory, self.classifier.preprocess().most_planes(), workers, batch);
            let preparer = self.preparer(share.reserved, workers);
            let prepare = |input: Input| Some((Named::of(&input), preparer.prepare(&input, stop)?));
            let mut batcher =
                Batcher::new(share.batch, |pictures: &mut [Prepared]| self.infer(pictures), write);
            let on_event =
                |event: Event<_>| event.transpose().map_or(Ok(()), |event| batcher.on_event(event));
            return ordered::in_order(inputs, workers, share.window, stop, pool_of_one, prepare, on_event);
        }
        let preparer = self.preparer(0, workers);
        let record = |input: Input| self.record(&input, &preparer, stop);
        let mut write = |record: Option<Record>| record.map_or(Ok(()), &mut write);
        if workers <= 1 {
            return ordered::one_by_one(inputs, stop, record, write);
        }
        let on_event = |event| if let Event::Ready(record) = event { write(record) } else { Ok(()) };
        ordered::in_order(inputs, workers, workers * WINDOW, stop, pool_of_one, record, on_event)
    }

    /// What makes pixels of inputs, in the memory that is not reserved for others.
    fn preparer(&self, reserved: u64, workers: usize) -> TimedPreparer {
        let preparer = Preparer {
            preprocess: self.classifier.preprocess().clone(),
            decode: self.decode,
            draft_side: self.draft_side,
            memory: Memory::new(self.memory).reserve(reserved),
        };
        TimedPreparer::new(preparer, self.timeout, workers)
    }

    /// The record of one input. A panic on the way is its error. `None` if the run was stopped before it was prepared.
    fn record(&self, input: &Input, preparer: &TimedPreparer, stop: &AtomicBool) -> Option<Record> {
        let outcome = preparer.prepare(input, stop)?.and_then(|mut picture| {
            let answer = self.infer(std::slice::from_mut(&mut picture)).pop();
            answer.unwrap_or_else(|| unreachable!("an answer for each picture"))
        });
        Some(Named::of(input).with(outcome))
    }

    /// One answer per picture. Neighbours of one input size share a run of the network.
    fn infer(&self, pictures: &mut [Prepared]) -> Vec<Result<Answer, ItemError>> {
        let run = |pictures: &mut [Prepared]| {
            let answers =
                self.classifier.classify(pictures, &self.wanted).map_err(|error| infer_error(&error))?;
            Ok(answers.into_iter().map(|answer| answer.map_err(|error| infer_error(&error))).collect())
        };
        pictures.chunk_by_mut(Prepared::has_size_of).flat_map(|group| together(group, &run)).collect()
    }
}

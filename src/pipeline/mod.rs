//! Inputs to records: read, decode, classify. An input that fails becomes a record like any other.
//!
//! On a CPU each worker takes one picture from bytes to record. For a GPU, workers stop at the pixels, and the writer thread
//! batches those of several pictures for one run of the network. Records come out in the order of the inputs, whatever the
//! number of workers. The number of records that wait for an earlier one is limited, so memory does not grow with the run.

mod batch;
mod errors;
mod memory;
mod ordered;
mod read;
mod together;
mod workers;

use std::hint::black_box;
use std::sync::Once;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use crate::inputs::Input;
use crate::pixels::{self, DecodeOptions};
use crate::predict::{AnswerOptions, Classifier, Prepared};
use crate::record::{Answer, ItemError, Record};
use batch::Batcher;
use errors::{caught, decode_error, infer_error, oversize_error};
use memory::{Lease, Memory};
use ordered::Event;
use together::together;

/// What happens to each input.
#[derive(Debug)]
pub struct Pipeline<'a> {
    classifier: &'a Classifier,
    decode: DecodeOptions,
    /// The shortest side that a JPEG may have after it was decoded at a fraction of its size, px; `None`: decode in full.
    draft_side: Option<u32>,
    wanted: AnswerOptions,
    memory: Memory,
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
        Self { classifier, decode, draft_side, wanted, memory: Memory::new(u64::MAX) }
    }

    /// Lets the pictures that are decoded at a time take at most so much memory, with their files. One that takes more alone
    /// is refused. Without this call there is no limit.
    #[must_use]
    pub fn with_memory(self, bytes: u64) -> Self {
        Self { memory: Memory::new(bytes), ..self }
    }

    /// Passes the record of every input to `write`, in the order of the inputs, until there are no more or `stop` is set.
    /// Inputs that were started by then are still written, unless they wait for memory.
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
            let prepare = |input: Input| Some((input.path().to_owned(), self.prepare(&input, stop)?));
            let mut batcher = Batcher::new(batch, |pictures: &mut [Prepared]| self.infer(pictures), write);
            // Pixels are larger than records, so the window is small: two batches and what the workers hold.
            let window = 2 * batch + workers;
            let on_event =
                |event: Event<_>| event.transpose().map_or(Ok(()), |event| batcher.on_event(event));
            return ordered::in_order(inputs, workers, window, stop, pool_of_one, prepare, on_event);
        }
        let record = |input: Input| self.record(&input, stop);
        let mut write = |record: Option<Record>| record.map_or(Ok(()), &mut write);
        if workers <= 1 {
            return ordered::one_by_one(inputs, stop, record, write);
        }
        let on_event = |event| if let Event::Ready(record) = event { write(record) } else { Ok(()) };
        ordered::in_order(inputs, workers, workers * WINDOW, stop, pool_of_one, record, on_event)
    }

    /// The record of one input. A panic on the way is its error. `None` if the run was stopped before it began.
    fn record(&self, input: &Input, stop: &AtomicBool) -> Option<Record> {
        let outcome = self.prepare(input, stop)?.and_then(|mut picture| {
            let answer = self.infer(std::slice::from_mut(&mut picture)).pop();
            answer.unwrap_or_else(|| unreachable!("an answer for each picture"))
        });
        Some(Record { path: input.path().to_owned(), outcome })
    }

    /// The pixels of one input; `None` if the run was stopped while there was no memory for it.
    fn prepare(&self, input: &Input, stop: &AtomicBool) -> Option<Result<Prepared, ItemError>> {
        // Not earlier: memory that is freed while directories are listed should go back to the system.
        static ONCE: Once = Once::new();
        ONCE.call_once(keep_freed_memory);
        let prepared = caught(|| {
            let Some((bytes, _lease)) = self.fetch(input, stop)? else { return Ok(None) };
            let start = Instant::now();
            let picture = pixels::decode_at_least(&bytes, &self.decode, self.draft_side)
                .map_err(|error| decode_error(&error))?;
            let decode = start.elapsed();
            let prepared = self.classifier.prepare(&picture.image);
            let mut prepared = prepared.map_err(|error| oversize_error(&error))?;
            (prepared.width, prepared.height) = (picture.width, picture.height);
            prepared.damage = picture.damage;
            prepared.timing.decode = decode;
            Ok(Some(prepared))
        });
        prepared.transpose()
    }

    /// The bytes of one input, and memory for it.
    fn fetch(&self, input: &Input, stop: &AtomicBool) -> Result<Option<(Vec<u8>, Lease<'_>)>, ItemError> {
        let length = read::file_length(input);
        let mut needed = length.unwrap_or(0);
        loop {
            let Some(mut lease) = self.memory.take(needed, stop)? else { return Ok(None) };
            let bytes = read::read(input)?;
            needed = self.needed(&bytes)?;
            if lease.resize(needed) {
                return Ok(Some((bytes, lease)));
            }
            drop(lease);
            // Who waits holds nothing, so the file will be read again. A pipe cannot be.
            if length.is_none() {
                return Ok(self.memory.take(needed, stop)?.map(|lease| (bytes, lease)));
            }
        }
    }

    /// The most memory, in bytes, that is held at a time from the file `bytes` to the network's input.
    fn needed(&self, bytes: &[u8]) -> Result<u64, ItemError> {
        let needs =
            pixels::needs(bytes, &self.decode, self.draft_side).map_err(|error| decode_error(&error))?;
        let preprocess = self.classifier.preprocess();
        // It may be turned.
        let prepared =
            preprocess.memory(needs.width, needs.height).max(preprocess.memory(needs.height, needs.width));
        Ok((bytes.len() as u64).saturating_add(needs.bytes.max(prepared)))
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

/// Makes the allocator reuse the memory of one picture for the next.
///
/// glibc returns free memory at the end of a heap to the system and gets it back page by page, which is 150 page faults for
/// each picture of 500 x 375. It keeps up to twice the size of the largest block that was ever mapped and unmapped
/// (mallopt(3), `M_MMAP_THRESHOLD`), so one such block is allocated and freed here. It has no effect on other allocators.
fn keep_freed_memory() {
    const BYTES: usize = 4 << 20;
    drop(black_box(Vec::<u8>::with_capacity(BYTES)));
}

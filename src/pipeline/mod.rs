//! Inputs to records: read, decode, classify. A failed input is data like any other.
//!
//! On a CPU a worker takes one picture all the way. For a GPU workers end with its pixels, and the thread that writes collects
//! those of several pictures for one run of the network. Records come out in the order of the inputs however many workers
//! there are, and only so many wait for an earlier one: a run over a million pictures needs the memory of one over a hundred.

mod batch;
mod ordered;
mod read;

use std::hint::black_box;
use std::sync::Once;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use crate::inputs::Input;
use crate::pixels::{self, DecodeError, DecodeOptions};
use crate::predict::{AnswerOptions, Classifier, ClassifyError, Prepared};
use crate::record::{Answer, ItemError, ItemHint, Record};
use batch::Batcher;
use ordered::Next;

/// Everything that happens to one input.
#[derive(Debug)]
pub struct Pipeline<'a> {
    classifier: &'a Classifier,
    decode: DecodeOptions,
    /// The side that JPEGs decoded at a fraction of their size must keep, px.
    least: Option<u32>,
    wanted: AnswerOptions,
}

/// How much happens at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Threads that read and decode.
    pub workers: usize,
    /// Pictures per run of the network, at most; with 1 each worker runs it by itself.
    pub batch: usize,
}

/// Records per worker that may wait for an earlier one: as many small pictures as are labelled while a large one decodes.
const WINDOW: usize = 32;

impl<'a> Pipeline<'a> {
    /// Pictures decoded as `decode` says, large JPEGs at a fraction of their size if `draft`, and of their answers what
    /// is `wanted`.
    pub fn new(
        classifier: &'a Classifier,
        decode: DecodeOptions,
        draft: bool,
        wanted: AnswerOptions,
    ) -> Self {
        let least = classifier.preprocess().least_side().filter(|_| draft);
        Self { classifier, decode, least, wanted }
    }

    /// Hands the record of every input to `write`, in their order, until there is no more or `stop` is set; what was
    /// begun by then is still written.
    ///
    /// Of batches of one, a single worker is this thread, and each picture gets all threads of the current rayon pool; with
    /// more workers each takes one picture all the way. A larger batch runs on this thread as soon as it is full, or as
    /// nothing else is ready.
    ///
    /// # Errors
    /// The first error of `write`; nothing is written after it.
    pub fn run<E>(
        &self,
        inputs: impl Iterator<Item = Input> + Send,
        plan: Plan,
        stop: &AtomicBool,
        mut write: impl FnMut(Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let Plan { workers, batch } = plan;
        // A pool of one: what would be shared out among threads is done on this one.
        let alone = || rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
        if batch > 1 {
            let prepare = |input: Input| (input.path().to_owned(), self.prepare(&input));
            let mut batcher = Batcher::new(self, batch, write);
            // Pixels are larger than records: those of the next batch, and of what is being worked on.
            let window = 2 * batch + workers;
            let hear = |next| batcher.hear(next);
            return ordered::in_order(inputs, workers, window, stop, alone, prepare, hear);
        }
        let record = |input: Input| self.record(&input);
        if workers <= 1 {
            return ordered::one_by_one(inputs, stop, record, write);
        }
        let hear = |next| if let Next::Ready(record) = next { write(record) } else { Ok(()) };
        ordered::in_order(inputs, workers, workers * WINDOW, stop, alone, record, hear)
    }

    /// The record of one input.
    pub fn record(&self, input: &Input) -> Record {
        let outcome = self.prepare(input).and_then(|mut picture| {
            let answer = self.infer(std::slice::from_mut(&mut picture)).pop();
            answer.unwrap_or_else(|| unreachable!("an answer for each picture"))
        });
        Record { path: input.path().to_owned(), outcome }
    }

    /// The pixels of one input.
    fn prepare(&self, input: &Input) -> Result<Prepared, ItemError> {
        // Not before there is one: while a directory is listed, memory that is freed is better given back.
        static ONCE: Once = Once::new();
        ONCE.call_once(keep_freed_memory);
        let bytes = read::read(input)?;
        let start = Instant::now();
        let picture = pixels::decode_at_least(&bytes, &self.decode, self.least).map_err(|error| {
            ItemError { kind: error.kind(), message: error.to_string(), hint: item_hint(&error) }
        })?;
        let decode = start.elapsed();
        let mut prepared = self.classifier.prepare(&picture.image);
        (prepared.width, prepared.height) = (picture.width, picture.height);
        prepared.timing.decode = decode;
        Ok(prepared)
    }

    /// As many answers as pictures.
    fn infer(&self, pictures: &mut [Prepared]) -> Vec<Result<Answer, ItemError>> {
        match self.classifier.classify(pictures, &self.wanted) {
            Ok(answers) => {
                answers.into_iter().map(|answer| answer.map_err(|error| infer_error(&error))).collect()
            }
            Err(error) if pictures.len() == 1 => vec![Err(infer_error(&error))],
            // There may not have been memory for all of them.
            Err(_) => pictures.chunks_mut(1).flat_map(|picture| self.infer(picture)).collect(),
        }
    }
}

/// Lets the next picture have the memory of the last one.
///
/// glibc returns what is free at the end of a heap to the system, and gets it back page by page: 150 page faults for
/// each picture of 500 x 375. It keeps twice the largest block that it ever mapped and unmapped (mallopt(3),
/// `M_MMAP_THRESHOLD`), so it is shown one. Other allocators make nothing of it.
fn keep_freed_memory() {
    const BYTES: usize = 4 << 20;
    drop(black_box(Vec::<u8>::with_capacity(BYTES)));
}

fn item_hint(error: &DecodeError) -> Option<ItemHint> {
    match error {
        DecodeError::Unsupported { .. } => Some(ItemHint::Convert),
        DecodeError::TooLarge { width, height, .. } => {
            Some(ItemHint::AllowPixels(u64::from(*width) * u64::from(*height)))
        }
        DecodeError::TooMuchMemory { .. } => Some(ItemHint::AllowMemory),
        DecodeError::NotAnImage { .. }
        | DecodeError::EndsEarly { .. }
        | DecodeError::Damaged { .. }
        | DecodeError::Panicked { .. } => None,
    }
}

fn infer_error(error: &ClassifyError) -> ItemError {
    ItemError { kind: "infer", message: error.to_string(), hint: None }
}

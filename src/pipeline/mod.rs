//! Inputs to records: read, decode, classify. A failed input is data like any other.
//!
//! A worker takes one picture all the way. Records come out in the order of the inputs however many workers there are, and no
//! more than 32 per worker wait for an earlier one: a run over a million pictures needs the memory of one over a hundred.

mod ordered;
mod read;

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use crate::inputs::Input;
use crate::pixels::{self, DecodeOptions};
use crate::predict::{Classifier, Wanted};
use crate::record::{Answer, ItemError, Record};

/// Everything that happens to one input.
#[derive(Debug)]
pub struct Pipeline<'a> {
    classifier: &'a Classifier,
    decode: DecodeOptions,
    /// The side that JPEGs decoded at a fraction of their size must keep, px.
    least: Option<u32>,
    wanted: Wanted,
}

/// Records per worker that may wait for an earlier one: as many small pictures as are labelled while a large one decodes.
const WINDOW: usize = 32;

impl<'a> Pipeline<'a> {
    /// Pictures decoded as `decode` says, large JPEGs at a fraction of their size if `draft`, and of their answers what
    /// is `wanted`.
    pub fn new(classifier: &'a Classifier, decode: DecodeOptions, draft: bool, wanted: Wanted) -> Self {
        let least = classifier.preprocess().least_side().filter(|_| draft);
        Self { classifier, decode, least, wanted }
    }

    /// Hands the record of every input to `write`, in their order, until there is no more or `stop` is set; what was
    /// begun by then is still written. With one worker that is this thread, and each picture gets all threads of the
    /// current rayon pool; with more, each worker takes one picture all the way.
    ///
    /// # Errors
    /// The first error of `write`; nothing is written after it.
    pub fn run<E>(
        &self,
        inputs: impl Iterator<Item = Input> + Send,
        workers: usize,
        stop: &AtomicBool,
        write: impl FnMut(Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let record = |input: Input| self.record(&input);
        if workers <= 1 {
            return ordered::one_by_one(inputs, stop, record, write);
        }
        // A pool of one: what would be shared out among threads is done on this one.
        let alone = || rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
        ordered::in_order(inputs, workers, workers * WINDOW, stop, alone, record, write)
    }

    /// The record of one input.
    pub fn record(&self, input: &Input) -> Record {
        Record { path: input.path().to_owned(), outcome: self.answer(input) }
    }

    fn answer(&self, input: &Input) -> Result<Answer, ItemError> {
        let bytes = read::read(input)?;
        let start = Instant::now();
        let picture = pixels::decode_at_least(&bytes, &self.decode, self.least).map_err(|error| {
            ItemError { kind: error.kind(), message: error.to_string(), hint: error.hint() }
        })?;
        let decode = start.elapsed();
        let mut answer = self
            .classifier
            .classify(&picture.image, &self.wanted)
            .map_err(|error| ItemError { kind: "infer", message: error.to_string(), hint: None })?;
        (answer.width, answer.height) = (picture.width, picture.height);
        answer.timing.decode = decode;
        Ok(answer)
    }
}

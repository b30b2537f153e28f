//! Work on each decoded picture, for callers that need more of a picture than its answer.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde_json::Value;

use super::errors::infer_error;
use super::memory::Memory;
use super::ordered::{Event, in_order, one_by_one};
use super::prepare::Preparer;
use crate::inputs::Input;
use crate::pixels::{DecodeOptions, Draft};
use crate::predict::{Classifier, ClassifyError};
use crate::record::ItemError;

/// How many results per worker may wait for an earlier one. A result may be as large as a picture.
const WINDOW: usize = 2;

/// Reads and decodes pictures as a [`Pipeline`](super::Pipeline) does: in order and in bounded memory. A picture that
/// fails is an error of its own.
#[derive(Debug)]
pub struct Pictures {
    preparer: Preparer,
    workers: usize,
}

impl Pictures {
    /// Decodes pictures as `decode` says. If `draft` is set, large JPEGs are decoded at a fraction of their size: the
    /// smallest one that `classifier` allows. The pictures in work at one time take at most `memory` bytes.
    pub fn new(
        classifier: &Classifier,
        decode: DecodeOptions,
        draft: bool,
        memory: u64,
        workers: usize,
    ) -> Self {
        let preprocess = classifier.preprocess().clone();
        let draft_side = preprocess.least_side().filter(|_| draft);
        Self { preparer: Preparer { preprocess, decode, draft_side, memory: Memory::new(memory) }, workers }
    }

    /// Calls `work` for each picture and passes the results to `write`, in the order of the inputs, until there are no
    /// more or `stop` is set. Inputs that were started by then are still written. `work` gets the path, the picture,
    /// and the time that decoding took; `write` gets the path, and the values that are kept of the input's columns. A single worker has all threads of the current rayon pool for each picture; of
    /// several workers, each has one thread.
    ///
    /// # Errors
    /// The first error of `write`, which is not called again.
    pub fn run<T: Send, E>(
        &self,
        inputs: impl Iterator<Item = Input> + Send,
        stop: &AtomicBool,
        work: impl Fn(&Path, Draft, Duration) -> Result<T, ClassifyError> + Sync,
        mut write: impl FnMut(PathBuf, Vec<Value>, Result<T, ItemError>) -> Result<(), E>,
    ) -> Result<(), E> {
        let work = |input: Input| {
            let work = |picture, took| work(input.path(), picture, took).map_err(|error| infer_error(&error));
            let made = self.preparer.with_picture(&input, stop, None, work)?;
            Some((input.path().to_owned(), input.kept().to_vec(), made))
        };
        let mut write = |made: Option<_>| made.map_or(Ok(()), |(path, kept, made)| write(path, kept, made));
        if self.workers <= 1 {
            return one_by_one(inputs, stop, work, write);
        }
        let pool_of_one = || rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
        let on_event = |event| if let Event::Ready(made) = event { write(made) } else { Ok(()) };
        in_order(inputs, self.workers, self.workers * WINDOW, stop, pool_of_one, work, on_event)
    }
}

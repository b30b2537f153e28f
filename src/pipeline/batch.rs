//! Collects pictures for one run of the network.

use std::path::PathBuf;

use super::ordered::Event;
use crate::predict::Prepared;
use crate::record::{Answer, ItemError, Record};

/// An input after preprocessing.
pub(super) type PreparedInput = (PathBuf, Result<Prepared, ItemError>);

/// Holds pictures until a batch is full or no other picture is ready.
pub(super) struct Batcher<I, W> {
    /// Pictures per run.
    size: usize,
    /// Held inputs in order; each without an error has its picture in `pictures`.
    inputs: Vec<(PathBuf, Option<ItemError>)>,
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
        let Event::Ready((path, outcome)) = event else { return self.flush() };
        match outcome {
            Ok(picture) => {
                self.pictures.push(picture);
                self.inputs.push((path, None));
            }
            Err(error) => self.inputs.push((path, Some(error))),
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
        for (path, error) in self.inputs.drain(..) {
            let outcome = match error {
                Some(error) => Err(error),
                None => answers.next().unwrap_or_else(|| unreachable!("an answer for each picture")),
            };
            (self.write)(Record { path, outcome })?;
        }
        Ok(())
    }
}

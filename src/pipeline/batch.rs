//! Pictures collected for one run of the network.

use std::path::PathBuf;

use super::Pipeline;
use super::ordered::Next;
use crate::predict::Prepared;
use crate::record::{ItemError, Record};

/// Holds pictures back until there are enough of them, or no other is ready.
pub(super) struct Batcher<'a, W> {
    pipeline: &'a Pipeline<'a>,
    /// Pictures per run.
    size: usize,
    /// Pictures that are ready, and failures between them, in order.
    paths: Vec<(PathBuf, Option<ItemError>)>,
    pictures: Vec<Prepared>,
    write: W,
}

impl<'a, W: FnMut(Record) -> Result<(), E>, E> Batcher<'a, W> {
    pub(super) fn new(pipeline: &'a Pipeline<'a>, size: usize, write: W) -> Self {
        Self { pipeline, size, paths: Vec::new(), pictures: Vec::new(), write }
    }

    /// Takes the next picture, or learns that there is none yet.
    pub(super) fn hear(&mut self, next: Next<(PathBuf, Result<Prepared, ItemError>)>) -> Result<(), E> {
        let Next::Ready((path, outcome)) = next else { return self.flush() };
        match outcome {
            Ok(picture) => {
                self.pictures.push(picture);
                self.paths.push((path, None));
            }
            Err(error) => self.paths.push((path, Some(error))),
        }
        if self.pictures.len() < self.size { Ok(()) } else { self.flush() }
    }

    /// Writes the records of all that is held back.
    fn flush(&mut self) -> Result<(), E> {
        let mut answers = Vec::new().into_iter();
        if !self.pictures.is_empty() {
            answers = self.pipeline.infer(&mut self.pictures).into_iter();
            self.pictures.clear();
        }
        for (path, error) in self.paths.drain(..) {
            let outcome = match error {
                Some(error) => Err(error),
                None => answers.next().unwrap_or_else(|| unreachable!("an answer for each picture")),
            };
            (self.write)(Record { path, outcome })?;
        }
        Ok(())
    }
}

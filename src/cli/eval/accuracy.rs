//! The accuracy of one checkpoint, for commands that choose between several.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;

use super::photos::Run;
use super::read::read;
use super::task::{Reading, Task, Unknown};
use crate::cli::console::Console;
use crate::cli::decode_flags::DecodeFlags;
use crate::cli::model_flags::ModelFlags;
use crate::cli::preprocess_flags::PreprocessFlags;
use crate::cli::running_flags::RunningFlags;
use crate::cli::session::Session;
use crate::cli::signals::Stop;
use crate::inputs::labelled::Labelled;
use crate::predict::TruthOptions;

/// Labelled pictures, read once for several checkpoints.
pub(in crate::cli) struct Data {
    path: PathBuf,
    labelled: Labelled,
}

/// How often a checkpoint is right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::cli) struct Accuracy {
    /// Pictures whose right class is the best one.
    pub right: usize,
    /// Pictures with an answer.
    pub answered: usize,
    /// Pictures without one. Each was named on stderr.
    pub failed: usize,
    /// Share of the answered pictures, 0 to 1, with its 95 % interval; `None` without an answer.
    pub top1: Option<(f64, f64, f64)>,
}

impl Data {
    /// The labelled pictures at `path`: what `mnet eval` takes.
    pub(in crate::cli) fn read(path: &Path, console: &Console) -> Result<Self> {
        Ok(Self { path: path.to_owned(), labelled: read(path, None, None, console)? })
    }
}

/// How often the checkpoint of `model` is right on `data`, on threads that are started already. `None` if `stop` was asked
/// before all pictures were done.
pub(in crate::cli) fn accuracy(
    session: &Session,
    data: &Data,
    model: &ModelFlags,
    running: &RunningFlags,
    stop: &Stop,
) -> Result<Option<Accuracy>> {
    let (console, start) = (session.console(), Instant::now());
    let classifier = session.classifier(model, &PreprocessFlags::default())?;
    let truth = TruthOptions { are_folders: data.labelled.are_folders, ..TruthOptions::default() };
    let reading = Reading { path: &data.path, truth, unknown: Unknown::Error };
    let task =
        Task::new(&data.labelled, reading, &classifier.info().name, classifier.labels(), None, console)?;
    let run = Run { data: &data.labelled, decode: &DecodeFlags::default(), running, stop, console };
    let tally = run.tally(&classifier, model.alpha(), &task, start.elapsed(), None, None)?;
    Ok(tally.map(|tally| {
        let top1 = tally.top1();
        let share = top1.value().map(|share| (share, top1.low, top1.high));
        Accuracy { right: top1.right, answered: top1.of, failed: tally.failed(), top1: share }
    }))
}

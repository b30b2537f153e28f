//! The accuracy of one checkpoint, for commands that choose between several.

use std::path::{Path, PathBuf};
use std::slice;
use std::time::Instant;

use anyhow::Result;

use super::label_flags::LabelFlags;
use super::photos::Run;
use super::read::check_any_exists;
use super::task::Task;
use crate::cli::console::Console;
use crate::cli::decode_flags::DecodeFlags;
use crate::cli::model_flags::ModelFlags;
use crate::cli::preprocess_flags::PreprocessFlags;
use crate::cli::running_flags::RunningFlags;
use crate::cli::session::Session;
use crate::cli::signals::Stop;
use crate::inputs::labelled::Labelled;

/// Labelled pictures, read once for several checkpoints.
pub(in crate::cli) struct Data<'a> {
    path: PathBuf,
    flags: &'a LabelFlags,
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

impl<'a> Data<'a> {
    /// The labelled pictures at `path`: what `mnet eval` takes.
    pub(in crate::cli) fn read(path: &Path, flags: &'a LabelFlags, console: &Console) -> Result<Self> {
        let path = path.to_owned();
        let labelled = flags.read(slice::from_ref(&path), console)?;
        check_any_exists(&labelled, &path)?;
        Ok(Self { path, flags, labelled })
    }
}

/// How often the checkpoint of `model` is right on `data`, on threads that are started already. `None` if `stop` was asked
/// before all pictures were done.
pub(in crate::cli) fn accuracy(
    session: &Session,
    data: &Data<'_>,
    model: &ModelFlags,
    running: &RunningFlags,
    stop: &Stop,
) -> Result<Option<Accuracy>> {
    let (console, start) = (session.console(), Instant::now());
    let classifier = session.classifier(model, &PreprocessFlags::default())?;
    let reading = data.flags.reading(&data.path, &data.labelled);
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

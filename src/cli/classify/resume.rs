//! Opens the output of a run and finds out what it already has.

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::path::Path;

use anyhow::Result;

use super::output::Output;
use super::output_flags::OutputFlags;
use crate::cli::console::{Console, Failure};
use crate::record::ModelInfo;
use crate::sink::{CompletedInputs, Format, ResumeError, Sink};

/// The state that a run starts from.
pub(super) struct ResumeState {
    pub(super) completed: CompletedInputs,
    pub(super) output: Output,
    pub(super) sink: Box<dyn Sink>,
}

/// Opens the output that `flags` name, for answers of `model`.
pub(super) fn open(flags: &OutputFlags, model: &ModelInfo, console: &Console) -> Result<ResumeState> {
    let sink = |appends| flags.sink(model.clone(), appends, console);
    let Some(path) = flags.resume() else {
        // The sink first: if this build lacks the format, no file is created.
        let sink = sink(false)?;
        return Ok(ResumeState { completed: CompletedInputs::default(), output: flags.open()?, sink });
    };
    let (completed, file) =
        open_at_end(path, flags.format(), model).map_err(|error| failure(path, &error))?;
    if completed.count() > 0 {
        let (path, count) = (path.display(), completed.count());
        console.note(format_args!("{path} already has the answers to {count} inputs"));
    }
    let sink = sink(completed.valid_length() > 0)?;
    Ok(ResumeState { completed, output: Output::append(path, file), sink })
}

/// The inputs that the file to resume has completed. The file is not changed.
pub(super) fn completed(flags: &OutputFlags) -> Result<CompletedInputs> {
    let Some(path) = flags.resume().filter(|path| path.exists()) else {
        return Ok(CompletedInputs::default());
    };
    let read = || flags.format().completed(&mut BufReader::new(File::open(path)?), None);
    read().map_err(|error| failure(path, &error))
}

/// Opens a file, or creates it, cuts off what a killed run left torn, and moves to its end.
fn open_at_end(
    path: &Path,
    format: &Format,
    model: &ModelInfo,
) -> Result<(CompletedInputs, File), ResumeError> {
    let mut file = File::options().read(true).write(true).create(true).truncate(false).open(path)?;
    let completed = format.completed(&mut BufReader::new(&file), Some(model))?;
    file.set_len(completed.valid_length())?;
    file.seek(SeekFrom::End(0))?;
    Ok((completed, file))
}

fn failure(path: &Path, error: &ResumeError) -> anyhow::Error {
    Failure::error(format_args!("{}: {error}", path.display()), None)
}

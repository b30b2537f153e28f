//! Opens the output of a run and finds out what it already has.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::Result;

use super::check_answers;
use super::destination::Destination;
use super::kind::Kind;
use super::npy;
use super::output::Output;
use super::regular::{check_regular, open_locked};
use super::repair::repair;
use crate::cli::console::{Console, Failure};
use crate::cli::hint::OrFail;
use crate::cli::quantities::counted;
use crate::record::{Precision, Prediction, RunInfo};
use crate::sink::{CompletedInputs, Constructor, Sink};
use crate::words::and_list;

/// The state that a run starts from.
pub(in crate::cli) struct ResumeState {
    pub(in crate::cli) completed: CompletedInputs,
    pub(in crate::cli) output: Output,
    pub(in crate::cli) sink: Box<dyn Sink>,
}

/// Opens the output that `to` names for the answers of `run`, which include damaged pictures if `is_salvaging`.
/// `answer` gives all classes of a picture, to check a file that does not name its model.
pub(in crate::cli) fn open(
    to: &Destination,
    run: &RunInfo,
    is_salvaging: bool,
    answer: &dyn Fn(&Path) -> Option<Vec<Prediction>>,
    console: &Console,
) -> Result<ResumeState> {
    if let Constructor::WithFiles(new) = to.format.constructor {
        let npy::OpenNpy { completed, output, files } = npy::open(to, &run.model)?;
        note_completed(to, &completed, console);
        let sink = new(&to.sink_options(run.clone(), &completed, console), files);
        return Ok(ResumeState { completed, output, sink });
    }
    let sink = |completed: &CompletedInputs| to.sink(run.clone(), completed, console);
    let Some(path) = to.resume() else {
        // The sink first: if this build lacks the format, no file is created.
        let completed = CompletedInputs::default();
        let sink = sink(&completed)?;
        return Ok(ResumeState { completed, output: to.open()?, sink });
    };
    let shown = path.display();
    let failure = |error: io::Error| Failure::error(format_args!("{shown}: {error}"), None);
    check_regular(path)?;
    let mut file = open_locked(path, File::options().read(true).append(true).create(true))?;
    let completed =
        to.format.completed(&mut BufReader::new(&file), Some(run)).or_fail_about(&shown.to_string())?;
    let needed = [
        ("damaged", is_salvaging),
        ("temperature", run.model.temperature.is_some()),
        ("precision", run.model.precision.is_some_and(|precision| precision != Precision::default())),
    ];
    for (column, is_needed) in needed {
        if is_needed && completed.lacks().contains(&column) {
            let message = format!("{shown} has no column `{column}`, which --{column} needs");
            let hint = format!("another file for --resume, or the same without --{column}");
            return Err(Failure::error(message, Some(hint)));
        }
    }
    let is_checked = check_answers::check(&completed, answer).or_fail_about(&shown.to_string())?;
    if !completed.foreign().is_empty() {
        let places = counted(completed.foreign().len(), "place");
        let note = |end: &str| console.note(format_args!("{shown} was damaged in {places}{end}"));
        match repair(&mut file, path, &completed) {
            Ok(repaired) => {
                file = repaired.file;
                note(&repaired.rejected.map_or(" by zero bytes, which are gone".to_owned(), |rejected| {
                    format!(": what is not a whole answer is now in {}", rejected.display())
                }));
            }
            Err(error) => {
                note(&format!("; it cannot be repaired ({error}), and the others are appended to it"));
            }
        }
    }
    end_lines(&mut file, &completed).map_err(failure)?;
    // A file that was begun without a temperature or a precision does not need their columns.
    let lacks = completed.lacks().iter().filter(|column| !["temperature", "precision"].contains(column));
    if let lacks @ [_, ..] = &lacks.collect::<Vec<_>>()[..] {
        let columns = and_list(lacks);
        let checked = if is_checked {
            "its last answer is also that of this model"
        } else {
            "whether this model gave its answers cannot be checked"
        };
        console.note(format_args!("{shown} was begun by an earlier version, without {columns}: {checked}"));
    }
    note_completed(to, &completed, console);
    let sink = sink(&completed)?;
    Ok(ResumeState { completed, output: Output::append(path, file), sink })
}

/// Notes how many inputs the file to resume has completed.
fn note_completed(to: &Destination, completed: &CompletedInputs, console: &Console) {
    if let Some(path) = to.resume().filter(|_| completed.count() > 0) {
        let (shown, inputs) = (path.display(), counted(completed.count(), "input"));
        let Kind { noun, of, .. } = to.kind;
        console.note(format_args!("{shown} already has the {noun} {of} {inputs}"));
    }
}

/// Cuts off a torn end, and ends the last line if it lacks only that.
fn end_lines(file: &mut File, completed: &CompletedInputs) -> io::Result<()> {
    if file.metadata()?.len() > completed.end() {
        file.set_len(completed.end())?;
    }
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(0))? > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    if last == *b"\n" { Ok(()) } else { file.write_all(b"\n") }
}

/// The inputs that the file to resume has completed. The file is not changed.
pub(in crate::cli) fn completed(to: &Destination) -> Result<CompletedInputs> {
    let Some(path) = to.resume().filter(|path| path.exists()) else {
        return Ok(CompletedInputs::default());
    };
    check_regular(path)?;
    if to.format.has_files_beside() {
        return npy::completed(path);
    }
    let file = File::open(path)
        .map_err(|error| Failure::error(format_args!("{}: {error}", path.display()), None))?;
    to.format.completed(&mut BufReader::new(file), None).or_fail_about(&path.display().to_string())
}

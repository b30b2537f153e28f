//! Opens the output of a run and finds out what it already has.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::lock::lock;
use super::output::{Output, not_opened};
use super::output_flags::OutputFlags;
use crate::cli::console::{Console, Failure};
use crate::record::ModelInfo;
use crate::sink::{CompletedInputs, Sink};

/// The state that a run starts from.
pub(super) struct ResumeState {
    pub(super) completed: CompletedInputs,
    pub(super) output: Output,
    pub(super) sink: Box<dyn Sink>,
}

/// Opens the output that `flags` name, for answers of `model`. Some are to damaged pictures if `is_salvaging`.
pub(super) fn open(
    flags: &OutputFlags,
    model: &ModelInfo,
    is_salvaging: bool,
    console: &Console,
) -> Result<ResumeState> {
    let sink = |completed: &CompletedInputs| flags.sink(model.clone(), completed, console);
    let Some(path) = flags.resume() else {
        // The sink first: if this build lacks the format, no file is created.
        let completed = CompletedInputs::default();
        let sink = sink(&completed)?;
        return Ok(ResumeState { completed, output: flags.open()?, sink });
    };
    let shown = path.display();
    let failure = |error: &io::Error| Failure::error(format_args!("{shown}: {error}"), None);
    check_regular(path)?;
    let mut file = File::options().read(true).write(true).create(true).truncate(false).open(path);
    let file = file.as_mut().map_err(|error| not_opened(path, error))?;
    lock(file).map_err(|error| failure(&error))?;
    let completed = flags
        .format()
        .completed(&mut BufReader::new(&*file), Some(model))
        .map_err(|error| Failure::error(format_args!("{shown}: {error}"), None))?;
    if is_salvaging && completed.lacks_damage() {
        let message = format!("{shown} has no column `damaged`, which --damaged needs");
        let hint = "another file for --resume, or the same without --damaged".to_owned();
        return Err(Failure::error(message, Some(hint)));
    }
    file.set_len(completed.end()).map_err(|error| failure(&error))?;
    if !completed.foreign().is_empty() {
        let rejected = repair(file, path, completed.foreign()).map_err(|error| failure(&error))?;
        let (count, rejected) = (completed.foreign().len(), rejected.display());
        console.note(format_args!(
            "{shown} was damaged in {count} places: what is not a whole answer is now in {rejected}"
        ));
    }
    file.seek(SeekFrom::End(0)).map_err(|error| failure(&error))?;
    if completed.count() > 0 {
        console.note(format_args!("{shown} already has the answers to {} inputs", completed.count()));
    }
    let sink = sink(&completed)?;
    let file = file.try_clone().map_err(|error| failure(&error))?;
    Ok(ResumeState { completed, output: Output::append(path, file), sink })
}

/// The inputs that the file to resume has completed. The file is not changed.
pub(super) fn completed(flags: &OutputFlags) -> Result<CompletedInputs> {
    let Some(path) = flags.resume().filter(|path| path.exists()) else {
        return Ok(CompletedInputs::default());
    };
    check_regular(path)?;
    let file = File::open(path)
        .map_err(|error| Failure::error(format_args!("{}: {error}", path.display()), None))?;
    let completed = flags.format().completed(&mut BufReader::new(file), None);
    completed.map_err(|error| Failure::error(format_args!("{}: {error}", path.display()), None))
}

/// A pipe or a device has no earlier answers, and may never end.
fn check_regular(path: &Path) -> Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            let message = format!("{}: expected a regular file to continue", path.display());
            Err(Failure::error(message, Some(format!("-o {}", path.display()))))
        }
        // That it is missing is fine, and any other error shows when it is opened.
        _ => Ok(()),
    }
}

/// Moves the bytes in `foreign` to a file beside `path`, whose name is returned, and closes the gaps.
///
/// The gaps are closed in place, front to back: if that is cut short, every answer is still there.
fn repair(file: &mut File, path: &Path, foreign: &[Range<u64>]) -> io::Result<PathBuf> {
    let mut name = path.as_os_str().to_owned();
    name.push(".rejected");
    let rejected = PathBuf::from(name);
    let mut beside = File::options().append(true).create(true).open(&rejected)?;
    for range in foreign {
        file.seek(SeekFrom::Start(range.start))?;
        io::copy(&mut Read::by_ref(file).take(range.end - range.start), &mut beside)?;
        beside.write_all(b"\n")?;
    }
    beside.sync_all()?;

    let length = file.metadata()?.len();
    let mut to = foreign.first().map_or(length, |range| range.start);
    let kept_until = foreign.iter().skip(1).map(|range| range.start).chain([length]);
    for (range, end) in foreign.iter().zip(kept_until) {
        to = copy_forward(file, range.end..end, to)?;
    }
    file.set_len(to)?;
    Ok(rejected)
}

/// Copies bytes of `file` to an earlier place in it, and returns where the copy ends.
fn copy_forward(file: &mut File, from: Range<u64>, to: u64) -> io::Result<u64> {
    let mut buffer = vec![0; 1 << 16];
    let mut at = from.start;
    while at < from.end {
        let length = (from.end - at).min(buffer.len() as u64) as usize;
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut buffer[..length])?;
        file.seek(SeekFrom::Start(to + (at - from.start)))?;
        file.write_all(&buffer[..length])?;
        at += length as u64;
    }
    Ok(to + (from.end - from.start))
}

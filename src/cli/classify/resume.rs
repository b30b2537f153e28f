//! A file of answers to go on with.

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::path::Path;

use anyhow::Result;

use super::output::Output;
use super::output_flags::{Format, OutputFlags};
use super::{Console, Failure};
use crate::predict::Classifier;
use crate::record::ModelInfo;
use crate::sink::{Answered, Csv, ResumeError, Sink};

/// What is answered already, and where the rest goes.
pub(super) struct Resumed {
    pub(super) answered: Answered,
    pub(super) output: Output,
    pub(super) sink: Box<dyn Sink>,
}

/// Opens what `flags` name.
pub(super) fn open(flags: &OutputFlags, classifier: &Classifier, console: &Console) -> Result<Resumed> {
    let sink = flags.sink(classifier, console)?;
    let Some(path) = flags.resume() else {
        return Ok(Resumed { answered: Answered::default(), output: flags.open()?, sink });
    };
    let named = |error: ResumeError| Failure::error(format_args!("{}: {error}", path.display()), None);
    let (answered, file) = read(path, flags.format(), classifier).map_err(named)?;
    if answered.count > 0 {
        console.note(format_args!("{} answers {} inputs already", path.display(), answered.count));
    }
    let has_header = flags.format() == Format::Csv && answered.length > 0;
    let sink = if has_header { Box::new(Csv::resumed()) } else { sink };
    Ok(Resumed { answered, output: Output::resumed(path, file), sink })
}

/// What is answered already in the file that `flags` name, which is left as it is.
pub(super) fn answered(flags: &OutputFlags) -> Result<Answered> {
    let Some(path) = flags.resume().filter(|path| path.exists()) else {
        return Ok(Answered::default());
    };
    let read = || read_answers(&File::open(path)?, flags.format(), None);
    read().map_err(|error| Failure::error(format_args!("{}: {error}", path.display()), None))
}

/// Reads a file, cuts off what is torn, and leaves it at its end.
fn read(path: &Path, format: Format, classifier: &Classifier) -> Result<(Answered, File), ResumeError> {
    if matches!(format, Format::Text | Format::Parquet) {
        // Before the file is made.
        return Err(ResumeError::Format);
    }
    let mut file = File::options().read(true).write(true).create(true).truncate(false).open(path)?;
    let answered = read_answers(&file, format, Some(&classifier.info()))?;
    file.set_len(answered.length)?;
    file.seek(SeekFrom::End(0))?;
    Ok((answered, file))
}

fn read_answers(file: &File, format: Format, model: Option<&ModelInfo>) -> Result<Answered, ResumeError> {
    let reader = BufReader::new(file);
    match format {
        Format::Jsonl => Answered::jsonl(reader, model),
        Format::Csv => Answered::csv(reader),
        Format::Text | Format::Parquet => Err(ResumeError::Format),
    }
}

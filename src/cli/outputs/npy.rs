//! Opens the files of an npy output.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::path::Path;

use anyhow::Result;

use super::beside::beside;
use super::destination::Destination;
use super::output::{Output, not_opened};
use super::regular::{check_regular, open_locked};
use crate::cli::console::Failure;
use crate::cli::hint::OrFail;
use crate::record::ModelInfo;
use crate::sink::{CompletedInputs, NpyFiles, continue_npy};

/// The open files of a run, with the inputs that they already have.
pub(super) struct OpenNpy {
    pub completed: CompletedInputs,
    pub output: Output,
    pub files: NpyFiles,
}

/// Opens the files of `to` for embeddings of `model`.
pub(super) fn open(to: &Destination, model: &ModelInfo) -> Result<OpenNpy> {
    if let Some(path) = to.resume() {
        return continued(path, model);
    }
    let mut output = to.open()?;
    let files = output.open_beside().map_err(|error| {
        Failure::error(format_args!("{}: {error}", output.name()), Some("-o embeddings.npy".to_owned()))
    })?;
    Ok(OpenNpy { completed: CompletedInputs::default(), output, files })
}

/// Opens the files of an earlier run, or creates them.
fn continued(path: &Path, model: &ModelInfo) -> Result<OpenNpy> {
    check_regular(path)?;
    let mut file = open_locked(path, File::options().read(true).write(true).create(true))?;
    let failure = |error: io::Error| Failure::error(format_args!("{}: {error}", path.display()), None);
    let is_new = file.metadata().map_err(failure)?.len() == 0;
    let (completed, rows, end_of_paths) = if is_new {
        (CompletedInputs::default(), 0, 0)
    } else {
        let found = continue_npy(&mut file, path, Some(model)).or_fail_about(&path.display().to_string())?;
        file.set_len(found.end).map_err(failure)?;
        (found.completed, found.rows, found.end_of_paths)
    };
    let open = |path: &Path, end: Option<u64>| {
        let file = File::options().write(true).create(true).truncate(false).open(path);
        let mut file = file.map_err(|error| not_opened(path, &error))?;
        if let Some(end) = end {
            file.set_len(end).map_err(failure)?;
        }
        file.seek(SeekFrom::End(0)).map_err(failure)?;
        Ok::<_, anyhow::Error>(file)
    };
    let [paths, info] = beside(path);
    let (paths, info) = (open(&paths, Some(end_of_paths))?, open(&info, is_new.then_some(0))?);
    file.seek(SeekFrom::End(0)).map_err(failure)?;
    let start = file.try_clone().map_err(failure)?;
    let output = Output::append(path, file);
    Ok(OpenNpy { completed, output, files: NpyFiles { start, paths, info, rows } })
}

/// The inputs that the files to resume have completed. The files are not changed.
pub(super) fn completed(path: &Path) -> Result<CompletedInputs> {
    let mut file = File::open(path).map_err(|error| not_opened(path, &error))?;
    let found = continue_npy(&mut file, path, None).or_fail_about(&path.display().to_string())?;
    Ok(found.completed)
}

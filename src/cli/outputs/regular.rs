//! Opens files to continue. They must be regular files, and only one run at a time may write to them.

use std::fs::{self, File, OpenOptions};
use std::path::Path;

use anyhow::Result;

use super::lock::lock;
use super::output::not_opened;
use super::same_file::is_at;
use crate::cli::console::Failure;
use crate::cli::hint::quoted;

/// Opens the file at `path` with `options`, and locks it against other runs.
pub(super) fn open_locked(path: &Path, options: &OpenOptions) -> Result<File> {
    loop {
        let file = options.open(path);
        let file = file.map_err(|error| not_opened(path, &error))?;
        lock(&file).map_err(|error| not_opened(path, &error))?;
        // Another run may have replaced the file after it was opened and before it was locked.
        if is_at(&file, path) {
            return Ok(file);
        }
    }
}

/// Refuses a pipe or a device, which has no earlier answers and may never end.
pub(super) fn check_regular(path: &Path) -> Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            let message = format!("{}: expected a regular file to continue", path.display());
            Err(Failure::error(message, Some(format!("-o {}", quoted(path)))))
        }
        // A missing file is fine, and any other error shows when the file is opened.
        _ => Ok(()),
    }
}

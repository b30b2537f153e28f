//! Where answers go: stdout, a file that appears when it is complete, or one that is gone on with.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Failure;

/// An open output.
pub(super) struct Output {
    name: String,
    target: Target,
}

enum Target {
    Stdout(io::StdoutLock<'static>),
    /// Written beside under another name.
    Beside {
        file: File,
        written: PathBuf,
        path: PathBuf,
    },
    Resumed(File),
}

impl Output {
    pub(super) fn stdout() -> Self {
        Self { name: "stdout".to_owned(), target: Target::Stdout(io::stdout().lock()) }
    }

    /// A file that has its name when [`finish`](Self::finish) is called.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let mut written = path.as_os_str().to_owned();
        written.push(format!(".{:x}.tmp", std::process::id()));
        let written = PathBuf::from(written);
        let file = File::options().write(true).create_new(true).open(&written);
        let file = file.map_err(|error| Failure::error(format_args!("{}: {error}", path.display()), None))?;
        let target = Target::Beside { file, written, path: path.to_owned() };
        Ok(Self { name: path.display().to_string(), target })
    }

    /// The file to be gone on with, as it is.
    pub(super) fn resumed(path: &Path, file: File) -> Self {
        Self { name: path.display().to_string(), target: Target::Resumed(file) }
    }

    /// As messages name it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Gives a complete file its name.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        if let Target::Beside { file, written, path } = &self.target {
            file.sync_all()?;
            fs::rename(written, path)?;
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Stdout(stdout) => stdout.write(bytes),
            Target::Beside { file, .. } | Target::Resumed(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Stdout(stdout) => stdout.flush(),
            Target::Beside { file, .. } | Target::Resumed(file) => file.flush(),
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Target::Beside { written, .. } = &self.target {
            // Once finished there is nothing of this name.
            let _ = fs::remove_file(written);
        }
    }
}

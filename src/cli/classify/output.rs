//! Where answers go: stdout, a file that appears when it is complete, or one that is gone on with.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

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
    /// Written where it is: a file that is gone on with, a pipe or a device.
    InPlace(File),
}

impl Output {
    pub(super) fn stdout() -> Self {
        Self { name: "stdout".to_owned(), target: Target::Stdout(io::stdout().lock()) }
    }

    /// A file that has its name when [`finish`](Self::finish) is called; a pipe or a device is written to.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let target = Target::create(path);
        let target =
            target.map_err(|error| Failure::error(format_args!("{}: {error}", path.display()), None))?;
        Ok(Self { name: path.display().to_string(), target })
    }

    /// The file to be gone on with, as it is.
    pub(super) fn resumed(path: &Path, file: File) -> Self {
        Self { name: path.display().to_string(), target: Target::InPlace(file) }
    }

    /// As messages name it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Leaves a file that is not complete under the name beside, which is returned: what has the other name may be whole.
    pub(super) fn leave(mut self) -> Option<PathBuf> {
        match &mut self.target {
            // Nothing of no name is removed.
            Target::Beside { written, .. } => Some(std::mem::take(written)),
            Target::Stdout(_) | Target::InPlace(_) => None,
        }
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

impl Target {
    fn create(path: &Path) -> io::Result<Self> {
        // What a link leads to is replaced, not the link.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => return Err(io::Error::other("is a directory")),
            Ok(metadata) if !metadata.is_file() => {
                return File::options().write(true).open(&path).map(Self::InPlace);
            }
            _ => {}
        }
        // The time too: in a container the process often has the same number as the one that was killed.
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let mut written = path.clone().into_os_string();
        written.push(format!(".{:x}-{:x}.tmp", std::process::id(), now.as_nanos()));
        let written = PathBuf::from(written);
        let file = File::options().write(true).create_new(true).open(&written)?;
        Ok(Self::Beside { file, written, path })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Stdout(stdout) => stdout.write(bytes),
            Target::Beside { file, .. } | Target::InPlace(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Stdout(stdout) => stdout.flush(),
            Target::Beside { file, .. } | Target::InPlace(file) => file.flush(),
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

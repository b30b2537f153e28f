//! Where answers are written.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::lock::{is_at, lock};
use crate::atomic_file::AtomicFile;
use crate::cli::console::Failure;
use crate::waiting::{Peer, for_peer};

/// An open output.
pub(super) struct Output {
    name: String,
    target: Target,
}

enum Target {
    Stdout(io::StdoutLock<'static>),
    /// A new file, or one to be replaced: `path` appears when the run is complete.
    Atomic {
        file: AtomicFile,
        path: PathBuf,
    },
    /// A file that is appended to, which had this path.
    Appended {
        file: File,
        path: PathBuf,
    },
    /// A pipe or a device.
    InPlace(File),
}

impl Output {
    pub(super) fn stdout() -> Self {
        Self { name: "stdout".to_owned(), target: Target::Stdout(io::stdout().lock()) }
    }

    /// A file that appears under its name when [`finish`](Self::finish) is called. A pipe or a device is written in place.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let target = Target::create(path).map_err(|error| not_opened(path, &error))?;
        Ok(Self { name: path.display().to_string(), target })
    }

    /// Appends to `file`, which was opened for that at `path`.
    pub(super) fn append(path: &Path, file: File) -> Self {
        Self { name: path.display().to_string(), target: Target::Appended { file, path: path.to_owned() } }
    }

    /// Its name in messages.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether [`finish`](Self::finish) will replace a file that exists.
    pub(super) fn replaces_a_file(&self) -> bool {
        matches!(&self.target, Target::Atomic { path, .. } if path.exists())
    }

    /// Makes a complete file appear under its name. One that is appended to has to be there still.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.flush()?;
        match &mut self.target {
            Target::Atomic { file, path } => file.commit(path),
            Target::Appended { file, path } if !is_at(file, path)? => {
                Err(io::Error::other("was removed or replaced while answers were appended to it"))
            }
            Target::Appended { .. } | Target::Stdout(_) | Target::InPlace(_) => Ok(()),
        }
    }

    /// Keeps an incomplete file under its temporary name, which is returned. A complete file of an earlier run stays.
    pub(super) fn keep_partial(self) -> Option<PathBuf> {
        match self.target {
            Target::Atomic { file, .. } => Some(file.keep_partial()),
            Target::Appended { .. } | Target::Stdout(_) | Target::InPlace(_) => None,
        }
    }
}

impl Target {
    fn create(path: &Path) -> io::Result<Self> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => return Err(io::Error::other("is a directory")),
            Ok(metadata) if !metadata.is_file() => {
                return File::options().write(true).open(path).map(Self::InPlace);
            }
            _ => {}
        }
        // Another run may be appending to it. One that cannot be opened for reading can still be replaced.
        if let Ok(existing) = File::open(path) {
            lock(&existing)?;
        }
        let file = AtomicFile::create(path, "tmp")?;
        Ok(Self::Atomic { file, path: path.to_owned() })
    }
}

/// The failure to open the file at `path` for answers.
pub(super) fn not_opened(path: &Path, error: &io::Error) -> anyhow::Error {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists());
    let path = path.display();
    let Some(folder) = folder.filter(|_| error.kind() == io::ErrorKind::NotFound).map(Path::display) else {
        return Failure::error(format_args!("{path}: {error}"), None);
    };
    Failure::error(format_args!("{path}: no such directory: {folder}"), Some(format!("mkdir -p {folder}")))
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Stdout(stdout) => for_peer(Peer::Reader, || stdout.write(bytes)),
            Target::Atomic { file, .. } => file.write(bytes),
            Target::Appended { file, .. } => file.write(bytes),
            Target::InPlace(file) => for_peer(Peer::Reader, || file.write(bytes)),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Stdout(stdout) => for_peer(Peer::Reader, || stdout.flush()),
            Target::Atomic { file, .. } => file.flush(),
            Target::Appended { file, .. } => file.flush(),
            Target::InPlace(file) => file.flush(),
        }
    }
}

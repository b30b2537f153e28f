//! Where answers are written.

use std::fs::{self, File};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{self, Path, PathBuf};
use std::time::SystemTime;

use anyhow::Result;

use super::beside::Beside;
use super::descriptor::Descriptor;
use super::lock::lock;
use super::same_file;
use crate::atomic_file::AtomicFile;
use crate::cli::console::Failure;
use crate::cli::hint::{Hint, missing_folder, quoted};
use crate::sink::NpyFiles;
use crate::waiting::for_reader;

/// An open output.
pub(in crate::cli) struct Output {
    name: String,
    target: Target,
    /// The files beside the output, if it is a new npy file.
    beside: Option<Beside>,
}

enum Target {
    Stdout(io::StdoutLock<'static>),
    /// Not locked: messages go there too.
    Stderr(io::Stderr),
    /// A new file, or one to be replaced: `path` appears when the run is complete.
    Atomic {
        file: AtomicFile,
        path: PathBuf,
        earlier: Option<Earlier>,
    },
    /// A file that is appended to, which had this path.
    Appended {
        file: File,
        path: PathBuf,
    },
    /// A pipe or a device.
    InPlace(File),
}

/// The file to be replaced. Open, it keeps other runs away.
struct Earlier {
    file: File,
    /// As it was when the run began.
    length: u64,
    modified: Option<SystemTime>,
}

impl Earlier {
    fn lock(file: File) -> io::Result<Self> {
        lock(&file)?;
        let metadata = file.metadata()?;
        Ok(Self { length: metadata.len(), modified: metadata.modified().ok(), file })
    }

    /// Whether it is still the file at `path`, with the same length and time as when the run began.
    fn is_unchanged(&self, path: &Path) -> bool {
        let is_as_before = |metadata: fs::Metadata| {
            metadata.len() == self.length && metadata.modified().ok() == self.modified
        };
        same_file::is_at(&self.file, path) && self.file.metadata().is_ok_and(is_as_before)
    }
}

impl Output {
    pub(in crate::cli) fn stdout() -> Self {
        Self { name: "stdout".to_owned(), target: Target::Stdout(io::stdout().lock()), beside: None }
    }

    /// A file that appears under its name when [`finish`](Self::finish) is called. A pipe, a device or a file that is open
    /// already is written in place.
    pub(in crate::cli) fn create(path: &Path) -> Result<Self> {
        let target = Target::create(path).map_err(|error| not_opened(path, &error))?;
        Ok(Self { name: path.display().to_string(), target, beside: None })
    }

    /// Appends to `file`, which was opened for that at `path`.
    pub(in crate::cli) fn append(path: &Path, file: File) -> Self {
        Self {
            name: path.display().to_string(),
            target: Target::Appended { file, path: path.to_owned() },
            beside: None,
        }
    }

    /// Creates the files beside a new npy file, which are renamed and removed with it.
    ///
    /// # Errors
    /// If the output is not a new file.
    pub(super) fn open_beside(&mut self) -> io::Result<NpyFiles> {
        let Target::Atomic { file, .. } = &self.target else {
            return Err(io::Error::other("npy output needs a file: its beginning is rewritten"));
        };
        let (start, beside) = (file.file().try_clone()?, Beside::create(file.path())?);
        let [paths, info] = beside.files()?;
        self.beside = Some(beside);
        Ok(NpyFiles { start, paths, info, rows: 0 })
    }

    /// Its name in messages.
    pub(in crate::cli) fn name(&self) -> &str {
        &self.name
    }

    /// The unfinished file.
    pub(in crate::cli) fn unfinished(&self) -> Option<&Path> {
        match &self.target {
            Target::Atomic { file, .. } => Some(file.path()),
            _ => None,
        }
    }

    /// Whether [`finish`](Self::finish) will replace a file that exists.
    pub(in crate::cli) fn replaces_a_file(&self) -> bool {
        matches!(&self.target, Target::Atomic { path, .. } if path.exists())
    }

    /// Makes a complete file appear under its name. Nothing is replaced that took the name since the run began. A file that
    /// is appended to has to be there still.
    pub(in crate::cli) fn finish(&mut self) -> io::Result<()> {
        self.flush()?;
        if let Target::Appended { file, path } = &self.target
            && !same_file::is_at(file, path)
        {
            return Err(io::Error::other("was removed or replaced while answers were appended to it"));
        }
        let Target::Atomic { file, path, earlier } = &mut self.target else { return Ok(()) };
        if !file.path().exists() {
            let message = format!("{} is gone, where its answers were until now", file.path().display());
            return Err(io::Error::new(ErrorKind::NotFound, message));
        }
        let is_unchanged = earlier.as_ref().is_some_and(|earlier| earlier.is_unchanged(path));
        let committed = if is_unchanged { file.commit(path) } else { file.commit_new(path) };
        committed.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                io::Error::new(error.kind(), "it was written by another program during the run")
            }
            _ => error,
        })?;
        self.beside.as_mut().map_or(Ok(()), |beside| beside.commit(path))
    }

    /// Keeps an incomplete file under its temporary name, which is returned. A complete file of an earlier run stays.
    pub(in crate::cli) fn keep_partial(mut self) -> Option<PathBuf> {
        if let Some(beside) = &mut self.beside {
            beside.keep();
        }
        match self.target {
            Target::Atomic { file, .. } => Some(file.keep_partial()).filter(|path| path.exists()),
            _ => None,
        }
    }
}

impl Target {
    fn create(path: &Path) -> io::Result<Self> {
        match Descriptor::of(path) {
            Some(Descriptor::STDOUT) => return Ok(Self::Stdout(io::stdout().lock())),
            Some(Descriptor::STDERR) => return Ok(Self::Stderr(io::stderr())),
            // Whoever opened it goes on where it ends.
            Some(_) => return for_reader(|| File::options().append(true).open(path)).map(Self::InPlace),
            None => {}
        }
        let earlier = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => return Err(io::Error::other("is a directory")),
            Ok(metadata) if metadata.is_file() => Some(File::open(path)?),
            Ok(_) => return for_reader(|| File::options().write(true).open(path)).map(Self::InPlace),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if !names_a_file(path) {
            return Err(io::Error::other("expected the name of a file"));
        }
        let earlier = earlier.map(Earlier::lock).transpose()?;
        let file = AtomicFile::create(path, "tmp")?;
        Ok(Self::Atomic { file, path: path.to_owned(), earlier })
    }
}

/// Whether a file can have this name: it is not empty, and does not end like a folder's.
fn names_a_file(path: &Path) -> bool {
    let is_folder = path.to_string_lossy().ends_with(path::is_separator);
    path.file_name().is_some() && !is_folder
}

/// Whether `path` is a device that shows what is written to it.
pub(in crate::cli) fn is_terminal(path: &Path) -> bool {
    match Descriptor::of(path) {
        Some(Descriptor::STDOUT) => io::stdout().is_terminal(),
        Some(Descriptor::STDERR) => io::stderr().is_terminal(),
        _ => {
            is_device(path) && File::options().write(true).open(path).is_ok_and(|device| device.is_terminal())
        }
    }
}

#[cfg(unix)]
fn is_device(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_char_device())
}

#[cfg(not(unix))]
fn is_device(_: &Path) -> bool {
    false
}

/// The failure to open the file at `path` for answers.
pub(in crate::cli) fn not_opened(path: &Path, error: &io::Error) -> anyhow::Error {
    let shown = path.display();
    let Some(folder) = missing_folder(path).filter(|_| error.kind() == ErrorKind::NotFound) else {
        return Failure::error(format_args!("{shown}: {error}"), error.hint());
    };
    let message = format!("{shown}: no such directory: {}", folder.display());
    Failure::error(message, Some(format!("mkdir -p {}", quoted(folder))))
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Stdout(stdout) => for_reader(|| stdout.write(bytes)),
            Target::Stderr(stderr) => for_reader(|| stderr.write(bytes)),
            Target::Atomic { file, .. } => file.write(bytes),
            Target::Appended { file, .. } => file.write(bytes),
            Target::InPlace(file) => for_reader(|| file.write(bytes)),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Stdout(stdout) => for_reader(|| stdout.flush()),
            Target::Stderr(stderr) => for_reader(|| stderr.flush()),
            Target::Atomic { file, .. } => file.flush(),
            Target::Appended { file, .. } | Target::InPlace(file) => file.flush(),
        }
    }
}

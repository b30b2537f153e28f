//! Takes out of a file of answers what is not one. Until the repaired copy is whole, the file stays as it is.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::lock::lock;
use crate::atomic_file::unique_name;
use crate::sink::CompletedInputs;

/// A repaired file, open to be appended to and locked.
pub(super) struct Repaired {
    pub(super) file: File,
    /// Where that is now which was taken out, unless that was nothing but zero bytes.
    pub(super) rejected: Option<PathBuf>,
}

/// Moves what is foreign in `file`, which lies at `path`, to a new file beside it, and replaces it by a copy without it.
///
/// # Errors
/// If one of the two cannot be written. Then everything is as it was.
pub(super) fn repair(file: &mut File, path: &Path, completed: &CompletedInputs) -> io::Result<Repaired> {
    // A rename would replace a link.
    let path = fs::canonicalize(path)?;
    let mut rejected = None;
    let copy = write_rejected(file, &path, completed.foreign(), &mut rejected)
        .and_then(|()| replace(file, &path, completed.kept()));
    let rejected = rejected.map(|(_, name)| name);
    if let (Err(_), Some(rejected)) = (&copy, &rejected) {
        let _ = fs::remove_file(rejected);
    }
    Ok(Repaired { file: copy?, rejected })
}

/// Copies `foreign` ranges to `beside`, which is created unless they hold nothing.
fn write_rejected(
    file: &mut File,
    path: &Path,
    foreign: &[Range<u64>],
    beside: &mut Option<(File, PathBuf)>,
) -> io::Result<()> {
    for range in foreign {
        let mut is_empty = true;
        for_blocks(file, range, |block| {
            // A hole of any size.
            if block.iter().all(|byte| *byte == 0) {
                return Ok(());
            }
            is_empty = false;
            let (beside, _) = match beside {
                Some(beside) => beside,
                None => beside.insert(create_rejected(path)?),
            };
            beside.write_all(block)
        })?;
        if let Some((beside, _)) = beside.as_mut().filter(|_| !is_empty) {
            beside.write_all(b"\n")?;
        }
    }
    beside.as_ref().map_or(Ok(()), |(beside, _)| beside.sync_all())
}

/// Creates `path` with `.rejected` added, or a unique name if a file of that name exists or the name is too long.
fn create_rejected(path: &Path) -> io::Result<(File, PathBuf)> {
    let mut name = path.as_os_str().to_owned();
    name.push(".rejected");
    let create = |name: PathBuf| {
        let file = File::options().write(true).create_new(true).open(&name)?;
        Ok((file, name))
    };
    create(name.into()).or_else(|_: io::Error| create(unique_name(path, "rejected")))
}

/// Replaces `path` by a copy of `file` that has only the `kept` ranges.
fn replace(file: &mut File, path: &Path, kept: impl Iterator<Item = Range<u64>>) -> io::Result<File> {
    let copy_path = unique_name(path, "tmp");
    let mut copy = File::options().read(true).append(true).create_new(true).open(&copy_path)?;
    let fill = || {
        let metadata = file.metadata()?;
        keep_owner(&copy, &metadata);
        copy.set_permissions(metadata.permissions())?;
        // Lock the copy before the rename, so that no other run can open it by name and write first.
        lock(&copy)?;
        for range in kept {
            for_blocks(file, &range, |block| copy.write_all(block))?;
        }
        copy.sync_all()?;
        fs::rename(&copy_path, path)
    };
    let filled = fill();
    if filled.is_err() {
        let _ = fs::remove_file(&copy_path);
    }
    filled.map(|()| copy)
}

/// Gives `copy` the owner of the original, if this user may: root repairs the files of others.
#[cfg(unix)]
fn keep_owner(copy: &File, original: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(copy, Some(original.uid()), Some(original.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_copy: &File, _original: &fs::Metadata) {}

/// Reads the bytes in `range`, a block at a time.
fn for_blocks(
    file: &mut File,
    range: &Range<u64>,
    mut use_block: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    file.seek(SeekFrom::Start(range.start))?;
    let mut rest = file.take(range.end - range.start);
    let mut block = vec![0; 1 << 16];
    while rest.limit() > 0 {
        match rest.read(&mut block) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(length) => use_block(&block[..length])?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

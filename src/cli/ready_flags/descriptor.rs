//! An inherited descriptor, opened once more by its name.

use std::fs::{self, File, FileType, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use super::ready::Ready;
use crate::cli::outputs::destination::Destination;
use crate::cli::outputs::overwrite::read_as;
use crate::cli::outputs::same_file::are_same;

/// Opens descriptor `number`, or says why not.
pub(super) fn open(number: u32, to: &Destination, read: &[(&'static str, PathBuf)]) -> Result<Ready, String> {
    let path = PathBuf::from(format!("/dev/fd/{number}"));
    let metadata = fs::metadata(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "this descriptor is not open".to_owned(),
        _ => error.to_string(),
    })?;
    let kind = metadata.file_type();
    if kind.is_socket() {
        return Err("this descriptor is a socket, expected a pipe or a file".to_owned());
    }
    if is_read_only(&path) {
        return Err("this descriptor is open for reading only".to_owned());
    }
    if let Some(what) = used_as(&path, &metadata, to, read) {
        return Err(format!("this descriptor {what}"));
    }
    reopened(&path, kind).map_err(|error| format!("this descriptor cannot be written to: {error}"))
}

/// Whether the descriptor cannot be written to, where the system shows that: opening its name again asks the file alone.
fn is_read_only(path: &Path) -> bool {
    // On Linux this is a link whose permissions are those of the descriptor.
    fs::symlink_metadata(path).is_ok_and(|link| link.is_symlink() && link.permissions().mode() & 0o200 == 0)
}

/// What the run does with the file that the descriptor leads to, in the words that follow its name. Devices have no content that
/// a newline could spoil.
fn used_as(
    path: &Path,
    metadata: &Metadata,
    to: &Destination,
    read: &[(&'static str, PathBuf)],
) -> Option<String> {
    if metadata.file_type().is_char_device() {
        return None;
    }
    let output = to.resume().or(to.file()).unwrap_or(Path::new("/dev/stdout"));
    if are_same(path, output) {
        return Some("is the output, where a newline would be among the answers".to_owned());
    }
    read_as(path, read).map(str::to_owned)
}

/// The file of the descriptor, opened for writing at its end. A named pipe that lost its reader would be waited for.
fn reopened(path: &Path, kind: FileType) -> io::Result<Ready> {
    if !kind.is_fifo() {
        return File::options().append(true).open(path).map(Ready::File);
    }
    let flag = OFlags::NONBLOCK.bits().cast_signed();
    match File::options().write(true).custom_flags(flag).open(path) {
        Ok(file) => {
            let flags = fcntl_getfl(&file)?;
            fcntl_setfl(&file, flags - OFlags::NONBLOCK)?;
            Ok(Ready::File(file))
        }
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) => Ok(Ready::Gone),
        Err(error) => Err(error),
    }
}

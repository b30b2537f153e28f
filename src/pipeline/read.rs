//! Reads the bytes of one input.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::pipe::read_until_stopped;
use crate::inputs::{Input, Member, is_address};
use crate::record::{ItemError, ItemHint};

/// The largest file that is read. An uncompressed picture within the default pixel limit is smaller.
const MAX_BYTES: u64 = 1 << 30;

/// The bytes of an input.
#[derive(Debug)]
pub(super) enum Bytes {
    /// Read for this input alone.
    Read(Vec<u8>),
    /// In memory already.
    Member(Arc<Member>),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Read(bytes) => bytes,
            Self::Member(member) => &member.bytes,
        }
    }
}

/// All bytes of an input; `None` if a pipe does not give them soon after `stop` is set. If it `is_watched`, someone else ends
/// that wait.
pub(super) fn read(input: &Input, stop: &AtomicBool, is_watched: bool) -> Result<Option<Bytes>, ItemError> {
    let bytes = match input {
        Input::Stdin => read_pipe(stop, is_watched, || limited(&mut io::stdin().lock(), Vec::new())),
        Input::File(path) if is_pipe(path) => {
            let path = path.clone();
            read_pipe(stop, is_watched, move || limited(&mut File::open(path)?, Vec::new()))
        }
        Input::File(path) => file(path).map(Some),
        Input::Member(member) => return Ok(Some(Bytes::Member(Arc::clone(member)))),
        Input::Unreadable { error, .. } => return Err(error.clone()),
    };
    bytes.map(|bytes| bytes.map(Bytes::Read)).map_err(|error| match ItemError::from(&error) {
        found if is_address(input.path()) => ItemError { hint: Some(ItemHint::Download), ..found },
        found => found,
    })
}

/// The length of a regular file or a member, which can be read more than once.
pub(super) fn length(input: &Input) -> Option<u64> {
    let path = match input {
        Input::Member(member) => return Some(member.bytes.len() as u64),
        Input::File(path) => path,
        _ => return None,
    };
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    // A longer one is refused.
    Some(metadata.len()).filter(|length| *length <= MAX_BYTES)
}

/// The bytes of a regular file. A device might never end.
fn file(path: &Path) -> io::Result<Vec<u8>> {
    // Checked before opening, because opening some devices has effects.
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("is neither a regular file nor a pipe"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(io::Error::other(format!("has {} bytes; the limit is {MAX_BYTES}", metadata.len())));
    }
    limited(&mut File::open(path)?, Vec::with_capacity(metadata.len() as usize))
}

/// Whether it is a pipe, such as a shell makes for `<(curl …)`.
#[cfg(unix)]
fn is_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe(_: &Path) -> bool {
    false
}

fn read_pipe(
    stop: &AtomicBool,
    is_watched: bool,
    read: impl FnOnce() -> io::Result<Vec<u8>> + Send + 'static,
) -> io::Result<Option<Vec<u8>>> {
    if is_watched { read().map(Some) } else { read_until_stopped(stop, read) }
}

fn limited(reader: &mut impl Read, mut bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let length = reader.take(MAX_BYTES + 1).read_to_end(&mut bytes)? as u64;
    if length > MAX_BYTES {
        return Err(io::Error::other(format!("has more than {MAX_BYTES} bytes")));
    }
    Ok(bytes)
}

//! Reads the bytes of one input.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::inputs::Input;
use crate::record::{ItemError, ItemHint};
use crate::waiting::{Peer, for_peer};

/// The largest file that is read. An uncompressed picture within the default pixel limit is smaller.
const MAX_BYTES: u64 = 1 << 30;

/// All bytes of an input. If it `is_watched`, someone else ends a wait for them; otherwise it is noted that they are
/// waited for.
pub(super) fn read(input: &Input, is_watched: bool) -> Result<Vec<u8>, ItemError> {
    let read_pipe = |open: &dyn Fn() -> io::Result<Vec<u8>>| {
        if is_watched { open() } else { for_peer(Peer::Writer, open) }
    };
    let bytes = match input {
        Input::File(path) => file(path, read_pipe),
        Input::Stdin => read_pipe(&|| limited(&mut io::stdin().lock(), Vec::new())),
        Input::Unreadable { error, .. } => return Err(error.clone()),
    };
    bytes.map_err(|error| match ItemError::from(&error) {
        found if is_address(input.path()) => ItemError { hint: Some(ItemHint::Download), ..found },
        found => found,
    })
}

/// The length of a regular file, which can be read more than once.
pub(super) fn file_length(input: &Input) -> Option<u64> {
    let Input::File(path) = input else { return None };
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    // A longer one is refused.
    Some(metadata.len()).filter(|length| *length <= MAX_BYTES)
}

/// Whether it is the address of a picture rather than its path.
fn is_address(path: &Path) -> bool {
    ["https:", "http:"].iter().any(|scheme| path.starts_with(scheme))
}

/// The bytes of a regular file or of a pipe, such as a shell makes for `<(curl …)`. A device might never end.
fn file(
    path: &Path,
    read_pipe: impl Fn(&dyn Fn() -> io::Result<Vec<u8>>) -> io::Result<Vec<u8>>,
) -> io::Result<Vec<u8>> {
    // Checked before opening, because opening some devices has effects.
    let metadata = fs::metadata(path)?;
    if is_pipe(&metadata) {
        return read_pipe(&|| limited(&mut File::open(path)?, Vec::new()));
    }
    if !metadata.is_file() {
        return Err(io::Error::other("is neither a regular file nor a pipe"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(io::Error::other(format!("has {} bytes; the limit is {MAX_BYTES}", metadata.len())));
    }
    limited(&mut File::open(path)?, Vec::with_capacity(metadata.len() as usize))
}

#[cfg(unix)]
fn is_pipe(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}

fn limited(reader: &mut impl Read, mut bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let length = reader.take(MAX_BYTES + 1).read_to_end(&mut bytes)? as u64;
    if length > MAX_BYTES {
        return Err(io::Error::other(format!("has more than {MAX_BYTES} bytes")));
    }
    Ok(bytes)
}

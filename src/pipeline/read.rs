//! Reads the bytes of one input.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::inputs::Input;
use crate::record::ItemError;

/// The largest file that is read. An uncompressed picture within the default pixel limit is smaller.
const MAX_BYTES: u64 = 1 << 30;

/// All bytes of an input.
pub(super) fn read(input: &Input) -> Result<Vec<u8>, ItemError> {
    let bytes = match input {
        Input::File(path) => file(path),
        Input::Stdin => limited(&mut io::stdin().lock(), Vec::new()),
        Input::Unreadable { error, .. } => return Err(error.clone()),
    };
    bytes.map_err(|error| ItemError::from(&error))
}

/// The bytes of a regular file. A pipe might block, and a device might never end.
fn file(path: &Path) -> io::Result<Vec<u8>> {
    // Checked before opening, because opening a pipe waits for a writer.
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("is not a regular file"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(io::Error::other(format!("has {} bytes; the limit is {MAX_BYTES}", metadata.len())));
    }
    limited(&mut File::open(path)?, Vec::with_capacity(metadata.len() as usize))
}

fn limited(reader: &mut impl Read, mut bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let length = reader.take(MAX_BYTES + 1).read_to_end(&mut bytes)? as u64;
    if length > MAX_BYTES {
        return Err(io::Error::other(format!("has more than {MAX_BYTES} bytes")));
    }
    Ok(bytes)
}

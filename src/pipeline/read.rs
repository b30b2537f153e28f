//! The bytes of one input.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::inputs::Input;
use crate::record::ItemError;

/// The largest file that is read. A picture of the most pixels allowed by default is no larger, uncompressed.
const MAX_BYTES: u64 = 1 << 30;

/// All bytes of an input.
pub(super) fn read(input: &Input) -> Result<Vec<u8>, ItemError> {
    let bytes = match input {
        Input::File(path) => file(path),
        Input::Stdin => limited(&mut io::stdin().lock(), Vec::new()),
        Input::Unreadable { message, hint, .. } => {
            return Err(ItemError { kind: "io", message: message.clone(), hint: hint.clone() });
        }
    };
    bytes.map_err(|error| ItemError { kind: "io", message: said(&error), hint: None })
}

/// The bytes of a regular file. A pipe could make us wait, and a device never end.
fn file(path: &Path) -> io::Result<Vec<u8>> {
    // Before opening: opening a pipe waits for somebody to write.
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("is not a regular file"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(io::Error::other(format!("has {} bytes; the most is {MAX_BYTES}", metadata.len())));
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

/// An I/O error without the operating system's number.
fn said(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}

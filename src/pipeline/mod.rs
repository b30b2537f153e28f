//! Paths to records: read, decode, classify. A failed input is data like any other.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::time::Instant;

use crate::pixels::{self, DecodeOptions};
use crate::predict::{Classifier, Wanted};
use crate::record::{Answer, ItemError, Record};

/// Everything that happens to one input.
#[derive(Debug)]
pub struct Pipeline<'a> {
    classifier: &'a Classifier,
    decode: DecodeOptions,
    wanted: Wanted,
}

/// The largest file that is read. A picture of the most pixels allowed by default is no larger, uncompressed.
const MAX_BYTES: u64 = 1 << 30;

impl<'a> Pipeline<'a> {
    /// Pictures decoded as `decode` says, and of their answers what is `wanted`.
    pub fn new(classifier: &'a Classifier, decode: DecodeOptions, wanted: Wanted) -> Self {
        Self { classifier, decode, wanted }
    }

    /// The record of the picture at `path`.
    pub fn record(&self, path: &Path) -> Record {
        Record { path: path.to_owned(), outcome: self.answer(path) }
    }

    fn answer(&self, path: &Path) -> Result<Answer, ItemError> {
        let bytes =
            read(path).map_err(|error| ItemError { kind: "io", message: said(&error), hint: None })?;
        let start = Instant::now();
        let picture = pixels::decode(&bytes, &self.decode).map_err(|error| ItemError {
            kind: error.kind(),
            message: error.to_string(),
            hint: error.hint(),
        })?;
        let decode = start.elapsed();
        let mut answer = self.classifier.classify(&picture, &self.wanted).map_err(|error| ItemError {
            kind: "infer",
            message: error.to_string(),
            hint: None,
        })?;
        answer.timing.decode = decode;
        Ok(answer)
    }
}

/// The bytes of a regular file. A pipe could make us wait, and a device never end.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    // Before opening: opening a pipe waits for somebody to write.
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::Error::other("is a directory; name the pictures in it"));
    }
    if !metadata.is_file() {
        return Err(io::Error::other("is not a regular file"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(io::Error::other(format!("has {} bytes; the most is {MAX_BYTES}", metadata.len())));
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
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

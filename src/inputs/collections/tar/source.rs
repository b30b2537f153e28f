//! The bytes of a tar: of a file or a stream, compressed or not.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::path::Path;

use super::compressed::Frames;
use super::gzip::{self, Gzip};
use super::zstd::{self, Zstd};
use crate::record::{Archive, ItemError, ItemHint};

/// Bytes that are read from the first to the last.
pub(super) enum Source {
    /// A file of this length. Members that are not asked for are skipped by seeking.
    File(BufReader<File>, u64),
    Stream(Box<dyn Read>),
    Compressed(Box<dyn Frames>),
}

/// A compression that mnet recognises but cannot unpack: its first bytes and its program.
const OTHER_PROGRAMS: [(&[u8], &str); 2] = [(b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz")];

/// The most bytes that tell one compression from another.
const MAGIC: usize = 6;

impl Source {
    /// The tar on stdin.
    pub(super) fn stdin() -> Result<Self, ItemError> {
        Self::stream(io::stdin().lock())
    }

    /// The tar in the file, or from the pipe, at `path`.
    pub(super) fn open(path: &Path) -> Result<Self, ItemError> {
        // Checked before opening, because opening some devices has effects.
        let metadata = fs::metadata(path).map_err(|error| ItemError::from(&error))?;
        if metadata.is_dir() {
            let hint = Some(ItemHint::SearchDirectory);
            return Err(ItemError { hint, ..ItemError::io("is a directory, not a tar") });
        }
        if !metadata.is_file() && !is_pipe(&metadata) {
            return Err(ItemError::io("is neither a regular file nor a pipe"));
        }
        let file = File::open(path).map_err(|error| ItemError::from(&error))?;
        let mut file = BufReader::new(file);
        if !metadata.is_file() {
            return Self::stream(file);
        }
        let magic = magic(&mut file).and_then(|magic| file.rewind().map(|()| magic));
        let magic = magic.map_err(|error| ItemError::from(&error))?;
        let compressed = decompressed(&magic, file)?;
        Ok(match compressed {
            Ok(frames) => Self::Compressed(frames),
            Err(file) => Self::File(file, metadata.len()),
        })
    }

    /// The tar that `reader` reads.
    pub(super) fn stream(mut reader: impl BufRead + 'static) -> Result<Self, ItemError> {
        let magic = magic(&mut reader).map_err(|error| ItemError::from(&error))?;
        let whole = Cursor::new(magic.clone()).chain(reader);
        Ok(match decompressed(&magic, whole)? {
            Ok(frames) => Self::Compressed(frames),
            Err(plain) => Self::Stream(Box::new(plain)),
        })
    }

    /// Skips `count` bytes, or those that are left. Returns how many.
    pub(super) fn skip(&mut self, count: u64) -> io::Result<u64> {
        match self {
            Self::File(file, length) => {
                let count = count.min(length.saturating_sub(file.stream_position()?));
                file.seek_relative(count as i64)?;
                Ok(count)
            }
            Self::Stream(reader) => io::copy(&mut reader.take(count), &mut io::sink()),
            Self::Compressed(frames) => io::copy(&mut frames.take(count), &mut io::sink()),
        }
    }

    /// Reads on up to the next checksum in compressed data. Returns 0 after it has been compared, and always if the data is not compressed.
    pub(super) fn read_checked(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Self::Compressed(frames) = self { frames.read_frame(buffer) } else { Ok(0) }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file, _) => file.read(buffer),
            Self::Stream(reader) => reader.read(buffer),
            Self::Compressed(frames) => frames.read(buffer),
        }
    }
}

/// The first bytes. Of a pipe no more are read, as a caller may wait for its first answer before it writes more.
fn magic(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut magic = Vec::new();
    reader.take(MAGIC as u64).read_to_end(&mut magic)?;
    Ok(magic)
}

/// What `reader`, which begins with `magic`, unpacks to; or `reader` itself if it is not compressed.
fn decompressed<R: BufRead + 'static>(
    magic: &[u8],
    reader: R,
) -> Result<Result<Box<dyn Frames>, R>, ItemError> {
    if let Some((_, program)) = OTHER_PROGRAMS.iter().find(|(start, _)| magic.starts_with(start)) {
        let hint = Some(ItemHint::Unpack(Archive::Compressed(program)));
        return Err(ItemError {
            hint,
            ..ItemError::io(format!("is {program} data, which has to be unpacked first"))
        });
    }
    Ok(if magic.starts_with(&gzip::MAGIC) {
        Ok(Box::new(Gzip::new(reader)))
    } else if zstd::is_start(magic) {
        Ok(Box::new(Zstd::new(reader)))
    } else {
        Err(reader)
    })
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

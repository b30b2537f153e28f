//! The bytes of a weight file: part of the program, in memory, or read where they are needed.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use crate::regular_file;

/// The largest file that is opened. The largest MobileNet checkpoint on the hub has 150 MB; the limit bounds the memory
/// and the time that a file can take.
const MAX_BYTES: u64 = 4 << 30;

/// Bytes that are read at once where only their checksum is wanted.
const CHUNK: usize = 64 << 10;

/// The bytes of a whole weight file.
pub(super) enum Source {
    Static(&'static [u8]),
    Memory(Vec<u8>),
    /// A file on disk. A memory map would save a copy, but a file that is cut short while it is mapped ends the process
    /// with SIGBUS. The whole file in memory would cost a page fault for every 4 KiB: more than the copy itself.
    #[cfg(unix)]
    File {
        file: std::fs::File,
        len: usize,
    },
}

impl Source {
    /// Opens a regular file.
    #[cfg(unix)]
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let (file, len) = regular_file::open(path, MAX_BYTES)?;
        let len = usize::try_from(len).map_err(io::Error::other)?;
        Ok(Self::File { file, len })
    }

    /// Reads a regular file: only Unix reads at a place in the same way for all threads.
    #[cfg(not(unix))]
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self::Memory(regular_file::read(path, MAX_BYTES)?))
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Static(bytes) => bytes.len(),
            Self::Memory(bytes) => bytes.len(),
            #[cfg(unix)]
            Self::File { len, .. } => *len,
        }
    }

    /// The bytes of `range`, which must lie within the file; borrowed if they are in memory.
    ///
    /// # Errors
    /// If the file cannot be read, or was cut short after it was opened.
    pub(super) fn read(&self, range: Range<usize>) -> io::Result<Cow<'_, [u8]>> {
        match self {
            Self::Static(bytes) => Ok(Cow::Borrowed(&bytes[range])),
            Self::Memory(bytes) => Ok(Cow::Borrowed(&bytes[range])),
            #[cfg(unix)]
            Self::File { .. } => {
                let mut bytes = vec![0; range.len()];
                self.read_into(range.start, &mut bytes)?;
                Ok(Cow::Owned(bytes))
            }
        }
    }

    /// Fills `bytes` with those from `start` on, all of which must lie within the file.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub(super) fn read_into(&self, start: usize, bytes: &mut [u8]) -> io::Result<()> {
        match self {
            Self::Static(all) => bytes.copy_from_slice(&all[start..start + bytes.len()]),
            Self::Memory(all) => bytes.copy_from_slice(&all[start..start + bytes.len()]),
            #[cfg(unix)]
            Self::File { file, len } => {
                std::os::unix::fs::FileExt::read_exact_at(file, bytes, start as u64)
                    .map_err(|error| cut_short(error, *len))?;
            }
        }
        Ok(())
    }

    /// The CRC-32 of `range`, which must lie within the file.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub(super) fn crc32(&self, range: Range<usize>) -> io::Result<u32> {
        let mut hasher = crc32fast::Hasher::new();
        for start in range.clone().step_by(CHUNK) {
            hasher.update(&self.read(start..range.end.min(start + CHUNK))?);
        }
        Ok(hasher.finalize())
    }

    /// A reader that begins at the start of the file.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader { source: self, position: 0 }
    }
}

/// Says what an end before the end means.
#[cfg(unix)]
fn cut_short(error: io::Error, len: usize) -> io::Error {
    if error.kind() != io::ErrorKind::UnexpectedEof {
        return error;
    }
    io::Error::new(error.kind(), format!("it was cut short while it was read; it had {len} bytes"))
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

/// Reads a [`Source`] from a position on.
pub(super) struct Reader<'a> {
    source: &'a Source,
    position: u64,
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let start = usize::try_from(self.position).unwrap_or(usize::MAX).min(self.source.len());
        let count = buffer.len().min(self.source.len() - start);
        self.source.read_into(start, &mut buffer[..count])?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Reader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (base, offset) = match to {
            SeekFrom::Start(position) => (position, 0),
            SeekFrom::Current(offset) => (self.position, offset),
            SeekFrom::End(offset) => (self.source.len() as u64, offset),
        };
        let position = base.checked_add_signed(offset);
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_seeks_and_ends_as_a_cursor_does() {
        let source = Source::Memory((0..100).collect());
        let (mut reader, mut cursor) = (source.reader(), io::Cursor::new((0..100).collect::<Vec<u8>>()));
        let steps = [
            SeekFrom::Start(90),
            SeekFrom::Current(-30),
            SeekFrom::End(-5),
            SeekFrom::End(3),
            SeekFrom::Current(-200),
        ];
        for step in steps {
            assert_eq!(reader.seek(step).ok(), cursor.seek(step).ok(), "{step:?}");
            let (mut ours, mut theirs) = ([0; 8], [0; 8]);
            assert_eq!(reader.read(&mut ours).unwrap(), cursor.read(&mut theirs).unwrap(), "{step:?}");
            assert_eq!(ours, theirs, "{step:?}");
        }
    }

    /// A map of the file would end the test with SIGBUS.
    #[cfg(unix)]
    #[test]
    fn a_file_that_was_cut_short_meanwhile_is_an_error() {
        let path = std::env::temp_dir().join(format!("mnet-source-{}", std::process::id()));
        std::fs::write(&path, [7; 10_000]).unwrap();
        let source = Source::open(&path).unwrap();
        assert_eq!(source.read(9_000..9_003).unwrap(), [7; 3].as_slice());
        std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(5_000).unwrap();
        assert_eq!(source.read(4_000..5_000).unwrap(), [7; 1_000].as_slice());
        let error = source.read(4_000..5_001).unwrap_err();
        assert_eq!(error.to_string(), "it was cut short while it was read; it had 10000 bytes");
        std::fs::remove_file(path).unwrap();
    }
}

//! Common to gzip and zstd: frames with checksums, and their errors.

use std::io::{self, BufRead, Read};

use thiserror::Error;

use crate::pixels;

/// Decompressed bytes of frames, which gzip calls members. Most frames end with a checksum of their bytes.
pub(super) trait Frames: Read {
    /// As `read`, but within the frame that was read last: 0 once its checksum has been compared.
    fn read_frame(&mut self, buffer: &mut [u8]) -> io::Result<usize>;
}

/// An error in compressed data.
#[derive(Debug, Error, PartialEq, Eq)]
pub(super) enum Fault {
    /// Found at the end of a frame, after its bytes have been passed on.
    #[error("its {0} data has a wrong checksum, so that its members, and their answers, may be wrong")]
    Checksum(&'static str),
    #[error("its {0} data cannot be unpacked")]
    Data(&'static str),
    #[error("its {format} data is followed by {found} at byte {at}")]
    Followed { format: &'static str, found: String, at: u64 },
    #[error("its zstd data takes {} MiB of memory to unpack; the limit is {} MiB", .bytes.div_ceil(1 << 20), .most >> 20)]
    Window { bytes: u64, most: u64 },
    #[error("its zstd data can only be unpacked with the dictionary {0}")]
    Dictionary(u32),
}

impl Fault {
    /// The error for bytes at `at` that do not begin a frame.
    pub(super) fn followed(format: &'static str, bytes: &[u8], at: u64) -> Self {
        Self::Followed { format, found: pixels::describe(bytes).0, at }
    }
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        Self::new(io::ErrorKind::InvalidData, fault)
    }
}

/// A reader that knows how many bytes have been read.
pub(super) struct Counted<R> {
    reader: R,
    pub(super) position: u64,
}

impl<R> Counted<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, position: 0 }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.reader.consume(count);
        self.position += count as u64;
    }
}

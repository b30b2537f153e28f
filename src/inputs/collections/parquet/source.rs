//! The bytes of a Parquet file, without pages that claim far more memory than they can need.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use parquet::errors::Result;
use parquet::file::reader::{ChunkReader, Length};

use super::fault::fault;
use super::header::sizes;

/// The largest page that is unpacked, in bytes: it has room for the largest picture.
const LARGEST_PAGE: u64 = (1 << 30) + (1 << 20);

/// A page of up to this many bytes may have been compressed as far as a codec can.
const USUAL_PAGE: u64 = 64 << 20;

/// No codec makes more bytes of one.
const MOST_OF_ONE: u64 = 1 << 15;

/// The same limit for larger pages, which hold large pictures. pyarrow ends a page after 1024 of them. If all are the same picture, the
/// page still has its bytes once.
const MOST_OF_ONE_IN_LARGE: u64 = 1 << 10;

/// The file as the pages of one column are read from it. The library makes room for what the header of a page claims before it unpacks the
/// page, so headers are checked when they are about to be read.
#[derive(Clone)]
pub(super) struct Source {
    file: Arc<File>,
    /// Whether a header is read next. Otherwise the header has been read, and its page follows.
    is_at_header: Arc<AtomicBool>,
}

impl Source {
    pub(super) fn new(file: Arc<File>) -> Self {
        Self { file, is_at_header: Arc::new(AtomicBool::new(true)) }
    }

    /// Sets whether a header is read next.
    pub(super) fn set_at_header(&self, is_at_header: bool) {
        self.is_at_header.store(is_at_header, Ordering::Relaxed);
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.file.len()
    }
}

impl ChunkReader for Source {
    type T = BufReader<File>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let mut reader = self.file.get_read(start)?;
        if self.is_at_header.swap(true, Ordering::Relaxed) {
            check_header(reader.fill_buf()?)?;
        }
        Ok(reader)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let (size, wanted) = (self.len(), length as u64);
        if start.checked_add(wanted).is_none_or(|end| end > size) {
            return Err(fault(format!("a page of {wanted} bytes begins at byte {start} of {size}")));
        }
        check_memory(wanted)?;
        self.file.get_bytes(start, length)
    }
}

/// Refuses the header of a page that claims too much.
fn check_header(bytes: &[u8]) -> Result<()> {
    let (unpacked, packed) = sizes(bytes).ok_or_else(|| fault("the header of a page is damaged"))?;
    let most = most_of(packed);
    if unpacked > most {
        return Err(fault(format!(
            "a page of {packed} bytes claims to have {unpacked} when it is unpacked; the limit is {most}"
        )));
    }
    check_memory(unpacked)
}

/// The most bytes that a page of `packed` bytes may have when it is unpacked.
fn most_of(packed: u64) -> u64 {
    let usual = USUAL_PAGE.min(packed.saturating_mul(MOST_OF_ONE));
    usual.max(packed.saturating_mul(MOST_OF_ONE_IN_LARGE)).min(LARGEST_PAGE)
}

/// Asks the system for the memory that the library is about to take. Without it, the library would end the process.
fn check_memory(bytes: u64) -> Result<()> {
    let is_given =
        usize::try_from(bytes).is_ok_and(|bytes| Vec::<u8>::new().try_reserve_exact(bytes).is_ok());
    is_given.then_some(()).ok_or_else(|| {
        let needed = bytes.div_ceil(1 << 20);
        fault(format!("a page takes {needed} MiB of memory, which the system does not give"))
    })
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use super::*;

    #[test]
    fn a_page_cannot_claim_more_than_its_bytes_give() {
        let error = |header: &[u8]| check_header(header).err().map(|error| error.to_string());
        // A type, 2^31 - 1 bytes of 64, and the rest of a header.
        let found = error(b"\x15\x00\x15\xfe\xff\xff\xff\x0f\x15\x80\x01\x2c");
        let expected = "External: a page of 64 bytes claims to have 2147483647 when it is unpacked; the limit is 2097152";
        assert_eq!(found.as_deref(), Some(expected));
        // 2^26 of 64.
        assert!(error(b"\x15\x00\x15\x80\x80\x80\x40\x15\x80\x01\x2c").is_some());
        assert_eq!(error(b"\x15\x00\x15\x80\x02\x15\x80\x01\x2c"), None);
        assert!(error(b"\xff\xd8\xff\xe0").unwrap().ends_with("the header of a page is damaged"));
    }

    #[test]
    fn headers_are_checked_and_pages_are_not() {
        let path = env::temp_dir().join(format!("mnet-page-{}", process::id()));
        fs::write(&path, b"\x15\x00\x15\xfe\xff\xff\xff\x0f\x15\x80\x01\x2c").unwrap();
        let source = Source::new(Arc::new(File::open(&path).unwrap()));
        assert!(source.get_read(0).is_err());
        source.set_at_header(false);
        assert!(source.get_read(0).is_ok() && source.get_read(0).is_err());
        let bytes = |start, length| source.get_bytes(start, length).map_err(|error| error.to_string());
        assert_eq!(bytes(10, 2).unwrap().as_ref(), b"\x01\x2c");
        for (start, length) in [(10, 3), (0, usize::MAX), (u64::MAX, 1)] {
            assert!(bytes(start, length).unwrap_err().contains("begins at byte"));
        }
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn large_pages_are_of_large_pictures() {
        const MIB: u64 = 1 << 20;
        let thousand = 1000 * 100_000;
        for (packed, most) in [
            (0, 0),
            (1, 1 << 15),
            (46_000, 64 * MIB),
            // As pyarrow writes it: the same picture of 100 kB a thousand times, by zstd.
            (114_000, 114_000 << 10),
            (MIB, 1024 * MIB),
            (600 * MIB, LARGEST_PAGE),
            (u64::MAX, LARGEST_PAGE),
        ] {
            assert_eq!(most_of(packed), most, "{packed}");
        }
        assert!(most_of(114_000) > thousand && LARGEST_PAGE > MIB << 10);
    }

    #[test]
    fn memory_that_the_system_does_not_give_is_an_error() {
        assert!(check_memory(1 << 20).is_ok());
        let error = check_memory(1 << 62).unwrap_err().to_string();
        assert!(error.ends_with("MiB of memory, which the system does not give"), "{error}");
    }
}

//! The bytes of a Parquet file, without pages that claim far more memory than they can need.

use std::fs::File;
use std::io::{BufRead, BufReader};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// The largest page that is unpacked, in bytes: it has room for the largest picture.
const LARGEST_PAGE: u64 = (1 << 30) + (1 << 20);

/// No codec makes more bytes of one.
const MOST_OF_ONE: u64 = 1 << 15;

/// A Parquet file. The library makes room for what the header of a page claims before it unpacks the page, so headers are checked when
/// they are about to be read.
pub(super) struct Source(pub(super) File);

impl Length for Source {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl ChunkReader for Source {
    type T = BufReader<File>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let mut reader = self.0.get_read(start)?;
        if let Some((unpacked, packed)) = sizes(reader.fill_buf()?)
            && unpacked > LARGEST_PAGE.min(packed.saturating_mul(MOST_OF_ONE))
        {
            return Err(ParquetError::General(format!(
                "a page of {packed} bytes claims to have {unpacked} when it is unpacked"
            )));
        }
        Ok(reader)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.0.get_bytes(start, length)
    }
}

/// The sizes that the header of a page begins with, after its type; `None` if `bytes` is not such a
/// header. Each is one field of Thrift's compact protocol: its type and number, then a zigzag number.
fn sizes(mut bytes: &[u8]) -> Option<(u64, u64)> {
    let mut field = || {
        bytes = bytes.strip_prefix(b"\x15")?;
        let number = varint(&mut bytes)?;
        (number % 2 == 0).then_some(number / 2)
    };
    let (_type, unpacked, packed) = (field()?, field()?, field()?);
    Some((unpacked, packed))
}

/// Takes a number from the front of `bytes`: seven bits in each byte, the lowest first.
pub(super) fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..63).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use super::*;

    #[test]
    fn a_page_cannot_claim_more_than_its_bytes_give() {
        assert_eq!(varint(&mut &b"\x80\x01"[..]), Some(128));
        assert_eq!([varint(&mut &[0xff; 20][..]), varint(&mut &[0x80][..])], [None, None]);
        let path = env::temp_dir().join(format!("mnet-page-{}", process::id()));
        let error = |header: &[u8]| {
            fs::write(&path, header).unwrap();
            Source(File::open(&path).unwrap()).get_read(0).err().map(|error| error.to_string())
        };
        // A type, 2^31 - 1 bytes of 64, and the rest of a header.
        let found = error(b"\x15\x00\x15\xfe\xff\xff\xff\x0f\x15\x80\x01\x2c");
        let expected = "Parquet error: a page of 64 bytes claims to have 2147483647 when it is unpacked";
        assert_eq!(found.as_deref(), Some(expected));
        // 2^26 of 64.
        assert!(error(b"\x15\x00\x15\x80\x80\x80\x40\x15\x80\x01\x2c").is_some());
        assert_eq!(error(b"\x15\x00\x15\x80\x02\x15\x80\x01\x2c"), None);
        fs::remove_file(path).unwrap();
    }
}

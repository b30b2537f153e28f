//! What the chunks of a picture may cost together. A small file may have any number of them, all of them the same bytes,
//! and tiles may lie almost wholly outside the picture.

use super::codec;
use super::layout::Layout;
use crate::pixels::error::DecodeError;
use crate::pixels::job::Job;

/// Bytes that are never too many: about a second. A strip of a map one pixel wide, in tiles of 256 x 256, takes this.
const FREE: u64 = 512 << 20;

/// How many bytes may be read and written for each byte of the file and of the picture.
const TIMES: u64 = 8;

/// What a JPEG costs however small it is, in bytes.
const JPEG: u64 = 4 << 10;

/// Bytes that may still be read.
pub(super) struct Work(u64);

impl Work {
    /// Refuses a picture whose chunks have too many bytes once they are decompressed.
    pub(super) fn new(layout: &Layout, job: &Job) -> Result<Self, DecodeError> {
        let pixels = u64::from(layout.width) * u64::from(layout.height);
        let picture = pixels * layout.samples as u64 * u64::from(layout.bits.div_ceil(8));
        let work = Self(FREE + TIMES * (picture + job.bytes.len() as u64));
        let (across, down) = layout.grid();
        // Only a JPEG is decompressed below the picture.
        let (rows, least) = if layout.compression == codec::JPEG {
            (down as u64 * u64::from(layout.chunk.1), JPEG * layout.chunk_count() as u64)
        } else {
            (layout.height.into(), 0)
        };
        let row = (layout.planes() * across) as u64 * layout.row_length() as u64;
        work.less(rows.saturating_mul(row).saturating_add(least), layout, job)
    }

    /// Takes the stored bytes of a chunk.
    pub(super) fn take(&mut self, stored: usize, layout: &Layout, job: &Job) -> Result<(), DecodeError> {
        *self = Self(self.0).less(stored as u64, layout, job)?;
        Ok(())
    }

    fn less(self, bytes: u64, layout: &Layout, job: &Job) -> Result<Self, DecodeError> {
        let too_much = || {
            let (width, height) = layout.chunk;
            let expected = format!("expected at most {TIMES} times those of the file and the picture");
            job.damaged(format!("chunks of {width} x {height} px with too many bytes, {expected}"))
        };
        self.0.checked_sub(bytes).map(Self).ok_or_else(too_much)
    }
}

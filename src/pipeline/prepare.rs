//! One input to the pixels that the network reads.

use std::hint::black_box;
use std::sync::Once;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::clock::Clock;
use super::errors::{caught, decode_error, oversize_error};
use super::memory::{Lease, Memory};
use super::read::{self, Bytes};
use crate::inputs::Input;
use crate::pixels::{self, DecodeOptions, Draft, Preprocess};
use crate::predict::Prepared;
use crate::record::{ItemError, ItemHint};

/// Reads, decodes and preprocesses. It owns all it needs, so that a thread can be left alone with it.
#[derive(Debug)]
pub(super) struct Preparer {
    pub(super) preprocess: Preprocess,
    pub(super) decode: DecodeOptions,
    /// As that of the pipeline.
    pub(super) draft_side: Option<u32>,
    pub(super) memory: Memory,
}

impl Preparer {
    /// The pixels of one input; `None` if the run was stopped while there was no memory for it, or while a pipe kept it
    /// waiting. Waiting for memory does not count on the `clock`.
    pub(super) fn prepare(
        &self,
        input: &Input,
        stop: &AtomicBool,
        clock: Option<&Clock>,
    ) -> Option<Result<Prepared, ItemError>> {
        self.with_picture(input, stop, clock, |picture, decode| {
            let prepared = Prepared::new(&self.preprocess, &picture.image);
            let mut prepared = prepared.map_err(|error| oversize_error(&error))?;
            (prepared.width, prepared.height) = (picture.width, picture.height);
            prepared.damage = picture.damage;
            prepared.timing.decode = decode;
            Ok(prepared)
        })
    }

    /// Calls `work` with the picture of one input and the time that decoding took, and returns its result; `None` as for
    /// [`prepare`](Self::prepare). The picture's memory stays reserved until `work` ends.
    pub(super) fn with_picture<T>(
        &self,
        input: &Input,
        stop: &AtomicBool,
        clock: Option<&Clock>,
        work: impl FnOnce(Draft, Duration) -> Result<T, ItemError>,
    ) -> Option<Result<T, ItemError>> {
        // Not earlier: memory that is freed while directories are listed should go back to the system.
        static ONCE: Once = Once::new();
        ONCE.call_once(keep_freed_memory);
        let made = caught(|| {
            let Some((bytes, _lease)) = self.fetch(input, stop, clock)? else { return Ok(None) };
            let start = Instant::now();
            let picture = pixels::decode_at_least(&bytes, &self.decode, self.draft_side)
                .map_err(|error| self.with_salvage(decode_error(&error), &bytes))?;
            work(picture, start.elapsed()).map(Some)
        });
        made.transpose()
    }

    /// `error` with the hint that `--damaged` helps, if it does: to be sure, the picture is decoded that way.
    fn with_salvage(&self, error: ItemError, bytes: &[u8]) -> ItemError {
        let decode = DecodeOptions { salvage: true, ..self.decode };
        let is_salvaged = || pixels::decode_at_least(bytes, &decode, self.draft_side).is_ok();
        let is_damaged = error.hint == Some(ItemHint::CopyAgain) && !self.decode.salvage;
        if is_damaged && is_salvaged() { ItemError { hint: Some(ItemHint::Salvage), ..error } } else { error }
    }

    /// The bytes of one input, and memory for it.
    fn fetch(
        &self,
        input: &Input,
        stop: &AtomicBool,
        clock: Option<&Clock>,
    ) -> Result<Option<(Bytes, Lease<'_>)>, ItemError> {
        let take = |bytes| {
            let take = || self.memory.take(bytes, stop);
            clock.map_or_else(take, |clock| clock.without(take))
        };
        let length = read::length(input);
        let mut needed = length.unwrap_or(0);
        loop {
            let Some(mut lease) = take(needed)? else { return Ok(None) };
            let Some(bytes) = read::read(input, stop, clock.is_some())? else { return Ok(None) };
            needed = self.needed(&bytes)?;
            if lease.resize(needed) {
                return Ok(Some((bytes, lease)));
            }
            drop(lease);
            // Who waits holds nothing, so the file will be read again. A pipe cannot be.
            if length.is_none() {
                return Ok(take(needed)?.map(|lease| (bytes, lease)));
            }
        }
    }

    /// The most memory, in bytes, that is held at a time from the file `bytes` to the network's input.
    fn needed(&self, bytes: &[u8]) -> Result<u64, ItemError> {
        let needs =
            pixels::needs(bytes, &self.decode, self.draft_side).map_err(|error| decode_error(&error))?;
        let (width, height) = (needs.width, needs.height);
        // It may be turned.
        let prepared = self.preprocess.memory(width, height).max(self.preprocess.memory(height, width));
        Ok((bytes.len() as u64).saturating_add(needs.bytes.max(prepared)))
    }
}

/// Makes the allocator reuse the memory of one picture for the next.
///
/// glibc returns free memory at the end of a heap to the system and gets it back page by page, which is 150 page faults for
/// each picture of 500 x 375. It keeps up to twice the size of the largest block that was ever mapped and unmapped
/// (mallopt(3), `M_MMAP_THRESHOLD`), so one such block is allocated and freed here. It has no effect on other allocators.
fn keep_freed_memory() {
    const BYTES: usize = 4 << 20;
    drop(black_box(Vec::<u8>::with_capacity(BYTES)));
}

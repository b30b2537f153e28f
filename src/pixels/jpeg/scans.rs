//! The scans of a JPEG: whether the library decodes them as libjpeg does, and what they cost.

use libjpeg_turbo_rs::common::types::ScanComponentSelector;
use libjpeg_turbo_rs::decode::marker::JpegMetadata;

use super::header::Header;
use crate::pixels::error::DecodeError;
use crate::pixels::job::Job;

/// The most scans of a file. Progressive files have about ten; each additional one is a pass over the whole
/// picture.
pub(super) const MAX_SCANS: usize = 100;

/// How often scans may visit a block on average. Encoders of progressive files stay below 6; an empty scan of
/// an arithmetic file takes no bytes, but as much time as any other.
const MAX_VISITS: u64 = 10;

/// Visits of blocks that are never too many: they take about two seconds.
pub(super) const FREE_VISITS: u64 = 20_000_000;

/// Blocks that an MCU may have (T.81, B.2.3).
pub(super) const MAX_BLOCKS: u32 = 10;

/// Refuses a file with larger MCUs, as libjpeg does.
pub(super) fn check_mcus(metadata: &JpegMetadata, header: &Header, job: &Job) -> Result<(), DecodeError> {
    let blocks_of = |selector: &ScanComponentSelector| {
        let components = &metadata.frame.components;
        let place = components.iter().position(|component| component.id == selector.component_id);
        let (h, v) = place.and_then(|place| header.sampling.get(place).copied()).unwrap_or((1, 1));
        u32::from(h * v)
    };
    let interleaved = metadata.scans.iter().map(|scan| &scan.header.components).filter(|of| of.len() > 1);
    let most = interleaved.map(|of| of.iter().map(blocks_of).sum()).max().unwrap_or(0);
    if most > MAX_BLOCKS {
        return Err(job.damaged(format!("{most} blocks an MCU, expected at most {MAX_BLOCKS}")));
    }
    Ok(())
}

/// Refuses a file whose scans take very long, whatever its length. `free` visits of blocks are not too many.
pub(super) fn check_work(
    metadata: &JpegMetadata,
    header: &Header,
    free: u64,
    job: &Job,
) -> Result<(), DecodeError> {
    let pixels = u64::from(header.width) * u64::from(header.height);
    let blocks = header.samples(pixels).div_ceil(64).max(1);
    let (max_h, max_v) = header.max_sampling();
    let largest = u64::from(max_h) * u64::from(max_v);
    let visits_of = |component: usize| {
        let (h, v) = header.sampling.get(component).copied().unwrap_or((max_h, max_v));
        (pixels * u64::from(h) * u64::from(v) / largest).div_ceil(64)
    };
    let place = |id: u8| metadata.frame.components.iter().position(|component| component.id == id);
    let components = metadata.scans.iter().flat_map(|scan| &scan.header.components);
    let visits: u64 = components.filter_map(|selector| place(selector.component_id)).map(visits_of).sum();
    if visits > free && visits > MAX_VISITS * blocks {
        let scans = metadata.scans.len();
        let each = visits / blocks;
        return Err(
            job.damaged(format!("{scans} scans read each block {each} times, expected at most {MAX_VISITS}"))
        );
    }
    Ok(())
}

/// Whether the library refuses the file, or does not give libjpeg's pixels: CMYK with subsampled components,
/// chroma finer than luminance, and sequential scans of some components that are interleaved.
pub(super) fn is_unusual(metadata: &JpegMetadata, header: &Header) -> bool {
    let count = header.sampling.len();
    let is_partly_interleaved =
        metadata.scans.iter().any(|scan| (2..count).contains(&scan.header.components.len()));
    let first_is_finest = header.sampling[0] == header.max_sampling();
    let is_lossless = metadata.frame.is_lossless;
    !is_lossless
        && (is_partly_interleaved || count == 4 && header.is_subsampled() || count == 3 && !first_is_finest)
}

/// Whether the scans give all bits of all coefficients.
pub(super) fn are_complete(metadata: &JpegMetadata) -> bool {
    metadata.frame.components.iter().all(|component| {
        (0..64).all(|coefficient| {
            metadata.scans.iter().any(|scan| {
                let header = &scan.header;
                let has = header.components.iter().any(|selector| selector.component_id == component.id);
                has && (header.spec_start..=header.spec_end).contains(&coefficient) && header.succ_low == 0
            })
        })
    })
}

//! A JPEG as a strip or tile of a TIFF (Adobe's technical note 2): its tables are in a tag, and the tags, not its
//! own markers, say what its colours are.

use std::ops::RangeInclusive;

use libjpeg_turbo_rs::decode::marker::MarkerReader;
use libjpeg_turbo_rs::{DecodeLimits, Decoder, PixelFormat};

use super::decode::decode_error;
use super::header::{Header, Segment, segments};
use super::scans::{self, MAX_SCANS};
use crate::pixels::error::DecodeError;
use crate::pixels::job::{Job, unsupported};

/// What the tags say about a strip or tile.
pub(in crate::pixels) struct Chunk {
    /// Columns.
    pub(in crate::pixels) width: u32,
    /// How many rows it may have, besides those that fill up its last blocks.
    pub(in crate::pixels) height: RangeInclusive<u32>,
    /// Samples of a pixel.
    pub(in crate::pixels) samples: usize,
    /// Whether its colours are YCbCr.
    pub(in crate::pixels) is_ycbcr: bool,
}

/// Decodes a strip or tile to samples, row by row. `tables` is a JPEG of tables alone, or empty. YCbCr becomes RGB; all
/// other colours stay as they are.
pub(in crate::pixels) fn decode_in_tiff(
    tables: &[u8],
    data: &[u8],
    chunk: &Chunk,
    job: &Job,
) -> Result<Vec<u8>, DecodeError> {
    let bytes = file(tables, data, chunk.is_ycbcr);
    let header = Header::read(&job.with_bytes(&bytes))?;
    check(&header, chunk, job)?;
    let error = |error| decode_error(error, job);
    let metadata = MarkerReader::new(&bytes).read_markers().map_err(error)?;
    scans::check_mcus(&metadata, &header, job)?;
    scans::check_work(&metadata, &header, 0, job)?;
    let limits = DecodeLimits {
        max_scans: MAX_SCANS,
        max_memory: Some(job.budget.max_alloc),
        ..DecodeLimits::default()
    };
    let mut decoder = Decoder::new_with_limits(&bytes, limits).map_err(error)?;
    decoder.set_output_format(match chunk.samples {
        1 => PixelFormat::Grayscale,
        3 => PixelFormat::Rgb,
        _ => PixelFormat::Cmyk,
    });
    Ok(decoder.decode_image().map_err(error)?.data)
}

/// Refuses a JPEG that is not the strip or tile, before it takes any memory.
fn check(header: &Header, chunk: &Chunk, job: &Job) -> Result<(), DecodeError> {
    let (width, height, samples) = (u32::from(header.width), u32::from(header.height), header.sampling.len());
    let (least, most) = (*chunk.height.start(), *chunk.height.end());
    let padded = most.next_multiple_of(8 * u32::from(header.max_sampling().1));
    if width != chunk.width || !(least..=padded).contains(&height) || samples != chunk.samples {
        let found = format!("a JPEG of {width} x {height} with {samples} samples");
        return Err(job.damaged(format!("{found}, expected {} x {most} with {}", chunk.width, chunk.samples)));
    }
    // As in libtiff: chroma alone has fewer samples.
    if chunk.is_ycbcr && header.sampling[1..] != [(1, 1), (1, 1)] || !chunk.is_ycbcr && header.is_subsampled()
    {
        let sampling = header.sampling.iter().map(|(h, v)| format!("{h} x {v}")).collect::<Vec<_>>();
        return Err(unsupported(format!("a TIFF with JPEG whose sampling is {}", sampling.join(", "))));
    }
    Ok(())
}

/// One JPEG of both parts. Markers that name a colour space are replaced by Adobe's.
fn file(tables: &[u8], data: &[u8], is_ycbcr: bool) -> Vec<u8> {
    let mut file = b"\xff\xd8\xff\xee\0\x0eAdobe\0\x64\0\0\0\0".to_vec();
    file.push(is_ycbcr.into());
    let mut append = |segment: &Segment| {
        if !matches!(segment.marker, 0xe0 | 0xee) {
            file.extend_from_slice(segment.whole);
        }
    };
    segments(tables).for_each(|segment| append(&segment));
    let mut end = 0;
    for segment in segments(data) {
        append(&segment);
        end = segment.end;
    }
    file.extend_from_slice(&data[end..]);
    file
}

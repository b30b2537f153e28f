//! A JPEG as a strip or tile of a TIFF (Adobe's technical note 2): its tables are in a tag, and the tags, not its
//! own markers, say what its colours are.

use libjpeg_turbo_rs::{DecodeLimits, Decoder, PixelFormat};

use super::decode::decode_error;
use super::header::{Header, Segment, segments};
use super::scans::MAX_SCANS;
use crate::pixels::error::DecodeError;
use crate::pixels::job::Job;

/// The pixels of a strip or tile.
pub(in crate::pixels) struct Pixels {
    pub(in crate::pixels) width: usize,
    pub(in crate::pixels) height: usize,
    /// Pixels of a pixel.
    pub(in crate::pixels) samples: usize,
    pub(in crate::pixels) data: Vec<u8>,
}

/// Decodes a strip or tile. `tables` is a JPEG of tables alone, or empty. YCbCr becomes RGB if `is_ycbcr`; all
/// other colours stay as they are.
pub(in crate::pixels) fn decode_in_tiff(
    tables: &[u8],
    data: &[u8],
    is_ycbcr: bool,
    job: &Job,
) -> Result<Pixels, DecodeError> {
    let bytes = file(tables, data, is_ycbcr);
    let header = Header::read(&job.with_bytes(&bytes))?;
    let format = match header.sampling.len() {
        1 => PixelFormat::Grayscale,
        3 => PixelFormat::Rgb,
        4 => PixelFormat::Cmyk,
        count => return Err(job.damaged(format!("a JPEG of {count} components"))),
    };
    let limits = DecodeLimits {
        max_scans: MAX_SCANS,
        max_memory: Some(job.budget.max_alloc),
        ..DecodeLimits::default()
    };
    let error = |error| decode_error(error, job);
    let mut decoder = Decoder::new_with_limits(&bytes, limits).map_err(error)?;
    decoder.set_output_format(format);
    let picture = decoder.decode_image().map_err(error)?;
    let (width, height) = (picture.width, picture.height);
    Ok(Pixels { width, height, samples: format.bytes_per_pixel(), data: picture.data })
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

//! JPEG, through `libjpeg-turbo-rs`: the one pure-Rust decoder whose pixels are those of libjpeg-turbo, and so
//! of Pillow, bit for bit.
//!
//! Measured on the shared photos against Pillow 13 (libjpeg-turbo 3.2), before any resizing: zune-jpeg 0.5.15
//! differs by up to 4 levels, with 88.5 % of the values equal where chroma is subsampled; jpeg-decoder 0.3.2 by
//! up to 3, with 93.1 % equal; this one nowhere, at 1/2, 1/4 and 1/8 of the size neither. It also reads arithmetic
//! coding, and scans of one component with subsampled chroma, which zune-jpeg 0.5.15 turns green in silence.
//!
//! Of CMYK (Adobe's, inverted) the values are libjpeg-turbo's too; zune-jpeg makes RGB of it by itself, up to 1 level beside
//! Pillow's, and jpeg-decoder turns the values around. All three are MIT or Apache-2.0 and need no C compiler, which Pillow's
//! libjpeg-turbo does.
//!
//! One thread, Zen 4, least of 12 runs, ms; zune-jpeg cannot reduce:
//!
//! | | this | zune-jpeg | jpeg-decoder | Pillow |
//! |---|--:|--:|--:|--:|
//! | 500 x 375 | 0.8 | 0.8 | 1.5 | 0.9 |
//! | 4032 x 3024, 1.7 MB | 52 | 49 | 57 | 57 |
//! | 4032 x 3024 with noise, 3.1 MB | 67 | 63 | 74 | 68 |
//! | the smooth one at 1/8 | 21; 11 by [`eighth`] | | 27 | 15 |
//! | the noisy one at 1/8 | 35; 15 by [`eighth`] | | 42 | 27 |

mod bits;
mod eighth;

use image::RgbImage;
use image::metadata::Orientation;
use libjpeg_turbo_rs::{DecodeLimits, Decoder, JpegError, PixelFormat, ScalingFactor};
use memchr::memchr;

use super::decode::{Budget, Decoded};
use super::{DecodeError, orientation};

const FORMAT: &str = "JPEG";

/// Scans a file may have. Progressive files have about ten; each one more is a pass over the whole picture.
const MAX_SCANS: usize = 100;

/// Decodes a JPEG to RGB, without turning it upright; at a fraction of its size if both sides keep `least` px.
pub(super) fn decode(bytes: &[u8], budget: &Budget, least: Option<u32>) -> Result<Decoded, DecodeError> {
    // Refused by Pillow too: without the end marker, what is missing may be half the picture, or the passes of
    // a progressive file that would have made it sharp.
    if !has_end_marker(bytes) {
        return Err(DecodeError::EndsEarly { format: FORMAT, length: bytes.len() });
    }
    let error = |error| decode_error(error, budget);
    let limits =
        DecodeLimits { max_scans: MAX_SCANS, max_memory: Some(budget.max_alloc), ..DecodeLimits::default() };
    let mut decoder = Decoder::new_with_limits(bytes, limits).map_err(error)?;
    let header = decoder.header();
    let (width, height) = (u32::from(header.width), u32::from(header.height));
    budget.check(width, height)?;
    if header.precision != 8 {
        return Err(DecodeError::Unsupported { what: format!("JPEG of {} bits a sample", header.precision) });
    }
    let is_cmyk = header.components.len() == 4;
    let orientation =
        decoder.exif_data().and_then(orientation::from_exif).unwrap_or(Orientation::NoTransforms);

    let size = (width, height);
    let denominator = least.and_then(|least| reduction(width.min(height), least));
    if denominator == Some(8)
        && let Some(image) = eighth::decode(bytes)
    {
        return Ok(Decoded { image, size, orientation });
    }

    // As libjpeg does by default: it acts on progressive files that leave out the last bits of precision.
    decoder.set_block_smoothing(true);
    decoder.set_output_format(if is_cmyk { PixelFormat::Cmyk } else { PixelFormat::Rgb });
    if let Some(denominator) = denominator {
        decoder.set_scale(ScalingFactor::try_new(1, denominator).map_err(error)?);
    }
    let decoded = decoder.decode_image().map_err(error)?;
    let (data, drawn) = (decoded.data, (decoded.width as u32, decoded.height as u32));
    let data = if is_cmyk { data.chunks_exact(4).flat_map(rgb_of_inverted_cmyk).collect() } else { data };
    let image = RgbImage::from_raw(drawn.0, drawn.1, data)
        .ok_or_else(|| DecodeError::Damaged { format: FORMAT, reason: "pixels are missing".to_owned() })?;
    Ok(Decoded { image, size, orientation })
}

/// The largest of 8, 4 and 2 that leaves a side of `least` px, as Pillow's `draft` reckons.
fn reduction(side: u32, least: u32) -> Option<u32> {
    [8, 4, 2].into_iter().find(|denominator| side / denominator >= least)
}

/// Pillow's `CMYK;I` (every CMYK JPEG is taken to be Adobe's, inverted) and then its `cmyk2rgb`:
/// `255 - K - C·(255 - K) / 255`, rounded.
fn rgb_of_inverted_cmyk(pixel: &[u8]) -> [u8; 3] {
    // Inverted, the light that black leaves through is the stored K itself.
    let light = u32::from(pixel[3]);
    [pixel[0], pixel[1], pixel[2]].map(|stored| {
        let product = u32::from(255 - stored) * light + 128;
        (light - (((product >> 8) + product) >> 8)) as u8
    })
}

/// Whether the markers lead to EOI. Segments are skipped by their length, entropy-coded data by looking for the
/// next marker in it.
fn has_end_marker(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[prefix, marker]) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        at += match (prefix, marker) {
            (0xff, 0xd9) => return true,
            // A fill byte; a stuffed zero, a restart, TEM or SOI; a segment.
            (0xff, 0xff) => 1,
            (0xff, 0x00 | 0x01 | 0xd0..=0xd8) => 2,
            (0xff, _) => match bytes.get(at + 2..).and_then(<[u8]>::first_chunk) {
                Some(&length) => 2 + usize::from(u16::from_be_bytes(length)),
                None => return false,
            },
            _ => match memchr(0xff, &bytes[at..]) {
                Some(skip) => skip,
                None => return false,
            },
        };
    }
    false
}

fn decode_error(error: JpegError, budget: &Budget) -> DecodeError {
    match error {
        JpegError::LimitExceeded { what, actual, limit } if what.contains("scan") => {
            DecodeError::Damaged { format: FORMAT, reason: format!("{actual} scans, where {limit} are many") }
        }
        JpegError::LimitExceeded { .. } | JpegError::AllocationFailed { .. } => budget.exceeded(FORMAT),
        JpegError::Unsupported(what) => {
            DecodeError::Unsupported { what: format!("this kind of JPEG ({what})") }
        }
        error => DecodeError::Damaged { format: FORMAT, reason: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_marker_is_found_after_segments_and_scans() {
        // SOI, a comment that holds an end marker, a scan with a stuffed zero and a restart, EOI.
        let whole = b"\xff\xd8\xff\xfe\0\x04\xff\xd9\xff\xda\0\x02\x12\xff\0\x34\xff\xd0\x56\xff\xd9";
        assert!(has_end_marker(whole));
        for length in 0..whole.len() {
            assert!(!has_end_marker(&whole[..length]), "{length} bytes");
        }
    }

    #[test]
    fn cmyk_black_and_white() {
        assert_eq!(rgb_of_inverted_cmyk(&[255, 255, 255, 255]), [255, 255, 255]);
        assert_eq!(rgb_of_inverted_cmyk(&[255, 255, 255, 0]), [0, 0, 0]);
        assert_eq!(rgb_of_inverted_cmyk(&[0, 255, 255, 255]), [0, 255, 255]);
    }
}

//! PNM: bilevel, gray and RGB samples after a short header, in text or in binary; and PAM, which has alpha too.
//!
//! Samples go from 0 to a maximum that the file names. They are scaled to 255 as Pillow does it, rounded; 16-bit
//! gray keeps its high byte, as everywhere here.

mod header;
mod raster;
mod words;

use image::RgbImage;
use image::metadata::Orientation;

use super::error::DecodeError;
use super::job::{Job, Needs};
use super::picture::Decoded;
use header::Header;

/// Whether a file is a PNM. A text may start with `P1` to `P7` too; the byte after it tells them apart.
pub(super) fn is_pnm(bytes: &[u8]) -> bool {
    matches!(bytes, [b'P', b'1'..=b'7', b' ' | b'\t' | b'\r' | b'\n' | b'#', ..])
}

/// Decodes a PNM.
pub(super) fn decode(job: &Job) -> Result<Decoded, DecodeError> {
    let header = Header::read(job)?;
    let levels = raster::levels(job, &header)?;
    let pixels = match header.channels {
        3 => levels,
        // Alpha is the last channel.
        4 => {
            levels.as_chunks::<4>().0.iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect()
        }
        gray => levels.iter().step_by(gray).flat_map(|level| [*level; 3]).collect(),
    };
    let size = (header.width, header.height);
    let image = RgbImage::from_raw(size.0, size.1, pixels).ok_or_else(|| job.ends_early())?;
    Ok(Decoded::new(image, size, Orientation::NoTransforms))
}

/// What [`decode`] takes.
pub(super) fn needs(job: &Job) -> Result<Needs, DecodeError> {
    let header = Header::read(job)?;
    let channels = if header.channels == 3 { 3 } else { 3 + header.channels as u64 };
    Ok(Needs::new(header.width, header.height, channels * u64::from(header.width) * u64::from(header.height)))
}

#[cfg(test)]
mod tests {
    use crate::pixels::{DecodeOptions, decode};

    /// The red channel of a file, or the message of its error.
    fn red(bytes: &[u8]) -> Result<Vec<u8>, String> {
        let image = decode(bytes, &DecodeOptions::default()).map_err(|error| error.to_string())?;
        Ok(image.pixels().map(|pixel| pixel.0[0]).collect())
    }

    #[test]
    fn every_encoding_is_read() {
        for (file, expected) in [
            (&b"P1\n# a comment\n3 2\n1 0 1\n01#here too\n0"[..], &[0, 255, 0, 255, 0, 255][..]),
            (b"P2 2 1 100 50 # half\n 100", &[128, 255]),
            (b"P3 1 1 4000 1000 0 4000", &[64]),
            (b"P4 9 1\n\x40\x80", &[255, 0, 255, 255, 255, 255, 255, 255, 0]),
            (b"P5 3 1 100\n\x00\x33\xff", &[0, 130, 255]),
            (b"P5 2 1 4095 \x08\x00\x0f\xff", &[128, 255]),
            (b"P6\r1 1\r65535\r\x80\x80\0\0\0\0", &[128]),
            (b"P7\nWIDTH 2\nHEIGHT 1\nDEPTH 1\nMAXVAL 1\nTUPLTYPE BLACKANDWHITE\nENDHDR\n\0\x01", &[0, 255]),
            (b"P7\n#\nWIDTH 1\nHEIGHT 2\nDEPTH 4\nMAXVAL 255\nENDHDR\n\x07\0\0\0\x08\0\0\xff", &[7, 8]),
            (
                b"P7\nDEPTH 2\nWIDTH 2\nHEIGHT 1\nMAXVAL 15\nTUPLTYPE GRAYSCALE_ALPHA\nENDHDR\n\x03\0\x0f\0",
                &[51, 255],
            ),
        ] {
            assert_eq!(red(file).as_deref(), Ok(expected), "{}", file.escape_ascii());
        }
    }

    #[test]
    fn a_fault_is_named() {
        for (file, expected) in [
            (&b"P2 2 1 100 50 101"[..], "damaged PNM: a sample of 101, expected at most 100"),
            (b"P2 2 1 100 50 -1", "damaged PNM: `-` where a number is expected"),
            (b"P1 1 1 2", "damaged PNM: `2` where 0 or 1 is expected"),
            (b"P2 2 1 100 50", "PNM ends early at byte 13"),
            (b"P6 1 1 255\n\x01\x02", "PNM ends early at byte 13"),
            (b"P5 1 1 ", "PNM ends early at byte 7"),
            (b"P5 1 1 0 \0", "damaged PNM: samples up to 0, expected 1 to 65535"),
            (b"P5 1 1 65536 \0\0\0", "damaged PNM: samples up to 65536, expected 1 to 65535"),
            (b"P5 0 1 255 \0", "damaged PNM: 0 x 1 pixels"),
            (b"P5 99999999999 1 255 \0", "damaged PNM: a number of more than 9 digits"),
            (b"P7\nWIDTH 1\nENDHDR\n", "damaged PNM: a header without HEIGHT"),
            (b"P7\nWIDTH x\n", "damaged PNM: `x` where a number is expected"),
            (b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 5\nMAXVAL 255\nENDHDR\n", "a PAM of 5 channels is not supported"),
            (
                b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\nTUPLTYPE CMYK\nENDHDR\n\0\0\0",
                "a PAM of type CMYK with 3 channels is not supported",
            ),
        ] {
            assert_eq!(red(file).unwrap_err(), expected, "{}", file.escape_ascii());
        }
    }
}

//! The format of a picture file, detected by its first bytes and never by its name.

use super::error::DecodeError;
use super::formats::{FORMATS, PictureFormat};
use super::job::unsupported;
use super::not_image;
use crate::record::ItemHint;

/// Picture formats that are recognised but not supported: offset, magic bytes, name.
#[rustfmt::skip]
const UNSUPPORTED: [(usize, &[u8], &str); 17] = [
    (4, b"ftypavif", "AVIF"), (4, b"ftypavis", "AVIF"),
    (4, b"ftyphei", "HEIC"),  (4, b"ftyphev", "HEIC"), (4, b"ftypmif1", "HEIC"), (4, b"ftypmsf1", "HEIC"),
    (0, b"\xff\x0a", "JPEG XL"), (0, b"\0\0\0\x0cJXL ", "JPEG XL"),
    (0, b"\0\0\0\x0cjP  ", "JPEG 2000"), (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"8BPS", "Photoshop's PSD"), (0, b"DDS ", "DDS"), (0, b"\x76\x2f\x31\x01", "OpenEXR"),
    (0, b"#?RADIANCE", "Radiance HDR"), (0, b"farbfeld", "farbfeld"),
    (0, b"\x0a\x05\x01", "PCX"), (0, b"gimp xcf", "GIMP's XCF"),
];

/// The format of `bytes`.
///
/// # Errors
/// [`DecodeError::NotAnImage`] says what the file is instead, [`DecodeError::Unsupported`] which format it
/// has.
pub(super) fn sniff(bytes: &[u8]) -> Result<&'static PictureFormat, DecodeError> {
    let known = UNSUPPORTED
        .iter()
        .find(|(offset, magic, _)| bytes.get(*offset..).is_some_and(|rest| rest.starts_with(magic)));
    if let Some((.., name)) = known {
        return Err(unsupported(*name));
    }
    let format = FORMATS.iter().find(|format| (format.is_this)(bytes));
    format.ok_or_else(|| {
        let (found, hint) = not_image::describe(bytes);
        DecodeError::NotAnImage { found, hint }
    })
}

/// What a file that begins with `bytes` is, with its article, for a message that it is not what was expected; and what to try, if
/// it is no picture.
pub fn describe(bytes: &[u8]) -> (String, Option<ItemHint>) {
    match sniff(bytes) {
        Ok(format) => (format!("a picture ({})", format.name), None),
        Err(DecodeError::NotAnImage { found, hint }) => (found.to_owned(), Some(hint)),
        Err(DecodeError::Unsupported { what }) => (format!("a picture ({what})"), None),
        Err(error) => (error.to_string(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> String {
        match sniff(bytes) {
            Ok(format) => format.name.to_owned(),
            Err(error) => error.to_string().lines().next().unwrap().to_owned(),
        }
    }

    #[test]
    fn formats_and_other_files_are_named() {
        for (bytes, expected) in [
            (&b""[..], "not an image: the file is empty"),
            (b"hello", "not an image: text"),
            ("caf\u{e9}".as_bytes(), "not an image: text"),
            (b"BMW drives by", "not an image: text"),
            (b"P1ease", "not an image: text"),
            (b"PF stands for many things", "not an image: text"),
            (b"\n<!DOCTYPE HTML><p>", "not an image: an HTML page"),
            (b"<?xml version='1.0'?><svg/>", "not an image: an SVG drawing"),
            (b"%PDF-1.7", "not an image: a PDF document"),
            (b"PK\x03\x04\x14", "not an image: a ZIP archive"),
            (b"PAR1\x15\x04\x15\0", "not an image: a Parquet file"),
            (b"\0\0\0\0\0\0", "not an image: zero bytes"),
            (b"\x80\x81\x82", "not an image: unknown data"),
            (b"\0\0\0\x18ftypheic", "HEIC is not supported"),
            (b"\0\0\0\x18ftypavif", "AVIF is not supported"),
            (b"\0\0\0\x18ftypisom", "not an image: a video"),
            (b"RIFF....WEBP", "WebP"),
            (b"\xff\xd8\xff\xe0", "JPEG"),
            (b"P6 1 1 255\n", "PNM"),
            (b"Pf\n1 1\n-1\n", "PFM"),
            (b"II\x2b\0\x08\0\0\0", "TIFF"),
        ] {
            assert_eq!(found(bytes), expected, "{bytes:?}");
        }
    }
}

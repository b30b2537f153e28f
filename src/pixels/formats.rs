//! The picture formats that are read. To add one: a file with its decoder, and a row in [`FORMATS`].

use super::error::DecodeError;
use super::job::{Job, Needs};
use super::picture::Decoded;
use super::{bmp, gif, ico, jpeg, pfm, png, pnm, qoi, tga, tiff, webp};

/// A format that [`decode`](super::decode()) reads.
pub(super) struct PictureFormat {
    /// Its name in messages.
    pub(super) name: &'static str,
    /// Whether a file that starts with these bytes has this format.
    pub(super) is_this: fn(&[u8]) -> bool,
    pub(super) decode: fn(&Job) -> Result<Decoded, DecodeError>,
    /// What decoding takes, from the header alone.
    pub(super) needs: fn(&Job) -> Result<Needs, DecodeError>,
}

/// The formats that are read. TGA is last, because it has no magic number.
#[rustfmt::skip]
pub(super) const FORMATS: [PictureFormat; 11] = [
    PictureFormat { name: "JPEG", is_this: |b| b.starts_with(b"\xff\xd8\xff"), decode: jpeg::decode, needs: jpeg::needs },
    PictureFormat { name: "PNG",  is_this: |b| b.starts_with(b"\x89PNG\r\n\x1a\n"), decode: png::decode, needs: png::needs },
    PictureFormat { name: "GIF",  is_this: |b| b.starts_with(b"GIF87a") || b.starts_with(b"GIF89a"), decode: gif::decode, needs: gif::needs },
    PictureFormat { name: "WebP", is_this: |b| b.starts_with(b"RIFF") && b.get(8..12) == Some(b"WEBP"), decode: webp::decode, needs: webp::needs },
    PictureFormat { name: "BMP",  is_this: bmp::is_bmp, decode: bmp::decode, needs: bmp::needs },
    PictureFormat { name: "TIFF", is_this: tiff::is_tiff, decode: tiff::decode, needs: tiff::needs },
    PictureFormat { name: "PNM",  is_this: pnm::is_pnm, decode: pnm::decode, needs: pnm::needs },
    PictureFormat { name: "PFM",  is_this: pfm::is_pfm, decode: pfm::decode, needs: pfm::needs },
    PictureFormat { name: "QOI",  is_this: |b| b.starts_with(b"qoif"), decode: qoi::decode, needs: qoi::needs },
    PictureFormat { name: "ICO",  is_this: |b| b.starts_with(b"\0\0\x01\0"), decode: ico::decode, needs: ico::needs },
    PictureFormat { name: "TGA",  is_this: tga::is_tga, decode: tga::decode, needs: tga::needs },
];

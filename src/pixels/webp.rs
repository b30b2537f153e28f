//! WebP: its container is ours, its pixels the `image` crate's.
//!
//! Only the first picture is handed on: no profile, metadata or later frame, and no alpha beside a lossy
//! picture, so that none of them is kept, and none can be missing. Metadata counts if the header announces
//! it, as in libwebp.

use std::borrow::Cow;

use image::ImageFormat;

use super::error::DecodeError;
use super::job::{Job, Needs};
use super::picture::Decoded;
use super::{image_crate, orientation};

/// Bits of the header chunk, `VP8X`.
const ANIMATION: u8 = 0x02;
const XMP: u8 = 0x04;
const EXIF: u8 = 0x08;
const PROFILE: u8 = 0x20;

/// A chunk: its name and its data.
type Chunk<'a> = (&'a [u8; 4], &'a [u8]);

/// Decodes a WebP.
pub(super) fn decode(job: &Job) -> Result<Decoded, DecodeError> {
    let file = File::read(job)?;
    let picture = image_crate::decode(&job.with_bytes(&file.picture), ImageFormat::WebP)?;
    if let Some((width, height)) = file.canvas.filter(|&canvas| canvas != picture.size) {
        let (w, h) = picture.size;
        return Err(job.damaged(format!("a picture of {w} x {h} on a canvas of {width} x {height}")));
    }
    Ok(Decoded { orientation: orientation::of(file.exif, file.xmp), ..picture })
}

/// What [`decode`] takes.
pub(super) fn needs(job: &Job) -> Result<Needs, DecodeError> {
    let file = File::read(job)?;
    let needs = image_crate::needs(&job.with_bytes(&file.picture), ImageFormat::WebP)?;
    Ok(Needs { bytes: needs.bytes + job.bytes.len() as u64, ..needs })
}

/// What counts in a WebP file.
struct File<'a> {
    /// A file of the first picture alone.
    picture: Cow<'a, [u8]>,
    /// Width and height that a header of its own says, px.
    canvas: Option<(u32, u32)>,
    exif: Option<&'a [u8]>,
    xmp: Option<&'a [u8]>,
}

impl<'a> File<'a> {
    fn read(job: &Job<'a>) -> Result<Self, DecodeError> {
        let chunks = chunks(job)?;
        let Some(&(b"VP8X", header)) = chunks.first() else {
            return Ok(Self { picture: Cow::Borrowed(job.bytes), canvas: None, exif: None, xmp: None });
        };
        let &header = header.first_chunk::<10>().ok_or_else(|| job.damaged("a short VP8X chunk"))?;
        let [flags, .., w0, w1, w2, h0, h1, h2] = header;
        let side = |bytes: [u8; 3]| 1 + u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]);
        let metadata = |name: &[u8; 4], flag: u8| {
            let chunk = chunks.iter().find(|(found, _)| flags & flag != 0 && *found == name);
            chunk.map(|&(_, data)| data)
        };
        let is_animated = flags & ANIMATION != 0;
        Ok(Self {
            picture: Cow::Owned(if is_animated { first_frame(&header, &chunks) } else { still(&chunks) }),
            canvas: (!is_animated).then(|| (side([w0, w1, w2]), side([h0, h1, h2]))),
            exif: metadata(b"EXIF", EXIF),
            xmp: metadata(b"XMP ", XMP),
        })
    }
}

/// The chunks of the file. A RIFF that is longer than the file is cut off: what is missing could be the
/// orientation.
fn chunks<'a>(job: &Job<'a>) -> Result<Vec<Chunk<'a>>, DecodeError> {
    let u32_at = |at: usize| Some(u32::from_le_bytes(*job.bytes.get(at..)?.first_chunk()?) as usize);
    let end = 8 + u32_at(4).ok_or_else(|| job.ends_early())?;
    if end > job.bytes.len() {
        return Err(job.ends_early());
    }
    let mut rest = job.bytes.get(12..end).ok_or_else(|| job.damaged(format!("a length of {end} bytes")))?;
    let mut chunks = Vec::new();
    while let [n0, n1, n2, n3, l0, l1, l2, l3, data @ ..] = rest {
        let length = u32::from_le_bytes([*l0, *l1, *l2, *l3]) as usize;
        let name = rest.first_chunk().unwrap_or_else(|| unreachable!("four bytes"));
        let Some(data) = data.get(..length) else {
            let name = String::from_utf8_lossy(&[*n0, *n1, *n2, *n3]).into_owned();
            return Err(job.damaged(format!("its chunk {name:?} is longer than the file")));
        };
        chunks.push((name, data));
        // Chunks have even lengths; a last one may lack its padding.
        rest = rest.get(8 + length.next_multiple_of(2)..).unwrap_or_default();
    }
    Ok(chunks)
}

/// A file of the picture alone.
fn still(chunks: &[Chunk]) -> Vec<u8> {
    let picture = chunks.iter().find(|(name, _)| matches!(**name, [b'V', b'P', b'8', b' ' | b'L']));
    riff(picture.copied())
}

/// An animation of its first frame.
fn first_frame(header: &[u8; 10], chunks: &[Chunk]) -> Vec<u8> {
    let mut header = *header;
    header[0] &= !(EXIF | XMP | PROFILE);
    let find = |wanted: &[u8; 4]| chunks.iter().find(|(name, _)| *name == wanted).copied();
    riff([Some((b"VP8X", &header[..])), find(b"ANIM"), find(b"ANMF")].into_iter().flatten())
}

/// A file of these chunks.
fn riff<'a>(chunks: impl IntoIterator<Item = Chunk<'a>>) -> Vec<u8> {
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    for (name, data) in chunks {
        file.extend_from_slice(name);
        file.extend_from_slice(&(data.len() as u32).to_le_bytes());
        file.extend_from_slice(data);
        file.resize(file.len().next_multiple_of(2), 0);
    }
    let length = file.len() as u32 - 8;
    file[4..8].copy_from_slice(&length.to_le_bytes());
    file
}

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
    // An animation has a frame and a canvas beside the picture, both possibly RGBA.
    let pixels = u64::from(needs.width) * u64::from(needs.height);
    let canvas = if file.is_animated { 4 * pixels } else { 0 };
    Ok(Needs { bytes: needs.bytes + canvas + job.bytes.len() as u64, ..needs }.turned())
}

/// What counts in a WebP file.
struct File<'a> {
    /// A file of the first picture alone.
    picture: Cow<'a, [u8]>,
    /// Width and height that a header of its own says, px.
    canvas: Option<(u32, u32)>,
    exif: Option<&'a [u8]>,
    xmp: Option<&'a [u8]>,
    is_animated: bool,
}

impl<'a> File<'a> {
    fn read(job: &Job<'a>) -> Result<Self, DecodeError> {
        let chunks = Chunks::read(job)?;
        let Some(header) = chunks.header else {
            let picture = Cow::Borrowed(job.bytes);
            return Ok(Self { picture, canvas: None, exif: None, xmp: None, is_animated: false });
        };
        let &header = header.first_chunk::<10>().ok_or_else(|| job.damaged("a short VP8X chunk"))?;
        let [flags, .., w0, w1, w2, h0, h1, h2] = header;
        let side = |bytes: [u8; 3]| 1 + u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]);
        let is_animated = flags & ANIMATION != 0;
        Ok(Self {
            picture: Cow::Owned(if is_animated { chunks.first_frame(header) } else { riff(chunks.still) }),
            canvas: (!is_animated).then(|| (side([w0, w1, w2]), side([h0, h1, h2]))),
            exif: chunks.exif.filter(|_| flags & EXIF != 0),
            xmp: chunks.xmp.filter(|_| flags & XMP != 0),
            is_animated,
        })
    }
}

/// The first chunk of each kind that counts: others may be any number.
#[derive(Default)]
struct Chunks<'a> {
    /// `VP8X`, if it is the first of all.
    header: Option<&'a [u8]>,
    still: Option<Chunk<'a>>,
    animation: Option<Chunk<'a>>,
    frame: Option<Chunk<'a>>,
    exif: Option<&'a [u8]>,
    xmp: Option<&'a [u8]>,
}

impl<'a> Chunks<'a> {
    /// A RIFF that is longer than the file is cut off: what is missing could be the orientation.
    fn read(job: &Job<'a>) -> Result<Self, DecodeError> {
        let u32_at = |at: usize| Some(u32::from_le_bytes(*job.bytes.get(at..)?.first_chunk()?) as usize);
        let end = 8 + u32_at(4).ok_or_else(|| job.ends_early())?;
        if end > job.bytes.len() {
            return Err(job.ends_early());
        }
        let all = job.bytes.get(12..end).ok_or_else(|| job.damaged(format!("a length of {end} bytes")))?;
        let (mut chunks, mut rest) = (Self::default(), all);
        while let Some((header, data)) = rest.split_first_chunk::<8>() {
            let [name @ .., l0, l1, l2, l3] = header;
            let length = u32::from_le_bytes([*l0, *l1, *l2, *l3]) as usize;
            let Some(data) = data.get(..length) else {
                let name = String::from_utf8_lossy(name);
                return Err(job.damaged(format!("its chunk {name:?} is longer than the file")));
            };
            let chunk = (name, data);
            match name {
                b"VP8X" if rest.len() == all.len() => chunks.header = Some(data),
                b"VP8 " | b"VP8L" => chunks.still = chunks.still.or(Some(chunk)),
                b"ANIM" => chunks.animation = chunks.animation.or(Some(chunk)),
                b"ANMF" => chunks.frame = chunks.frame.or(Some(chunk)),
                b"EXIF" => chunks.exif = chunks.exif.or(Some(data)),
                b"XMP " => chunks.xmp = chunks.xmp.or(Some(data)),
                _ => {}
            }
            // Chunks have even lengths; a last one may lack its padding.
            rest = rest.get(8 + length.next_multiple_of(2)..).unwrap_or_default();
        }
        Ok(chunks)
    }

    /// An animation of its first frame.
    fn first_frame(&self, mut header: [u8; 10]) -> Vec<u8> {
        header[0] &= !(EXIF | XMP | PROFILE);
        riff([Some((b"VP8X", &header[..])), self.animation, self.frame].into_iter().flatten())
    }
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

//! The segments before the first scan of a JPEG (ITU-T T.81, annex B), without a copy of any of them.

use std::borrow::Cow;

use super::end_marker::End;
use crate::pixels::error::DecodeError;
use crate::pixels::job::{Job, unsupported};

/// A segment: its marker, its data, and both with the length between them.
pub(super) struct Segment<'a> {
    pub(super) marker: u8,
    pub(super) data: &'a [u8],
    pub(super) whole: &'a [u8],
    /// Where it ends in the file.
    pub(super) end: usize,
}

/// The segments before the first scan. Bytes between them, which decoders skip, are left out.
pub(super) fn segments(bytes: &[u8]) -> impl Iterator<Item = Segment<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        loop {
            let start = memchr::memchr(0xff, rest)?;
            rest = &rest[start..];
            match rest {
                // Start of scan, end of image.
                [_, 0xda | 0xd9, ..] => return None,
                // Fill bytes; what has no length.
                [_, 0xff, ..] => rest = &rest[1..],
                [_, 0x00 | 0x01 | 0xd0..=0xd8, ..] => rest = &rest[2..],
                &[_, marker, high, low, ..] => {
                    // The length counts itself; one that does not is skipped alone, as libjpeg does.
                    let length = usize::from(u16::from_be_bytes([high, low])).max(2);
                    let whole = rest.get(..2 + length)?;
                    let data = whole.get(4..)?;
                    rest = &rest[whole.len()..];
                    return Some(Segment { marker, data, whole, end: bytes.len() - rest.len() });
                }
                _ => return None,
            }
        }
    })
}

/// What the segments say.
pub(super) struct Header<'a> {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) is_progressive: bool,
    pub(super) is_arithmetic: bool,
    /// Sampling of each component: horizontal and vertical.
    pub(super) sampling: Vec<(u8, u8)>,
    /// All EXIF segments together, as Pillow joins them: a long one is split.
    pub(super) exif: Option<Cow<'a, [u8]>>,
    pub(super) xmp: Option<&'a [u8]>,
    /// Bytes up to the end of the last segment.
    pub(super) length: usize,
}

impl<'a> Header<'a> {
    /// Reads the header and checks that the picture is one that is decoded.
    pub(super) fn read(job: &Job<'a>) -> Result<Self, DecodeError> {
        let (mut frame, mut exif, mut xmp, mut length) = (None, None::<Cow<[u8]>>, None, 0);
        for Segment { marker, data, end, .. } in segments(job.bytes) {
            length = end;
            match marker {
                // Start of frame; not DHT, JPG and DAC.
                0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                    frame = frame.or(Some((marker, data)));
                }
                0xe1 if data.starts_with(b"Exif\0\0") => match &mut exif {
                    Some(exif) => exif.to_mut().extend_from_slice(&data[6..]),
                    None => exif = Some(Cow::Borrowed(data)),
                },
                0xe1 => xmp = data.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0").or(xmp),
                _ => {}
            }
        }
        let Some((marker, &[precision, h0, h1, w0, w1, count, ref components @ ..])) = frame else {
            let is_whole = End::find(job.bytes) == End::Marked;
            return Err(if is_whole { job.damaged("it has no frame header") } else { job.ends_early() });
        };
        let (width, height) = (u16::from_be_bytes([w0, w1]), u16::from_be_bytes([h0, h1]));
        if height == 0 {
            return Err(unsupported("a JPEG that says its height only after its pixels (DNL)"));
        }
        job.check_size(width.into(), height.into())?;
        if precision != 8 {
            return Err(unsupported(format!("JPEG of {precision} bits a sample")));
        }
        let (components, _) = components.as_chunks::<3>();
        let components = components.get(..count.into()).ok_or_else(|| job.damaged("a short frame header"))?;
        let sampling: Vec<_> = components.iter().map(|[_, both, _]| (both >> 4, both & 15)).collect();
        if sampling.iter().any(|&(h, v)| !matches!((h, v), (1..=4, 1..=4))) || sampling.is_empty() {
            return Err(job.damaged("sampling factors that are not 1 to 4"));
        }
        if !matches!(sampling.len(), 1 | 3 | 4) {
            return Err(unsupported(format!("a JPEG of {} components", sampling.len())));
        }
        let (is_progressive, is_arithmetic) = (matches!(marker, 0xc2 | 0xca), marker > 0xc8);
        let header = Self { width, height, is_progressive, is_arithmetic, sampling, exif, xmp, length };
        // libjpeg refuses these too.
        let (max_h, max_v) = header.max_sampling();
        if header.sampling.iter().any(|&(h, v)| max_h % h != 0 || max_v % v != 0) {
            return Err(unsupported("a JPEG whose sampling factors do not divide each other"));
        }
        Ok(header)
    }

    /// The largest sampling: horizontal and vertical.
    pub(super) fn max_sampling(&self) -> (u8, u8) {
        let max = |of: fn(&(u8, u8)) -> u8| self.sampling.iter().map(of).max().unwrap_or(1);
        (max(|sampling| sampling.0), max(|sampling| sampling.1))
    }

    /// Blocks of an MCU of all components.
    pub(super) fn blocks(&self) -> u32 {
        self.sampling.iter().map(|&(h, v)| u32::from(h * v)).sum()
    }

    /// Whether a component has fewer samples than another.
    pub(super) fn is_subsampled(&self) -> bool {
        self.sampling.iter().any(|&sampling| sampling != self.max_sampling())
    }

    /// Samples of all components, of `pixels` pixels.
    pub(super) fn samples(&self, pixels: u64) -> u64 {
        let (max_h, max_v) = self.max_sampling();
        let share = |&(h, v): &(u8, u8)| pixels * u64::from(h) * u64::from(v);
        self.sampling.iter().map(share).sum::<u64>() / (u64::from(max_h) * u64::from(max_v))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_end_at_the_first_scan() {
        // SOI, a comment, fill bytes, a stray byte, a quantisation table, a scan, a comment.
        let bytes = b"\xff\xd8\xff\xfe\0\x03a\xff\xff\xff\xdb\0\x04bc\x12\xff\xda\0\x02\xff\xfe\0\x03d";
        let found: Vec<_> = segments(bytes).map(|segment| (segment.marker, segment.data)).collect();
        assert_eq!(found, [(0xfe, &b"a"[..]), (0xdb, b"bc")]);
    }
}

//! Pictures. What a decoder needs is known from the header, and the picture has the size that it says.

use mnet::pixels::{DecodeError, DecodeOptions, Draft, decode_at_least, needs};

/// Few enough pixels for many runs a second.
pub(super) const SMALL: DecodeOptions = DecodeOptions { max_pixels: 1 << 16, orient: false, salvage: false };

/// `data` is a picture file of any format. From a million pixels, what a JPEG needs is computed otherwise.
pub fn picture(data: &[u8]) {
    check(data, &DecodeOptions { max_pixels: 1 << 20, ..SMALL });
}

fn check(data: &[u8], options: &DecodeOptions) {
    for min_side in [None, Some(16)] {
        let Some(draft) = decode(data, options, min_side) else { continue };
        let needs = needs(data, options, min_side).expect("it was decoded");
        assert!(needs.bytes >= draft.image.as_raw().len() as u64);
        // A small JPEG is taken to be of a kind that is decoded at full size.
        let (width, height) = draft.image.dimensions();
        assert!(width <= needs.width && height <= needs.height);
        if min_side.is_none() {
            assert_eq!((width, height), (needs.width, needs.height));
            let upright = DecodeOptions { orient: true, ..*options };
            let upright = decode(data, &upright, None).expect("it was decoded");
            assert_eq!(upright.image.len(), draft.image.len());
        }
    }
}

/// `data` is a TIFF or a `BigTIFF`.
pub fn tiff(data: &[u8]) {
    check(&with_magic(data, &[b"II\x2a\0", b"MM\0\x2a", b"II\x2b\0", b"MM\0\x2b"]), &SMALL);
}

/// `data` is a PNG.
pub fn png(data: &[u8]) {
    check(&with_magic(data, &[b"\x89PNG\r\n\x1a\n"]), &SMALL);
}

/// `data` is a GIF.
pub fn gif(data: &[u8]) {
    check(&with_magic(data, &[b"GIF89a", b"GIF87a"]), &SMALL);
}

/// `data` is a WebP, whose length is put right.
pub fn webp(data: &[u8]) {
    let mut file = with_magic(data, &[b"RIFF"]);
    if let Some(length) = (file.len() as u32).checked_sub(8).filter(|length| *length >= 4) {
        file[4..8].copy_from_slice(&length.to_le_bytes());
        file[8..12].copy_from_slice(b"WEBP");
    }
    check(&file, &SMALL);
}

/// `data` is a BMP, an ICO or a PFM; anything else gets the footer of a TGA.
pub fn bitmap(data: &[u8]) {
    let has_magic = [&b"BM"[..], b"\0\0\x01\0", b"PF", b"Pf"].iter().any(|magic| data.starts_with(magic));
    let footer: &[u8] = if has_magic { b"" } else { b"\0\0\0\0\0\0\0\0TRUEVISION-XFILE.\0" };
    check(&[data, footer].concat(), &SMALL);
}

/// The file, with the first magic number in front unless it starts with one of them.
pub(super) fn with_magic(data: &[u8], magics: &[&[u8]]) -> Vec<u8> {
    let mut file = data.to_vec();
    if !magics.iter().any(|magic| data.starts_with(magic)) {
        let magic = magics[0];
        file.resize(file.len().max(magic.len()), 0);
        file[..magic.len()].copy_from_slice(magic);
    }
    file
}

/// The picture in `data`; `None` if it has none.
pub(super) fn decode(data: &[u8], options: &DecodeOptions, min_side: Option<u32>) -> Option<Draft> {
    match decode_at_least(data, options, min_side) {
        Ok(draft) => Some(draft),
        Err(error @ DecodeError::Panicked { .. }) => panic!("{error}"),
        Err(_) => None,
    }
}

//! What a file is, told from its first bytes and never from its name.

use image::ImageFormat;

use super::DecodeError;

/// A format that [`decode`](super::decode()) reads: the `image` crate's name for it and ours.
pub(super) struct Format {
    pub(super) format: ImageFormat,
    pub(super) name: &'static str,
}

/// The formats that are read.
#[rustfmt::skip]
const FORMATS: [Format; 10] = [
    Format { format: ImageFormat::Jpeg, name: "JPEG" },
    Format { format: ImageFormat::Png,  name: "PNG" },
    Format { format: ImageFormat::Gif,  name: "GIF" },
    Format { format: ImageFormat::WebP, name: "WebP" },
    Format { format: ImageFormat::Bmp,  name: "BMP" },
    Format { format: ImageFormat::Tiff, name: "TIFF" },
    Format { format: ImageFormat::Pnm,  name: "PNM" },
    Format { format: ImageFormat::Qoi,  name: "QOI" },
    Format { format: ImageFormat::Tga,  name: "TGA" },
    Format { format: ImageFormat::Ico,  name: "ICO" },
];

/// Pictures that are recognised but not read: offset, magic, name.
#[rustfmt::skip]
const UNREAD: [(usize, &[u8], &str); 19] = [
    (4, b"ftypavif", "AVIF"), (4, b"ftypavis", "AVIF"),
    (4, b"ftyphei", "HEIC"),  (4, b"ftyphev", "HEIC"), (4, b"ftypmif1", "HEIC"), (4, b"ftypmsf1", "HEIC"),
    (0, b"\xff\x0a", "JPEG XL"), (0, b"\0\0\0\x0cJXL ", "JPEG XL"),
    (0, b"\0\0\0\x0cjP  ", "JPEG 2000"), (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"8BPS", "Photoshop's PSD"), (0, b"DDS ", "DDS"), (0, b"\x76\x2f\x31\x01", "OpenEXR"),
    (0, b"#?RADIANCE", "Radiance HDR"), (0, b"farbfeld", "farbfeld"), (0, b"II\x2b\0", "BigTIFF"),
    (0, b"MM\0\x2b", "BigTIFF"), (0, b"\x0a\x05\x01", "PCX"), (0, b"gimp xcf", "GIMP's XCF"),
];

/// What people mistake for pictures: offset, magic, name with its article.
#[rustfmt::skip]
const OTHER: [(usize, &[u8], &str); 17] = [
    (0, b"%PDF", "a PDF document"), (0, b"%!PS", "a PostScript document"),
    (0, b"PK\x03\x04", "a ZIP archive"), (0, b"\x1f\x8b", "gzip data"), (0, b"BZh", "bzip2 data"),
    (0, b"\xfd7zXZ\0", "xz data"), (0, b"\x28\xb5\x2f\xfd", "zstd data"), (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (257, b"ustar", "a tar archive"), (0, b"\x7fELF", "a program"), (0, b"MZ", "a program"),
    (4, b"ftyp", "a video"), (0, b"\x1aE\xdf\xa3", "a video"), (8, b"AVI ", "a video"), (8, b"WAVE", "a sound"),
    (0, b"ID3", "a sound"), (0, b"OggS", "a sound"),
];

/// The format of `bytes`.
///
/// # Errors
/// [`DecodeError::NotAnImage`] says what else they are, [`DecodeError::Unsupported`] which picture.
pub(super) fn sniff(bytes: &[u8]) -> Result<&'static Format, DecodeError> {
    let starts = |&&(offset, magic, _): &&(usize, &[u8], &str)| {
        bytes.get(offset..).is_some_and(|rest| rest.starts_with(magic))
    };
    if let Some((.., name)) = UNREAD.iter().find(starts) {
        return Err(DecodeError::Unsupported { what: (*name).to_owned() });
    }
    let guess = image::guess_format(bytes).ok().filter(|&format| has_plausible_header(format, bytes));
    let guess = guess.or_else(|| is_tga(bytes).then_some(ImageFormat::Tga));
    if let Some(format) = FORMATS.iter().find(|known| Some(known.format) == guess) {
        return Ok(format);
    }
    let found = OTHER.iter().find(starts).map_or_else(|| describe(bytes), |(.., name)| name);
    Err(DecodeError::NotAnImage { found })
}

/// `BM` and `P1` to `P6` are also how a text may begin; what follows tells them apart.
fn has_plausible_header(format: ImageFormat, bytes: &[u8]) -> bool {
    match format {
        // The size of the second header, of each of BMP's versions.
        ImageFormat::Bmp => {
            matches!(bytes.get(14..18), Some([12 | 16 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
        }
        ImageFormat::Pnm => matches!(bytes.get(2), Some(b' ' | b'\t' | b'\r' | b'\n' | b'#')),
        _ => true,
    }
}

/// TGA has no magic number: version 2 has a footer, version 1 is told by a header in which every field makes
/// sense and, uncompressed, by being long enough for its pixels.
fn is_tga(bytes: &[u8]) -> bool {
    if bytes.len() > 44 && bytes.ends_with(b"TRUEVISION-XFILE.\0") {
        return true;
    }
    let Some(
        &[
            id,
            has_map,
            kind,
            _,
            _,
            map_len,
            map_len_high,
            map_bits,
            _,
            _,
            _,
            _,
            w,
            w_high,
            h,
            h_high,
            bits,
            flags,
        ],
    ) = bytes.first_chunk::<18>()
    else {
        return false;
    };
    let map_len = usize::from(u16::from_le_bytes([map_len, map_len_high]));
    let pixels = usize::from(u16::from_le_bytes([w, w_high])) * usize::from(u16::from_le_bytes([h, h_high]));
    let colours = match (kind, has_map) {
        (1 | 9, 1) => map_len > 0 && matches!(map_bits, 15 | 16 | 24 | 32) && bits == 8,
        (2 | 10, 0) => matches!(bits, 15 | 16 | 24 | 32),
        (3 | 11, 0) => bits == 8,
        _ => false,
    };
    let header = 18 + usize::from(id) + map_len * usize::from(map_bits).div_ceil(8);
    let body = if kind < 8 { pixels * usize::from(bits).div_ceil(8) } else { 1 };
    colours && pixels > 0 && flags & 0xc0 == 0 && bytes.len() >= header + body
}

/// What bytes without a known magic number look like.
fn describe(bytes: &[u8]) -> &'static str {
    if bytes.is_empty() {
        return "the file is empty";
    }
    let head = &bytes[..bytes.len().min(1024)];
    if head.iter().all(|&byte| byte == 0) {
        return "zero bytes";
    }
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The cut at 1024 bytes may have split the last character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return "unknown data",
    };
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return "unknown data";
    }
    let start = text.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        "an HTML page"
    } else if start.contains("<svg") {
        "an SVG drawing"
    } else if start.starts_with("version https://git-lfs") {
        "a Git LFS pointer; its content was not fetched"
    } else {
        "text"
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
    fn says_what_it_found() {
        for (bytes, expected) in [
            (&b""[..], "not an image: the file is empty"),
            (b"hello", "not an image: text"),
            ("caf\u{e9}".as_bytes(), "not an image: text"),
            (b"BMW drives by", "not an image: text"),
            (b"P1ease", "not an image: text"),
            (b"\n<!DOCTYPE HTML><p>", "not an image: an HTML page"),
            (b"<?xml version='1.0'?><svg/>", "not an image: an SVG drawing"),
            (b"%PDF-1.7", "not an image: a PDF document"),
            (b"\0\0\0\0\0\0", "not an image: zero bytes"),
            (b"\x80\x81\x82", "not an image: unknown data"),
            (b"\0\0\0\x18ftypheic", "HEIC is not supported"),
            (b"\0\0\0\x18ftypavif", "AVIF is not supported"),
            (b"\0\0\0\x18ftypisom", "not an image: a video"),
            (b"RIFF....WEBP", "WebP"),
            (b"\xff\xd8\xff\xe0", "JPEG"),
            (b"P6 1 1 255\n", "PNM"),
        ] {
            assert_eq!(found(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_long_text_may_be_cut_inside_a_character() {
        let text = format!("a{}", "\u{e9}".repeat(600));
        assert_eq!(found(text.as_bytes()), "not an image: text");
    }

    #[test]
    fn tga_needs_a_header_that_makes_sense() {
        let mut tga = vec![0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 24, 0];
        assert_eq!(found(&tga), "not an image: unknown data", "no room for two pixels");
        tga.extend([0; 6]);
        assert_eq!(found(&tga), "TGA");
        tga[16] = 23;
        assert_eq!(found(&tga), "not an image: unknown data", "23 bits a pixel");
    }
}

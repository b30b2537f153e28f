//! Kinds of files that have no pixels, or that cost more than they seem to.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use mnet::pixels::{DecodeError, DecodeOptions, Needs, decode, decode_at_least, needs};

use crate::golden;

fn file(name: &str) -> Vec<u8> {
    std::fs::read(golden("decode").join(name)).unwrap()
}

fn error(bytes: &[u8]) -> (&'static str, String) {
    let error = decode(bytes, &DecodeOptions::default()).unwrap_err();
    assert!(!matches!(error, DecodeError::Panicked { .. }), "{error}");
    (error.kind(), error.to_string())
}

/// Position of the height in a JPEG: after the marker of the frame, its length and the precision.
fn height_at(jpeg: &[u8], marker: u8) -> usize {
    jpeg.windows(2).position(|pair| pair == [0xff, marker]).unwrap() + 5
}

#[test]
fn a_jpeg_without_a_height_is_refused_by_name() {
    for (name, marker) in [("gray.jpg", 0xc0), ("420.jpg", 0xc0), ("420-progressive.jpg", 0xc2)] {
        let mut bytes = file(name);
        let at = height_at(&bytes, marker);
        bytes[at..at + 2].fill(0);
        let with_dnl = [&bytes[..bytes.len() - 2], b"\xff\xdc\0\x04\0\x26\xff\xd9"].concat();
        for bytes in [bytes, with_dnl] {
            let (kind, message) = error(&bytes);
            assert_eq!(kind, "unsupported", "{name}: {message}");
            assert!(message.contains("(DNL)"), "{name}: {message}");
            assert_eq!(needs(&bytes, &DecodeOptions::default(), None).unwrap_err().kind(), kind);
        }
        let at = height_at(&file(name), marker) + 2;
        let mut bytes = file(name);
        bytes[at..at + 2].fill(0);
        assert_eq!(error(&bytes), ("decode", "damaged JPEG: 0 x 38 pixels".to_owned()));
    }
}

/// An arithmetic progressive JPEG of 9459 x 9459 pixels whose scans hold nothing. Each takes as long as any
/// other.
fn empty_scans(count: usize) -> Vec<u8> {
    let frame = b"\xff\xca\0\x11\x08\x24\xf3\x24\xf3\x03\x01\x11\0\x02\x11\0\x03\x11\0";
    let table = [&b"\xff\xdb\0\x43\0"[..], &[8; 64]].concat();
    let first = b"\xff\xda\0\x0c\x03\x01\0\x02\0\x03\0\0\0\0";
    let mut bytes = [&b"\xff\xd8"[..], &table, frame, first].concat();
    for scan in 1..count {
        bytes.extend(*b"\xff\xda\0\x08\x01");
        bytes.extend([1 + (scan % 3) as u8, 0, 1, 63, if scan < 4 { 0 } else { 0x10 }]);
    }
    bytes.extend(*b"\xff\xd9");
    bytes
}

#[test]
fn scans_of_nothing_are_refused_before_they_are_read() {
    let (kind, message) = error(&empty_scans(100));
    assert_eq!(kind, "decode");
    assert!(message.contains("100 scans read each block 34 times"), "{message}");
    let salvage = DecodeOptions { salvage: true, ..DecodeOptions::default() };
    let salvaged = decode(&empty_scans(100), &salvage).unwrap_err();
    assert_eq!(salvaged.to_string(), message, "damage is no reason to take the time");
    let (_, message) = error(&empty_scans(101));
    assert!(message.contains("101 scans, expected at most 100"), "{message}");
}

#[test]
fn a_lost_restart_marker_is_found() {
    let bytes = file("420-restarts.jpg");
    let at = bytes.windows(2).position(|pair| pair == [0xff, 0xd1]).unwrap();
    let lost = [&bytes[..at], &bytes[at + 2..]].concat();
    assert_eq!(error(&lost), ("decode", "damaged JPEG: restart marker 2 after a gap, expected 1".to_owned()));
    let mut wrong = bytes;
    wrong[at + 1] = 0xd5;
    assert_eq!(
        error(&wrong),
        ("decode", "damaged JPEG: restart marker 5 after a gap, expected 1".to_owned())
    );
}

/// Zeros or a video stand for an end marker only if all pixels are there.
#[test]
fn a_trailer_does_not_stand_for_pixels() {
    let video = [&b"\0\0\0\x18ftypmp42\0\0\0\0isommp42"[..], &[0x55; 3000]].concat();
    for name in ["420.jpg", "420-progressive.jpg", "420-restarts.jpg", "420-one-scan-a-component.jpg"] {
        let bytes = file(name);
        let whole = decode(&bytes, &DecodeOptions::default()).unwrap();
        for trailer in [&[0; 500][..], &video] {
            let with_trailer = |length: usize| [&bytes[..length], trailer].concat();
            let read = decode(&with_trailer(bytes.len() - 2), &DecodeOptions::default()).unwrap();
            assert_eq!(read, whole, "{name}");
            for missing in [8, 20, 100, bytes.len() / 2] {
                let bytes = with_trailer(bytes.len() - 2 - missing);
                let expected = format!("JPEG ends early at byte {}", bytes.len());
                assert_eq!(error(&bytes), ("decode", expected), "{name} without {missing} bytes");
            }
        }
    }
}

/// A chunk of a PNG.
fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = !0u32;
    for byte in name.iter().chain(data) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
        }
    }
    [&(data.len() as u32).to_be_bytes()[..], &name, data, &(!crc).to_be_bytes()].concat()
}

/// Only what makes the picture is read; here a profile that is no profile, and text that is none.
#[test]
fn chunks_that_are_not_used_are_not_read() {
    let plain = file("rgb.png");
    let junk = [chunk(*b"iCCP", b"junk"), chunk(*b"zTXt", b"junk"), chunk(*b"tRNS", b"")].concat();
    let bytes = [&plain[..33], &junk, &plain[33..]].concat();
    let of = |bytes: &[u8]| decode(bytes, &DecodeOptions::default()).unwrap();
    assert_eq!(of(&bytes), of(&plain));
    let apple = [&plain[..8], &chunk(*b"CgBI", &[0; 4]), &plain[8..]].concat();
    assert_eq!(error(&apple), ("unsupported", "an Apple CgBI PNG is not supported".to_owned()));
}

/// 1000 of one MiB each, in chunks of 1 kB. Inflating them all takes seconds.
#[test]
fn only_the_last_text_of_a_png_is_inflated() {
    let plain = file("rgb.png");
    let deflated = |text: &[u8]| {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        chunk(*b"zTXt", &[b"Raw profile type exif\0\0", &encoder.finish().unwrap()[..]].concat())
    };
    let exif = "45786966000049492a00080000000100120103000100000006000000";
    let profile = |lines: &str| {
        deflated([format!("\nexif\n 28\n{exif}").as_bytes(), lines.as_bytes()].concat().as_slice())
    };
    let large = profile(&"\n".repeat(1 << 20));
    let size = |texts: &[u8]| {
        let bytes = [&plain[..33], texts, &plain[33..]].concat();
        decode(&bytes, &DecodeOptions::default()).unwrap().dimensions()
    };
    let start = Instant::now();
    assert_eq!(size(&large.repeat(1000)), (7, 12));
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    assert_eq!(size(&[&profile("")[..], &deflated(b"nothing")].concat()), (12, 7));
    assert_eq!(size(&[&deflated(b"nothing"), &profile("")[..]].concat()), (7, 12));
}

#[test]
fn a_webp_chunk_that_claims_more_than_the_file_is_damage() {
    let mut bytes = file("xmp.webp");
    let at = bytes.windows(4).position(|name| name == b"XMP ").unwrap() + 4;
    bytes[at..at + 4].fill(0xff);
    let (kind, message) = error(&bytes);
    assert_eq!(
        (kind, message.as_str()),
        ("decode", r#"damaged WebP: its chunk "XMP " is longer than the file"#)
    );
}

/// What decoding takes is known from the header, and the picture that comes out is the one it says.
#[test]
fn what_a_picture_needs_is_known_before() {
    let options = DecodeOptions { orient: false, ..DecodeOptions::default() };
    for entry in std::fs::read_dir(golden("decode")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "ppm")
            && path.to_str().unwrap().matches('.').count() > 1
        {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for min_side in [None, Some(4)] {
            let Needs { width, height, bytes: needed } = needs(&bytes, &options, min_side).unwrap();
            let draft = decode_at_least(&bytes, &options, min_side).unwrap();
            let (found_width, found_height) = draft.image.dimensions();
            assert!(found_width <= width && found_height <= height, "{} {min_side:?}", path.display());
            if min_side.is_none() {
                assert_eq!((found_width, found_height), (width, height), "{}", path.display());
            }
            assert!(needed >= 3 * u64::from(width) * u64::from(height), "{}", path.display());
        }
    }
}

#[test]
fn jpegs_that_are_not_read_are_named() {
    let bytes = file("420.jpg");
    let at = height_at(&bytes, 0xc0) + 5;
    let sampled = |sampling: [u8; 3]| {
        let mut bytes = bytes.clone();
        for (index, sampling) in sampling.into_iter().enumerate() {
            bytes[at + 3 * index + 1] = sampling;
        }
        error(&bytes)
    };
    let expected = "a JPEG whose sampling factors do not divide each other is not supported";
    assert_eq!(sampled([0x31, 0x21, 0x11]), ("unsupported", expected.to_owned()));
    assert_eq!(
        sampled([0x22; 3]),
        ("decode", "damaged JPEG: 12 blocks an MCU, expected at most 10".to_owned())
    );
    let mut two = bytes.clone();
    two[at - 1] = 2;
    assert_eq!(error(&two), ("unsupported", "a JPEG of 2 components is not supported".to_owned()));
}

#[test]
fn a_gif_whose_picture_has_no_pixels_is_damaged() {
    let mut bytes = file("small-frame.gif");
    let at = bytes.windows(5).position(|bytes| bytes == [b',', 5, 0, 4, 0]).unwrap() + 5;
    bytes[at] = 0;
    assert_eq!(error(&bytes), ("decode", "damaged GIF: a picture of 0 x 7 pixels".to_owned()));
}

#[test]
fn pictures_of_108_million_pixels_are_read() {
    assert!(DecodeOptions::default().max_pixels > 12_000 * 9_000);
    assert_eq!(DecodeOptions::default().max_pixels, 178_956_970);
}

#[test]
fn tiffs_that_are_not_read_are_named() {
    for (tag, value, expected) in [
        (262, 8, "a CIELab TIFF is not supported"),
        (262, 32803, "a TIFF of raw camera data is not supported"),
        (259, 34925, "a TIFF with LZMA compression is not supported"),
        (259, 6, "a TIFF with old-style JPEG compression is not supported"),
        (259, 4242, "a TIFF with compression 4242 is not supported"),
    ] {
        let mut bytes = file("planar.tif");
        let entry = [&(tag as u16).to_le_bytes()[..], &3u16.to_le_bytes(), &1u32.to_le_bytes()].concat();
        let at = bytes.windows(8).position(|window| window == entry).unwrap() + 8;
        bytes[at..at + 2].copy_from_slice(&(value as u16).to_le_bytes());
        assert_eq!(error(&bytes), ("unsupported", expected.to_owned()));
    }
}

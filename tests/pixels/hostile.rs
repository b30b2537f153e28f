//! Files that are cut off, damaged, or claim to be large.

use std::path::PathBuf;

use mnet::guard;
use mnet::pixels::{DecodeError, DecodeOptions, decode};

use super::noise::Noise;

use crate::golden;

fn decode_with(bytes: &[u8], max_pixels: u64) -> Result<image::RgbImage, DecodeError> {
    decode(bytes, &DecodeOptions { max_pixels, ..DecodeOptions::default() })
}

/// The golden files, without Pillow's output for them.
fn files() -> Vec<(PathBuf, Vec<u8>)> {
    let paths = std::fs::read_dir(golden("decode")).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = paths
        .filter(|path| path.file_name().unwrap().to_str().unwrap().matches('.').count() == 1)
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    assert!(files.len() > 40);
    files
}

/// The start of a file is an error, or the whole picture if only a trailer is missing; never part of the
/// picture, and never a panic.
#[test]
fn a_cut_file_never_decodes_to_a_different_picture() {
    // A PNG may end after its pixels, and nothing says that an orientation follows; nor that a number goes on.
    let is_cuttable = |(path, _): &(PathBuf, _)| {
        !path.ends_with("exif-after-pixels.png") && !path.to_string_lossy().contains("-text.p")
    };
    for (path, bytes) in files().into_iter().filter(is_cuttable) {
        let whole = decode(&bytes, &DecodeOptions::default()).unwrap();
        for length in 0..bytes.len() {
            match decode(&bytes[..length], &DecodeOptions::default()) {
                Ok(picture) => assert!(picture == whole, "{} cut to {length} bytes", path.display()),
                Err(error @ DecodeError::Panicked { .. }) => {
                    panic!("{} cut to {length}: {error}", path.display())
                }
                Err(_) => {}
            }
        }
    }
}

/// Pillow requires the end marker too: without it, it is unknown how much is missing.
#[test]
fn a_cut_jpeg_says_where() {
    for (path, bytes) in files() {
        let has_end = bytes.ends_with(&[0xff, 0xd9]);
        if path.extension().is_some_and(|extension| extension == "jpg") && has_end {
            for length in [bytes.len() / 2, bytes.len() - 20, bytes.len() - 2, bytes.len() - 1] {
                let error = decode(&bytes[..length], &DecodeOptions::default()).unwrap_err();
                assert_eq!(error.to_string(), format!("JPEG ends early at byte {length}"));
                assert_eq!(error.kind(), "decode");
            }
        }
    }
}

/// Data missing from the middle of a JPEG does not become a gray area, even if the end marker is there.
#[test]
fn a_jpeg_with_a_hole_is_an_error() {
    let bytes = std::fs::read(golden("decode").join("420.jpg")).unwrap();
    let with_hole = [&bytes[..bytes.len() - 120], &bytes[bytes.len() - 2..]].concat();
    let error = decode(&with_hole, &DecodeOptions::default()).unwrap_err();
    assert_eq!(error.kind(), "decode", "{error}");
}

#[test]
fn damage_is_an_error_or_a_picture_but_never_a_panic() {
    let mut noise = Noise::new(1);
    let mut random = || noise.next() as usize;
    for (path, bytes) in files() {
        for _ in 0..100 {
            let mut damaged = bytes.clone();
            for _ in 0..=random() % 4 {
                let at = random() % damaged.len();
                damaged[at] = random() as u8;
            }
            // A small limit, because a damaged header may claim a large picture.
            if let Err(error @ DecodeError::Panicked { .. }) = decode_with(&damaged, 1_000_000) {
                panic!("{}: {error}", path.display());
            }
        }
    }
    assert!(!guard::is_guarded());
}

#[test]
fn large_pictures_are_refused_by_their_header() {
    for (path, bytes) in files() {
        let error = decode_with(&bytes, 10).unwrap_err();
        assert_eq!(error.kind(), "too-large", "{}: {error}", path.display());
    }
    let png = std::fs::read(golden("decode").join("rgb.png")).unwrap();
    let error = decode_with(&png, 83).unwrap_err();
    assert_eq!(error.to_string(), "12 x 7 is more than 83 pixels");
    assert!(matches!(error, DecodeError::TooLarge { width: 12, height: 7, .. }), "{error:?}");
    assert!(decode_with(&png, 84).is_ok());
}

#[test]
fn orientation_can_be_ignored() {
    let bytes = std::fs::read(golden("decode").join("orientation-6.jpg")).unwrap();
    let size =
        |orient| decode(&bytes, &DecodeOptions { orient, ..DecodeOptions::default() }).unwrap().dimensions();
    assert_eq!((size(true), size(false)), ((7, 12), (12, 7)));
}

#[test]
fn other_files_are_named() {
    let error = decode(b"%PDF-1.7", &DecodeOptions::default()).unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), ("not-an-image", "not an image: a PDF document"));
}

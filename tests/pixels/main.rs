//! Decoding and preprocessing against Pillow's pixels.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod decode;
mod hostile;
mod preprocess;

use std::path::PathBuf;

use image::RgbImage;
use mnet::pixels::{DecodeOptions, decode};

/// A folder of `tests/golden/pixels`.
fn golden(folder: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/pixels").join(folder)
}

/// Reads a picture that is known to be good.
fn read(path: &std::path::Path) -> RgbImage {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    decode(&bytes, &DecodeOptions::default()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// How two pictures of one size differ: the largest difference in levels of 255, and the share of equal values.
struct Difference {
    max: u8,
    equal: f64,
}

impl Difference {
    fn between(ours: &RgbImage, theirs: &RgbImage) -> Self {
        assert_eq!(ours.dimensions(), theirs.dimensions());
        let differences = || ours.iter().zip(theirs.iter()).map(|(a, b)| a.abs_diff(*b));
        let equal = differences().filter(|&difference| difference == 0).count();
        Self { max: differences().max().unwrap(), equal: equal as f64 / ours.len() as f64 }
    }
}

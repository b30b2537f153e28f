//! Decoding and preprocessing against Pillow's pixels.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod checksums;
mod damaged;
mod decode;
mod fuzzed;
mod hostile;
mod kinds;
mod libraries;
#[allow(dead_code, reason = "bytes are for others")]
#[path = "../support/noise.rs"]
mod noise;
mod preprocess;
mod resize;
mod tiffs;

use std::path::PathBuf;

use image::RgbImage;
use mnet::pixels::{DecodeOptions, decode};

/// A folder of `tests/golden/pixels`.
fn golden(folder: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/pixels").join(folder)
}

/// Reads a valid picture.
fn read(path: &std::path::Path) -> RgbImage {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    decode(&bytes, &DecodeOptions::default()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The difference of two pictures of the same size: the largest, in 8-bit levels, and the fraction of equal
/// values.
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

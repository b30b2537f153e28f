//! Photos, decoded and preprocessed, against Pillow's pixels (`tests/golden/pixels.py`).

use std::path::Path;

use image::RgbImage;
use libtest_mimic::Trial;
use mnet::pixels::{
    Channels, CropMode, DecodeOptions, Filter, Geometry, Preprocess, Resize, Size, decode, decode_at_least,
};

use crate::support::data::{reference, shared, trial};

/// The photos of `$MNET_SHARED/images`.
const PHOTOS: [&str; 7] =
    ["bird.bmp", "cat_720p.jpg", "hot_dog.jpg", "owl.jpg", "parrot.jpg", "pets.jpg", "sunflower.bmp"];

/// `CONFIGS` of the script.
const CONFIGS: [(&str, Preprocess); 6] = [
    ("transformers-256-224", transformers(256, 224)),
    ("transformers-224-192", transformers(224, 192)),
    ("transformers-160-128", transformers(160, 128)),
    ("timm-224-0.875-bicubic", timm(224, 0.875, Filter::Bicubic)),
    ("timm-256-0.95-bicubic", timm(256, 0.95, Filter::Bicubic)),
    ("timm-224-0.875-lanczos", timm(224, 0.875, Filter::Lanczos)),
];

const fn transformers(edge: u32, resolution: u32) -> Preprocess {
    preprocess(resolution, Geometry::Transformers(Resize::ShortestEdge(edge)), Filter::Bilinear)
}

const fn timm(resolution: u32, crop_pct: f64, filter: Filter) -> Preprocess {
    preprocess(resolution, Geometry::Timm { crop_pct, crop_mode: CropMode::Center }, filter)
}

const fn preprocess(resolution: u32, geometry: Geometry, filter: Filter) -> Preprocess {
    Preprocess {
        crop: Some(Size::square(resolution)),
        geometry,
        filter,
        rescale: 1.0 / 255.0,
        offset: 0.0,
        mean: [0.5; 3],
        std: [0.5; 3],
        channels: Channels::Rgb,
    }
}

/// Per photo a test of all configurations and, for a JPEG, one of decoding at reduced size.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for photo in PHOTOS {
        let needed = || [shared("images").join(photo), expected(photo, "")];
        trials.push(trial(format!("pixels::{photo}"), needed(), move || check(photo)));
        if Path::new(photo).extension().is_some_and(|extension| extension == "jpg") {
            trials.push(trial(format!("pixels::{photo}, reduced"), needed(), move || check_reduced(photo)));
        }
    }
    trials
}

/// Pillow's pixels of `photo`.
fn expected(photo: &str, step: &str) -> std::path::PathBuf {
    reference(&format!("pixels/{photo}{step}.ppm"))
}

fn check(photo: &str) {
    let picture = read(&shared("images").join(photo));
    assert_equal(&picture, photo, "");
    for (config, preprocess) in &CONFIGS {
        assert_equal(&preprocess.pixels(&picture).unwrap(), photo, &format!(".{config}"));
    }
}

fn check_reduced(photo: &str) {
    let bytes = std::fs::read(shared("images").join(photo)).unwrap();
    let draft = |least| decode_at_least(&bytes, &DecodeOptions::default(), least).unwrap();
    let whole = draft(None);
    for denominator in [2, 4, 8] {
        let reduced = draft(Some(whole.width.min(whole.height) / denominator));
        assert_eq!((reduced.width, reduced.height), (whole.width, whole.height));
        assert_equal(&reduced.image, photo, &format!(".draft-{denominator}"));
    }
}

fn read(path: &Path) -> RgbImage {
    decode(&std::fs::read(path).unwrap(), &DecodeOptions::default()).unwrap()
}

fn assert_equal(ours: &RgbImage, photo: &str, step: &str) {
    let theirs = read(&expected(photo, step));
    assert_eq!(ours.dimensions(), theirs.dimensions(), "{photo}{step}");
    let differences = ours.iter().zip(theirs.iter()).filter(|(a, b)| a != b).count();
    assert_eq!(differences, 0, "{photo}{step}: values that differ");
}

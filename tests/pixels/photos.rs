//! The shared photos, decoded and preprocessed, against Pillow's output.
//!
//! Pillow's output is made by `python3 tests/golden/pixels.py target/reference/pixels`, or taken from the
//! folder `pixels` in `$MNET_REFERENCE`.

use std::path::PathBuf;

use mnet::pixels::{CropMode, DecodeOptions, Filter, Geometry, Preprocess, Resize, decode_at_least};

use crate::{Difference, read};

const fn transformers(edge: u32, resolution: u32) -> Preprocess {
    preprocess(resolution, Geometry::Transformers(Resize::ShortestEdge(edge)), Filter::Bilinear)
}

const fn timm(resolution: u32, crop_pct: f64, filter: Filter) -> Preprocess {
    preprocess(resolution, Geometry::Timm { crop_pct, crop_mode: CropMode::Center }, filter)
}

const fn preprocess(resolution: u32, geometry: Geometry, filter: Filter) -> Preprocess {
    Preprocess { resolution, geometry, filter, rescale: 1.0 / 255.0, mean: [0.5; 3], std: [0.5; 3] }
}

/// `CONFIGS` of the script.
const CONFIGS: [(&str, Preprocess); 6] = [
    ("transformers-256-224", transformers(256, 224)),
    ("transformers-224-192", transformers(224, 192)),
    ("transformers-160-128", transformers(160, 128)),
    ("timm-224-0.875-bicubic", timm(224, 0.875, Filter::Bicubic)),
    ("timm-256-0.95-bicubic", timm(256, 0.95, Filter::Bicubic)),
    ("timm-224-0.875-lanczos", timm(224, 0.875, Filter::Lanczos)),
];

/// The photos and Pillow's output; `None` if one of the folders is missing.
fn folders() -> Option<(PathBuf, PathBuf)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("MNET_SHARED").map_or(root.join("../shared"), PathBuf::from);
    let reference = std::env::var_os("MNET_REFERENCE").map_or(root.join("target/reference"), PathBuf::from);
    let (photos, expected) = (shared.join("images"), reference.join("pixels"));
    if !photos.is_dir() || !expected.is_dir() {
        println!("skipped: needs {} and {} (tests/golden/pixels.py)", photos.display(), expected.display());
        return None;
    }
    Some((photos, expected))
}

#[test]
fn drafts_equal_pillows() {
    let Some((photos, expected)) = folders() else { return };
    let mut compared = 0;
    for entry in std::fs::read_dir(photos).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "jpg") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let draft = |least| decode_at_least(&bytes, &DecodeOptions::default(), least).unwrap();
        let whole = draft(None);
        for denominator in [2, 4, 8] {
            let reduced = draft(Some(whole.width.min(whole.height) / denominator));
            assert_eq!((reduced.width, reduced.height), (whole.width, whole.height), "{name}");
            let theirs = read(&expected.join(format!("{name}.draft-{denominator}.ppm")));
            let difference = Difference::between(&reduced.image, &theirs);
            println!(
                "{name}, 1/{denominator}: max {}, equal {:.3} %",
                difference.max,
                100.0 * difference.equal
            );
            assert_eq!(difference.max, 0, "{name}, 1/{denominator}");
            compared += 1;
        }
    }
    assert_eq!(compared, 15);
}

#[test]
fn preprocessed_photos_equal_pillows() {
    let Some((photos, expected)) = folders() else { return };
    let mut compared = 0;
    for entry in std::fs::read_dir(photos).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "jpg" && extension != "bmp") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        let picture = read(&path);
        let decoded = Difference::between(&picture, &read(&expected.join(format!("{name}.ppm"))));
        println!("{name}, decoded: max {}, equal {:.3} %", decoded.max, 100.0 * decoded.equal);
        assert_eq!(decoded.max, 0, "{name}, decoded");
        for (config, preprocess) in &CONFIGS {
            let theirs = read(&expected.join(format!("{name}.{config}.ppm")));
            let difference = Difference::between(&preprocess.pixels(&picture), &theirs);
            println!("{name}, {config}: max {}, equal {:.3} %", difference.max, 100.0 * difference.equal);
            assert_eq!(difference.max, 0, "{name}, {config}");
            compared += 1;
        }
    }
    assert_eq!(compared, 7 * CONFIGS.len());
}

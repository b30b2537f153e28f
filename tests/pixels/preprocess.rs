//! Every resize rule and filter on one small picture, against Pillow.

use mnet::pixels::{Channels, CropMode, Filter, Geometry, Preprocess, Resize, Size};

use crate::{Difference, golden, read};

/// The rule called `name` in `tests/golden/pixels_small.py`.
fn rule(name: &str) -> Preprocess {
    let parts: Vec<&str> = name.split('-').collect();
    let [library, size, crop, last] = parts[..] else { panic!("{name}") };
    let (filter, crop_mode) = match last {
        "squash" => (Filter::Bicubic, CropMode::Squash),
        "border" => (Filter::Bilinear, CropMode::Border),
        filter => (filter.parse().unwrap(), CropMode::Center),
    };
    let (resolution, geometry) = match library {
        "transformers" => (crop, Geometry::Transformers(Resize::ShortestEdge(size.parse().unwrap()))),
        _ => (size, Geometry::Timm { crop_pct: crop.parse().unwrap(), crop_mode }),
    };
    Preprocess {
        crop: Some(Size::square(resolution.parse().unwrap())),
        geometry,
        filter,
        offset: 0.0,
        channels: Channels::Rgb,
        rescale: 1.0 / 255.0,
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
    }
}

#[test]
fn every_rule_equals_pillow() {
    let source = read(&golden("preprocess").join("source.png"));
    let mut rules = 0;
    for entry in std::fs::read_dir(golden("preprocess")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "ppm") {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let difference = Difference::between(&rule(name).pixels(&source).unwrap(), &read(&path));
            assert_eq!(difference.max, 0, "{name}: {:.2} % equal", 100.0 * difference.equal);
            rules += 1;
        }
    }
    assert_eq!(rules, 20, "{}", golden("preprocess").display());
}

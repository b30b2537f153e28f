//! Whole inputs, normalised, against the libraries' own transforms, bit for bit: inputs that are not square, crops
//! larger than the picture, borders, other channels. `tests/golden/pixels_libraries.py` has the same rules by the
//! same names.

use mnet::pixels::{Channels, CropMode, Filter, Geometry, Preprocess, Resize, Size};

use crate::{golden, read};

const PORTRAIT: Size = Size { width: 9, height: 14 };

const fn rule(crop: Option<Size>, geometry: Geometry, filter: Filter) -> Preprocess {
    Preprocess {
        crop,
        geometry,
        filter,
        rescale: 1.0 / 255.0,
        offset: 0.0,
        mean: [0.3, 0.9, 0.485],
        std: [0.229, 0.224, 0.225],
        channels: Channels::Rgb,
    }
}

const fn torchvision(resize: Resize, crop: Size) -> Preprocess {
    rule(Some(crop), Geometry::Torchvision(resize), Filter::Bilinear)
}

const fn transformers(resize: Resize, crop: Option<Size>) -> Preprocess {
    rule(crop, Geometry::Transformers(resize), Filter::Bilinear)
}

const fn timm(crop: Size, crop_pct: f64, crop_mode: CropMode) -> Preprocess {
    rule(Some(crop), Geometry::Timm { crop_pct, crop_mode }, Filter::Bicubic)
}

/// Each rule with its name.
fn rules() -> Vec<(&'static str, Preprocess)> {
    let exact = Resize::Exact { width: 15, height: 11 };
    let gray = |preprocess| Preprocess { channels: Channels::Gray, ..preprocess };
    vec![
        ("torchvision-18-crop-16", torchvision(Resize::ShortestEdge(18), Size::square(16))),
        ("torchvision-15x11", torchvision(exact, Size { width: 15, height: 11 })),
        ("torchvision-15x11-crop-14", torchvision(exact, Size::square(14))),
        ("torchvision-none-crop-40", torchvision(Resize::None, Size::square(40))),
        ("torchvision-13-crop-17x12", torchvision(Resize::ShortestEdge(13), Size { width: 17, height: 12 })),
        ("transformers-15x11-crop-14", transformers(exact, Some(Size::square(14)))),
        ("transformers-16-crop-9x14", transformers(Resize::ShortestEdge(16), Some(PORTRAIT))),
        ("transformers-12", transformers(Resize::ShortestEdge(12), None)),
        (
            "transformers-bgr",
            Preprocess {
                channels: Channels::Bgr,
                mean: [0.0; 3],
                std: [1.0; 3],
                ..transformers(Resize::ShortestEdge(18), Some(Size::square(16)))
            },
        ),
        (
            "transformers-offset",
            Preprocess {
                rescale: 1.0 / 127.5,
                offset: -1.0,
                filter: Filter::Bicubic,
                ..transformers(Resize::Exact { width: 9, height: 14 }, None)
            },
        ),
        ("timm-center", timm(PORTRAIT, 0.875, CropMode::Center)),
        ("timm-squash", timm(PORTRAIT, 0.875, CropMode::Squash)),
        ("timm-border", timm(PORTRAIT, 0.875, CropMode::Border)),
        ("timm-square-border", timm(Size::square(16), 1.0, CropMode::Border)),
        ("timm-gray", gray(timm(Size::square(16), 0.875, CropMode::Center))),
        ("timm-gray-border", gray(timm(PORTRAIT, 1.0, CropMode::Border))),
    ]
}

#[test]
fn every_input_equals_the_librarys() {
    let folder = golden("libraries");
    let rules = rules();
    for picture in ["wide", "tall"] {
        let source = read(&folder.join(format!("{picture}.png")));
        for (name, preprocess) in &rules {
            let path = folder.join(format!("{picture}.{name}.f32"));
            let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let (expected, []) = bytes.as_chunks() else { panic!("{}: whole numbers", path.display()) };
            let planes = preprocess.run(&source).unwrap();
            let Size { width, height } = planes.size;
            let shape = [preprocess.channels.count(), height as usize, width as usize];
            assert_eq!(planes.values.len(), shape.iter().product::<usize>(), "{picture}, {name}");
            assert_eq!(planes.values.len(), expected.len(), "{picture}, {name}: {shape:?}");
            let same = |(ours, theirs): &(&f32, &[u8; 4])| **ours == f32::from_le_bytes(**theirs);
            let equal = planes.values.iter().zip(expected).filter(same).count();
            assert_eq!(equal, expected.len(), "{picture}, {name}: equal values of {shape:?}");
        }
    }
    let files = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(files, 2 * (rules.len() + 1), "{}", folder.display());
}

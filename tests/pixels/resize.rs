//! Resizing of pictures of any size: each pass against weighted means in f64, and each rule's square.

use image::{Rgb, RgbImage};
use mnet::pixels::{Channels, CropMode, Filter, Geometry, Preprocess, Resize, Size};
use proptest::prelude::*;

/// Weight at a distance from the centre, and the distance at which it becomes 0.
type Kernel = (fn(f64) -> f64, f64);

/// The definitions of the continuous filters. The box is not continuous: rounding may move a whole pixel in
/// or out of it.
fn kernel(filter: Filter) -> Kernel {
    fn sinc(x: f64) -> f64 {
        let x = x * std::f64::consts::PI;
        if x == 0.0 { 1.0 } else { x.sin() / x }
    }
    match filter {
        Filter::Bilinear => (|x| (1.0 - x.abs()).max(0.0), 1.0),
        Filter::Bicubic => (
            |x| match x.abs() {
                x if x < 1.0 => 1.5 * x.powi(3) - 2.5 * x.powi(2) + 1.0,
                x if x < 2.0 => -0.5 * x.powi(3) + 2.5 * x.powi(2) - 4.0 * x + 2.0,
                _ => 0.0,
            },
            2.0,
        ),
        Filter::Lanczos => (|x| if x.abs() < 3.0 { sinc(x) * sinc(x / 3.0) } else { 0.0 }, 3.0),
        other => panic!("no reference for {other}"),
    }
}

/// One side resized from `from` to `to` values: each result is the weighted mean of all source values within
/// reach.
fn resample(values: &[f64], to: usize, (weight, radius): Kernel) -> Vec<f64> {
    let scale = values.len() as f64 / to as f64;
    let widening = scale.max(1.0);
    let resized = |index: usize| {
        let centre = (index as f64 + 0.5) * scale;
        let (mut sum, mut total) = (0.0, 0.0);
        for (at, value) in values.iter().enumerate() {
            let distance = (at as f64 + 0.5 - centre) / widening;
            if distance.abs() < radius {
                sum += weight(distance) * value;
                total += weight(distance);
            }
        }
        sum / total
    };
    (0..to).map(resized).collect()
}

fn picture(width: u32, height: u32, seed: u32) -> RgbImage {
    let mut state = seed | 1;
    RgbImage::from_fn(width, height, |_, _| {
        Rgb([0; 3].map(|_: u8| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (state >> 24) as u8
        }))
    })
}

fn filters() -> impl Strategy<Value = Filter> {
    prop::sample::select(vec![Filter::Bilinear, Filter::Bicubic, Filter::Lanczos])
}

fn geometries() -> impl Strategy<Value = Geometry> {
    let modes = prop::sample::select(vec![CropMode::Center, CropMode::Squash, CropMode::Border]);
    prop_oneof![
        Just(Geometry::Transformers(Resize::None)),
        (1u32..80).prop_map(|edge| Geometry::Torchvision(Resize::ShortestEdge(edge))),
        (1u32..80).prop_map(|edge| Geometry::Transformers(Resize::ShortestEdge(edge))),
        (1u32..80, 1u32..80)
            .prop_map(|(width, height)| Geometry::Transformers(Resize::Exact { width, height })),
        (0.1f64..2.0, modes).prop_map(|(crop_pct, crop_mode)| Geometry::Timm { crop_pct, crop_mode }),
    ]
}

fn preprocess(crop: Option<Size>, geometry: Geometry, filter: Filter) -> Preprocess {
    Preprocess {
        crop,
        geometry,
        filter,
        rescale: 1.0 / 255.0,
        offset: 0.0,
        mean: [0.5; 3],
        std: [0.5; 3],
        channels: Channels::Rgb,
    }
}

proptest! {
    /// The rounding of each weight to 22 bits and of each sum to 8 bits is all that differs from f64.
    #[test]
    fn resizing_a_side_is_the_weighted_mean(
        (from, to) in (1u32..200, 1u32..200),
        is_vertical: bool,
        filter in filters(),
        seed: u32,
    ) {
        const OTHER: u32 = 3;
        let (size, target) = if is_vertical { ((OTHER, from), (OTHER, to)) } else { ((from, OTHER), (to, OTHER)) };
        let picture = picture(size.0, size.1, seed);
        let exact = Geometry::Transformers(Resize::Exact { width: target.0, height: target.1 });
        let side = to.max(OTHER);
        let square = preprocess(Some(Size::square(side)), exact, filter).pixels(&picture).unwrap();
        let (left, top) = ((side - target.0).div_ceil(2), (side - target.1).div_ceil(2));
        let bound = 0.5 + f64::from(from) * 255.0 * 2f64.powi(-23);
        for line in 0..OTHER {
            let at = |along: u32| if is_vertical { (line, along) } else { (along, line) };
            for channel in 0..3 {
                let values: Vec<f64> =
                    (0..from).map(|along| picture.get_pixel(at(along).0, at(along).1)[channel].into()).collect();
                for (along, expected) in (0..to).zip(resample(&values, to as usize, kernel(filter))) {
                    let found = f64::from(square.get_pixel(left + at(along).0, top + at(along).1)[channel]);
                    let error = (found - expected.clamp(0.0, 255.0)).abs();
                    prop_assert!(error <= bound, "{found} at {along} of line {line}, expected {expected}");
                }
            }
        }
    }

    /// For any rule, the input has the right size and shows the picture, and a plain colour stays the same
    /// colour.
    #[test]
    fn every_rule_fills_the_input(
        (width, height) in (1u32..200, 1u32..200),
        crop in (1u32..64, 1u32..64),
        geometry in geometries(),
        filter in prop::sample::select(vec![
            Filter::Nearest, Filter::Box, Filter::Bilinear, Filter::Hamming, Filter::Bicubic, Filter::Lanczos,
        ]),
    ) {
        let picture = RgbImage::from_pixel(width, height, Rgb([7, 130, 255]));
        let preprocess = preprocess(Some(Size::from(crop)), geometry, filter);
        let pixels = preprocess.pixels(&picture).unwrap();
        prop_assert_eq!(pixels.dimensions(), crop);
        let padding = if matches!(geometry, Geometry::Timm { crop_mode: CropMode::Border, .. }) { 128 } else { 0 };
        for pixel in pixels.pixels() {
            prop_assert!(pixel.0 == [7, 130, 255] || pixel.0 == [padding; 3], "{pixel:?}");
        }
        prop_assert!(pixels.pixels().any(|pixel| pixel.0 == [7, 130, 255]), "the crop missed the picture");
        let planes = preprocess.run(&picture).unwrap();
        prop_assert_eq!(planes.size, Size::from(crop));
        prop_assert_eq!(planes.values.len() as u32, 3 * crop.0 * crop.1);
        prop_assert!(planes.values.iter().all(|value| (-1.0..=1.0).contains(value)));
    }

    /// Without a crop the input is the whole resized picture, and no other colour.
    #[test]
    fn without_a_crop_the_input_is_the_picture((width, height) in (1u32..200, 1u32..200), edge in 1u32..80) {
        let picture = RgbImage::from_pixel(width, height, Rgb([7, 130, 255]));
        let whole = preprocess(None, Geometry::Transformers(Resize::ShortestEdge(edge)), Filter::Bilinear);
        let long = u64::from(edge) * u64::from(width.max(height)) / u64::from(width.min(height));
        match whole.pixels(&picture) {
            Ok(pixels) => {
                let (width, height) = pixels.dimensions();
                prop_assert_eq!((width.min(height), u64::from(width.max(height))), (edge, long));
                prop_assert!(pixels.pixels().all(|pixel| pixel.0 == [7, 130, 255]));
            }
            Err(error) => prop_assert!(long > error.limit.into(), "{error}"),
        }
    }
}

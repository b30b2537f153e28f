//! Pillow's resampling filters: its numbers and formulas, and timm's names.

use std::f64::consts::PI;
use std::fmt;
use std::str::FromStr;

/// How pixels are weighted in resizing: Pillow's `Image.Resampling`. When shrinking, all but
/// [`Nearest`](Self::Nearest) widen, so that every source pixel counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// The source pixel at the centre.
    Nearest,
    /// The mean of the pixels covered.
    Box,
    /// A triangle of radius 1.
    Bilinear,
    /// A raised cosine of radius 1, sharper than bilinear.
    Hamming,
    /// The cubic with a = -0.5, radius 2.
    Bicubic,
    /// The truncated sinc of radius 3.
    Lanczos,
}

/// Each filter with Pillow's number for it (`resample` in `preprocessor_config.json`) and its name (timm's
/// `interpolation`).
const FILTERS: [(Filter, u64, &str); 6] = [
    (Filter::Nearest, 0, "nearest"),
    (Filter::Lanczos, 1, "lanczos"),
    (Filter::Bilinear, 2, "bilinear"),
    (Filter::Bicubic, 3, "bicubic"),
    (Filter::Box, 4, "box"),
    (Filter::Hamming, 5, "hamming"),
];

impl Filter {
    /// The filter that Pillow numbers `resample`, 0 to 5.
    pub fn from_pillow(resample: u64) -> Option<Self> {
        FILTERS.iter().find(|row| row.1 == resample).map(|row| row.0)
    }

    /// The filter's weight function; `None` for `Nearest`.
    pub(super) fn kernel(self) -> Option<FilterKernel> {
        let (weight, radius): (fn(f64) -> f64, f64) = match self {
            Self::Nearest => return None,
            Self::Box => (|x| if x > -0.5 && x <= 0.5 { 1.0 } else { 0.0 }, 0.5),
            Self::Bilinear => (|x| (1.0 - x.abs()).max(0.0), 1.0),
            Self::Hamming => (hamming, 1.0),
            Self::Bicubic => (bicubic, 2.0),
            Self::Lanczos => (lanczos, 3.0),
        };
        Some(FilterKernel { weight, radius })
    }
}

/// A filter's weight function, equal to the one in Pillow's `src/libImaging/Resample.c` bit for bit.
#[derive(Clone, Copy)]
pub(super) struct FilterKernel {
    /// The weight of a pixel at this distance from the centre.
    pub(super) weight: fn(f64) -> f64,
    /// The distance at which it becomes 0. Distances are in pixels of the smaller picture.
    pub(super) radius: f64,
}

fn hamming(x: f64) -> f64 {
    if x == 0.0 {
        1.0
    } else if x.abs() < 1.0 {
        // Pillow uses C floats, whose sum is not exactly 1.
        sinc(x) * (f64::from(0.54_f32) + f64::from(0.46_f32) * (x * PI).cos())
    } else {
        0.0
    }
}

fn bicubic(x: f64) -> f64 {
    const A: f64 = -0.5;
    let x = x.abs();
    if x < 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        (((x - 5.0) * x + 8.0) * x - 4.0) * A
    } else {
        0.0
    }
}

fn lanczos(x: f64) -> f64 {
    if (-3.0..3.0).contains(&x) { sinc(x) * sinc(x / 3.0) } else { 0.0 }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { (x * PI).sin() / (x * PI) }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = FILTERS.iter().find(|row| row.0 == *self).map_or("", |row| row.2);
        f.write_str(name)
    }
}

/// A name that is not a filter's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no filter is called `{0}`; there are nearest, box, bilinear, hamming, bicubic and lanczos")]
pub struct UnknownFilter(String);

impl FromStr for Filter {
    type Err = UnknownFilter;

    fn from_str(name: &str) -> Result<Self, UnknownFilter> {
        let row = FILTERS.iter().find(|row| row.2 == name);
        row.map(|row| row.0).ok_or_else(|| UnknownFilter(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_have_one_name_each() {
        for (filter, resample, name) in FILTERS {
            assert_eq!(Filter::from_pillow(resample), Some(filter));
            assert_eq!(name.parse(), Ok(filter));
            assert_eq!(filter.to_string(), name);
        }
        assert_eq!(Filter::from_pillow(6), None);
        assert!("cubic".parse::<Filter>().is_err());
    }

    #[test]
    fn kernels_are_one_in_the_middle_and_zero_at_their_radius() {
        for (filter, ..) in FILTERS {
            if let Some(FilterKernel { weight, radius }) = filter.kernel() {
                assert!((weight(0.0) - 1.0).abs() < f64::EPSILON, "{filter}");
                assert!(weight(-radius).abs() < f64::EPSILON, "{filter}");
                assert!(weight(radius + 0.01).abs() < f64::EPSILON, "{filter}");
            }
        }
    }
}

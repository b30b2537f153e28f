//! From values to colours.

use super::colours::{Colour, colour};
use super::field::Field;

/// Assigns colours to values. Values of equal size, above and below zero, are equally far from black.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The lowest value, 0 at most.
    pub low: f64,
    /// The highest value, 0 at least.
    pub high: f64,
}

impl Scale {
    /// The scale that covers zero and all values of `fields`.
    pub fn of<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Self {
        let values = fields.into_iter().flat_map(Field::values);
        values.fold(Self { low: 0.0, high: 0.0 }, |scale, value| Self {
            low: scale.low.min(value),
            high: scale.high.max(value),
        })
    }

    /// The colour of a value.
    pub fn colour(&self, value: f64) -> [u8; 3] {
        colour(self.share(value))
    }

    /// `value` as a share of the largest absolute value, from -1 to 1.
    pub(super) fn share(&self, value: f64) -> f64 {
        let largest = self.high.max(-self.low);
        if largest > 0.0 { (value / largest).clamp(-1.0, 1.0) } else { 0.0 }
    }
}

/// How opaque the colour of a share is over the picture: the larger the share, the more opaque.
pub(super) fn opacity(share: f64) -> f64 {
    const LEAST: f64 = 0.4;
    const MOST: f64 = 0.65;
    LEAST + (MOST - LEAST) * share.abs()
}

/// Removes most of the picture's own colour below a map, because its hues would be mistaken for those of the map.
pub(super) fn grayed([red, green, blue]: Colour) -> Colour {
    const KEPT: f64 = 0.1;
    // Pillow's conversion to gray (ITU-R 601-2).
    let gray = 0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue);
    [red, green, blue].map(|level| (gray + (f64::from(level) - gray) * KEPT).round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_always_on_the_scale_and_black() {
        let field = |values: [f32; 2]| Field::new(2, 1, &values);
        let scale = Scale::of([&field([2.0, 4.0]), &field([3.0, -1.0])]);
        assert_eq!(scale, Scale { low: -1.0, high: 4.0 });
        assert_eq!([scale.share(4.0), scale.share(-1.0), scale.share(9.0)], [1.0, -0.25, 1.0]);
        for values in [[2.0, 4.0], [-2.0, -4.0], [0.0, 0.0], [f32::NAN, 1.0]] {
            let scale = Scale::of([&field(values)]);
            assert!(scale.low <= 0.0 && scale.high >= 0.0);
            assert_eq!(scale.colour(0.0), [0, 0, 4], "{values:?}");
        }
    }

    #[test]
    fn gray_keeps_its_lightness() {
        assert_eq!(grayed([128, 128, 128]), [128; 3]);
        let [red, green, blue] = grayed([255, 0, 0]);
        assert!(red < 110 && green == blue && green > 60, "{red} {green}");
    }
}

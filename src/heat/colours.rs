//! Tables of colours for values.
//!
//! Both sides are perceptually uniform: equal steps of the value look like equal steps of lightness.

/// Red, green and blue of sRGB.
pub(super) type Colour = [u8; 3];

/// Colours from 0 to the largest value: every eighth colour of `inferno` (Nathaniel Smith and Stéfan van der Walt,
/// matplotlib 3; CC0).
#[rustfmt::skip]
const POSITIVE: [Colour; 33] = [
    [0, 0, 4], [4, 3, 18], [11, 7, 36], [21, 11, 55], [33, 12, 74], [46, 10, 90],
    [60, 9, 101], [74, 12, 107], [87, 16, 109], [99, 20, 110], [112, 25, 110], [125, 30, 109],
    [137, 34, 106], [150, 39, 102], [163, 43, 97], [175, 49, 92], [187, 55, 85], [198, 62, 77],
    [209, 70, 68], [219, 79, 59], [227, 89, 50], [235, 101, 40], [241, 113, 30], [246, 127, 20],
    [249, 141, 10], [251, 156, 6], [252, 171, 15], [251, 186, 31], [249, 202, 50], [245, 217, 73],
    [242, 232, 101], [243, 245, 134], [252, 255, 164],
];

/// Colours from 0 downwards: the blue half of `berlin` (Fabio Crameri, Scientific colour maps 8,
/// doi:10.5281/zenodo.1243862; MIT), from its middle, every fourth colour. The table ends where `berlin` is still blue:
/// beyond, it turns to lilac, which would look like the violet of [`POSITIVE`]. The first colour is also the first of
/// [`POSITIVE`].
#[rustfmt::skip]
const NEGATIVE: [Colour; 25] = [
    [0, 0, 4], [20, 15, 16], [18, 18, 21], [17, 22, 27], [17, 27, 33], [17, 32, 40],
    [17, 37, 48], [18, 43, 56], [20, 49, 64], [22, 56, 72], [24, 62, 81], [27, 69, 89],
    [29, 76, 98], [32, 83, 107], [35, 90, 116], [38, 97, 126], [40, 104, 135], [43, 112, 145],
    [46, 119, 154], [50, 127, 164], [54, 134, 174], [59, 141, 184], [65, 148, 194], [73, 154, 203],
    [82, 160, 212],
];

/// The colour for a share of the largest absolute value, from -1 to 1.
pub(super) fn colour(share: f64) -> Colour {
    let table: &[Colour] = if share < 0.0 { &NEGATIVE } else { &POSITIVE };
    let place = share.abs().min(1.0) * (table.len() - 1) as f64;
    let (below, above) = (table[place.floor() as usize], table[place.ceil() as usize]);
    mixed(below, above, place.fract())
}

/// Mixes a `share` of `other` into `colour`.
pub(super) fn mixed(colour: Colour, other: Colour, share: f64) -> Colour {
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    [mix(colour[0], other[0]), mix(colour[1], other[1]), mix(colour[2], other[2])]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CIE lightness, 0 to 100.
    fn lightness(colour: Colour) -> f64 {
        let linear = colour.map(|level| (f64::from(level) / 255.0).powf(2.2));
        let luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
        116.0 * luminance.cbrt() - 16.0
    }

    #[test]
    fn both_sides_get_lighter_evenly() {
        for side in [1.0, -1.0] {
            let steps: Vec<_> =
                (4..=16).map(|step| lightness(colour(side * f64::from(step) / 16.0))).collect();
            let mean = (steps[12] - steps[0]) / 12.0;
            for pair in steps.windows(2) {
                let step = pair[1] - pair[0];
                assert!(step > 0.25 * mean && step < 2.0 * mean, "{side}: {steps:?}");
            }
        }
    }

    #[test]
    fn zero_is_black_and_the_sides_are_told_apart() {
        assert_eq!(colour(0.0), [0, 0, 4]);
        let [red, _, blue] = colour(0.7);
        assert!(red > 200 && blue < 80);
        let [red, _, blue] = colour(-0.7);
        assert!(blue > 120 && red < 80, "{red} {blue}");
        assert_eq!(colour(2.0), colour(1.0));
    }

    /// In a blue, the green value is closer to the blue value than to the red one; in a lilac, it is not. The darkest sixth is almost
    /// black and has no visible hue.
    #[test]
    fn what_speaks_against_a_class_is_never_violet() {
        for step in 11..=64 {
            let [red, green, blue] = colour(-f64::from(step) / 64.0).map(i32::from);
            assert!(blue > green && green - red > blue - green, "{step}: {red} {green} {blue}");
        }
    }
}

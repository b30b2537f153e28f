//! How a width multiplier rounds channels.

/// What a width multiplier leaves of a number of channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// [`make_divisible`]: timm.
    Divisible,
    /// To a whole number, half to even, then [`make_divisible`]: transformers' MobileNetV2.
    WholeDivisible,
    /// `max(int(c), min_depth)`: TF-Slim and transformers' MobileNetV1.
    Truncate {
        /// The fewest channels of a layer.
        min_depth: usize,
    },
}

impl Rounding {
    /// `channels` as a number of channels.
    pub fn round(self, channels: f64) -> usize {
        match self {
            Self::Divisible => make_divisible(channels),
            Self::WholeDivisible => make_divisible(channels.round_ties_even()),
            Self::Truncate { min_depth } => (channels as usize).max(min_depth),
        }
    }
}

/// `value` to the nearest multiple of 8, at least 8 and never below 90 % of `value`.
///
/// Source: `make_divisible` of transformers (`mobilenet_v2`) and timm (`layers/helpers.py`), divisor 8.
pub fn make_divisible(value: f64) -> usize {
    let nearest = (((value + 4.0) as usize) / 8 * 8).max(8);
    if (nearest as f64) < 0.9 * value { nearest + 8 } else { nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_round_to_eights_but_not_far_down() {
        let rounded = [1.0, 5.6, 11.2, 12.0, 16.8, 22.4, 33.6, 44.8, 1792.0].map(make_divisible);
        assert_eq!(rounded, [8, 8, 16, 16, 16, 24, 32, 48, 1792]);
    }

    #[test]
    fn libraries_round_differently() {
        assert_eq!(Rounding::Truncate { min_depth: 8 }.round(12.9), 12);
        assert_eq!(Rounding::Truncate { min_depth: 8 }.round(3.2), 8);
        // 11.5 is 12 and then 16; 11.5 itself would be 8, which is too far below.
        assert_eq!(Rounding::WholeDivisible.round(11.5), 16);
    }
}

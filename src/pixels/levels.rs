//! Samples that are no 8-bit levels to 8-bit levels.

use image::RgbImage;

/// Cuts off the fractions of levels that stand for channels of five or six bits, as Pillow does. The `image` crate
/// rounds them. `bits` are those of red, green and blue; a channel of any other number of bits stays as it is.
pub(super) fn cut_off_fractions(image: &mut RgbImage, bits: [u32; 3]) {
    let tables = bits.map(|bits| {
        let most = match bits {
            5 => 31,
            6 => 63,
            _ => 255,
        };
        let table: [u8; 256] = core::array::from_fn(|level| {
            let value = (level * most + 127) / 255;
            (value * 255 / most) as u8
        });
        table
    });
    for pixel in image.pixels_mut() {
        for (level, table) in pixel.0.iter_mut().zip(&tables) {
            *level = table[usize::from(*level)];
        }
    }
}

/// RGB of floating-point samples, gray (1 channel) or RGB (3).
///
/// Values from 0 to 1 are scaled to 255, as is the convention for such pictures. If one is outside, they are
/// taken for levels, and cut off at 0 and 255, as Pillow does with all. What is not a number is 0.
pub(super) fn rgb_of_floats(samples: &[f32], channels: usize) -> Vec<u8> {
    let is_unit = samples.iter().all(|sample| sample.is_nan() || (0.0..=1.0).contains(sample));
    // `as` cuts off at 0 and 255, and what is not a number becomes 0.
    let level = |sample: f32| if is_unit { (sample * 255.0).round() as u8 } else { sample as u8 };
    match channels {
        1 => samples.iter().flat_map(|&sample| [level(sample); 3]).collect(),
        _ => samples.iter().map(|&sample| level(sample)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_range_is_scaled_and_any_other_is_cut_off() {
        assert_eq!(rgb_of_floats(&[0.0, 0.5, 1.0], 3), [0, 128, 255]);
        assert_eq!(rgb_of_floats(&[-1.0, 1.9, 300.0], 3), [0, 1, 255]);
        assert_eq!(rgb_of_floats(&[f32::NAN, 1.0], 1), [0, 0, 0, 255, 255, 255]);
    }
}

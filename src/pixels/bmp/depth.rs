//! Bitmaps of 16 bits a pixel: five or six bits a channel, as the header says.

use image::RgbImage;

use crate::pixels::levels;

/// The kind of compression that means none, with masks of the channels.
pub(super) const MASKS: u32 = 3;

/// Brings the levels of a decoded bitmap of 16 bits a pixel to Pillow's. `header` is the bitmap's, from its size on.
pub(in crate::pixels) fn cut_off_fractions(image: &mut RgbImage, header: &[u8]) {
    if let Some(bits) = channel_bits(header) {
        levels::cut_off_fractions(image, bits);
    }
}

/// Bits of red, green and blue in a bitmap of 16 bits a pixel; `None` for any other.
fn channel_bits(header: &[u8]) -> Option<[u32; 3]> {
    let u32_at = |at: usize| Some(u32::from_le_bytes(*header.get(at..)?.first_chunk()?));
    let is_short = u32_at(0)? < 40;
    let depth = if is_short { 10 } else { 14 };
    if *header.get(depth..depth + 2)? != [16, 0] {
        return None;
    }
    let compression = if is_short { 0 } else { u32_at(16)? };
    match compression {
        MASKS => {
            let bits = |at| Some(u32_at(at)?.count_ones());
            Some([bits(40)?, bits(44)?, bits(48)?])
        }
        _ => Some([5; 3]),
    }
}

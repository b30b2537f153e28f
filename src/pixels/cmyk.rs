//! CMYK to RGB, as Pillow converts it.

/// Pillow's `CMYK;I` (every CMYK JPEG is taken to be Adobe's, inverted), then its `cmyk2rgb`:
/// `255 - K - C·(255 - K) / 255`, rounded.
pub(super) fn inverted_to_rgb(pixel: &[u8]) -> [u8; 3] {
    // Because the stored K is inverted, it is 255 - K.
    let light = u32::from(pixel[3]);
    [pixel[0], pixel[1], pixel[2]].map(|stored| {
        let product = u32::from(255 - stored) * light + 128;
        (light - (((product >> 8) + product) >> 8)) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_white_and_cyan() {
        assert_eq!(inverted_to_rgb(&[255, 255, 255, 255]), [255, 255, 255]);
        assert_eq!(inverted_to_rgb(&[255, 255, 255, 0]), [0, 0, 0]);
        assert_eq!(inverted_to_rgb(&[0, 255, 255, 255]), [0, 255, 255]);
    }
}

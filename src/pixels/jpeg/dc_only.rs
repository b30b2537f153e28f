//! A JPEG at 1/8 of its size, from the DC coefficients of its luminance.
//!
//! At 1/8 every block of luminance becomes one pixel, which its DC coefficient alone determines; the AC
//! coefficients only have to be skipped. `libjpeg-turbo-rs` decodes them nevertheless and takes twice as long
//! (table in [`super`]), which is why this path is ours. Headers, Huffman tables, transforms and colours are
//! the library's, and the pixels are the same bit for bit. Anything but a plain, undamaged baseline file is
//! left to the library.

use image::RgbImage;
use libjpeg_turbo_rs::decode::color::ycbcr_to_rgb_row;
use libjpeg_turbo_rs::decode::marker::{JpegMetadata, MarkerReader};

use super::bit_reader::BitReader;
use super::component::Component;

/// Side of the block that becomes one pixel, px.
const REDUCTION: usize = 8;

/// The picture at 1/8 of its size, with sides rounded up. `None` unless it is an undamaged baseline JPEG of
/// one scan in YCbCr, with 4:4:4 or 4:2:0 chroma.
pub(super) fn decode(bytes: &[u8]) -> Option<RgbImage> {
    let metadata = MarkerReader::new(bytes).read_markers().ok()?;
    if !is_plain(&metadata) {
        return None;
    }
    let frame = &metadata.frame;
    let blocks = [frame.width(), frame.height()].map(|side| side.div_ceil(REDUCTION));
    let sampling = usize::from(frame.components[0].horizontal_sampling);
    let mcus = blocks.map(|blocks| blocks.div_ceil(sampling));
    let mut components =
        (0..3).map(|index| Component::new(&metadata, index, sampling, mcus)).collect::<Option<Vec<_>>>()?;

    let mut bits = BitReader::new(&bytes[metadata.entropy_data_offset..]);
    let interval = usize::from(metadata.restart_interval);
    for row in 0..mcus[1] {
        for column in 0..mcus[0] {
            let mcu = row * mcus[0] + column;
            if mcu > 0 && interval > 0 && mcu.is_multiple_of(interval) {
                bits.restart(mcu / interval - 1)?;
                for component in &mut components {
                    component.prediction = 0;
                }
            }
            for component in &mut components {
                component.read_mcu(&mut bits, row, column)?;
            }
        }
    }
    bits.is_at_end().then(|| picture(&components, blocks)).flatten()
}

/// Whether the headers are those of a picture that [`decode`] can read.
fn is_plain(metadata: &JpegMetadata) -> bool {
    let JpegMetadata { frame, scan, .. } = metadata;
    let is_sequential = !(frame.is_progressive || frame.is_lossless || metadata.is_arithmetic);
    let ids = frame.components.iter().map(|component| component.id);
    // Other colour spaces have other component ids, or another transform in Adobe's segment.
    let is_ycbcr = ids.eq([1, 2, 3]) && matches!(metadata.adobe_transform_at_first_sos, None | Some(1));
    let sampling =
        frame.components.iter().map(|component| (component.horizontal_sampling, component.vertical_sampling));
    let is_420 = sampling.clone().eq([(2, 2), (1, 1), (1, 1)]);
    let is_444 = sampling.eq([(1, 1); 3]);
    let is_one_scan = scan.components.len() == 3 && (scan.spec_start, scan.spec_end) == (0, 63);
    is_sequential && frame.precision == 8 && is_ycbcr && (is_420 || is_444) && is_one_scan && frame.height > 0
}

/// Converts the planes to RGB and cuts off what exceeds `width` and `height`.
fn picture(components: &[Component], [width, height]: [usize; 2]) -> Option<RgbImage> {
    let mut pixels = vec![0; width * height * 3];
    for (row, pixels) in pixels.chunks_exact_mut(width * 3).enumerate() {
        let row_of = |component: &'_ Component<'_>| row * component.width..(row + 1) * component.width;
        let [y, cb, cr] = [0, 1, 2].map(|index| &components[index].plane[row_of(&components[index])]);
        ycbcr_to_rgb_row(y, cb, cr, pixels, width);
    }
    RgbImage::from_raw(width as u32, height as u32, pixels)
}

#[cfg(test)]
mod tests {
    use libjpeg_turbo_rs::{Decoder, Encoder, PixelFormat, ScalingFactor, Subsampling};

    use super::*;

    /// A gradient with noise that gets stronger to the right.
    fn pixels(width: usize, height: usize) -> Vec<u8> {
        let mut state = 1u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as usize
        };
        let value = |index: usize, noise: usize| {
            let (x, y) = (index / 3 % width, index / 3 / width);
            noise * x / width / 2 + (y + 40 * (index % 3)) % 128
        };
        (0..width * height * 3).map(|index| value(index, noise()) as u8).collect()
    }

    fn library(bytes: &[u8]) -> Option<Vec<u8>> {
        let mut decoder = Decoder::new(bytes).ok()?;
        decoder.set_output_format(PixelFormat::Rgb);
        decoder.set_scale(ScalingFactor::try_new(1, 8).ok()?);
        decoder.decode_image().ok().map(|image| image.data)
    }

    #[test]
    fn pixels_equal_those_of_the_library() {
        for (width, height) in [(1, 1), (7, 9), (16, 16), (17, 33), (130, 75)] {
            let pixels = pixels(width, height);
            for quality in [5, 50, 90, 100] {
                for subsampling in [Subsampling::S420, Subsampling::S444] {
                    for restart in [0, 1, 3] {
                        let encoder = Encoder::new(&pixels, width, height, PixelFormat::Rgb).quality(quality);
                        let encoder = encoder.subsampling(subsampling).restart_blocks(restart);
                        let bytes = encoder.optimize_huffman(restart == 1).encode().unwrap();
                        let image = decode(&bytes).unwrap();
                        let case = format!("{width}x{height} {quality} {subsampling:?} {restart}");
                        let size = [width.div_ceil(8) as u32, height.div_ceil(8) as u32];
                        assert_eq!(<[u32; 2]>::from(image.dimensions()), size, "{case}");
                        assert!(image.into_raw() == library(&bytes).unwrap(), "{case}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_damaged_file_is_refused_or_decoded_as_by_the_library() {
        let pixels = pixels(48, 40);
        for (subsampling, restart) in [(Subsampling::S420, 5), (Subsampling::S420, 0), (Subsampling::S444, 0)]
        {
            let encoder = Encoder::new(&pixels, 48, 40, PixelFormat::Rgb).quality(80);
            let whole = encoder.subsampling(subsampling).restart_blocks(restart).encode().unwrap();
            let (mut decoded, mut refused) = (0, 0);
            for at in 0..whole.len() {
                for flipped in [0x01, 0x80, 0xff] {
                    let mut bytes = whole.clone();
                    bytes[at] ^= flipped;
                    match decode(&bytes) {
                        Some(image) => {
                            assert!(Some(image.into_raw()) == library(&bytes), "{at} {flipped}");
                            decoded += 1;
                        }
                        None => refused += 1,
                    }
                }
                assert!(decode(&whole[..at]).is_none(), "{at} bytes");
            }
            assert!(decoded > 100 && refused > 100, "{decoded} and {refused}");
        }
    }

    #[test]
    fn other_kinds_of_jpeg_are_left_to_the_library() {
        let pixels = pixels(40, 40);
        let encoder = || Encoder::new(&pixels, 40, 40, PixelFormat::Rgb).subsampling(Subsampling::S444);
        let kinds = [
            encoder().subsampling(Subsampling::S422),
            encoder().progressive(true),
            encoder().arithmetic(true),
            encoder().grayscale_from_color(true),
            encoder().colorspace(libjpeg_turbo_rs::ColorSpace::Rgb),
        ];
        assert!(decode(&encoder().encode().unwrap()).is_some());
        for (index, kind) in kinds.into_iter().enumerate() {
            assert!(decode(&kind.encode().unwrap()).is_none(), "{index}");
        }
    }
}

//! A JPEG at 1/8 of its size without most of its coefficients.
//!
//! A block of luminance becomes one pixel, which its DC coefficient alone decides. What decoding then takes is to find
//! out where the codes of the others end: here several of them are stepped over at once. Headers, code tables, transforms
//! and colours are `libjpeg-turbo-rs`'s, and so are the pixels, to the bit; a picture that is not of the plain kind, or
//! not whole, is left to it.

use image::RgbImage;
use libjpeg_turbo_rs::common::huffman_table::HuffmanTable;
use libjpeg_turbo_rs::common::quant_table::{QuantTable, ZIGZAG_ORDER};
use libjpeg_turbo_rs::decode::color::ycbcr_to_rgb_row;
use libjpeg_turbo_rs::decode::idct_scaled::{idct_1x1, idct_2x2};
use libjpeg_turbo_rs::decode::marker::{JpegMetadata, MarkerReader};

use super::bits::{Bits, Code};

/// Pixels that one becomes, along a side.
const REDUCTION: usize = 8;

/// Coefficients of a block.
const BLOCK: usize = 64;

/// The picture at 1/8 of its size, its sides rounded up, if it is a baseline JPEG of one scan in YCbCr, its chroma as large
/// as its luminance or half of that on both sides, without a flaw.
pub(super) fn decode(bytes: &[u8]) -> Option<RgbImage> {
    let metadata = MarkerReader::new(bytes).read_markers().ok()?;
    if !is_plain(&metadata) {
        return None;
    }
    let frame = &metadata.frame;
    let blocks = [frame.width(), frame.height()].map(|side| side.div_ceil(REDUCTION));
    let sampling = usize::from(frame.components[0].horizontal_sampling);
    let units = blocks.map(|blocks| blocks.div_ceil(sampling));
    let mut components =
        (0..3).map(|index| Component::new(&metadata, index, sampling, units)).collect::<Option<Vec<_>>>()?;

    let mut bits = Bits::new(&bytes[metadata.entropy_data_offset..]);
    let interval = usize::from(metadata.restart_interval);
    for row in 0..units[1] {
        for column in 0..units[0] {
            let unit = row * units[0] + column;
            if unit > 0 && interval > 0 && unit.is_multiple_of(interval) {
                bits.restart(unit / interval - 1)?;
                for component in &mut components {
                    component.prediction = 0;
                }
            }
            for component in &mut components {
                component.unit(&mut bits, row, column)?;
            }
        }
    }
    bits.is_at_end().then(|| picture(&components, blocks)).flatten()
}

/// What [`decode`] takes, as far as the headers tell.
fn is_plain(metadata: &JpegMetadata) -> bool {
    let JpegMetadata { frame, scan, .. } = metadata;
    let is_sequential = !(frame.is_progressive || frame.is_lossless || metadata.is_arithmetic);
    let ids = frame.components.iter().map(|component| component.id);
    // What says that it is not YCbCr says so here.
    let is_ycbcr = ids.eq([1, 2, 3]) && matches!(metadata.adobe_transform_at_first_sos, None | Some(1));
    let sampling =
        frame.components.iter().map(|component| (component.horizontal_sampling, component.vertical_sampling));
    let is_420 = sampling.clone().eq([(2, 2), (1, 1), (1, 1)]);
    let is_444 = sampling.eq([(1, 1); 3]);
    let is_one_scan = scan.components.len() == 3 && (scan.spec_start, scan.spec_end) == (0, 63);
    is_sequential && frame.precision == 8 && is_ycbcr && (is_420 || is_444) && is_one_scan && frame.height > 0
}

/// Luminance or one of the chroma planes.
struct Component<'a> {
    /// Blocks along a side of a unit of the scan.
    blocks: usize,
    /// Pixels along a side that a block becomes.
    side: usize,
    dc: &'a HuffmanTable,
    ac: &'a HuffmanTable,
    /// Of a component whose blocks become one pixel.
    steps: Option<Box<Steps>>,
    quantization: &'a QuantTable,
    /// The DC coefficient of the last block.
    prediction: i32,
    coefficients: [i16; BLOCK],
    /// Rows of pixels.
    plane: Vec<u8>,
    width: usize,
}

impl<'a> Component<'a> {
    fn new(metadata: &'a JpegMetadata, index: usize, sampling: usize, units: [usize; 2]) -> Option<Self> {
        let component = metadata.frame.components[index];
        let selector = metadata.scan.components.get(index)?;
        if selector.component_id != component.id {
            return None;
        }
        let table = |tables: &'a [Option<_>], index: u8| tables.get(usize::from(index))?.as_ref();
        let dc = table(&metadata.dc_huffman_tables, selector.dc_table_index)?;
        let ac = table(&metadata.ac_huffman_tables, selector.ac_table_index)?;
        let quantization = metadata.quant_tables.get(usize::from(component.quant_table_index))?.as_ref()?;
        let blocks = usize::from(component.horizontal_sampling);
        let side = sampling / blocks;
        Some(Self {
            blocks,
            side,
            dc,
            ac,
            steps: if side == 1 { steps(ac) } else { None },
            quantization,
            prediction: 0,
            coefficients: [0; BLOCK],
            plane: vec![0; units[0] * units[1] * sampling * sampling],
            width: units[0] * sampling,
        })
    }

    /// Its blocks of one unit of the scan.
    #[inline]
    fn unit(&mut self, bits: &mut Bits, row: usize, column: usize) -> Option<()> {
        for y in row * self.blocks..(row + 1) * self.blocks {
            for x in column * self.blocks..(column + 1) * self.blocks {
                self.block(bits, (y * self.width + x) * self.side)?;
            }
        }
        Some(())
    }

    /// A block, whose first pixel is `at` that place.
    #[inline]
    fn block(&mut self, bits: &mut Bits, at: usize) -> Option<()> {
        let size = u32::from(bits.symbol(self.dc)?);
        if size > 11 {
            return None;
        }
        self.prediction += bits.number(size);
        let dc = i16::try_from(self.prediction).ok()?;
        if let Some(steps) = &self.steps {
            self.coefficients[0] = dc;
            self.plane[at] = idct_1x1(&self.coefficients, &self.quantization.values);
            return skip(bits, steps, self.ac);
        }
        self.coefficients = [0; BLOCK];
        self.coefficients[0] = dc;
        let has_others = read(bits, self.ac, &mut self.coefficients)?;
        let mut pixels = [idct_1x1(&self.coefficients, &self.quantization.values); 4];
        if has_others {
            idct_2x2(&self.coefficients, &self.quantization.values, &mut pixels);
        }
        self.plane[at..at + 2].copy_from_slice(&pixels[..2]);
        self.plane[at + self.width..at + self.width + 2].copy_from_slice(&pixels[2..]);
        Some(())
    }
}

/// Reads the AC coefficients of a block, and says whether there are any.
fn read(bits: &mut Bits, table: &HuffmanTable, coefficients: &mut [i16; BLOCK]) -> Option<bool> {
    let mut at = 1;
    while at < BLOCK {
        match Code::of(bits.symbol(table)?)? {
            Code::End => return Some(at > 1),
            Code::Zeros(zeros) => at += zeros,
            Code::Coefficient(zeros, size) => {
                at += zeros;
                *coefficients.get_mut(*ZIGZAG_ORDER.get(at)?)? = bits.number(size) as i16;
                at += 1;
            }
        }
    }
    (at == BLOCK).then_some(true)
}

/// Bits that are looked at to step over codes: two of them on average. The table of all that they can be has 32 KiB.
const LOOK: u32 = 13;

/// The codes of AC coefficients that lie in the next [`LOOK`] bits as a whole, with the bits that follow each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(4))]
struct Step {
    /// 0 if there is none.
    bits: u8,
    /// Coefficients that they stand for, the end of a block as one.
    coefficients: u8,
    is_end: bool,
}

/// The steps for all that the next bits can be.
type Steps = [Step; 1 << LOOK];

fn steps(table: &HuffmanTable) -> Option<Box<Steps>> {
    let steps = (0..1u32 << LOOK).map(|look| step(table, look << (32 - LOOK)));
    steps.collect::<Vec<_>>().into_boxed_slice().try_into().ok()
}

/// The step for the highest [`LOOK`] bits of `bits`.
fn step(table: &HuffmanTable, bits: u32) -> Step {
    let mut step = Step::default();
    while !step.is_end {
        let code = (bits.unbounded_shl(step.bits.into()) >> 16) as u16;
        let symbol = table.lookup(code).ok().and_then(|(symbol, length)| Some((Code::of(symbol)?, length)));
        let (coefficients, length, is_end) = match symbol {
            Some((Code::End, length)) => (1, length, true),
            Some((Code::Zeros(zeros), length)) => (zeros, length, false),
            Some((Code::Coefficient(zeros, size), length)) => (zeros + 1, length + size as u8, false),
            None => break,
        };
        let coefficients = usize::from(step.coefficients) + coefficients;
        if u32::from(step.bits + length) > LOOK || coefficients > BLOCK {
            break;
        }
        step = Step { bits: step.bits + length, coefficients: coefficients as u8, is_end };
    }
    step
}

/// Steps over the AC coefficients of a block.
#[inline]
fn skip(bits: &mut Bits, steps: &Steps, table: &HuffmanTable) -> Option<()> {
    let mut at = 1;
    while at < BLOCK {
        bits.refill();
        let step = steps[bits.peek(LOOK)];
        let next = at + usize::from(step.coefficients);
        if step.bits > 0 && next <= BLOCK {
            bits.skip(step.bits.into());
            if step.is_end {
                return Some(());
            }
            at = next;
            continue;
        }
        // A code that is longer, or the last ones of a block and the next block's first.
        match Code::of(bits.symbol(table)?)? {
            Code::End => return Some(()),
            Code::Zeros(zeros) => at += zeros,
            Code::Coefficient(zeros, size) => {
                bits.skip(size);
                at += zeros + 1;
            }
        }
    }
    (at == BLOCK).then_some(())
}

fn picture(components: &[Component], [width, height]: [usize; 2]) -> Option<RgbImage> {
    let mut pixels = vec![0; width * height * 3];
    for (row, pixels) in pixels.chunks_exact_mut(width * 3).enumerate() {
        let of = |component: &Component| row * component.width..(row + 1) * component.width;
        let [y, cb, cr] = [0, 1, 2].map(|index| &components[index].plane[of(&components[index])]);
        ycbcr_to_rgb_row(y, cb, cr, pixels, width);
    }
    RgbImage::from_raw(width as u32, height as u32, pixels)
}

#[cfg(test)]
mod tests {
    use libjpeg_turbo_rs::{Decoder, Encoder, PixelFormat, ScalingFactor, Subsampling};

    use super::*;

    /// Noise that gets stronger to the right, on a slope.
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

    fn theirs(bytes: &[u8]) -> Option<Vec<u8>> {
        let mut decoder = Decoder::new(bytes).ok()?;
        decoder.set_output_format(PixelFormat::Rgb);
        decoder.set_scale(ScalingFactor::try_new(1, 8).ok()?);
        decoder.decode_image().ok().map(|image| image.data)
    }

    #[test]
    fn pixels_are_those_of_the_whole_decoder() {
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
                        assert!(image.into_raw() == theirs(&bytes).unwrap(), "{case}");
                    }
                }
            }
        }
    }

    #[test]
    fn of_what_is_damaged_there_is_no_other_picture() {
        let pixels = pixels(48, 40);
        for (subsampling, restart) in [(Subsampling::S420, 5), (Subsampling::S420, 0), (Subsampling::S444, 0)]
        {
            let encoder = Encoder::new(&pixels, 48, 40, PixelFormat::Rgb).quality(80);
            let whole = encoder.subsampling(subsampling).restart_blocks(restart).encode().unwrap();
            let (mut decoded, mut given_up) = (0, 0);
            for at in 0..whole.len() {
                for flipped in [0x01, 0x80, 0xff] {
                    let mut bytes = whole.clone();
                    bytes[at] ^= flipped;
                    match decode(&bytes) {
                        Some(image) => {
                            assert!(Some(image.into_raw()) == theirs(&bytes), "{at} {flipped}");
                            decoded += 1;
                        }
                        None => given_up += 1,
                    }
                }
                assert!(decode(&whole[..at]).is_none(), "{at} bytes");
            }
            assert!(decoded > 100 && given_up > 100, "{decoded} and {given_up}");
        }
    }

    #[test]
    fn other_kinds_are_left_to_the_library() {
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

    #[test]
    fn steps_hold_whole_codes_and_end_with_a_block() {
        // Codes: 0 for the end of a block, 10 for a coefficient of one bit, 110 for two zeros and one of three bits.
        let mut lengths = [0; 17];
        lengths[1..4].fill(1);
        let table = HuffmanTable::build(&lengths, &[0x00, 0x01, 0x23]).unwrap();
        let of = |bits: u32| step(&table, bits << 20);
        let expected = |bits, coefficients, is_end| Step { bits, coefficients, is_end };
        assert_eq!(of(0b0101_1100_1011), expected(1, 1, true));
        assert_eq!(of(0b1011_0000_0000), expected(7, 3, true));
        assert_eq!(of(0b1101_0111_0111), expected(13, 7, true));
        assert_eq!(of(0b1011_1010_1110), expected(9, 4, false));
        // No code.
        assert_eq!(of(0b1110_0000_0000), Step::default());
    }
}

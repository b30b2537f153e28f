//! The blocks of one colour component to pixels at 1/8 of the size.

use libjpeg_turbo_rs::common::huffman_table::HuffmanTable;
use libjpeg_turbo_rs::common::quant_table::{QuantTable, ZIGZAG_ORDER};
use libjpeg_turbo_rs::decode::idct_scaled::{idct_1x1, idct_2x2};
use libjpeg_turbo_rs::decode::marker::JpegMetadata;

use super::ac_skip::{AcSkipTable, COEFFICIENTS};
use super::bit_reader::{AcSymbol, BitReader};

/// Luminance or one of the chroma planes.
pub(super) struct Component<'a> {
    /// Blocks along a side of an MCU, the unit of a scan.
    blocks: usize,
    /// Side of a block in the result, px: 1, or 2 of subsampled chroma.
    side: usize,
    dc: &'a HuffmanTable,
    ac: &'a HuffmanTable,
    /// For a component whose blocks become one pixel.
    ac_skip: Option<AcSkipTable>,
    quantization: &'a QuantTable,
    /// The DC coefficient of the previous block.
    pub(super) prediction: i32,
    coefficients: [i16; COEFFICIENTS],
    /// The decoded pixels, row by row.
    pub(super) plane: Vec<u8>,
    pub(super) width: usize,
}

impl<'a> Component<'a> {
    pub(super) fn new(
        metadata: &'a JpegMetadata,
        index: usize,
        sampling: usize,
        mcus: [usize; 2],
    ) -> Option<Self> {
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
            ac_skip: (side == 1).then(|| AcSkipTable::new(ac)),
            quantization,
            prediction: 0,
            coefficients: [0; COEFFICIENTS],
            plane: vec![0; mcus[0] * mcus[1] * sampling * sampling],
            width: mcus[0] * sampling,
        })
    }

    /// Reads this component's blocks of one MCU.
    #[inline]
    pub(super) fn read_mcu(&mut self, bits: &mut BitReader, row: usize, column: usize) -> Option<()> {
        for y in row * self.blocks..(row + 1) * self.blocks {
            for x in column * self.blocks..(column + 1) * self.blocks {
                self.read_block(bits, (y * self.width + x) * self.side)?;
            }
        }
        Some(())
    }

    /// Reads a block whose first pixel is `plane[at]`.
    #[inline]
    fn read_block(&mut self, bits: &mut BitReader, at: usize) -> Option<()> {
        let size = u32::from(bits.symbol(self.dc)?);
        if size > 11 {
            return None;
        }
        self.prediction += bits.signed(size);
        let dc = i16::try_from(self.prediction).ok()?;
        if let Some(ac_skip) = &self.ac_skip {
            self.coefficients[0] = dc;
            self.plane[at] = idct_1x1(&self.coefficients, &self.quantization.values);
            return ac_skip.skip_block(bits, self.ac);
        }
        self.coefficients = [0; COEFFICIENTS];
        self.coefficients[0] = dc;
        let has_ac = read_ac(bits, self.ac, &mut self.coefficients)?;
        let mut pixels = [idct_1x1(&self.coefficients, &self.quantization.values); 4];
        if has_ac {
            idct_2x2(&self.coefficients, &self.quantization.values, &mut pixels);
        }
        self.plane[at..at + 2].copy_from_slice(&pixels[..2]);
        self.plane[at + self.width..at + self.width + 2].copy_from_slice(&pixels[2..]);
        Some(())
    }
}

/// Reads the AC coefficients of a block; returns whether there are any.
pub(super) fn read_ac(
    bits: &mut BitReader,
    table: &HuffmanTable,
    coefficients: &mut [i16; COEFFICIENTS],
) -> Option<bool> {
    let mut at = 1;
    while at < COEFFICIENTS {
        match AcSymbol::new(bits.symbol(table)?)? {
            AcSymbol::EndOfBlock => return Some(at > 1),
            AcSymbol::ZeroRun(run) => at += run,
            AcSymbol::Coefficient(run, size) => {
                at += run;
                // Read even if the run is too long, so that a caller may go on after it.
                let coefficient = bits.signed(size) as i16;
                *coefficients.get_mut(*ZIGZAG_ORDER.get(at)?)? = coefficient;
                at += 1;
            }
        }
    }
    (at == COEFFICIENTS).then_some(true)
}

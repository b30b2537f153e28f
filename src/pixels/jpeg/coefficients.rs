//! The coefficients of a JPEG with any sampling and any scans.

use libjpeg_turbo_rs::common::huffman_table::HuffmanTable;
use libjpeg_turbo_rs::common::quant_table::ZIGZAG_ORDER;
use libjpeg_turbo_rs::common::types::{ComponentInfo, ScanComponentSelector};
use libjpeg_turbo_rs::decode::marker::{JpegMetadata, ScanInfo};
use libjpeg_turbo_rs::read_coefficients;

use super::ac_skip::COEFFICIENTS;
use super::bit_reader::BitReader;
use super::component::read_ac;

/// The blocks of one component, row by row.
pub(super) struct Grid {
    /// Coefficients row by row, not in zigzag order; not yet multiplied by the quantization table.
    pub(super) blocks: Vec<[i16; COEFFICIENTS]>,
    /// Grid of a row, those beyond the picture included.
    pub(super) across: usize,
    pub(super) quantization: [u16; COEFFICIENTS],
    /// Sampling: horizontal and vertical.
    pub(super) sampling: (usize, usize),
}

/// The coefficients of all components; `None` if the file is damaged. If `salvage`, a sequential scan is read up to the
/// damage, and the coefficients after it are 0.
pub(super) fn read(bytes: &[u8], metadata: &JpegMetadata, salvage: bool) -> Option<Vec<Grid>> {
    let mut components = empty(metadata)?;
    if metadata.frame.is_progressive || metadata.is_arithmetic {
        let read = read_coefficients(bytes).ok()?;
        for (ours, theirs) in components.iter_mut().zip(read.components) {
            for (ours, theirs) in ours.blocks.iter_mut().zip(theirs.blocks) {
                for (&place, coefficient) in ZIGZAG_ORDER.iter().zip(theirs) {
                    ours[place] = coefficient;
                }
            }
        }
    } else {
        for scan in &metadata.scans {
            let whole = read_scan(bytes, metadata, scan, &mut components);
            whole.or(salvage.then_some(()))?;
        }
    }
    Some(components)
}

fn empty(metadata: &JpegMetadata) -> Option<Vec<Grid>> {
    let [mcus_across, mcus_down] = mcus(metadata);
    let component = |component: &ComponentInfo| {
        let (h, v) = (component.horizontal_sampling.into(), component.vertical_sampling.into());
        let quantization = metadata.quant_tables.get(usize::from(component.quant_table_index))?.as_ref()?;
        Some(Grid {
            blocks: vec![[0; COEFFICIENTS]; mcus_across * h * mcus_down * v],
            across: mcus_across * h,
            quantization: quantization.values,
            sampling: (h, v),
        })
    };
    metadata.frame.components.iter().map(component).collect()
}

/// The largest sampling of all components: horizontal and vertical.
pub(super) fn max_sampling(metadata: &JpegMetadata) -> [usize; 2] {
    let components = || metadata.frame.components.iter();
    let h = components().map(|component| component.horizontal_sampling).max().unwrap_or(1);
    let v = components().map(|component| component.vertical_sampling).max().unwrap_or(1);
    [h.into(), v.into()]
}

/// MCUs of a scan of all components: across and down.
fn mcus(metadata: &JpegMetadata) -> [usize; 2] {
    let [h, v] = max_sampling(metadata);
    [metadata.frame.width().div_ceil(8 * h), metadata.frame.height().div_ceil(8 * v)]
}

/// A component in a sequential scan.
struct Selected<'a> {
    index: usize,
    dc: &'a HuffmanTable,
    ac: &'a HuffmanTable,
    /// The DC coefficient of the previous block.
    prediction: i32,
}

/// Reads a sequential scan with Huffman codes.
fn read_scan(bytes: &[u8], metadata: &JpegMetadata, scan: &ScanInfo, components: &mut [Grid]) -> Option<()> {
    let select = |selector: &ScanComponentSelector| {
        let index = metadata.frame.components.iter().position(|c| c.id == selector.component_id)?;
        let dc = scan.dc_huffman_tables.get(usize::from(selector.dc_table_index))?.as_ref()?;
        let ac = scan.ac_huffman_tables.get(usize::from(selector.ac_table_index))?.as_ref()?;
        Some(Selected { index, dc, ac, prediction: 0 })
    };
    let mut selected = scan.header.components.iter().map(select).collect::<Option<Vec<_>>>()?;
    // The MCU of one component is a block, and blocks beyond the picture are left out.
    let single = match &selected[..] {
        [one] => Some(components[one.index].sampling),
        _ => None,
    };
    let [across, down] = match single {
        Some((h, v)) => {
            let [max_h, max_v] = max_sampling(metadata);
            let blocks =
                |side: usize, sampling: usize, max: usize| (side * sampling).div_ceil(max).div_ceil(8);
            [blocks(metadata.frame.width(), h, max_h), blocks(metadata.frame.height(), v, max_v)]
        }
        None => mcus(metadata),
    };
    let mut bits = BitReader::new(bytes.get(scan.data_offset..)?);
    let interval = usize::from(scan.restart_interval);
    for mcu in 0..across * down {
        if mcu > 0 && interval > 0 && mcu.is_multiple_of(interval) {
            bits.restart(mcu / interval - 1)?;
            for component in &mut selected {
                component.prediction = 0;
            }
        }
        let (row, column) = (mcu / across, mcu % across);
        for component in &mut selected {
            let Grid { blocks, across, sampling, .. } = &mut components[component.index];
            let (h, v) = if single.is_some() { (1, 1) } else { *sampling };
            for y in row * v..(row + 1) * v {
                for x in column * h..(column + 1) * h {
                    component.read_block(&mut bits, blocks.get_mut(y * *across + x)?)?;
                }
            }
        }
        if bits.is_past_end() {
            return None;
        }
    }
    Some(())
}

impl Selected<'_> {
    fn read_block(&mut self, bits: &mut BitReader, block: &mut [i16; COEFFICIENTS]) -> Option<()> {
        let size = u32::from(bits.symbol(self.dc)?);
        if size > 15 {
            return None;
        }
        self.prediction = self.prediction.wrapping_add(bits.signed(size));
        block[0] = self.prediction as i16;
        read_ac(bits, self.ac, block).map(|_| ())
    }
}

//! The coefficients of a JPEG with any sampling and any scans.

use libjpeg_turbo_rs::common::huffman_table::HuffmanTable;
use libjpeg_turbo_rs::common::quant_table::ZIGZAG_ORDER;
use libjpeg_turbo_rs::common::types::{ComponentInfo, ScanComponentSelector};
use libjpeg_turbo_rs::decode::marker::{JpegMetadata, ScanInfo};
use libjpeg_turbo_rs::{JpegCoefficients, read_coefficients};

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

/// The coefficients of all components; `None` if the file is damaged. If `is_lenient`, those that can be read, and 0 where
/// data is missing; `None` if no coefficient can be read.
pub(super) fn read(bytes: &[u8], metadata: &JpegMetadata, is_lenient: bool) -> Option<Vec<Grid>> {
    let mut components = empty(metadata)?;
    if is_sequential(metadata) {
        for scan in &metadata.scans {
            read_scan(bytes, metadata, scan, &mut components, is_lenient)?;
        }
        return Some(components);
    }
    let mut read = read_coefficients(bytes).ok();
    if read.is_none() && is_lenient {
        read = read_until_damage(bytes, metadata);
    }
    for (ours, theirs) in components.iter_mut().zip(read?.components) {
        for (ours, theirs) in ours.blocks.iter_mut().zip(theirs.blocks) {
            for (&place, coefficient) in ZIGZAG_ORDER.iter().zip(theirs) {
                ours[place] = coefficient;
            }
        }
    }
    Some(components)
}

/// Whether scans are sequential with Huffman codes, which are read here; the library reads the others.
pub(super) fn is_sequential(metadata: &JpegMetadata) -> bool {
    !metadata.frame.is_progressive && !metadata.is_arithmetic
}

/// What the scans before the first damaged one give.
fn read_until_damage(bytes: &[u8], metadata: &JpegMetadata) -> Option<JpegCoefficients> {
    let until = |scan: &ScanInfo| {
        // Before its header: marker, length, a count, two bytes a component and three more.
        let end = scan.data_offset.checked_sub(8 + 2 * scan.header.components.len())?;
        read_coefficients(&[bytes.get(..end)?, b"\xff\xd9"].concat()).ok()
    };
    let later = metadata.scans.get(1..)?;
    let undamaged = later.partition_point(|scan| until(scan).is_some());
    until(later.get(undamaged.checked_sub(1)?)?)
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

/// Reads a sequential scan with Huffman codes. If `is_lenient`, damage is what libjpeg makes of it, and what is missing is left
/// out up to the next restart marker.
fn read_scan(
    bytes: &[u8],
    metadata: &JpegMetadata,
    scan: &ScanInfo,
    components: &mut [Grid],
    is_lenient: bool,
) -> Option<()> {
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
    let data = bytes.get(scan.data_offset..)?;
    let mut bits = if is_lenient { BitReader::lenient(data) } else { BitReader::new(data) };
    let interval = usize::from(scan.restart_interval);
    let mut is_lost = false;
    for mcu in 0..across * down {
        if mcu > 0 && interval > 0 && mcu.is_multiple_of(interval) {
            let index = mcu / interval - 1;
            if is_lenient {
                is_lost &= !bits.resynchronize(index);
            } else {
                bits.restart(index)?;
            }
            for component in &mut selected {
                component.prediction = 0;
            }
        }
        if !is_lost {
            let read = read_mcu(
                &mut bits,
                &mut selected,
                components,
                single.is_some(),
                [mcu % across, mcu / across],
            );
            is_lost = read.is_none() || bits.is_past_end();
        }
        if is_lost && !is_lenient {
            return None;
        }
    }
    Some(())
}

/// Reads the blocks of an MCU, which is a block if a scan has a single component.
fn read_mcu(
    bits: &mut BitReader,
    selected: &mut [Selected],
    components: &mut [Grid],
    is_single: bool,
    [column, row]: [usize; 2],
) -> Option<()> {
    for component in selected {
        let Grid { blocks, across, sampling, .. } = &mut components[component.index];
        let (h, v) = if is_single { (1, 1) } else { *sampling };
        for y in row * v..(row + 1) * v {
            for x in column * h..(column + 1) * h {
                let read = component.read_block(bits, blocks.get_mut(y * *across + x)?);
                if read.is_none() && !bits.is_lenient() {
                    return None;
                }
            }
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

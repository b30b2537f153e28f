//! The stem as products of bf16, more precise than bf16 itself.
//!
//! A pixel and a weight are each the sum of two values of bf16: the nearest one, and the nearest one to what is left.
//! Three of the four products of their parts are added; that of the two smaller parts is below the last bits of the sum.
//! The parts of neighbouring pixels lie one after the other, so the three pixels under a row of the filter are one block of
//! inputs to a [`Multiplier`], and the next output's begin two pixels further.

#![expect(unsafe_code, reason = "pointers into checked feature maps")]

use half::bf16;

use super::epilogue::Epilogue;
use super::pairs::{PART_PIXELS, PIXEL_PARTS, Pairs};
use super::pending::Pending;
use super::product::Product;
use super::tile::{self, Multiplier, PANELS, tiles};
use crate::kernels::element::Element;
use crate::kernels::feature_map::FeatureMapMut;
use crate::kernels::packed_matrix::{PackedMatrix, Packing, write_pairs};
use crate::kernels::stem::{STRIDE, Stem};
use crate::kernels::weights::{Weights, scaled};

/// Taps along one side of the filter.
const TAPS: usize = 3;
/// Channels of a picture.
const CHANNELS: usize = 3;
/// How many output rows share the parts of the pixels under them, which stay in the L2 cache. Neighbouring groups both
/// split one row of pixels.
const GROUP: usize = 8;

/// How many blocks at the end of a row of parts may hold more than pixels: padding of one pixel, a block that the last output
/// reads, and what fills the last one.
const EDGE_BLOCKS: usize = 3;

/// Packs weights `[n, 3, 3, 3]`; `None` for another shape.
pub(in crate::kernels) fn pack(weights: Weights, taps: usize) -> Option<PackedMatrix<bf16>> {
    let Weights { values, scale, bias } = weights;
    if taps != TAPS || values.len() != bias.len() * CHANNELS * TAPS * TAPS {
        return None;
    }
    let depth = TAPS * bf16::BLOCK;
    let mut parts = vec![0.0; bias.len() * depth];
    let filters = values.chunks_exact(CHANNELS * TAPS * TAPS).zip(scale);
    for ((filter, scale), parts) in filters.zip(parts.chunks_exact_mut(depth)) {
        for (y, parts) in parts.chunks_exact_mut(bf16::BLOCK).enumerate() {
            for (x, parts) in parts.chunks_exact_mut(PIXEL_PARTS).enumerate() {
                for channel in 0..CHANNELS {
                    let weight = scaled(filter[(channel * TAPS + y) * TAPS + x], *scale);
                    let first = bf16::from_f32(weight).to_f32();
                    // What meets both parts of the pixel, and what meets only the first one.
                    parts[2 * channel..][..2].fill(first);
                    parts[2 * CHANNELS + channel] = weight - first;
                }
            }
        }
    }
    let packing = Packing { panels: PANELS, write_panel: write_pairs };
    let weights = Weights { values: &parts, scale: &vec![1.0; bias.len()], bias };
    Some(PackedMatrix::new(&packing, weights, depth, depth))
}

/// The number of values from one row of parts to the next: padded pixels, and what the last output's block reads beyond them.
fn row_len(job: &Stem<bf16>) -> usize {
    let columns = &job.geometry.columns;
    let pixels = columns.before + columns.input.next_multiple_of(PART_PIXELS) + columns.after;
    (pixels * PIXEL_PARTS + bf16::BLOCK).next_multiple_of(bf16::BLOCK)
}

/// The number of `f32` values in the buffer, which holds the rows of a group.
pub(in crate::kernels) fn buffered(job: &Stem<bf16>) -> usize {
    rows_under(GROUP) * row_len(job) * size_of::<bf16>() / size_of::<f32>()
}

/// Padded rows of pixels under some output rows.
fn rows_under(outputs: usize) -> usize {
    (outputs - 1) * STRIDE + TAPS
}

/// Computes some output rows, group by group.
///
/// # Safety
/// As for [`StemParts::run`](crate::kernels::stem::StemParts), with the instructions of `M`.
#[inline(always)]
pub(in crate::kernels) unsafe fn stem_parts<M: Multiplier>(
    job: &Stem<bf16>,
    picture: &[f32],
    first_row: usize,
    buffer: &mut [f32],
    mut output: FeatureMapMut<bf16>,
) {
    const {
        assert!(TAPS * PIXEL_PARTS <= bf16::BLOCK, "the pixels under a row of the filter are one block");
        let padding = TAPS / 2 * PIXEL_PARTS;
        assert!(padding <= bf16::BLOCK, "padding before a row of pixels is within a block");
        assert!(
            padding + 2 * bf16::BLOCK - 1 <= EDGE_BLOCKS * bf16::BLOCK,
            "what follows the pixels of a row"
        );
    };
    let Some(matrix) = &job.packed.parts else { unreachable!("a stem that `pack` refused") };
    let width = job.geometry.columns.output;
    let row_len = row_len(job);
    let parts = buffer.as_mut_ptr().cast::<bf16>();
    let (height, _) = tiles(width, M::TILE_ROWS);
    let mut pending = Pending::new();
    let count = output.positions() / width;
    // SAFETY: `Stem::run` asserted the length of the buffer, which `buffered` gave for a group, and the shapes of picture and
    // output. `with_geometry` asserted narrow padding, so the last tap of the last output is within its padded row.
    // `begin` has its `end` below, and the last epilogue runs before the output's pointers are lost.
    unsafe {
        M::begin(height);
        for group in (0..count).step_by(GROUP) {
            let rows = (count - group).min(GROUP);
            for index in 0..rows_under(rows) {
                let y = ((first_row + group) * STRIDE + index).checked_sub(job.geometry.rows.before);
                let y = y.filter(|y| *y < job.geometry.rows.input);
                split_row::<M::Lanes>(job, picture, y, parts.add(index * row_len));
            }
            for channels in PANELS.panels(matrix.channels()) {
                for row in 0..rows {
                    let block = channels.start / bf16::BLOCK * output.block_stride();
                    let at = block + (group + row) * width * bf16::BLOCK;
                    let product = Product {
                        runs: TAPS,
                        steps: 1,
                        last_groups: tile::GROUPS,
                        input: parts.add(row * STRIDE * row_len),
                        run_stride: row_len,
                        position_stride: STRIDE * PIXEL_PARTS,
                        panel: matrix.panels.as_ptr().add(channels.start * matrix.depth),
                        turn: (row, rows),
                        channels: matrix.n() - channels.start,
                        epilogue: Epilogue {
                            bias: matrix.bias.as_ptr().add(channels.start),
                            activation: job.activation,
                            shortcut: None,
                            output: output.as_mut_ptr().add(at),
                        },
                    };
                    product.run::<M>(width, &mut pending);
                }
            }
        }
        M::end();
        pending.finish::<M::Lanes>();
    }
}

/// Writes the parts of row `y` of the picture with its padding, or zeros if there is no such row.
///
/// # Safety
/// The processor has the instructions of `S`, the picture has the shape of the job, and `to` is writable for a row of parts.
#[inline(always)]
unsafe fn split_row<S: Pairs>(job: &Stem<bf16>, picture: &[f32], y: Option<usize>, to: *mut bf16) {
    let columns = &job.geometry.columns;
    let width = columns.input;
    // SAFETY: a row of parts holds the padded pixels up to a whole number of `PART_PIXELS`; planes are as long as `Stem::run`
    // asserted, and chunks that would end beyond a row of them are copied first.
    unsafe {
        let Some(y) = y else { return to.write_bytes(0, row_len(job)) };
        // Padding and what lies beyond it; the pixels are written over the rest of these blocks.
        let zeros = [S::splat(0.0); 2];
        S::store_halves(zeros, to);
        for block in 1..=EDGE_BLOCKS {
            S::store_halves(zeros, to.add(row_len(job) - block * bf16::BLOCK));
        }
        let planes = [0, 1, 2].map(|channel| {
            let row = (channel * job.geometry.rows.input + y) * width;
            picture.as_ptr().add(row)
        });
        let pixels = to.add(columns.before * PIXEL_PARTS);
        let whole = width / PART_PIXELS * PART_PIXELS;
        for x in (0..whole).step_by(PART_PIXELS) {
            S::store_pixel_parts(planes.map(|plane| plane.add(x)), pixels.add(x * PIXEL_PARTS));
        }
        if whole < width {
            let mut rest = [[0.0; PART_PIXELS]; CHANNELS];
            for (rest, plane) in rest.iter_mut().zip(planes) {
                plane.add(whole).copy_to_nonoverlapping(rest.as_mut_ptr(), width - whole);
            }
            let rest = [0, 1, 2].map(|channel| rest[channel].as_ptr());
            S::store_pixel_parts(rest, pixels.add(whole * PIXEL_PARTS));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_filters_of_three_taps_over_three_channels_are_packed() {
        let packed = |values: &[f32], taps| {
            pack(Weights { values, scale: &[1.0], bias: &[0.0] }, taps).map(|matrix| matrix.depth)
        };
        assert_eq!(packed(&[1.0; 27], 3), Some(96));
        assert_eq!(packed(&[1.0; 9], 3), None);
        assert_eq!(packed(&[1.0; 75], 5), None);
    }

    #[test]
    fn parts_of_a_weight_add_up_to_it() {
        let values: Vec<f32> = (0..27).map(|index| 1.0 / (index + 3) as f32).collect();
        let matrix = pack(Weights { values: &values, scale: &[-2.0], bias: &[0.0] }, 3).unwrap();
        // Row 1, pixel 2, channel 1 is weight 9 + 3 + 2.
        let value = |part: usize| {
            let input = bf16::BLOCK + 2 * PIXEL_PARTS + part;
            matrix.panels[input / 2 * 2 * bf16::BLOCK + input % 2].to_f32()
        };
        let weight = -2.0 * values[14];
        assert_eq!((value(2), value(3)), (bf16::from_f32(weight).to_f32(), value(2)));
        assert!((value(2) + value(7) - weight).abs() < weight.abs() / 65536.0);
        assert_eq!(value(9), 0.0);
    }
}

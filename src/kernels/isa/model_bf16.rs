//! Plain-Rust models of the two units that multiply bf16, so that packing, edges and epilogues are tested on every
//! machine.

#![expect(unsafe_code, reason = "loads and stores through pointers that the kernels checked")]

use std::array;
use std::cell::Cell;

use half::bf16;

use super::bf16_set::{Bf16Isa, bf16_kernels, bf16_peak, kernels_with_products};
use super::kernels::Kernels;
use super::model::F32x16;
use crate::kernels::bf16::{GROUP, Multiplier, PART_PIXELS, PIXEL_PARTS, Pairs, Pending, Tile};
use crate::kernels::element::Element;
use crate::kernels::simd::Simd;

type Block = [bf16; bf16::BLOCK];

// SAFETY: every method reads or writes an array of one block.
unsafe impl Pairs for F32x16 {
    unsafe fn load_halves(from: *const bf16) -> [Self; 2] {
        // SAFETY: `from` is readable for a block.
        let block = unsafe { from.cast::<Block>().read() };
        [0, 16].map(|first| Self(array::from_fn(|lane| block[first + lane].to_f32())))
    }

    unsafe fn store_halves([low, high]: [Self; 2], to: *mut bf16) {
        let value = |channel: usize| if channel < 16 { low.0[channel] } else { high.0[channel - 16] };
        // SAFETY: `to` is writable for a block.
        unsafe { to.cast::<Block>().write(array::from_fn(|channel| bf16::from_f32(value(channel)))) };
    }

    unsafe fn load_even_odd(from: *const bf16) -> [Self; 2] {
        // SAFETY: `from` is readable for a block.
        let block = unsafe { from.cast::<Block>().read() };
        [0, 1].map(|parity| Self(array::from_fn(|lane| block[2 * lane + parity].to_f32())))
    }

    unsafe fn store_even_odd(even_odd: [Self; 2], to: *mut bf16) {
        let block = array::from_fn(|channel| bf16::from_f32(even_odd[channel % 2].0[channel / 2]));
        // SAFETY: `to` is writable for a block.
        unsafe { to.cast::<Block>().write(block) };
    }

    unsafe fn store_pixel_parts(planes: [*const f32; 3], to: *mut bf16) {
        for pixel in 0..PART_PIXELS {
            let [a, b, c] = planes.map(|plane| {
                // SAFETY: the planes are readable for these pixels.
                let value = unsafe { plane.add(pixel).read() };
                let first = bf16::from_f32(value);
                [first, bf16::from_f32(value - first.to_f32())]
            });
            let parts = [a[0], a[1], b[0], b[1], c[0], c[1], a[0], b[0], c[0], bf16::ZERO];
            // SAFETY: `to` is writable for the parts of these pixels.
            unsafe { to.add(pixel * PIXEL_PARTS).cast::<[bf16; PIXEL_PARTS]>().write(parts) };
        }
    }
}

/// A unit with tiles of up to `ROWS` positions that multiplies one pair after the other, as `vdpbf16ps` and `tdpbf16ps`
/// do: it adds the product of the odd values to a sum, then that of the even ones. `tdpbf16ps` multiplies `WHOLE_BLOCKS`;
/// `vdpbf16ps` leaves out groups that are padding.
struct Model<const ROWS: usize, const WHOLE_BLOCKS: bool>;

thread_local! {
    /// The height that this thread's unit is configured for; 0 if it is not configured.
    static CONFIGURED: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: for every run and step, reads the panel and a block of every position; writes the sums.
unsafe impl<const ROWS: usize, const WHOLE_BLOCKS: bool> Multiplier for Model<ROWS, WHOLE_BLOCKS> {
    type Lanes = F32x16;
    const TILE_ROWS: usize = ROWS;

    unsafe fn begin(rows: usize) {
        assert!((1..=ROWS).contains(&rows) && CONFIGURED.replace(rows) == 0, "begun once, for {rows} rows");
    }

    unsafe fn multiply(tile: &Tile, rows: usize, pending: &mut Pending) {
        assert_eq!(CONFIGURED.get(), rows, "the height that was begun");
        // SAFETY: the caller's pointers are valid, and the sums of the last tile were written.
        unsafe { pending.finish::<F32x16>() };
        for row in 0..rows {
            for vector in 0..tile.vectors {
                // SAFETY: row, run, step, pair and vector stay below the limits for which the caller's pointers are
                // valid.
                unsafe {
                    let mut sums = F32x16::splat(0.0);
                    let steps = tile.runs * tile.steps;
                    for step in 0..steps {
                        let is_whole = WHOLE_BLOCKS || step + 1 < steps;
                        let pairs = if is_whole { bf16::BLOCK } else { tile.last_groups * GROUP } / 2;
                        let at = step / tile.steps * tile.run_stride + step % tile.steps * bf16::BLOCK;
                        let block = tile.input.add(row * tile.position_stride + at).cast::<Block>().read();
                        for (pair, values) in block.as_chunks::<2>().0[..pairs].iter().enumerate() {
                            let at = ((step * 16 + pair) * 2 + vector) * bf16::BLOCK;
                            let [even, odd] = F32x16::load_even_odd(tile.panel.add(at));
                            let [even_value, odd_value] = values.map(|value| F32x16::splat(value.to_f32()));
                            sums = sums.multiply_add(odd, odd_value).multiply_add(even, even_value);
                        }
                    }
                    sums.store(pending.sums().add(row * bf16::BLOCK + vector * F32x16::LANES));
                }
            }
        }
    }

    unsafe fn end() {
        assert!(CONFIGURED.replace(0) > 0, "begun before it ends");
    }

    const PEAK_OPERATIONS: usize = 2;

    unsafe fn peak(rounds: usize) -> f32 {
        (0..rounds).fold(1.0, |sum: f32, _| sum.mul_add(0.5, 0.5))
    }
}

const PAIR_KERNELS: Kernels<bf16> = bf16_kernels!(Model::<5, false>, "model-pairs");
const TILE_KERNELS: Kernels<bf16> = kernels_with_products!(Model::<32, true>, "model-tiles", PAIR_KERNELS);

/// Tiles as high as those of AMX.
pub(super) static TILES: Bf16Isa = Bf16Isa {
    name: TILE_KERNELS.name,
    is_available: || true,
    kernels: TILE_KERNELS,
    peak: bf16_peak!(Model::<32, true>),
};
/// Tiles of odd height, so that many feature maps end with a partial tile.
pub(super) static PAIRS: Bf16Isa = Bf16Isa {
    name: PAIR_KERNELS.name,
    is_available: || true,
    kernels: PAIR_KERNELS,
    peak: bf16_peak!(Model::<5, false>),
};

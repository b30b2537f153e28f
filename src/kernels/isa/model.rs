//! A model of a vector that spans two blocks, and of one that is a block, in plain Rust: what kernels do with sixteen
//! lanes is tested on every machine, whether it has AVX-512 or not.

#![expect(unsafe_code, reason = "loads and stores through pointers that the kernels checked")]

use std::array;

use super::instruction_set::{Isa, isa};
use crate::kernels::layout::CHANNEL_BLOCK;
use crate::kernels::simd::Simd;

#[derive(Clone, Copy)]
pub(super) struct Lanes<const LANES: usize>(pub(super) [f32; LANES]);

pub(super) type F32x16 = Lanes<{ 2 * CHANNEL_BLOCK }>;

impl<const LANES: usize> Lanes<LANES> {
    fn map2(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Self(array::from_fn(|lane| f(self.0[lane], other.0[lane])))
    }
}

// SAFETY: `load` reads an array of `LANES` values and `store` writes one; their siblings touch eight of them for every
// block that they are told to.
unsafe impl<const LANES: usize> Simd for Lanes<LANES> {
    const LANES: usize = LANES;
    // Uneven, so that tiles of every height occur.
    const TILE_ROWS: [usize; 3] = [7, 5, 3];
    // Rounded in the same way, so that no result depends on which of the two computes it.
    type WithinBlock = Lanes<CHANNEL_BLOCK>;

    unsafe fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: `from` is readable for `LANES` values.
        Self(unsafe { from.cast::<[f32; LANES]>().read() })
    }

    unsafe fn store(self, to: *mut f32) {
        // SAFETY: `to` is writable for `LANES` values.
        unsafe { to.cast::<[f32; LANES]>().write(self.0) };
    }

    unsafe fn load_blocks(count: usize, at: impl Fn(usize) -> *const f32) -> Self {
        let mut lanes = [0.0; LANES];
        for (block, lanes) in lanes.chunks_exact_mut(CHANNEL_BLOCK).take(count).enumerate() {
            // SAFETY: the first `count` places are readable for a block.
            lanes.copy_from_slice(&unsafe { at(block).cast::<[f32; CHANNEL_BLOCK]>().read() });
        }
        Self(lanes)
    }

    unsafe fn store_blocks(self, count: usize, at: impl Fn(usize) -> *mut f32) {
        for (block, lanes) in self.0.as_chunks::<CHANNEL_BLOCK>().0.iter().take(count).enumerate() {
            // SAFETY: the first `count` places are writable for a block.
            unsafe { at(block).cast::<[f32; CHANNEL_BLOCK]>().write(*lanes) };
        }
    }

    unsafe fn add(self, other: Self) -> Self {
        self.map2(other, |a, b| a + b)
    }

    unsafe fn multiply(self, other: Self) -> Self {
        self.map2(other, |a, b| a * b)
    }

    unsafe fn multiply_add(self, a: Self, b: Self) -> Self {
        // Rounded once, as the instruction does.
        Self(array::from_fn(|lane| a.0[lane].mul_add(b.0[lane], self.0[lane])))
    }

    unsafe fn clamp(self, low: Self, high: Self) -> Self {
        let above = self.map2(low, |x, low| if x < low { low } else { x });
        above.map2(high, |x, high| if x > high { high } else { x })
    }

    fn hide_from_optimizer(pointer: *const f32) -> *const f32 {
        pointer
    }

    fn prefetch(_address: *const f32) {}
}

/// The model. It is never the fastest.
pub(super) static ISA: Isa = isa!(F32x16, "model-16-lanes", || true, || false, resample::row);

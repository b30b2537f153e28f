//! Sums to a map: bias, activation and shortcut in `f32`, then one rounding.

#![expect(unsafe_code, reason = "the vector trait")]

use half::bf16;

use super::pairs::Pairs;
use crate::kernels::element::Element;
use crate::kernels::simd::Simd;
use crate::nn::Activation;

/// Where the sums of a tile go.
#[derive(Clone, Copy)]
pub(super) struct Epilogue {
    /// `[32]`
    pub bias: *const f32,
    pub activation: Activation,
    /// The first position of a block that is added after the activation.
    pub shortcut: Option<*const bf16>,
    /// The first position of a block.
    pub output: *mut bf16,
}

impl Epilogue {
    /// Writes `rows` positions from `sums` `[rows, 32]`. Of sums of which only `halves` of a block exist, the others are
    /// taken for zero.
    ///
    /// # Safety
    /// The processor has the instructions of `S`; the pointers are valid for `rows` blocks and for the bias.
    #[inline(always)]
    pub(super) unsafe fn run<S: Pairs>(&self, sums: *const f32, rows: usize, halves: usize) {
        // SAFETY: the caller's pointers are valid for `rows` blocks, of two vectors each.
        unsafe {
            let bias = [S::load(self.bias), S::load(self.bias.add(S::LANES))];
            for row in 0..rows {
                let at = row * bf16::BLOCK;
                let second = if halves > 1 { S::load(sums.add(at + S::LANES)) } else { S::splat(0.0) };
                let sums = [S::load(sums.add(at)).add(bias[0]), second.add(bias[1])];
                let mut values = activated(sums, self.activation);
                if let Some(shortcut) = self.shortcut {
                    let added = S::load_halves(shortcut.add(at));
                    values = [values[0].add(added[0]), values[1].add(added[1])];
                }
                S::store_halves(values, self.output.add(at));
            }
        }
    }
}

/// The activation of two vectors, in registers.
///
/// # Safety
/// The processor has the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn activated<S: Simd>(sums: [S; 2], activation: Activation) -> [S; 2] {
    // SAFETY: the caller has the instructions; the array holds what is stored in it.
    unsafe {
        match activation {
            Activation::Linear | Activation::Relu | Activation::Relu6 => {
                let (low, high) = activation.bounds();
                sums.map(|sum| sum.clamp(S::splat(low), S::splat(high)))
            }
            Activation::HardSigmoid => sums.map(|sum| hard_sigmoid(sum)),
            Activation::HardSwish => sums.map(|sum| sum.multiply(hard_sigmoid(sum))),
            Activation::Gelu => sums.map(|sum| {
                let mut lanes = [0.0; bf16::BLOCK];
                const { assert!(S::LANES <= bf16::BLOCK, "lanes of the array") };
                sum.store(lanes.as_mut_ptr());
                for lane in &mut lanes[..S::LANES] {
                    *lane = activation.of(*lane);
                }
                S::load(lanes.as_ptr())
            }),
        }
    }
}

/// # Safety
/// The processor has the instructions of `S`.
#[inline(always)]
unsafe fn hard_sigmoid<S: Simd>(x: S) -> S {
    // SAFETY: the caller has the instructions.
    unsafe { S::splat(0.5).multiply_add(x, S::splat(1.0 / 6.0)).clamp(S::splat(0.0), S::splat(1.0)) }
}

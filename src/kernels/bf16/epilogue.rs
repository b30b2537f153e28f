//! From sums to a feature map: bias, activation and shortcut in `f32`, then one rounding.

#![expect(unsafe_code, reason = "the vector trait")]

use half::bf16;

use super::pairs::Pairs;
use crate::kernels::element::Element;
use crate::kernels::simd::Simd;
use crate::nn::Activation;

/// Compiles `$body` once for each activation, with `$activated` a function of two vectors of `$simd` in registers.
macro_rules! with_activation {
    ($simd:ty, $activation:expr, $activated:ident => $body:expr) => {{
        use $crate::kernels::bf16::epilogue::{gelu, hard_sigmoid};
        use $crate::kernels::simd::Simd;
        let activation: $crate::nn::Activation = $activation;
        match activation {
            Activation::Linear => {
                let $activated = |sums: [$simd; 2]| sums;
                $body
            }
            Activation::Relu | Activation::Relu6 => {
                let (low, high) = activation.bounds();
                let (low, high) = (<$simd as Simd>::splat(low), <$simd as Simd>::splat(high));
                let $activated = |sums: [$simd; 2]| sums.map(|sum| sum.clamp(low, high));
                $body
            }
            Activation::HardSigmoid => {
                let $activated = |sums: [$simd; 2]| sums.map(|sum| hard_sigmoid(sum));
                $body
            }
            Activation::HardSwish => {
                let $activated = |sums: [$simd; 2]| sums.map(|sum| sum.multiply(hard_sigmoid(sum)));
                $body
            }
            Activation::Gelu => {
                let $activated = |sums: [$simd; 2]| sums.map(|sum| gelu(sum));
                $body
            }
        }
    }};
}
pub(super) use with_activation;

/// What turns the sums of a tile into a feature map.
#[derive(Clone, Copy)]
pub(super) struct Epilogue {
    /// `[32]`
    pub bias: *const f32,
    pub activation: Activation,
    /// The first position of the shortcut's block, which is added after the activation.
    pub shortcut: Option<*const bf16>,
    /// The first position of the output's block.
    pub output: *mut bf16,
}

impl Epilogue {
    /// Writes `rows` positions from `sums` `[rows, 32]`. If only the first of the two `halves` of a block exists, the
    /// sums of the other one count as zero.
    ///
    /// # Safety
    /// The processor has the instructions of `S`; the pointers are valid for `rows` blocks and for the bias.
    #[inline(always)]
    pub(super) unsafe fn run<S: Pairs>(&self, sums: *const f32, rows: usize, halves: usize) {
        // Everything that does not change from row to row is decided before the loop.
        // SAFETY: the caller's pointers are valid for `rows` blocks.
        unsafe {
            with_activation!(S, self.activation, activated => {
                match (halves > 1, self.shortcut) {
                    (true, None) => self.rows::<S, 2>(sums, rows, None, activated),
                    (true, Some(shortcut)) => self.rows::<S, 2>(sums, rows, Some(shortcut), activated),
                    (false, shortcut) => self.rows::<S, 1>(sums, rows, shortcut, activated),
                }
            });
        }
    }

    /// # Safety
    /// As for [`run`](Self::run).
    #[inline(always)]
    unsafe fn rows<S: Pairs, const HALVES: usize>(
        &self,
        sums: *const f32,
        rows: usize,
        shortcut: Option<*const bf16>,
        activated: impl Fn([S; 2]) -> [S; 2],
    ) {
        // SAFETY: the caller's pointers are valid for `rows` blocks, of two vectors each.
        unsafe {
            let bias = [S::load(self.bias), S::load(self.bias.add(S::LANES))];
            for row in 0..rows {
                let at = row * bf16::BLOCK;
                let second = if HALVES > 1 { S::load(sums.add(at + S::LANES)) } else { S::splat(0.0) };
                let mut values = activated([S::load(sums.add(at)).add(bias[0]), second.add(bias[1])]);
                if let Some(shortcut) = shortcut {
                    let added = S::load_halves(shortcut.add(at));
                    values = [values[0].add(added[0]), values[1].add(added[1])];
                }
                S::store_halves(values, self.output.add(at));
            }
        }
    }
}

/// # Safety
/// The processor has the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn gelu<S: Simd>(x: S) -> S {
    const { assert!(S::LANES <= bf16::BLOCK, "lanes of the array") };
    let mut lanes = [0.0; bf16::BLOCK];
    // SAFETY: the array has room for the lanes that are stored in it.
    unsafe {
        x.store(lanes.as_mut_ptr());
        for lane in &mut lanes[..S::LANES] {
            *lane = Activation::Gelu.of(*lane);
        }
        S::load(lanes.as_ptr())
    }
}

/// # Safety
/// The processor has the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn hard_sigmoid<S: Simd>(x: S) -> S {
    // SAFETY: the caller guarantees that the processor has the instructions.
    unsafe { S::splat(0.5).multiply_add(x, S::splat(1.0 / 6.0)).clamp(S::splat(0.0), S::splat(1.0)) }
}

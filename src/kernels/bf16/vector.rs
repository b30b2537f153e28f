//! The product with one vector, which takes as long as reading the weights. The vector and the sums stay `f32`.

#![expect(unsafe_code, reason = "unchecked loads in the innermost loop")]

use half::bf16;

use super::activate::{Activate, with_activation};
use super::pairs::Pairs;
use super::tile::PANELS;
use crate::kernels::element::Element;
use crate::kernels::panels::GEMV_PANELS;
use crate::kernels::pointwise::Pointwise;

/// Multiplies several panels at a time: one stream of weights reaches only half the rate of several.
///
/// # Safety
/// As for [`PointwiseKernel::run_vector`](crate::kernels::pointwise::PointwiseKernel), with the instructions of `S`.
#[inline(always)]
pub(in crate::kernels) unsafe fn run_vector<S: Pairs>(
    job: &Pointwise<bf16>,
    input: &[f32],
    output: &mut [f32],
) {
    let panels = job.channels / bf16::BLOCK;
    // SAFETY: `Pointwise::run_vector` asserted the lengths; `first` counts whole panels.
    unsafe {
        let mut first = 0;
        while first + GEMV_PANELS <= panels {
            group::<S, GEMV_PANELS>(job, first, input, output);
            first += GEMV_PANELS;
        }
        while first < panels {
            group::<S, 1>(job, first, input, output);
            first += 1;
        }
    }
}

/// Multiplies `COUNT` panels.
///
/// # Safety
/// As for [`run_vector`]; the panels exist.
#[inline(always)]
unsafe fn group<S: Pairs, const COUNT: usize>(
    job: &Pointwise<bf16>,
    first: usize,
    input: &[f32],
    output: &mut [f32],
) {
    const { assert!(S::LANES == PANELS.lanes, "a vector of sums for each half of a panel") };
    let panel = job.depth * bf16::BLOCK;
    // SAFETY: the panels exist, of `depth / 2` rows of pairs each, and as many biases and outputs.
    unsafe {
        let panels = job.panels.as_ptr().add(first * panel);
        let bias = job.bias.as_ptr().add(first * bf16::BLOCK);
        let mut sums = [[S::splat(0.0); 2]; COUNT];
        for (index, sums) in sums.iter_mut().enumerate() {
            for (half, sum) in sums.iter_mut().enumerate() {
                *sum = S::load(bias.add(index * bf16::BLOCK + half * S::LANES));
            }
        }
        for (pair, values) in input.as_chunks::<2>().0.iter().enumerate() {
            let [even, odd] = values.map(|value| S::splat(value));
            for (index, sums) in sums.iter_mut().enumerate() {
                for (half, sum) in sums.iter_mut().enumerate() {
                    let at = index * panel + (2 * pair + half) * bf16::BLOCK;
                    let weights = S::load_even_odd(panels.add(at));
                    *sum = sum.multiply_add(even, weights[0]).multiply_add(odd, weights[1]);
                }
            }
        }
        let output = output.as_mut_ptr().add(first * bf16::BLOCK);
        with_activation!(S, job.activation, activated => {
            for (index, sums) in sums.into_iter().enumerate() {
                for (half, value) in activated.of(sums).into_iter().enumerate() {
                    value.store(output.add(index * bf16::BLOCK + half * S::LANES));
                }
            }
        });
    }
}

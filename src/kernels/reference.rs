//! Naive loops in f64: what each kernel has to compute.
//!
//! Each result comes with the sum of the magnitudes of its terms, which bounds the error of any order of summation.

use crate::nn::{Activation, Conv2dGeometry};

/// A value and `|b| + Σ|x·w|`.
pub type Bounded = (f32, f64);

/// Depthwise convolution of `input` `[h, w, c]` with `filters` `[c, k, k]` and `bias` `[c]` to `[out_h, out_w, c]`.
///
/// # Panics
/// If a slice is shorter than `geometry` says.
pub fn depthwise(
    geometry: &Conv2dGeometry,
    input: &[f32],
    filters: &[f32],
    bias: &[f32],
    activation: Activation,
) -> Vec<Bounded> {
    let Conv2dGeometry { rows, columns } = geometry;
    let channels = bias.len();
    let mut output = Vec::with_capacity(rows.output * columns.output * channels);
    for oy in 0..rows.output {
        for ox in 0..columns.output {
            for c in 0..channels {
                let mut terms = Vec::new();
                for ky in rows.taps_of(oy) {
                    for kx in columns.taps_of(ox) {
                        let at = rows.position(oy, ky) * columns.input + columns.position(ox, kx);
                        let tap = (c * rows.taps + ky) * columns.taps + kx;
                        terms.push(f64::from(filters[tap]) * f64::from(input[at * channels + c]));
                    }
                }
                output.push(finish(bias[c], &terms, activation));
            }
        }
    }
    output
}

/// Product of `input` `[m, k]` with `weight` `[n, k]` and `bias` `[n]` to `[m, n]`.
///
/// # Panics
/// If a slice is shorter than the others say.
pub fn pointwise(
    input: &[f32],
    weight: &[f32],
    bias: &[f32],
    k: usize,
    activation: Activation,
) -> Vec<Bounded> {
    let row = |input: &[f32]| -> Vec<Bounded> {
        let column = |(weight, &bias): (&[f32], &f32)| {
            let terms: Vec<_> =
                weight.iter().zip(input).map(|(w, x)| f64::from(*w) * f64::from(*x)).collect();
            finish(bias, &terms, activation)
        };
        weight.chunks_exact(k).zip(bias).map(column).collect()
    };
    input.chunks_exact(k).flat_map(row).collect()
}

/// Convolution of `planes` `[c, h, w]` with `weight` `[n, c, k, k]` and `bias` `[n]` to `[out_h, out_w, n]`.
///
/// # Panics
/// If a slice is shorter than `geometry` says.
pub fn convolution(
    geometry: &Conv2dGeometry,
    planes: &[f32],
    weight: &[f32],
    bias: &[f32],
    activation: Activation,
) -> Vec<Bounded> {
    let Conv2dGeometry { rows, columns } = geometry;
    let channels = planes.len() / (rows.input * columns.input);
    let mut output = Vec::new();
    for oy in 0..rows.output {
        for ox in 0..columns.output {
            for (n, &bias) in bias.iter().enumerate() {
                let mut terms = Vec::new();
                for c in 0..channels {
                    for ky in rows.taps_of(oy) {
                        for kx in columns.taps_of(ox) {
                            let y = c * rows.input + rows.position(oy, ky);
                            let x = planes[y * columns.input + columns.position(ox, kx)];
                            let w = weight[((n * channels + c) * rows.taps + ky) * columns.taps + kx];
                            terms.push(f64::from(w) * f64::from(x));
                        }
                    }
                }
                output.push(finish(bias, &terms, activation));
            }
        }
    }
    output
}

fn finish(bias: f32, terms: &[f64], activation: Activation) -> Bounded {
    let sum = f64::from(bias) + terms.iter().sum::<f64>();
    let magnitude = f64::from(bias.abs()) + terms.iter().map(|term| term.abs()).sum::<f64>();
    // Hard-swish and GELU are at most 1.5 times as steep as the identity and round three times more; hard-sigmoid rounds
    // once more, around 1/2.
    let magnitude = match activation {
        Activation::HardSwish | Activation::Gelu => 2.0 * magnitude,
        Activation::HardSigmoid => magnitude + 1.0,
        _ => magnitude,
    };
    (activation.of(sum as f32), magnitude)
}

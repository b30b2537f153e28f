//! Depthwise convolution: one `k` x `k` filter per channel (arXiv:1704.04861, section 3.1).

use super::{Activation, Conv2dGeometry};

/// Convolves one plane with fused bias and activation.
///
/// `input` `[h, w]`, `filter` `[k, k]`, `output` `[out_h, out_w]`; contiguous f32. Padding is a range of valid
/// outputs per tap, never a copy. Before activation, within `(k·k + 1)·ε·(|b| + Σ|x·w|)` of
/// [`reference::depthwise_plane`](super::reference::depthwise_plane), ε = `f32::EPSILON`.
///
/// # Panics
/// If a slice length does not match `geometry`.
pub fn plane(
    geometry: &Conv2dGeometry,
    input: &[f32],
    filter: &[f32],
    bias: f32,
    activation: Activation,
    output: &mut [f32],
) {
    let Conv2dGeometry { rows, columns } = geometry;
    assert_eq!(input.len(), rows.input * columns.input, "depthwise input");
    assert_eq!(filter.len(), rows.taps * columns.taps, "depthwise filter");
    assert_eq!(output.len(), rows.output * columns.output, "depthwise output");
    if output.is_empty() {
        return;
    }
    for (oy, output) in output.chunks_exact_mut(columns.output).enumerate() {
        output.fill(bias);
        for (ky, filter) in filter.chunks_exact(columns.taps).enumerate() {
            if !rows.outputs(ky).contains(&oy) {
                continue;
            }
            let row = &input[rows.position(oy, ky) * columns.input..][..columns.input];
            for (kx, &weight) in filter.iter().enumerate() {
                let valid = columns.outputs(kx);
                if !valid.is_empty() {
                    let row = &row[columns.position(valid.start, kx)..];
                    multiply_add(row, columns.stride, weight, &mut output[valid]);
                }
            }
        }
        activation.apply(output);
    }
}

/// `output[i] += weight * row[i * stride]`
fn multiply_add(row: &[f32], stride: usize, weight: f32, output: &mut [f32]) {
    match stride {
        1 => output.iter_mut().zip(row).for_each(|(sum, x)| *sum += weight * x),
        // A constant step lets the compiler shuffle vectors instead of gathering.
        2 => output.iter_mut().zip(row.iter().step_by(2)).for_each(|(sum, x)| *sum += weight * x),
        _ => output.iter_mut().zip(row.iter().step_by(stride)).for_each(|(sum, x)| *sum += weight * x),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Padding, reference};
    use super::*;

    /// Values in -1..1 from a small multiplicative generator: repeatable and without a pattern.
    fn noise(seed: u32, count: usize) -> Vec<f32> {
        let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn agrees_with_the_naive_loops_on_every_odd_geometry() {
        for (h, w) in [(1, 1), (1, 9), (2, 2), (3, 5), (7, 7), (8, 13), (17, 16), (31, 33)] {
            for k in [1, 3, 5, 7] {
                for stride in [1, 2, 3] {
                    for padding in [Padding::Symmetric, Padding::Same] {
                        for activation in [Activation::Linear, Activation::Relu, Activation::Relu6] {
                            compare(&Conv2dGeometry::new(h, w, k, stride, padding), activation);
                        }
                    }
                }
            }
        }
    }

    fn compare(geometry: &Conv2dGeometry, activation: Activation) {
        let Conv2dGeometry { rows, columns } = geometry;
        let input = noise(1, rows.input * columns.input);
        let filter = noise(2, rows.taps * columns.taps);
        let mut output = vec![f32::NAN; rows.output * columns.output];
        plane(geometry, &input, &filter, 0.25, activation, &mut output);
        let expected = reference::depthwise_plane(geometry, &input, &filter, 0.25, activation);
        let taps = filter.len() as f32;
        // |x|, |w| <= 1, so the documented bound is at most this.
        let bound = (taps + 1.0) * f32::EPSILON * (0.25 + taps);
        for (found, expected) in output.iter().zip(&expected) {
            assert!((found - expected).abs() <= bound, "{geometry:?}: {found} is not {expected}");
        }
    }
}

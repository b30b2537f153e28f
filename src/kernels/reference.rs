//! The naive loops: what each kernel has to compute, in f64.

use super::{Activation, Conv2dGeometry};

/// Depthwise convolution of one plane `[h, w]` with a `[k, k]` filter, a bias and an activation.
///
/// # Panics
/// If a slice is shorter than `geometry` says.
pub fn depthwise_plane(
    geometry: &Conv2dGeometry,
    input: &[f32],
    filter: &[f32],
    bias: f32,
    activation: Activation,
) -> Vec<f32> {
    let Conv2dGeometry { rows, columns } = geometry;
    let mut output = Vec::with_capacity(rows.output * columns.output);
    for oy in 0..rows.output {
        for ox in 0..columns.output {
            let mut sum = f64::from(bias);
            for ky in 0..rows.taps {
                for kx in 0..columns.taps {
                    if !rows.outputs(ky).contains(&oy) || !columns.outputs(kx).contains(&ox) {
                        continue;
                    }
                    let at = rows.position(oy, ky) * columns.input + columns.position(ox, kx);
                    sum += f64::from(filter[ky * columns.taps + kx]) * f64::from(input[at]);
                }
            }
            output.push(sum as f32);
        }
    }
    activation.apply(&mut output);
    output
}

//! Patches of a planar picture as columns of a matrix: the stem becomes a matrix product.

use super::Conv2dGeometry;

/// Writes the patches under a `k` x `k` filter at all outputs of row `oy`, side by side: `[c·k·k, out_w]`.
///
/// `planes` is `[c, h, w]`; a column of the result is a patch `[c, k, k]`, as a filter's weights are, with zeros for
/// padding.
///
/// # Panics
/// If `planes` is not a whole number of planes, or `patches` has another length.
pub fn gather(geometry: &Conv2dGeometry, planes: &[f32], oy: usize, patches: &mut [f32]) {
    let Conv2dGeometry { rows, columns } = geometry;
    let plane = rows.input * columns.input;
    assert!(planes.len().is_multiple_of(plane), "planes");
    assert_eq!(patches.len(), planes.len() / plane * rows.taps * columns.taps * columns.output, "patches");
    let mut patches = patches.chunks_exact_mut(columns.output);
    for plane in planes.chunks_exact(plane) {
        for ky in 0..rows.taps {
            let row = rows.taps_of(oy).contains(&ky);
            let row = row.then(|| &plane[rows.position(oy, ky) * columns.input..][..columns.input]);
            for (kx, patches) in patches.by_ref().take(columns.taps).enumerate() {
                let valid = columns.outputs(kx);
                match row {
                    Some(row) if !valid.is_empty() => {
                        patches[..valid.start].fill(0.0);
                        patches[valid.end..].fill(0.0);
                        let from = &row[columns.position(valid.start, kx)..];
                        copy_every(from, columns.stride, &mut patches[valid]);
                    }
                    _ => patches.fill(0.0),
                }
            }
        }
    }
}

/// Every `stride`-th value of `from`.
fn copy_every(from: &[f32], stride: usize, to: &mut [f32]) {
    if stride == 2 {
        // A constant step lets the compiler shuffle vectors.
        to.iter_mut().zip(from.iter().step_by(2)).for_each(|(to, from)| *to = *from);
    } else {
        to.iter_mut().zip(from.iter().step_by(stride)).for_each(|(to, from)| *to = *from);
    }
}

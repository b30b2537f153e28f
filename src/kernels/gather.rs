//! What every output of a `k` x `k` convolution sees, side by side: the convolution is then a matrix product.
//!
//! (im2col of Chellapilla, Puri and Simard, "High performance convolutional neural networks for document
//! processing", 2006.) A block of channels is copied as a whole, so that the copy costs little beside the product.

use std::ops::Range;

use super::map::{BLOCK, Map};
use super::{Axis, Conv2dGeometry};

/// `input` `[c/8, h, w, 8]` to `[k·k·c/8, rows·out_w, 8]`, tap by tap, for those rows of outputs; zeros for padding.
///
/// # Panics
/// If a shape does not match the geometry.
pub fn taps(geometry: &Conv2dGeometry, input: Map, rows: Range<usize>, output: &mut [f32]) {
    let Conv2dGeometry { rows: y, columns: x } = geometry;
    assert_eq!(input.positions(), y.input * x.input, "input of a convolution");
    assert!(rows.end <= y.output, "rows of outputs");
    let line = x.output * BLOCK;
    assert_eq!(output.len(), y.taps * x.taps * input.blocks() * rows.len() * line, "taps of a convolution");
    let mut lines = output.chunks_exact_mut(line.max(1));
    for ky in 0..y.taps {
        for kx in 0..x.taps {
            for block in 0..input.blocks() {
                let plane = input.of(block..block + 1).values();
                for oy in rows.clone() {
                    let Some(to) = lines.next() else { return };
                    if y.taps_of(oy).contains(&ky) {
                        let from = &plane[y.position(oy, ky) * x.input * BLOCK..][..x.input * BLOCK];
                        copy(x, kx, from, to);
                    } else {
                        to.fill(0.0);
                    }
                }
            }
        }
    }
}

/// What the outputs of a row see of a row of inputs under one tap.
fn copy(columns: &Axis, tap: usize, from: &[f32], to: &mut [f32]) {
    let seen = columns.outputs(tap);
    to[..seen.start * BLOCK].fill(0.0);
    to[seen.end * BLOCK..].fill(0.0);
    if seen.is_empty() {
        return;
    }
    let from = &from[columns.position(seen.start, tap) * BLOCK..];
    let to = &mut to[seen.start * BLOCK..seen.end * BLOCK];
    if columns.stride == 1 {
        to.copy_from_slice(&from[..to.len()]);
        return;
    }
    for (to, from) in to.chunks_exact_mut(BLOCK).zip(from.chunks(columns.stride * BLOCK)) {
        to.copy_from_slice(&from[..BLOCK]);
    }
}

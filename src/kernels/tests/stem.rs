use proptest::prelude::*;

use super::support::{
    Noise, any_activation, any_geometry, any_isa, assert_close, config, flat, geometries, noise, up_to,
};
use crate::kernels::isa::{self, Isa};
use crate::kernels::stem::PackedStem;
use crate::kernels::{CHANNEL_BLOCK, FeatureMapMut, blocks, reference};
use crate::nn::{Activation, Conv2dGeometry};

/// In two parts, as threads compute it.
fn check(
    isa: &'static Isa,
    geometry: &Conv2dGeometry,
    [channels, n]: [usize; 2],
    activation: Activation,
    split: usize,
) {
    let Conv2dGeometry { rows, columns } = geometry;
    let picture = noise(1, channels * rows.input * columns.input);
    let depth = channels * rows.taps * rows.taps;
    let weights = Noise::new(n, depth);
    let packed = PackedStem::new(&isa.stem, weights.weights(), rows.taps);
    let job = packed.with_geometry(*geometry, activation);
    let mut row_buffer = vec![f32::NAN; job.row_buffer_len()];
    let positions = rows.output * columns.output;
    let mut output = vec![f32::NAN; blocks(n) * positions * CHANNEL_BLOCK];
    for part in [0..split, split..rows.output] {
        let map = FeatureMapMut::new(&mut output, positions)
            .slice_positions(part.start * columns.output..part.end * columns.output);
        job.run(&picture, part.start, &mut row_buffer, map);
    }
    let expected = reference::convolution(geometry, &picture, &weights.scaled(), &weights.bias, activation);
    let what = format!("{isa:?} {geometry:?} c{channels} n{n} {activation:?}");
    assert_close(&flat(&output, n), &expected, depth, &what);
}

#[test]
fn agrees_with_the_naive_loops() {
    for isa in isa::available() {
        for (h, w) in [(1, 1), (2, 3), (5, 4), (9, 10), (33, 31)] {
            for (channels, n) in [(3, 7), (3, 8), (3, 24), (3, 32), (1, 40)] {
                if h.max(w).max(n) <= up_to(40) {
                    for geometry in geometries(h, w, &[3, 5, 7], &[2]) {
                        check(isa, &geometry, [channels, n], Activation::Relu, geometry.rows.output / 2);
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn agrees_for_any_geometry(
        isa in any_isa(),
        geometry in any_geometry(&[3, 5, 7], &[2]),
        channels in 1..=4_usize,
        n in 1..=up_to(50),
        activation in any_activation(),
        split in 0.0..1.0,
    ) {
        let split = (split * geometry.rows.output as f64) as usize;
        check(isa, &geometry, [channels, n], activation, split);
    }
}

use half::bf16;
use proptest::prelude::*;

use super::support::{
    Noise, Tested, any_activation, any_geometry, any_set, assert_close, config, flat, geometries, noise,
    unwritten, up_to,
};
use crate::kernels::isa::Kernels;
use crate::kernels::stem::PackedStem;
use crate::kernels::{FeatureMapMut, reference};
use crate::nn::{Activation, Conv2dGeometry};

/// In two parts, as threads compute it.
fn check<E: Tested>(
    set: &'static Kernels<E>,
    geometry: &Conv2dGeometry,
    [channels, n]: [usize; 2],
    activation: Activation,
    split: usize,
) {
    let Conv2dGeometry { rows, columns } = geometry;
    let picture = noise(1, channels * rows.input * columns.input);
    let depth = channels * rows.taps * rows.taps;
    let weights = Noise::new(n, depth);
    let packed = PackedStem::new(&set.stem, weights.weights(), rows.taps);
    let job = packed.with_geometry(*geometry, activation);
    let mut row_buffer = vec![f32::NAN; job.row_buffer_len()];
    let positions = rows.output * columns.output;
    let mut output = unwritten::<E>(n, positions);
    for part in [0..split, split..rows.output] {
        let map = FeatureMapMut::new(&mut output, positions)
            .slice_positions(part.start * columns.output..part.end * columns.output);
        job.run(&picture, part.start, &mut row_buffer, map);
    }
    let expected = reference::convolution(geometry, &picture, &weights.scaled(), &weights.bias, activation);
    let what = format!("{set:?} {geometry:?} c{channels} n{n} {activation:?}");
    let dropped = if job.multiplies_parts() { 128 } else { 0 };
    assert_close::<E>(&flat(&output, n), &expected, depth + dropped, &what);
}

fn check_geometries<E: Tested>() {
    for set in E::sets() {
        for (h, w) in [(1, 1), (2, 3), (5, 4), (9, 10), (33, 31)] {
            for (channels, n) in [(3, 7), (3, 8), (3, 24), (3, 32), (1, 40)] {
                if h.max(w).max(n) <= up_to(40) {
                    for geometry in geometries(h, w, &[3, 5, 7], &[2]) {
                        check(set, &geometry, [channels, n], Activation::Relu, geometry.rows.output / 2);
                    }
                }
            }
        }
    }
}

#[test]
fn agrees_with_the_naive_loops() {
    check_geometries::<f32>();
    check_geometries::<bf16>();
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn agrees_for_any_geometry(
        set in any_set::<f32>(),
        half in any_set::<bf16>(),
        geometry in any_geometry(&[3, 5, 7], &[2]),
        channels in 1..=4_usize,
        n in 1..=up_to(50),
        activation in any_activation(),
        split in 0.0..1.0,
    ) {
        let split = (split * geometry.rows.output as f64) as usize;
        check(set, &geometry, [channels, n], activation, split);
        check(half, &geometry, [channels, n], activation, split);
    }
}

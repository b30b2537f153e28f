use half::bf16;
use proptest::prelude::*;

use super::support::{
    ACTIVATIONS, Noise, Tested, add, any_activation, any_geometry, any_set, assert_close, blocked, config,
    flat, geometries, noise, rounded, transposed, unwritten, up_to,
};
use crate::kernels::conv2d::PackedConv2d;
use crate::kernels::isa::Kernels;
use crate::kernels::{FeatureMap, FeatureMapMut, reference};
use crate::nn::{Activation, Conv2dGeometry};

/// In two parts, as threads compute it, with a shortcut where there may be one.
fn check<E: Tested>(
    set: &'static Kernels<E>,
    geometry: &Conv2dGeometry,
    [channels, n]: [usize; 2],
    activation: Activation,
    split: usize,
) {
    let Conv2dGeometry { rows, columns } = geometry;
    let positions = rows.input * columns.input;
    let planes = rounded::<E>(&noise(1, channels * positions));
    let weights = Noise::new(n, channels * 9);
    let packed = PackedConv2d::new(&set.conv2d, weights.weights(), channels);
    let job = packed.with_geometry(*geometry, activation);
    let input = blocked::<E>(&transposed(&planes, channels), channels);
    let input = FeatureMap::new(&input, positions);
    let outputs = rows.output * columns.output;
    let shortcut = rounded::<E>(&noise(4, outputs * n));
    let added = blocked::<E>(&shortcut, n);
    let added = activation.is_clamp().then(|| FeatureMap::new(&added, outputs));
    let mut output = unwritten::<E>(n, outputs);
    for part in [0..split, split..rows.output] {
        let needed = job.padded_rows(part.clone());
        let mut padded = vec![E::round(f32::NAN); needed.len() * job.row_len()];
        for (index, values) in needed.zip(padded.chunks_exact_mut(job.row_len())) {
            job.write_row(index, values, |y, mut row| {
                row.copy_from(input.slice_positions(y * columns.input..(y + 1) * columns.input));
            });
        }
        let at = part.start * columns.output..part.end * columns.output;
        let added = added.map(|added| added.slice_positions(at.clone()));
        job.run(&padded, added, FeatureMapMut::new(&mut output, outputs).slice_positions(at));
    }
    let mut expected = reference::convolution(
        geometry,
        &planes,
        &rounded::<E>(&weights.scaled()),
        &weights.bias,
        activation,
    );
    if added.is_some() {
        add(&mut expected, &shortcut);
    }
    let what = format!("{set:?} {geometry:?} c{channels} n{n} {activation:?}");
    assert_close::<E>(&flat(&output, n), &expected, channels * 9, &what);
}

fn check_geometries<E: Tested>() {
    for set in E::sets() {
        for (h, w) in [(1, 1), (2, 3), (5, 4), (9, 14), (13, 31)] {
            for (channels, n) in [(1, 7), (8, 8), (8, 24), (16, 32), (19, 40)] {
                if h.max(w).max(n) <= up_to(40) {
                    for geometry in geometries(h, w, &[3], &[1, 2]) {
                        let activation = ACTIVATIONS[(h + w + n) % 6];
                        check(set, &geometry, [channels, n], activation, geometry.rows.output / 2);
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
        geometry in any_geometry(&[3], &[1, 2]),
        channels in 1..=up_to(40),
        n in 1..=up_to(50),
        activation in any_activation(),
        split in 0.0..1.0,
    ) {
        let split = (split * geometry.rows.output as f64) as usize;
        check(set, &geometry, [channels, n], activation, split);
        check(half, &geometry, [channels, n], activation, split);
    }
}

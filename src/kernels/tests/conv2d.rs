use proptest::prelude::*;

use super::support::{
    ACTIVATIONS, Noise, add, any_activation, any_geometry, any_isa, assert_close, blocked, config, flat,
    geometries, noise, transposed, up_to,
};
use crate::kernels::conv2d::PackedConv2d;
use crate::kernels::isa::{self, Isa};
use crate::kernels::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut, blocks, reference};
use crate::nn::{Activation, Conv2dGeometry};

/// In two parts, as threads compute it, with a shortcut where there may be one.
fn check(
    isa: &'static Isa,
    geometry: &Conv2dGeometry,
    [channels, n]: [usize; 2],
    activation: Activation,
    split: usize,
) {
    let Conv2dGeometry { rows, columns } = geometry;
    let positions = rows.input * columns.input;
    let planes = noise(1, channels * positions);
    let weights = Noise::new(n, channels * 9);
    let packed = PackedConv2d::new(&isa.conv2d, weights.weights(), channels);
    let job = packed.with_geometry(*geometry, activation);
    let input = blocked(&transposed(&planes, channels), channels);
    let input = FeatureMap::new(&input, positions);
    let outputs = rows.output * columns.output;
    let shortcut = noise(4, outputs * n);
    let added = blocked(&shortcut, n);
    let added = activation.is_clamp().then(|| FeatureMap::new(&added, outputs));
    let mut output = vec![f32::NAN; blocks(n) * outputs * CHANNEL_BLOCK];
    for part in [0..split, split..rows.output] {
        let needed = job.padded_rows(part.clone());
        let mut padded = vec![f32::NAN; needed.len() * job.row_len()];
        for (index, values) in needed.zip(padded.chunks_exact_mut(job.row_len())) {
            job.write_row(index, values, |y, mut row| {
                row.copy_from(input.slice_positions(y * columns.input..(y + 1) * columns.input));
            });
        }
        let at = part.start * columns.output..part.end * columns.output;
        let added = added.map(|added| added.slice_positions(at.clone()));
        job.run(&padded, added, FeatureMapMut::new(&mut output, outputs).slice_positions(at));
    }
    let mut expected =
        reference::convolution(geometry, &planes, &weights.scaled(), &weights.bias, activation);
    if added.is_some() {
        add(&mut expected, &shortcut);
    }
    let what = format!("{isa:?} {geometry:?} c{channels} n{n} {activation:?}");
    assert_close(&flat(&output, n), &expected, channels * 9, &what);
}

#[test]
fn agrees_with_the_naive_loops() {
    for isa in isa::available() {
        for (h, w) in [(1, 1), (2, 3), (5, 4), (9, 14), (13, 31)] {
            for (channels, n) in [(1, 7), (8, 8), (8, 24), (16, 32), (19, 40)] {
                if h.max(w).max(n) <= up_to(40) {
                    for geometry in geometries(h, w, &[3], &[1, 2]) {
                        let activation = ACTIVATIONS[(h + w + n) % 6];
                        check(isa, &geometry, [channels, n], activation, geometry.rows.output / 2);
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
        geometry in any_geometry(&[3], &[1, 2]),
        channels in 1..=up_to(20),
        n in 1..=up_to(50),
        activation in any_activation(),
        split in 0.0..1.0,
    ) {
        let split = (split * geometry.rows.output as f64) as usize;
        check(isa, &geometry, [channels, n], activation, split);
    }
}

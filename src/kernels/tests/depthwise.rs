use half::bf16;
use proptest::prelude::*;

use super::support::{
    ACTIVATIONS, Noise, Tested, any_activation, any_geometry, any_set, assert_close, blocked, config, flat,
    geometries, noise, rounded, unwritten, up_to,
};
use crate::kernels::depthwise::PackedFilters;
use crate::kernels::isa::Kernels;
use crate::kernels::{FeatureMap, FeatureMapMut, blocks_of, reference};
use crate::nn::{Activation, Conv2dGeometry};

/// The whole map at once, and `tile` rows at a time from a ring of `spare` rows more than they depend on.
fn check<E: Tested>(
    set: &'static Kernels<E>,
    geometry: &Conv2dGeometry,
    channels: usize,
    activation: Activation,
    (tile, spare): (usize, usize),
) {
    let Conv2dGeometry { rows, columns } = geometry;
    let taps = rows.taps * columns.taps;
    let positions = rows.output * columns.output;
    if positions == 0 {
        return;
    }
    let input = rounded::<E>(&noise(1, rows.input * columns.input * channels));
    let filters = Noise::new(channels, taps);
    let packed = PackedFilters::new(&set.depthwise, filters.weights());
    let job = packed.with_geometry(*geometry, 0..blocks_of::<E>(channels), activation);
    let map = blocked::<E>(&input, channels);
    let map = FeatureMap::new(&map, rows.input * columns.input);
    let expected = reference::depthwise(geometry, &input, &filters.scaled(), &filters.bias, activation);
    let what = format!("{set:?} {geometry:?} c{channels} {activation:?}, {tile} rows, {spare} spare");
    // Exactly as long as the map: Miri sees every pointer beyond it.
    let mut whole = unwritten::<E>(channels, positions);
    job.run(map, 0, FeatureMapMut::new(&mut whole, positions));
    assert_close::<E>(&flat(&whole, channels), &expected, taps, &what);

    let mut tiles = unwritten::<E>(channels, positions);
    for start in (0..rows.output).step_by(tile) {
        let outputs = start..rows.output.min(start + tile);
        let needed = rows.inputs(outputs.clone());
        let held = needed.len().max(1) + spare;
        let mut ring = unwritten::<E>(channels, held * columns.input);
        let mut ring_map = FeatureMapMut::new(&mut ring, held * columns.input);
        for y in needed {
            let slot = y % held * columns.input;
            let mut to = ring_map.reborrow().slice_positions(slot..slot + columns.input);
            to.copy_from(map.slice_positions(y * columns.input..(y + 1) * columns.input));
        }
        let output = FeatureMapMut::new(&mut tiles, positions)
            .slice_positions(outputs.start * columns.output..outputs.end * columns.output);
        job.run(FeatureMap::new(&ring, held * columns.input), start, output);
    }
    assert_eq!(tiles, whole, "{what}, from a ring");
}

/// Rows and columns: every width of a group of outputs, alone and several times, with and without a rest.
const SIZES: [(usize, usize); 12] =
    [(1, 1), (1, 9), (2, 2), (3, 5), (7, 7), (6, 10), (14, 14), (17, 16), (4, 20), (3, 21), (2, 28), (5, 33)];

fn check_geometries<E: Tested>() {
    for set in E::sets() {
        for (h, w) in SIZES {
            for channels in [1, 8, 16, 19] {
                if h.max(w).max(channels) <= up_to(33) {
                    for geometry in geometries(h, w, &[1, 3, 5, 7], &[1, 2, 3]) {
                        let activation = ACTIVATIONS[(h + w + geometry.rows.taps + channels) % 6];
                        check(set, &geometry, channels, activation, (1, 0));
                    }
                }
            }
        }
    }
}

#[test]
fn agrees_with_the_naive_loops_on_every_odd_geometry() {
    check_geometries::<f32>();
    check_geometries::<bf16>();
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn agrees_for_any_geometry_and_ring(
        set in any_set::<f32>(),
        half in any_set::<bf16>(),
        geometry in any_geometry(&[1, 3, 5, 7], &[1, 2, 3]),
        channels in 1..=up_to(40),
        activation in any_activation(),
        ring in (1..6_usize, 0..3_usize),
    ) {
        check(set, &geometry, channels, activation, ring);
        check(half, &geometry, channels, activation, ring);
    }
}

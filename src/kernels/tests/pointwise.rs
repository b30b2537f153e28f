use proptest::prelude::*;

use super::support::{
    ACTIVATIONS, Noise, add, any_activation, any_isa, assert_close, blocked, config, flat, noise, up_to,
};
use crate::kernels::isa::{self, Isa};
use crate::kernels::pointwise::PackedPointwise;
use crate::kernels::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut, Weights, blocks, reference};
use crate::nn::Activation;

fn check(isa: &'static Isa, [m, k, n]: [usize; 3], activation: Activation) {
    let (input, weights) = (noise(1, m * k), Noise::new(n, k));
    let packed = PackedPointwise::new(&isa.pointwise, weights.weights(), k);
    let job = packed.with_activation(activation);
    let map = blocked(&input, k);
    let map = FeatureMap::new(&map, m);
    let mut output = vec![f32::NAN; blocks(n) * m * CHANNEL_BLOCK];
    job.run(map, None, FeatureMapMut::new(&mut output, m));
    let mut expected = reference::pointwise(&input, &weights.scaled(), &weights.bias, k, activation);
    let what = format!("{isa:?} m{m} k{k} n{n} {activation:?}");
    assert_close(&flat(&output, n), &expected, k, &what);

    if !activation.is_clamp() {
        return;
    }
    let shortcut = noise(4, m * n);
    let added = blocked(&shortcut, n);
    job.run(map, Some(FeatureMap::new(&added, m)), FeatureMapMut::new(&mut output, m));
    add(&mut expected, &shortcut);
    assert_close(&flat(&output, n), &expected, k, &(what + " with shortcut"));
}

#[test]
fn agrees_with_the_naive_loops() {
    for isa in isa::available() {
        for m in [1, 2, 13, 14, 15, 29, 49, 300] {
            for k in [1, 3, 8, 27, 33] {
                for n in [1, 7, 8, 16, 17, 24, 32, 33, 40, 70, 100, 150] {
                    if m.max(k).max(n) <= up_to(300) {
                        check(isa, [m, k, n], ACTIVATIONS[(m + k + n) % 6]);
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn agrees_for_any_shape(
        isa in any_isa(),
        m in 1..=up_to(80),
        k in 1..=up_to(70),
        n in 1..=up_to(170),
        activation in any_activation(),
    ) {
        check(isa, [m, k, n], activation);
    }

    #[test]
    fn parts_are_those_of_the_whole(
        isa in any_isa(),
        m in 1..=up_to(40),
        k in 1..=up_to(20),
        n in 1..=up_to(120),
        cut in (0.0..1.0, 0.0..1.0),
    ) {
        let packed = PackedPointwise::new(&isa.pointwise, Noise::new(n, k).weights(), k);
        let map = blocked(&noise(1, m * k), k);
        let map = FeatureMap::new(&map, m);
        let mut whole = vec![f32::NAN; blocks(n) * m * CHANNEL_BLOCK];
        packed.with_activation(Activation::Relu6).run(map, None, FeatureMapMut::new(&mut whole, m));
        let mut parts = vec![f32::NAN; whole.len()];
        let mut output = FeatureMapMut::new(&mut parts, m);
        // Somewhere between two panels, or at an end; the last panel may be wider.
        let panels = (blocks(n) / packed.panel_blocks()).max(1);
        let split = (cut.0 * panels as f64) as usize * packed.panel_blocks();
        let row = (cut.1 * m as f64) as usize;
        for columns in [0..split, split..blocks(n)] {
            for rows in [0..row, row..m] {
                let part = output.reborrow().slice_positions(rows.clone()).slice_blocks(columns.clone());
                let input = map.slice_positions(rows);
                packed.slice_blocks(columns.clone(), Activation::Relu6).run(input, None, part);
            }
        }
        // A row alone is summed in the same order as among others.
        prop_assert_eq!(parts, whole);
    }
}

#[test]
#[should_panic(expected = "cut a panel")]
fn a_part_within_a_panel_is_refused() {
    let isa = isa::active();
    let packed = PackedPointwise::new(&isa.pointwise, Noise::new(24, 8).weights(), 8);
    // One panel of three blocks, or three panels of one block where a panel is one block wide.
    let end = if packed.panel_blocks() == 1 { 4 } else { 1 };
    packed.slice_blocks(0..end, Activation::Linear);
}

#[test]
fn nan_is_not_clamped_to_a_number() {
    for isa in isa::available() {
        for activation in ACTIVATIONS {
            let (values, scale, bias) = ([1.0; 8], [1.0; 8], [f32::NAN; 8]);
            let weights = Weights { values: &values, scale: &scale, bias: &bias };
            let mut output = [0.0; 8];
            let packed = PackedPointwise::new(&isa.pointwise, weights, 1);
            let input = FeatureMap::new(&[1.0; 8], 1);
            packed.with_activation(activation).run(input, None, FeatureMapMut::new(&mut output, 1));
            assert!(output.iter().all(|value| value.is_nan()), "{isa:?} {activation:?} {output:?}");
        }
    }
}

use half::bf16;
use proptest::prelude::*;

use super::support::{
    ACTIVATIONS, Noise, Tested, add, any_activation, any_set, assert_close, blocked, config, flat, noise,
    rounded, unwritten, up_to,
};
use crate::kernels::isa::Kernels;
use crate::kernels::pointwise::PackedPointwise;
use crate::kernels::{FeatureMap, FeatureMapMut, Weights, blocks_of, padded, reference};
use crate::nn::Activation;

fn check<E: Tested>(set: &'static Kernels<E>, [m, k, n]: [usize; 3], activation: Activation) {
    let (input, weights) = (rounded::<E>(&noise(1, m * k)), Noise::new(n, k));
    let packed = PackedPointwise::new(&set.pointwise, weights.weights(), k);
    let job = packed.with_activation(activation);
    let map = blocked::<E>(&input, k);
    let map = FeatureMap::new(&map, m);
    let mut output = unwritten::<E>(n, m);
    job.run(map, None, FeatureMapMut::new(&mut output, m));
    let scaled = rounded::<E>(&weights.scaled());
    let mut expected = reference::pointwise(&input, &scaled, &weights.bias, k, activation);
    let what = format!("{set:?} m{m} k{k} n{n} {activation:?}");
    assert_close::<E>(&flat(&output, n), &expected, k, &what);

    let mut vector = vec![0.0; padded::<E>(k)];
    vector[..k].copy_from_slice(&noise(6, k));
    let mut product = vec![f32::NAN; padded::<E>(n)];
    job.run_vector(&vector, &mut product);
    assert!(product.iter().all(|value| value.is_finite()), "{what}, vector");
    let of_vector = reference::pointwise(&vector[..k], &scaled, &weights.bias, k, activation);
    assert_close::<f32>(&product[..n], &of_vector, k, &(what.clone() + ", vector"));

    if !activation.is_clamp() {
        return;
    }
    let shortcut = rounded::<E>(&noise(4, m * n));
    let added = blocked::<E>(&shortcut, n);
    job.run(map, Some(FeatureMap::new(&added, m)), FeatureMapMut::new(&mut output, m));
    add(&mut expected, &shortcut);
    assert_close::<E>(&flat(&output, n), &expected, k, &(what + " with shortcut"));
}

fn check_shapes<E: Tested>() {
    for set in E::sets() {
        for m in [1, 2, 13, 14, 15, 29, 49, 300] {
            for k in [1, 3, 8, 17, 27, 33] {
                for n in [1, 7, 8, 16, 17, 24, 32, 33, 40, 70, 100, 150] {
                    if m.max(k).max(n) <= up_to(300) {
                        check(set, [m, k, n], ACTIVATIONS[(m + k + n) % 6]);
                    }
                }
            }
        }
    }
}

#[test]
fn agrees_with_the_naive_loops() {
    check_shapes::<f32>();
    check_shapes::<bf16>();
}

/// Cuts between two panels or at an end, and between two positions; `cut` says where, from 0 to 1.
fn check_parts<E: Tested>(set: &'static Kernels<E>, [m, k, n]: [usize; 3], cut: (f64, f64)) {
    let packed = PackedPointwise::new(&set.pointwise, Noise::new(n, k).weights(), k);
    let map = blocked::<E>(&noise(1, m * k), k);
    let map = FeatureMap::new(&map, m);
    let mut whole = unwritten::<E>(n, m);
    packed.with_activation(Activation::Relu6).run(map, None, FeatureMapMut::new(&mut whole, m));
    let mut parts = unwritten::<E>(n, m);
    let mut output = FeatureMapMut::new(&mut parts, m);
    // The last panel may be wider.
    let panels = (blocks_of::<E>(n) / packed.panel_blocks()).max(1);
    let split = (cut.0 * panels as f64) as usize * packed.panel_blocks();
    let row = (cut.1 * m as f64) as usize;
    for columns in [0..split, split..blocks_of::<E>(n)] {
        for rows in [0..row, row..m] {
            if rows.is_empty() {
                continue;
            }
            let part = output.reborrow().slice_positions(rows.clone()).slice_blocks(columns.clone());
            let input = map.slice_positions(rows);
            packed.slice_blocks(columns.clone(), Activation::Relu6).run(input, None, part);
        }
    }
    // A row is summed in the same order alone as among others.
    assert_eq!(parts, whole, "{set:?} m{m} k{k} n{n} {cut:?}");
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn agrees_for_any_shape(
        set in any_set::<f32>(),
        half in any_set::<bf16>(),
        m in 1..=up_to(80),
        k in 1..=up_to(70),
        n in 1..=up_to(170),
        activation in any_activation(),
    ) {
        check(set, [m, k, n], activation);
        check(half, [m, k, n], activation);
    }

    #[test]
    fn parts_are_those_of_the_whole(
        set in any_set::<f32>(),
        half in any_set::<bf16>(),
        m in 1..=up_to(40),
        k in 1..=up_to(20),
        n in 1..=up_to(120),
        cut in (0.0..1.0, 0.0..1.0),
    ) {
        check_parts(set, [m, k, n], cut);
        check_parts(half, [m, k, n], cut);
    }
}

#[test]
#[should_panic(expected = "cut a panel")]
fn a_part_within_a_panel_is_refused() {
    let kernels = &crate::kernels::isa::active().kernels;
    let packed = PackedPointwise::new(&kernels.pointwise, Noise::new(24, 8).weights(), 8);
    // One panel of three blocks, or three panels of one block where a panel is one block wide.
    let end = if packed.panel_blocks() == 1 { 4 } else { 1 };
    packed.slice_blocks(0..end, Activation::Linear);
}

fn check_nan<E: Tested>() {
    for set in E::sets() {
        for activation in ACTIVATIONS {
            let (values, scale, bias) = (vec![1.0; E::BLOCK], vec![1.0; E::BLOCK], vec![f32::NAN; E::BLOCK]);
            let weights = Weights { values: &values, scale: &scale, bias: &bias };
            let mut output = vec![E::default(); E::BLOCK];
            let packed = PackedPointwise::new(&set.pointwise, weights, 1);
            let input = vec![E::round(1.0); E::BLOCK];
            let job = packed.with_activation(activation);
            job.run(FeatureMap::new(&input, 1), None, FeatureMapMut::new(&mut output, 1));
            assert!(output.iter().all(|value| value.to_f32().is_nan()), "{set:?} {activation:?} {output:?}");
        }
    }
}

#[test]
fn nan_is_not_clamped_to_a_number() {
    check_nan::<f32>();
    check_nan::<bf16>();
}

//! Every kernel on every instruction set of this machine against the naive loops.

use super::depthwise::PackedFilters;
use super::isa;
use super::pointwise::PackedMatrix;
use super::reference::{self, Bounded};
use super::{Activation, Conv2dGeometry, Padding, patches};

/// Values in -1..1 from a linear congruential generator: repeatable and without a pattern.
fn noise(seed: u32, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Within `(terms + 2)·ε` of the sum of magnitudes: the bound for any order of summation.
fn assert_close(found: &[f32], expected: &[Bounded], terms: usize, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, (value, magnitude))) in found.iter().zip(expected).enumerate() {
        let bound = (terms + 2) as f64 * f64::from(f32::EPSILON) * magnitude;
        let error = f64::from((found - value).abs());
        assert!(error <= bound, "{what}, output {index}: {found} is not {value}, {error:e} > {bound:e}");
    }
}

const ACTIVATIONS: [Activation; 3] = [Activation::Linear, Activation::Relu, Activation::Relu6];

#[test]
fn pointwise_agrees_with_the_naive_loops() {
    for isa in isa::available() {
        for m in [1, 2, 13, 14, 15, 29, 49, 300] {
            for k in [1, 3, 8, 27, 33] {
                for n in [1, 7, 8, 16, 17, 24, 32, 33, 70] {
                    let (input, weight, bias) = (noise(1, m * k), noise(2, n * k), noise(3, n));
                    let activation = ACTIVATIONS[(m + k + n) % 3];
                    let packed = PackedMatrix::new(isa, &weight, &bias, k);
                    let mut output = vec![f32::NAN; m * n];
                    packed.all(activation).run(&input, None, &mut output);
                    let mut expected = reference::pointwise(&input, &weight, &bias, k, activation);
                    let what = format!("{isa:?} m{m} k{k} n{n} {activation:?}");
                    assert_close(&output, &expected, k, &what);

                    let shortcut = noise(4, m * n);
                    packed.all(activation).run(&input, Some(&shortcut), &mut output);
                    for ((value, magnitude), shortcut) in expected.iter_mut().zip(&shortcut) {
                        *value += shortcut;
                        *magnitude += f64::from(shortcut.abs());
                    }
                    assert_close(&output, &expected, k, &(what + " with shortcut"));
                }
            }
        }
    }
}

#[test]
fn pointwise_columns_are_those_of_the_whole() {
    for isa in isa::available() {
        let (k, n) = (9, 75);
        let (input, weight, bias) = (noise(1, k), noise(2, n * k), noise(3, n));
        let packed = PackedMatrix::new(isa, &weight, &bias, k);
        let mut whole = vec![f32::NAN; n];
        packed.all(Activation::Linear).run(&input, None, &mut whole);
        let split = packed.panel_width();
        let mut parts = vec![f32::NAN; n];
        let (first, second) = parts.split_at_mut(split);
        packed.columns(0..split, Activation::Linear).run(&input, None, first);
        packed.columns(split..n, Activation::Linear).run(&input, None, second);
        assert_eq!(parts, whole, "{isa:?}");
    }
}

#[test]
fn depthwise_agrees_with_the_naive_loops_on_every_odd_geometry() {
    for isa in isa::available() {
        for (h, w) in [(1, 1), (1, 9), (2, 2), (3, 5), (7, 7), (14, 14), (17, 16), (5, 33)] {
            for channels in [1, 8, 16, 19, 40] {
                for k in [1, 3, 5, 7] {
                    for stride in [1, 2, 3] {
                        for padding in [Padding::Symmetric, Padding::Same] {
                            let geometry = Conv2dGeometry::new(h, w, k, stride, padding);
                            depthwise(isa, &geometry, channels, ACTIVATIONS[(h + w + k + stride) % 3]);
                        }
                    }
                }
            }
        }
    }
}

fn depthwise(isa: &'static isa::Isa, geometry: &Conv2dGeometry, channels: usize, activation: Activation) {
    let Conv2dGeometry { rows, columns } = geometry;
    let taps = rows.taps * columns.taps;
    let input = noise(1, rows.input * columns.input * channels);
    let (filters, bias) = (noise(2, channels * taps), noise(3, channels));
    let packed = PackedFilters::new(isa, &filters, &bias);
    let job = packed.over(*geometry, activation);
    let mut output = vec![f32::NAN; rows.output * columns.output * channels];
    let expected = reference::depthwise(geometry, &input, &filters, &bias, activation);
    // In two parts, as threads do it.
    let split = rows.output / 2;
    let (first, second) = output.split_at_mut(split * columns.output * channels);
    job.run(&input, 0, first);
    job.run(&input, split, second);
    assert_close(&output, &expected, taps, &format!("{isa:?} {geometry:?} c{channels} {activation:?}"));
}

#[test]
fn patches_make_a_convolution_a_product() {
    let isa = isa::active();
    for (h, w) in [(1, 1), (5, 4), (9, 10)] {
        for stride in [1, 2] {
            for padding in [Padding::Symmetric, Padding::Same] {
                let geometry = Conv2dGeometry::new(h, w, 3, stride, padding);
                let (planes, weight, bias) = (noise(1, 3 * h * w), noise(2, 7 * 27), noise(3, 7));
                let packed = PackedMatrix::new(isa, &weight, &bias, 27);
                let mut output = Vec::new();
                for oy in 0..geometry.rows.output {
                    let mut columns = vec![f32::NAN; geometry.columns.output * 27];
                    patches::gather(&geometry, &planes, oy, &mut columns);
                    let mut row = vec![f32::NAN; geometry.columns.output * 7];
                    packed.all(Activation::Relu).of_transposed().run(&columns, None, &mut row);
                    output.extend(row);
                }
                let expected = reference::convolution(&geometry, &planes, &weight, &bias, Activation::Relu);
                assert_close(&output, &expected, 27, &format!("{geometry:?}"));
            }
        }
    }
}

//! Every kernel on every instruction set of this machine against the naive loops.

use super::conv2d::PackedConv2d;
use super::depthwise::PackedFilters;
use super::isa::{self, Isa};
use super::pointwise::PackedMatrix;
use super::reference::{self, Bounded};
use super::stem::PackedStem;
use super::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut, Weights, blocks, scaled};
use crate::nn::{Activation, Conv2dGeometry, Padding};

/// Values in -1..1 from a linear congruential generator: repeatable and without a pattern.
fn noise(seed: u32, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Weights of `n` channels of `each` values, to be scaled.
struct Noise {
    values: Vec<f32>,
    scale: Vec<f64>,
    bias: Vec<f32>,
}

impl Noise {
    fn new(n: usize, each: usize) -> Self {
        let scale = noise(5, n).into_iter().map(f64::from).collect();
        Self { values: noise(2, n * each), scale, bias: noise(3, n) }
    }

    fn weights(&self) -> Weights<'_> {
        Weights { values: &self.values, scale: &self.scale, bias: &self.bias }
    }

    /// The values as the naive loops take them.
    fn scaled(&self) -> Vec<f32> {
        let each = self.values.len() / self.scale.len();
        let scales = self.scale.iter().flat_map(|scale| std::iter::repeat_n(*scale, each));
        self.values.iter().zip(scales).map(|(value, scale)| scaled(*value, scale)).collect()
    }
}

/// `[m, c]` as the kernels have it, `[c/8, m, 8]`; channels past the last are zero.
fn blocked(values: &[f32], channels: usize) -> Vec<f32> {
    let positions = values.len() / channels;
    let mut map = vec![0.0; blocks(channels) * positions * CHANNEL_BLOCK];
    for (index, value) in values.iter().enumerate() {
        let (position, channel) = (index / channels, index % channels);
        map[(channel / CHANNEL_BLOCK * positions + position) * CHANNEL_BLOCK + channel % CHANNEL_BLOCK] =
            *value;
    }
    map
}

/// `[c/8, m, 8]` as the naive loops have it, `[m, c]`; channels past the last have to be finite.
fn flat(map: &[f32], channels: usize) -> Vec<f32> {
    let positions = map.len() / (blocks(channels) * CHANNEL_BLOCK);
    let at = |position: usize, channel: usize| {
        map[(channel / CHANNEL_BLOCK * positions + position) * CHANNEL_BLOCK + channel % CHANNEL_BLOCK]
    };
    let past = (0..positions)
        .flat_map(|position| (channels..blocks(channels) * CHANNEL_BLOCK).map(move |c| at(position, c)));
    assert!(past.into_iter().all(f32::is_finite), "channels past the last");
    (0..positions).flat_map(|position| (0..channels).map(move |c| at(position, c))).collect()
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

const ACTIVATIONS: [Activation; 6] = [
    Activation::Linear,
    Activation::Relu,
    Activation::Relu6,
    Activation::HardSigmoid,
    Activation::HardSwish,
    Activation::Gelu,
];

#[test]
fn pointwise_agrees_with_the_naive_loops() {
    for isa in isa::available() {
        for m in [1, 2, 13, 14, 15, 29, 49, 300] {
            for k in [1, 3, 8, 27, 33] {
                for n in [1, 7, 8, 16, 17, 24, 32, 33, 40, 70, 100, 150] {
                    pointwise(isa, [m, k, n], ACTIVATIONS[(m + k + n) % 6]);
                }
            }
        }
    }
}

fn pointwise(isa: &'static Isa, [m, k, n]: [usize; 3], activation: Activation) {
    let (input, weights) = (noise(1, m * k), Noise::new(n, k));
    let packed = PackedMatrix::new(isa, weights.weights(), k);
    let map = blocked(&input, k);
    let map = FeatureMap::new(&map, m);
    let mut output = vec![f32::NAN; blocks(n) * m * CHANNEL_BLOCK];
    packed.all(activation).run(map, None, FeatureMapMut::new(&mut output, m));
    let mut expected = reference::pointwise(&input, &weights.scaled(), &weights.bias, k, activation);
    let what = format!("{isa:?} m{m} k{k} n{n} {activation:?}");
    assert_close(&flat(&output, n), &expected, k, &what);

    if activation.is_gated() {
        return;
    }
    let shortcut = noise(4, m * n);
    let added = blocked(&shortcut, n);
    packed.all(activation).run(map, Some(FeatureMap::new(&added, m)), FeatureMapMut::new(&mut output, m));
    for ((value, magnitude), shortcut) in expected.iter_mut().zip(&shortcut) {
        *value += shortcut;
        *magnitude += f64::from(shortcut.abs());
    }
    assert_close(&flat(&output, n), &expected, k, &(what + " with shortcut"));
}

#[test]
fn parts_of_a_pointwise_product_are_those_of_the_whole() {
    for isa in isa::available() {
        let [m, k, n] = [23, 9, 75];
        let input = noise(1, m * k);
        let packed = PackedMatrix::new(isa, Noise::new(n, k).weights(), k);
        let map = blocked(&input, k);
        let map = FeatureMap::new(&map, m);
        let mut whole = vec![f32::NAN; blocks(n) * m * CHANNEL_BLOCK];
        packed.all(Activation::Linear).run(map, None, FeatureMapMut::new(&mut whole, m));
        let mut parts = vec![f32::NAN; whole.len()];
        let mut output = FeatureMapMut::new(&mut parts, m);
        for columns in [0..isa.panel_blocks, isa.panel_blocks..blocks(n)] {
            for rows in [0..5, 5..m] {
                let part = output.reborrow().at(rows.clone()).of(columns.clone());
                packed.of(columns.clone(), Activation::Linear).run(map.at(rows), None, part);
            }
        }
        assert_eq!(parts, whole, "{isa:?}");
    }
}

#[test]
fn depthwise_agrees_with_the_naive_loops_on_every_odd_geometry() {
    for isa in isa::available() {
        for (h, w) in [(1, 1), (1, 9), (2, 2), (3, 5), (7, 7), (14, 14), (17, 16), (5, 33)] {
            for channels in [1, 8, 16, 19] {
                for geometry in geometries(h, w, &[1, 3, 5, 7], &[1, 2, 3]) {
                    let taps = geometry.rows.taps;
                    depthwise(isa, &geometry, channels, ACTIVATIONS[(h + w + taps + channels) % 6]);
                }
            }
        }
    }
}

fn geometries(h: usize, w: usize, taps: &[usize], strides: &[usize]) -> Vec<Conv2dGeometry> {
    let mut geometries = Vec::new();
    for k in taps {
        for stride in strides {
            for padding in [Padding::Symmetric, Padding::Same] {
                geometries.push(Conv2dGeometry::new(h, w, *k, *stride, padding));
            }
        }
    }
    geometries
}

fn depthwise(isa: &'static Isa, geometry: &Conv2dGeometry, channels: usize, activation: Activation) {
    let Conv2dGeometry { rows, columns } = geometry;
    let taps = rows.taps * columns.taps;
    let input = noise(1, rows.input * columns.input * channels);
    let filters = Noise::new(channels, taps);
    let packed = PackedFilters::new(isa, filters.weights());
    let all = 0..blocks(channels);
    let job = packed.over(*geometry, all.clone(), activation);
    let map = blocked(&input, channels);
    let map = FeatureMap::new(&map, rows.input * columns.input);
    let positions = rows.output * columns.output;
    let expected = reference::depthwise(geometry, &input, &filters.scaled(), &filters.bias, activation);
    let what = format!("{isa:?} {geometry:?} c{channels} {activation:?}");

    let mut whole = vec![f32::NAN; blocks(channels) * positions * CHANNEL_BLOCK];
    if positions == 0 {
        return;
    }
    job.run(map, 0, FeatureMapMut::new(&mut whole, positions));
    assert_close(&flat(&whole, channels), &expected, taps, &what);

    // Row by row, from a ring that holds no more than a row of outputs sees.
    let mut strips = vec![f32::NAN; whole.len()];
    for oy in 0..rows.output {
        let seen = rows.inputs(oy..oy + 1);
        let mut ring = vec![f32::NAN; blocks(channels) * seen.len().max(1) * columns.input * CHANNEL_BLOCK];
        let held = seen.len().max(1);
        for y in seen {
            let row = &input[y * columns.input * channels..][..columns.input * channels];
            for (block, from) in
                blocked(row, channels).chunks_exact(columns.input * CHANNEL_BLOCK).enumerate()
            {
                ring[(block * held + y % held) * columns.input * CHANNEL_BLOCK..][..from.len()]
                    .copy_from_slice(from);
            }
        }
        let output =
            FeatureMapMut::new(&mut strips, positions).at(oy * columns.output..(oy + 1) * columns.output);
        job.run(FeatureMap::new(&ring, held * columns.input), oy, output);
    }
    assert_eq!(strips, whole, "{what}, row by row");
}

#[test]
fn stem_agrees_with_the_naive_loops() {
    for isa in isa::available() {
        for (h, w) in [(1, 1), (2, 3), (5, 4), (9, 10), (33, 31)] {
            for (channels, n) in [(3, 7), (3, 8), (3, 24), (3, 32), (1, 40)] {
                for geometry in geometries(h, w, &[3, 5, 7], &[2]) {
                    stem(isa, &geometry, channels, n);
                }
            }
        }
    }
}

fn stem(isa: &'static Isa, geometry: &Conv2dGeometry, channels: usize, n: usize) {
    let Conv2dGeometry { rows, columns } = geometry;
    let picture = noise(1, channels * rows.input * columns.input);
    let depth = channels * rows.taps * rows.taps;
    let weights = Noise::new(n, depth);
    let packed = PackedStem::new(isa, weights.weights(), rows.taps);
    let job = packed.over(*geometry, Activation::Relu);
    let mut pixels = vec![f32::NAN; job.pixels()];
    let positions = rows.output * columns.output;
    let mut output = vec![f32::NAN; blocks(n) * positions * CHANNEL_BLOCK];
    // In two parts, as threads do it.
    let split = rows.output / 2;
    for part in [0..split, split..rows.output] {
        let map = FeatureMapMut::new(&mut output, positions)
            .at(part.start * columns.output..part.end * columns.output);
        job.run(&picture, part.start, &mut pixels, map);
    }
    let expected =
        reference::convolution(geometry, &picture, &weights.scaled(), &weights.bias, Activation::Relu);
    assert_close(&flat(&output, n), &expected, depth, &format!("{isa:?} {geometry:?} n{n}"));
}

#[test]
fn full_agrees_with_the_naive_loops() {
    for isa in isa::available() {
        for (h, w) in [(1, 1), (2, 3), (5, 4), (9, 14), (13, 31)] {
            for (channels, n) in [(1, 7), (8, 8), (8, 24), (16, 32), (19, 40)] {
                for geometry in geometries(h, w, &[3], &[1, 2]) {
                    full(isa, &geometry, channels, n, ACTIVATIONS[(h + w + n) % 6]);
                }
            }
        }
    }
}

fn full(isa: &'static Isa, geometry: &Conv2dGeometry, channels: usize, n: usize, activation: Activation) {
    let Conv2dGeometry { rows, columns } = geometry;
    let planes = noise(1, channels * rows.input * columns.input);
    let weights = Noise::new(n, channels * 9);
    let packed = PackedConv2d::new(isa, weights.weights(), channels);
    let job = packed.over(*geometry, activation);
    // `[h·w, c]` from planes.
    let positions = rows.input * columns.input;
    let input: Vec<_> = (0..positions * channels)
        .map(|index| planes[index % channels * positions + index / channels])
        .collect();
    let input = blocked(&input, channels);
    let input = FeatureMap::new(&input, positions);
    let made = rows.output * columns.output;
    let shortcut = blocked(&noise(4, made * n), n);
    let shortcut = (!activation.is_gated()).then(|| FeatureMap::new(&shortcut, made));
    let mut output = vec![f32::NAN; blocks(n) * made * CHANNEL_BLOCK];
    // In two parts, as threads do it.
    let split = rows.output / 2;
    for part in [0..split, split..rows.output] {
        let seen = job.lines(part.clone());
        let mut lines = vec![f32::NAN; seen.len() * job.line()];
        for (index, values) in seen.zip(lines.chunks_exact_mut(job.line())) {
            job.write(index, values, |y, mut line| {
                line.copy_from(input.at(y * columns.input..(y + 1) * columns.input));
            });
        }
        let at = part.start * columns.output..part.end * columns.output;
        let shortcut = shortcut.map(|shortcut| shortcut.at(at.clone()));
        job.run(&lines, shortcut, FeatureMapMut::new(&mut output, made).at(at));
    }
    let mut expected =
        reference::convolution(geometry, &planes, &weights.scaled(), &weights.bias, activation);
    if shortcut.is_some() {
        for ((value, magnitude), shortcut) in expected.iter_mut().zip(noise(4, made * n)) {
            *value += shortcut;
            *magnitude += f64::from(shortcut.abs());
        }
    }
    let what = format!("{isa:?} {geometry:?} c{channels} n{n} {activation:?}");
    assert_close(&flat(&output, n), &expected, channels * 9, &what);
}

#[test]
fn what_is_no_number_is_not_clamped_to_one() {
    for isa in isa::available() {
        for activation in [Activation::Linear, Activation::Relu6, Activation::HardSwish] {
            let (values, scale, bias) = ([1.0; 8], [1.0; 8], [f32::NAN; 8]);
            let weights = Weights { values: &values, scale: &scale, bias: &bias };
            let mut output = [0.0; 8];
            let packed = PackedMatrix::new(isa, weights, 1);
            packed.all(activation).run(
                FeatureMap::new(&[1.0; 8], 1),
                None,
                FeatureMapMut::new(&mut output, 1),
            );
            assert!(output.iter().all(|value| value.is_nan()), "{isa:?} {activation:?} {output:?}");
        }
    }
}

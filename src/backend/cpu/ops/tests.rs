//! Every operation, on one thread and on several: single layers against the naive loops, fused ones bit for bit against
//! their layers one after the other. A sum has the same order however the work is cut, so there is no tolerance.

use std::sync::Mutex;

use super::conv2d::Conv2d;
use super::scratch::{RowBuffer, SqueezeExciteScratch};
use super::{
    Attention, AttentionScratch, DenseConv, Depthwise, ExecContext, Expansion, FusedBottleneck, KvProjection,
    Pointwise, Separable, Size, SqueezeExcite, Stem, Team,
};
use crate::backend::conv::ConvParams;
use crate::backend::cpu::layer_timers::{LayerTimer, LayerTimers};
use crate::kernels::tests::support::{add, assert_close, blocked, flat, noise, transposed};
use crate::kernels::{FeatureMap, FeatureMapMut, attention, reference};
use crate::models::load::ConvWeights;
use crate::nn::{Activation, Conv2dGeometry, Padding};

const THREADS: [usize; 3] = [1, 2, 3];

/// Calls `lead` with a team whose other threads are there.
fn with_threads<R>(threads: usize, lead: impl FnOnce(&Team) -> R) -> R {
    let team = Team::new(threads);
    std::thread::scope(|scope| {
        for number in 1..threads {
            let workers = team.workers();
            scope.spawn(move || workers.run(number));
        }
        let result = lead(&team);
        drop(team);
        result
    })
}

/// Runs a whole operation, with timers, into an output of shape `size`.
fn execute(threads: usize, size: Size, run: impl FnOnce(ExecContext, FeatureMapMut)) -> Vec<f32> {
    let mut output = vec![f32::NAN; size.values()];
    let timers: [LayerTimer; 8] = Default::default();
    with_threads(threads, |team| {
        let scratch: Vec<_> = (0..threads).map(|_| Mutex::default()).collect();
        let context = ExecContext { team, scratch: &scratch, timers: LayerTimers::on(&timers) };
        run(context, FeatureMapMut::new(&mut output, size.positions()));
    });
    output
}

/// A convolution of `n` channels, each of `c` channels and `k` x `k` taps.
fn conv(seed: u32, [n, c, k]: [usize; 3]) -> ConvWeights<'static> {
    ConvWeights {
        weight: noise(seed, n * c * k * k).into(),
        scale: noise(seed + 1, n).into_iter().map(f64::from).collect(),
        shape: [n, c, k, k],
        bias: noise(seed + 2, n),
    }
}

fn params(stride: usize, activation: Activation) -> ConvParams {
    ConvParams { stride, padding: Padding::Same, activation }
}

fn pointwise(seed: u32, from: usize, to: usize, activation: Activation) -> Pointwise {
    Pointwise::new(&conv(seed, [to, from, 1]), activation)
}

/// A feature map of noise.
fn map(seed: u32, size: Size) -> Vec<f32> {
    blocked(&noise(seed, size.positions() * size.c), size.c)
}

fn view(values: &[f32], size: Size) -> FeatureMap<'_> {
    FeatureMap::new(values, size.positions())
}

fn geometry(size: Size, filter: &ConvWeights, params: ConvParams) -> Conv2dGeometry {
    Conv2dGeometry::new(size.h, size.w, filter.shape[2], params.stride, params.padding)
}

#[test]
fn pointwise_is_the_naive_product() {
    // More positions than channels, and fewer.
    for size in [Size { h: 7, w: 9, c: 11 }, Size { h: 1, w: 3, c: 20 }] {
        let (filter, activation) = (conv(1, [45, size.c, 1]), Activation::Relu6);
        let op = Pointwise::new(&filter, activation);
        let input = noise(7, size.positions() * size.c);
        let shortcut = noise(8, size.positions() * 45);
        let mut expected = reference::pointwise(&input, &filter.scaled(), &filter.bias, size.c, activation);
        add(&mut expected, &shortcut);
        let (input, shortcut) = (blocked(&input, size.c), blocked(&shortcut, 45));
        for threads in THREADS {
            let output = op.output(size);
            let found = execute(threads, output, |context, to| {
                op.run(context.team, view(&input, size), Some(view(&shortcut, output)), to);
            });
            assert_close(&flat(&found, 45), &expected, size.c, &format!("{size:?} on {threads} threads"));
        }
    }
}

#[test]
fn depthwise_is_the_naive_convolution() {
    for (k, stride) in [(3, 1), (3, 2), (5, 2), (1, 1)] {
        let (size, params) = (Size { h: 9, w: 13, c: 27 }, params(stride, Activation::HardSwish));
        let filter = conv(1, [size.c, 1, k]);
        let op = Depthwise::new(&filter, params);
        let input = noise(7, size.positions() * size.c);
        let geometry = geometry(size, &filter, params);
        let expected =
            reference::depthwise(&geometry, &input, &filter.scaled(), &filter.bias, params.activation);
        let input = blocked(&input, size.c);
        for threads in THREADS {
            let found = execute(threads, op.output(size), |context, to| {
                op.run(context.team, view(&input, size), size, to);
            });
            let what = format!("k{k} s{stride} on {threads} threads");
            assert_close(&flat(&found, size.c), &expected, k * k, &what);
        }
    }
}

#[test]
fn stem_is_the_naive_convolution() {
    for k in [3, 5] {
        let (size, params) = (Size { h: 23, w: 15, c: 3 }, params(2, Activation::Relu));
        let filter = conv(1, [18, 3, k]);
        let op = Stem::new(&filter, params);
        let picture = noise(7, size.positions() * size.c);
        let geometry = geometry(size, &filter, params);
        let expected =
            reference::convolution(&geometry, &picture, &filter.scaled(), &filter.bias, params.activation);
        for threads in THREADS {
            let found = execute(threads, op.output(size), |context, to| op.run(context, &picture, size, to));
            assert_close(&flat(&found, 18), &expected, 3 * k * k, &format!("k{k} on {threads} threads"));
        }
    }
}

/// All rows of a 3 x 3 convolution on one thread.
fn convolve(op: &Conv2d, input: &[f32], size: Size, shortcut: Option<FeatureMap>) -> Vec<f32> {
    let output = op.output(size);
    let mut values = vec![f32::NAN; output.values()];
    let to = FeatureMapMut::new(&mut values, output.positions());
    op.compute(0..output.h, view(input, size), size, &mut RowBuffer::default(), shortcut, to);
    values
}

#[test]
fn conv2d_is_the_naive_convolution_of_every_group() {
    for (groups, stride) in [(1, 1), (1, 2), (2, 1)] {
        let (size, params) = (Size { h: 8, w: 5, c: 16 }, params(stride, Activation::Relu));
        let filter = conv(1, [32, 16 / groups, 3]);
        let planes = noise(7, size.positions() * size.c);
        let found = convolve(
            &Conv2d::new(&filter, groups, params),
            &blocked(&transposed(&planes, 16), 16),
            size,
            None,
        );
        let geometry = geometry(size, &filter, params);
        let (weights, each) = (filter.scaled(), 32 / groups);
        let found = flat(&found, 32);
        for group in 0..groups {
            let part = |values: &[f32]| {
                let length = values.len() / groups;
                values[group * length..(group + 1) * length].to_vec()
            };
            let expected = reference::convolution(
                &geometry,
                &part(&planes),
                &part(&weights),
                &part(&filter.bias),
                params.activation,
            );
            let found: Vec<_> =
                found.chunks_exact(32).flat_map(|row| &row[group * each..][..each]).copied().collect();
            assert_close(&found, &expected, 9 * 16 / groups, &format!("group {group} of {groups} s{stride}"));
        }
    }
}

/// A layer on one thread.
fn layer(op: &Pointwise, input: &[f32], size: Size, shortcut: Option<FeatureMap>) -> (Vec<f32>, Size) {
    let output = op.output(size);
    let run = |context: ExecContext, to: FeatureMapMut| op.run(context.team, view(input, size), shortcut, to);
    (execute(1, output, run), output)
}

fn depthwise_layer(op: &Depthwise, input: &[f32], size: Size) -> (Vec<f32>, Size) {
    let output = op.output(size);
    (execute(1, output, |context, to| op.run(context.team, view(input, size), size, to)), output)
}

fn stem_layer(op: &Stem, picture: &[f32], size: Size) -> (Vec<f32>, Size) {
    let output = op.output(size);
    (execute(1, output, |context, to| op.run(context, picture, size, to)), output)
}

/// The layers of a separable operation, one after the other.
fn layers_of_separable(op: &Separable, input: &[f32], size: Size, shortcut: Option<FeatureMap>) -> Vec<f32> {
    let (hidden, size) = match &op.expansion {
        Expansion::None => (input.to_vec(), size),
        Expansion::Stem(stem) => stem_layer(stem, input, size),
        Expansion::Pointwise(expand) => layer(expand, input, size, None),
    };
    let (mut filtered, size) = depthwise_layer(&op.depthwise, &hidden, size);
    if let Some(squeeze_excite) = &op.squeeze_excite {
        let scratch = &mut SqueezeExciteScratch::default();
        with_threads(1, |team| squeeze_excite.run(team, &mut filtered, size, scratch));
    }
    layer(&op.project, &filtered, size, shortcut).0
}

#[test]
fn separable_is_its_layers() {
    // Hidden rows of 25 KB: on one and two threads several tiles of rows, on three steps of channels.
    let (picture, size) = (Size { h: 65, w: 61, c: 3 }, Size { h: 33, w: 31, c: 16 });
    let expand = || pointwise(20, 16, 200, Activation::Relu6);
    let stem = || Stem::new(&conv(30, [200, 3, 3]), params(2, Activation::Relu));
    let squeeze_excite = || SqueezeExcite {
        reduce: pointwise(40, 200, 12, Activation::Relu),
        expand: pointwise(50, 12, 200, Activation::HardSigmoid),
    };
    for (stride, k) in [(1, 3), (2, 5)] {
        let cases = [
            (Expansion::None, None, Size { c: 200, ..size }),
            (Expansion::None, Some(squeeze_excite()), Size { c: 200, ..size }),
            (Expansion::Pointwise(expand()), None, size),
            (Expansion::Pointwise(expand()), Some(squeeze_excite()), size),
            (Expansion::Stem(stem()), None, picture),
        ];
        for (expansion, squeeze_excite, size) in cases {
            let depthwise = Depthwise::new(&conv(60, [200, 1, k]), params(stride, Activation::HardSwish));
            let project = pointwise(70, 200, 16, Activation::Linear);
            let op = Separable { expansion, depthwise, squeeze_excite, project };
            let (input, output) = (map(7, size), op.output(size));
            let shortcut = map(8, output);
            let shortcut = Some(view(&shortcut, output));
            let input = &input[..if size.c == 3 { 3 * size.positions() } else { input.len() }];
            let expected = layers_of_separable(&op, input, size, shortcut);
            for threads in THREADS {
                let found =
                    execute(threads, output, |context, to| op.run(context, input, size, shortcut, to));
                let name = format!("{} layers, s{stride} k{k}", op.layers());
                assert!(found == expected, "{name} on {threads} threads of a {size:?}");
            }
        }
    }
}

#[test]
fn fused_bottleneck_is_its_layers() {
    let (picture, size) = (Size { h: 65, w: 61, c: 3 }, Size { h: 33, w: 31, c: 16 });
    // Fewer positions than hidden channels: several threads work layer by layer.
    let small = Size { h: 5, w: 7, c: 16 };
    let conv2d = || Conv2d::new(&conv(10, [96, 16, 3]), 1, params(1, Activation::Relu));
    let stem = || Stem::new(&conv(30, [16, 3, 3]), params(2, Activation::Relu6));
    let cases = [
        (DenseConv::Conv2d(conv2d()), size),
        (DenseConv::AfterStem(stem(), conv2d()), picture),
        (DenseConv::Pointwise(pointwise(20, 16, 96, Activation::Relu)), size),
        (DenseConv::Pointwise(pointwise(20, 16, 96, Activation::Relu)), small),
    ];
    for (dense, size) in cases {
        let (input, hidden) = (map(7, size), dense.output(size));
        let input = &input[..if size.c == 3 { 3 * size.positions() } else { input.len() }];
        for has_project in [true, false] {
            let out = if has_project { Size { c: 24, ..hidden } } else { hidden };
            let shortcut = map(8, out);
            let shortcut = Some(view(&shortcut, out));
            let first = if has_project { None } else { shortcut };
            let made = match &dense {
                DenseConv::Conv2d(conv) => convolve(conv, input, size, first),
                DenseConv::AfterStem(stem, conv) => {
                    let (map, size) = stem_layer(stem, input, size);
                    convolve(conv, &map, size, first)
                }
                DenseConv::Pointwise(op) => layer(op, input, size, first).0,
            };
            let project = has_project.then(|| pointwise(70, 96, 24, Activation::Linear));
            let expected = match &project {
                Some(project) => layer(project, &made, hidden, shortcut).0,
                None => made,
            };
            let op = FusedBottleneck { conv: copy(&dense, conv2d, stem), project };
            for threads in THREADS {
                let found = execute(threads, out, |context, to| op.run(context, input, size, shortcut, to));
                let name = format!("{} layers of a {size:?}", op.layers());
                assert!(found == expected, "{name} on {threads} threads");
            }
        }
    }
}

/// The same convolution again.
fn copy(dense: &DenseConv, conv2d: impl Fn() -> Conv2d, stem: impl Fn() -> Stem) -> DenseConv {
    match dense {
        DenseConv::Conv2d(_) => DenseConv::Conv2d(conv2d()),
        DenseConv::AfterStem(..) => DenseConv::AfterStem(stem(), conv2d()),
        DenseConv::Pointwise(_) => DenseConv::Pointwise(pointwise(20, 16, 96, Activation::Relu)),
    }
}

#[test]
fn attention_is_its_layers() {
    let (size, heads, head) = (Size { h: 7, w: 5, c: 24 }, 3, 16);
    let linear = |seed, from, to| pointwise(seed, from, to, Activation::Linear);
    let downsample = || Depthwise::new(&conv(15, [24, 1, 3]), params(2, Activation::Linear));
    for is_downsampled in [false, true] {
        let kv = |seed| KvProjection {
            downsample: is_downsampled.then(downsample),
            project: linear(seed, 24, head),
        };
        let op = Attention {
            norm: Depthwise::new(&conv(5, [24, 1, 1]), params(1, Activation::Linear)),
            query: linear(20, 24, heads * head),
            key: kv(30),
            value: kv(40),
            output: linear(50, heads * head, 24),
        };
        let (input, shortcut) = (map(7, size), map(8, size));
        let shortcut = Some(view(&shortcut, size));

        let (normed, _) = depthwise_layer(&op.norm, &input, size);
        let (queries, query_size) = layer(&op.query, &normed, size, None);
        let (seen, seen_size) =
            if is_downsampled { depthwise_layer(&downsample(), &normed, size) } else { (normed, size) };
        let (keys, kv_size) = layer(&op.key.project, &seen, seen_size, None);
        let (values, _) = layer(&op.value.project, &seen, seen_size, None);
        let mut transposed = vec![0.0; keys.len()];
        attention::transpose(view(&keys, kv_size), &mut transposed);
        let mut attended = vec![f32::NAN; queries.len()];
        let to = FeatureMapMut::new(&mut attended, size.positions());
        let weights = &mut vec![0.0; kv_size.positions()];
        attention::attend(view(&queries, query_size), &transposed, view(&values, kv_size), weights, to);
        let (expected, _) = layer(&op.output, &attended, query_size, shortcut);

        for threads in THREADS {
            let found = execute(threads, size, |context, to| {
                op.run(context, &input, size, shortcut, &mut AttentionScratch::default(), to);
            });
            assert!(found == expected, "downsampled: {is_downsampled}, on {threads} threads");
        }
    }
}

#[test]
fn squeeze_excite_scales_by_its_two_layers() {
    let size = Size { h: 6, w: 5, c: 19 };
    let op = SqueezeExcite {
        reduce: pointwise(40, 19, 6, Activation::Relu),
        expand: pointwise(50, 6, 19, Activation::HardSigmoid),
    };
    let input = map(7, size);
    let pooled = Size { h: 1, w: 1, c: 19 };
    let mut means = vec![0.0; pooled.values()];
    super::mean(view(&input, size), &mut means);
    let (reduced, reduced_size) = layer(&op.reduce, &means, pooled, None);
    let (factors, _) = layer(&op.expand, &reduced, reduced_size, None);
    let factors = flat(&factors, 19);
    let values = flat(&input, 19);
    let expected: Vec<_> =
        values.iter().enumerate().map(|(index, value)| value * factors[index % 19]).collect();
    for threads in THREADS {
        let mut found = input.clone();
        let scratch = &mut SqueezeExciteScratch::default();
        with_threads(threads, |team| op.run(team, &mut found, size, scratch));
        assert_eq!(flat(&found, 19), expected, "{threads} threads");
    }
}

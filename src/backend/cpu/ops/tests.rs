//! Every operation in every element type, on one thread and on several. Single layers are compared with the naive loops,
//! fused ones bit for bit with their layers run one after the other: a sum has the same order however the work is
//! divided, so no tolerance is needed.

use std::sync::Mutex;

use half::bf16;

use super::conv2d::Conv2d;
use super::scratch::{RowBuffer, SqueezeExciteScratch};
use super::{
    Attention, AttentionScratch, DenseConv, Depthwise, ExecContext, Expansion, FusedBottleneck, Input,
    KvProjection, Pointwise, Separable, Size, SqueezeExcite, Stem, Team,
};
use crate::backend::conv::ConvParams;
use crate::backend::cpu::layer_timers::{LayerTimer, LayerTimers};
use crate::kernels::isa::{self, Kernels};
use crate::kernels::tests::support::{
    Tested, add, assert_close, blocked, flat, noise, rounded, transposed, unwritten,
};
use crate::kernels::{FeatureMap, FeatureMapMut, attention, padded, reference};
use crate::models::load::ConvWeights;
use crate::nn::{Activation, Conv2dGeometry, Padding};

const THREADS: [usize; 3] = [1, 2, 3];

/// The kernels of one instruction set.
type Set<E> = &'static Kernels<E>;

/// Runs a check in `f32`, and in bf16 on every bf16 unit of this machine and on every model of one.
fn in_every_type(f32: fn(Set<f32>), check: fn(Set<bf16>)) {
    f32(&isa::active().kernels);
    bf16::sets().into_iter().for_each(check);
}

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
fn execute<E: Tested>(
    threads: usize,
    size: Size,
    run: impl FnOnce(ExecContext<E>, FeatureMapMut<E>),
) -> Vec<E> {
    let mut output = unwritten(size.c, size.positions());
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

fn pointwise<E: Tested>(
    set: Set<E>,
    seed: u32,
    from: usize,
    to: usize,
    activation: Activation,
) -> Pointwise<E> {
    Pointwise::new(set, &conv(seed, [to, from, 1]), activation)
}

/// A feature map of noise.
fn map<E: Tested>(seed: u32, size: Size) -> Vec<E> {
    blocked(&noise(seed, size.positions() * size.c), size.c)
}

fn view<E: Tested>(values: &[E], size: Size) -> FeatureMap<'_, E> {
    FeatureMap::new(values, size.positions())
}

fn geometry(size: Size, filter: &ConvWeights, params: ConvParams) -> Conv2dGeometry {
    Conv2dGeometry::new(size.h, size.w, filter.shape[2], params.stride, params.padding)
}

#[test]
fn pointwise_is_the_naive_product() {
    in_every_type(check_pointwise, check_pointwise);
}

fn check_pointwise<E: Tested>(set: Set<E>) {
    // More positions than channels, and fewer.
    for size in [Size { h: 7, w: 9, c: 11 }, Size { h: 1, w: 3, c: 20 }] {
        let (filter, activation) = (conv(1, [45, size.c, 1]), Activation::Relu6);
        let op = Pointwise::new(set, &filter, activation);
        let input = rounded::<E>(&noise(7, size.positions() * size.c));
        let shortcut = rounded::<E>(&noise(8, size.positions() * 45));
        let weights = rounded::<E>(&filter.scaled());
        let mut expected = reference::pointwise(&input, &weights, &filter.bias, size.c, activation);
        add(&mut expected, &shortcut);
        let (input, shortcut) = (blocked(&input, size.c), blocked(&shortcut, 45));
        for threads in THREADS {
            let output = op.output(size);
            let found = execute(threads, output, |context, to| {
                op.run(context.team, view(&input, size), Some(view(&shortcut, output)), to);
            });
            let what = format!("{set:?} {size:?} on {threads} threads");
            assert_close::<E>(&flat(&found, 45), &expected, size.c, &what);
        }
    }
}

#[test]
fn depthwise_is_the_naive_convolution() {
    in_every_type(check_depthwise, check_depthwise);
}

fn check_depthwise<E: Tested>(set: Set<E>) {
    for (k, stride) in [(3, 1), (3, 2), (5, 2), (1, 1)] {
        let (size, params) = (Size { h: 9, w: 13, c: 27 }, params(stride, Activation::HardSwish));
        let filter = conv(1, [size.c, 1, k]);
        let op = Depthwise::new(set, &filter, params);
        let input = rounded::<E>(&noise(7, size.positions() * size.c));
        let geometry = geometry(size, &filter, params);
        let expected =
            reference::depthwise(&geometry, &input, &filter.scaled(), &filter.bias, params.activation);
        let input = blocked::<E>(&input, size.c);
        for threads in THREADS {
            let found = execute(threads, op.output(size), |context, to| {
                op.run(context.team, view(&input, size), size, to);
            });
            let what = format!("{set:?} k{k} s{stride} on {threads} threads");
            assert_close::<E>(&flat(&found, size.c), &expected, k * k, &what);
        }
    }
}

#[test]
fn stem_is_the_naive_convolution() {
    in_every_type(check_stem, check_stem);
}

fn check_stem<E: Tested>(set: Set<E>) {
    for k in [3, 5] {
        let (size, params) = (Size { h: 23, w: 15, c: 3 }, params(2, Activation::Relu));
        let filter = conv(1, [18, 3, k]);
        let op = Stem::new(set, &filter, params);
        let picture = noise(7, size.positions() * size.c);
        let geometry = geometry(size, &filter, params);
        let expected =
            reference::convolution(&geometry, &picture, &filter.scaled(), &filter.bias, params.activation);
        for threads in THREADS {
            let found = execute(threads, op.output(size), |context, to| op.run(context, &picture, size, to));
            let what = format!("{set:?} k{k} on {threads} threads");
            assert_close::<E>(&flat(&found, 18), &expected, 3 * k * k, &what);
        }
    }
}

/// All rows of a 3 x 3 convolution on one thread.
fn convolve<E: Tested>(op: &Conv2d<E>, input: &[E], size: Size, shortcut: Option<FeatureMap<E>>) -> Vec<E> {
    let output = op.output(size);
    let mut values = unwritten(output.c, output.positions());
    let to = FeatureMapMut::new(&mut values, output.positions());
    op.compute(0..output.h, view(input, size), size, &mut RowBuffer::default(), shortcut, to);
    values
}

#[test]
fn conv2d_is_the_naive_convolution_of_every_group() {
    in_every_type(check_conv2d, check_conv2d);
}

fn check_conv2d<E: Tested>(set: Set<E>) {
    // Groups that are whole blocks of channels in neither type, in `f32` only, and in both.
    for (channels, groups, stride) in [(16, 1, 1), (16, 1, 2), (8, 2, 1), (16, 2, 1), (64, 2, 1)] {
        let (size, params) = (Size { h: 8, w: 5, c: channels }, params(stride, Activation::Relu));
        let n = 2 * channels;
        let filter = conv(1, [n, channels / groups, 3]);
        let planes = rounded::<E>(&noise(7, size.positions() * size.c));
        let found = convolve(
            &Conv2d::new(set, &filter, groups, params),
            &blocked::<E>(&transposed(&planes, channels), channels),
            size,
            None,
        );
        let geometry = geometry(size, &filter, params);
        let (weights, each) = (rounded::<E>(&filter.scaled()), n / groups);
        let found = flat(&found, n);
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
                found.chunks_exact(n).flat_map(|row| &row[group * each..][..each]).copied().collect();
            let what = format!("{set:?} group {group} of {groups} of {channels} channels s{stride}");
            assert_close::<E>(&found, &expected, 9 * channels / groups, &what);
        }
    }
}

/// A layer on one thread.
fn layer<E: Tested>(
    op: &Pointwise<E>,
    input: &[E],
    size: Size,
    shortcut: Option<FeatureMap<E>>,
) -> (Vec<E>, Size) {
    let output = op.output(size);
    (execute(1, output, |context, to| op.run(context.team, view(input, size), shortcut, to)), output)
}

fn depthwise_layer<E: Tested>(op: &Depthwise<E>, input: &[E], size: Size) -> (Vec<E>, Size) {
    let output = op.output(size);
    (execute(1, output, |context, to| op.run(context.team, view(input, size), size, to)), output)
}

fn stem_layer<E: Tested>(op: &Stem<E>, picture: &[f32], size: Size) -> (Vec<E>, Size) {
    let output = op.output(size);
    (execute(1, output, |context, to| op.run(context, picture, size, to)), output)
}

/// The values of a feature map.
fn values<E: Tested>(input: Input<'_, E>) -> &[E] {
    let Input::Map(values) = input else { panic!("a map") };
    values
}

/// The picture if `size` is that of a picture, otherwise the feature map.
fn input<'a, E: Tested>(picture: &'a [f32], map: &'a [E], size: Size) -> Input<'a, E> {
    if size.c == 3 { Input::Picture(picture) } else { Input::Map(map) }
}

/// The layers of a separable operation, one after the other.
fn layers_of_separable<E: Tested>(
    op: &Separable<E>,
    input: Input<E>,
    size: Size,
    shortcut: Option<FeatureMap<E>>,
) -> Vec<E> {
    let (hidden, size) = match &op.expansion {
        Expansion::None => (values(input).to_vec(), size),
        Expansion::Stem(stem) => stem_layer(stem, input.picture(), size),
        Expansion::Pointwise(expand) => layer(expand, values(input), size, None),
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
    in_every_type(check_separable, check_separable);
}

fn check_separable<E: Tested>(set: Set<E>) {
    // Hidden rows of 25 KB: on one and two threads several tiles of rows, on three steps of channels.
    let (picture, size) = (Size { h: 65, w: 61, c: 3 }, Size { h: 33, w: 31, c: 16 });
    let expand = || pointwise(set, 20, 16, 200, Activation::Relu6);
    let stem = || Stem::new(set, &conv(30, [200, 3, 3]), params(2, Activation::Relu));
    let squeeze_excite = || SqueezeExcite {
        reduce: pointwise(set, 40, 200, 12, Activation::Relu),
        expand: pointwise(set, 50, 12, 200, Activation::HardSigmoid),
        pool: &set.pool,
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
            let params = params(stride, Activation::HardSwish);
            let depthwise = Depthwise::new(set, &conv(60, [200, 1, k]), params);
            let project = pointwise(set, 70, 200, 16, Activation::Linear);
            let op = Separable { expansion, depthwise, squeeze_excite, project };
            let (picture, from, output) = (noise(7, 3 * size.positions()), map(7, size), op.output(size));
            let shortcut = map(8, output);
            let shortcut = Some(view(&shortcut, output));
            let input = input(&picture, &from, size);
            let expected = layers_of_separable(&op, input, size, shortcut);
            for threads in THREADS {
                let found =
                    execute(threads, output, |context, to| op.run(context, input, size, shortcut, to));
                let name = format!("{} layers, s{stride} k{k}", op.layers());
                assert!(found == expected, "{set:?} {name} on {threads} threads of a {size:?}");
            }
        }
    }
}

#[test]
fn fused_bottleneck_is_its_layers() {
    in_every_type(check_fused_bottleneck, check_fused_bottleneck);
}

fn check_fused_bottleneck<E: Tested>(set: Set<E>) {
    let (picture, size) = (Size { h: 65, w: 61, c: 3 }, Size { h: 33, w: 31, c: 16 });
    // Fewer positions than hidden channels: several threads work layer by layer.
    let small = Size { h: 5, w: 7, c: 16 };
    let conv2d = || Conv2d::new(set, &conv(10, [96, 16, 3]), 1, params(1, Activation::Relu));
    let stem = || Stem::new(set, &conv(30, [16, 3, 3]), params(2, Activation::Relu6));
    let cases = [
        (DenseConv::Conv2d(conv2d()), size),
        (DenseConv::AfterStem(stem(), conv2d()), picture),
        (DenseConv::Pointwise(pointwise(set, 20, 16, 96, Activation::Relu)), size),
        (DenseConv::Pointwise(pointwise(set, 20, 16, 96, Activation::Relu)), small),
    ];
    for (dense, size) in cases {
        let (picture, from, hidden) = (noise(7, 3 * size.positions()), map(7, size), dense.output(size));
        let input = input(&picture, &from, size);
        for has_project in [true, false] {
            let out = if has_project { Size { c: 24, ..hidden } } else { hidden };
            let shortcut = map(8, out);
            let shortcut = Some(view(&shortcut, out));
            let first = if has_project { None } else { shortcut };
            let made = match &dense {
                DenseConv::Conv2d(conv) => convolve(conv, values(input), size, first),
                DenseConv::AfterStem(stem, conv) => {
                    let (map, size) = stem_layer(stem, input.picture(), size);
                    convolve(conv, &map, size, first)
                }
                DenseConv::Pointwise(op) => layer(op, values(input), size, first).0,
            };
            let project = has_project.then(|| pointwise(set, 70, 96, 24, Activation::Linear));
            let expected = match &project {
                Some(project) => layer(project, &made, hidden, shortcut).0,
                None => made,
            };
            let op = FusedBottleneck { conv: copy(set, &dense, conv2d, stem), project };
            for threads in THREADS {
                let found = execute(threads, out, |context, to| op.run(context, input, size, shortcut, to));
                let name = format!("{} layers of a {size:?}", op.layers());
                assert!(found == expected, "{set:?} {name} on {threads} threads");
            }
        }
    }
}

/// The same convolution again.
fn copy<E: Tested>(
    set: Set<E>,
    dense: &DenseConv<E>,
    conv2d: impl Fn() -> Conv2d<E>,
    stem: impl Fn() -> Stem<E>,
) -> DenseConv<E> {
    match dense {
        DenseConv::Conv2d(_) => DenseConv::Conv2d(conv2d()),
        DenseConv::AfterStem(..) => DenseConv::AfterStem(stem(), conv2d()),
        DenseConv::Pointwise(_) => DenseConv::Pointwise(pointwise(set, 20, 16, 96, Activation::Relu)),
    }
}

#[test]
fn attention_is_its_layers() {
    let (size, heads, head) = (Size { h: 7, w: 5, c: 24 }, 3, 16);
    let set = &isa::active().kernels;
    let linear = |seed, from, to| pointwise(set, seed, from, to, Activation::Linear);
    let downsample = || Depthwise::new(set, &conv(15, [24, 1, 3]), params(2, Activation::Linear));
    for is_downsampled in [false, true] {
        let kv = |seed| KvProjection {
            downsample: is_downsampled.then(downsample),
            project: linear(seed, 24, head),
        };
        let op = Attention {
            norm: Depthwise::new(set, &conv(5, [24, 1, 1]), params(1, Activation::Linear)),
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
                op.run(context, Input::Map(&input), size, shortcut, &mut AttentionScratch::default(), to);
            });
            assert!(found == expected, "downsampled: {is_downsampled}, on {threads} threads");
        }
    }
}

#[test]
fn squeeze_excite_scales_by_its_two_layers() {
    in_every_type(check_squeeze_excite, check_squeeze_excite);
}

fn check_squeeze_excite<E: Tested>(set: Set<E>) {
    let size = Size { h: 6, w: 5, c: 19 };
    let op = SqueezeExcite {
        reduce: pointwise(set, 40, 19, 6, Activation::Relu),
        expand: pointwise(set, 50, 6, 19, Activation::HardSigmoid),
        pool: &set.pool,
    };
    let input = map::<E>(7, size);
    let mut means = vec![0.0; padded::<E>(19)];
    set.pool.mean(view(&input, size), &mut means);
    let mut reduced = vec![0.0; padded::<E>(6)];
    op.reduce.compute_vector(&means, &mut reduced);
    let mut factors = vec![0.0; padded::<E>(19)];
    op.expand.compute_vector(&reduced, &mut factors);
    let values = flat(&input, 19);
    let expected: Vec<_> =
        values.iter().enumerate().map(|(index, value)| value * factors[index % 19]).collect();
    let expected = rounded::<E>(&expected);
    for threads in THREADS {
        let mut found = input.clone();
        let scratch = &mut SqueezeExciteScratch::default();
        with_threads(threads, |team| op.run(team, &mut found, size, scratch));
        assert_eq!(flat(&found, 19), expected, "{set:?} {threads} threads");
    }
}

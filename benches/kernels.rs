//! Every kernel at the shapes of real layers, on every instruction set of this machine, compared with candle's operation.
//!
//!     RAYON_NUM_THREADS=1 cargo bench --bench kernels -- depthwise/14x14
//!
//! Shapes come from the networks. All on one thread; throughput is in Mult-Adds. `RAYON_NUM_THREADS` keeps candle to one
//! thread as well, and from reading /proc/cpuinfo for every matrix product.

#![expect(clippy::unwrap_used, reason = "a bench stops at the first error")]

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::Duration;

use candle_core::{Device, Tensor};
use criterion::{
    BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use mnet::kernels::conv2d::PackedConv2d;
use mnet::kernels::depthwise::PackedFilters;
use mnet::kernels::isa::{self, Isa};
use mnet::kernels::pointwise::PackedPointwise;
use mnet::kernels::stem::PackedStem;
use mnet::kernels::{CHANNEL_BLOCK, FeatureMap, FeatureMapMut, Weights, blocks};
use mnet::models::catalogue;
use mnet::models::spec::{Conv, ConvKind, LayerPath};
use mnet::nn::{Activation, Conv2dGeometry, Padding};

/// Networks whose layers are measured, at the resolution they are meant for.
const NETWORKS: [&str; 4] = ["v1", "v2", "lite0", "v4-conv-small"];

/// A layer on an input of a side.
struct Case {
    layer: Conv,
    is_stem: bool,
    side: usize,
}

impl Case {
    fn geometry(&self) -> Conv2dGeometry {
        Conv2dGeometry::new(
            self.side,
            self.side,
            self.layer.kernel_size,
            self.layer.stride,
            Padding::Symmetric,
        )
    }

    fn mult_adds(&self) -> usize {
        self.layer.weight_shape().iter().product::<usize>() * self.geometry().rows.output.pow(2)
    }

    /// `depthwise/112x112x32/k3s1`
    fn name(&self) -> String {
        let Conv { in_channels, out_channels, kernel_size, stride, .. } = self.layer;
        let input = format!("{0}x{0}x{in_channels}", self.side);
        match self.layer.kind {
            ConvKind::Dense if self.is_stem => format!("stem/{input}/{out_channels}"),
            ConvKind::Dense => format!("full/{input}/{out_channels}/s{stride}"),
            ConvKind::Depthwise | ConvKind::Norm => format!("depthwise/{input}/k{kernel_size}s{stride}"),
            ConvKind::Pointwise if self.side == 1 => format!("classifier/{in_channels}/{out_channels}"),
            ConvKind::Pointwise => format!("pointwise/{input}/{out_channels}"),
        }
    }
}

/// Every shape of the networks once, larger maps first.
fn cases() -> Vec<Case> {
    let mut seen = BTreeSet::new();
    let mut cases = Vec::new();
    for model in NETWORKS {
        let (architecture, resolution) = catalogue::architecture(model, None).unwrap();
        let graph = architecture.graph;
        let costs = graph.costs(resolution);
        let own: Vec<_> = costs.layers().map(|(_, cost)| cost.side).chain([1]).collect();
        let sides = std::iter::once(resolution).chain(own.iter().copied());
        let classifier = Conv::pointwise([graph.features, graph.classes], Activation::Linear);
        let layers = graph.layers().chain([(LayerPath::Head { after_pool: true }, &classifier)]);
        // A pointwise layer sees as many positions as it makes, after the pooling, one.
        let new = layers.zip(sides).zip(&own).map(|(((path, layer), side), own)| {
            let side = if layer.kind == ConvKind::Pointwise { *own } else { side };
            Case { layer: layer.clone(), is_stem: path == LayerPath::Stem, side }
        });
        cases.extend(new.filter(|case: &Case| seen.insert(case.name())));
    }
    cases.sort_by_key(|case| std::cmp::Reverse(case.side));
    cases
}

fn kernels(criterion: &mut Criterion) {
    for case in cases() {
        let mut group = criterion.benchmark_group(case.name());
        group.throughput(Throughput::Elements(case.mult_adds() as u64));
        for isa in isa::available() {
            ours(&mut group, &case, isa);
        }
        candles(&mut group, &case);
        group.finish();
    }
}

/// Our kernel with the layer's own activation.
fn ours(group: &mut BenchmarkGroup<WallTime>, case: &Case, isa: &'static Isa) {
    let Case { layer, side, .. } = case;
    let geometry = case.geometry();
    let (values, scale, bias) = weights(layer);
    let weights = Weights { values: &values, scale: &scale, bias: &bias };
    let positions = geometry.rows.output.pow(2);
    let input = vec![0.5; blocks(layer.in_channels) * CHANNEL_BLOCK * side * side];
    let mut output = vec![0.0; blocks(layer.out_channels) * CHANNEL_BLOCK * positions];
    group.bench_function(isa.name, |bencher| match layer.kind {
        ConvKind::Dense if !case.is_stem => {
            let packed = PackedConv2d::new(&isa.kernels.conv2d, weights, layer.in_channels);
            let conv = packed.with_geometry(geometry, layer.activation);
            let needed = conv.padded_rows(0..geometry.rows.output);
            let mut rows = vec![0.0; needed.len() * conv.row_len()];
            let map = FeatureMap::new(&input, side * side);
            // Includes the copy into padded rows.
            bencher.iter(|| {
                for (index, values) in needed.clone().zip(rows.chunks_exact_mut(conv.row_len())) {
                    conv.write_row(index, values, |y, mut row| {
                        row.copy_from(map.slice_positions(y * side..(y + 1) * side));
                    });
                }
                conv.run(black_box(&rows), None, FeatureMapMut::new(&mut output, positions));
            });
        }
        ConvKind::Dense => {
            let packed = PackedStem::new(&isa.kernels.stem, weights, layer.kernel_size);
            let stem = packed.with_geometry(geometry, layer.activation);
            let mut row_buffer = vec![0.0; stem.row_buffer_len()];
            let picture = &input[..layer.in_channels * side * side];
            bencher.iter(|| {
                stem.run(black_box(picture), 0, &mut row_buffer, FeatureMapMut::new(&mut output, positions));
            });
        }
        ConvKind::Depthwise | ConvKind::Norm => {
            let packed = PackedFilters::new(&isa.kernels.depthwise, weights);
            let depthwise = packed.with_geometry(geometry, 0..blocks(layer.in_channels), layer.activation);
            let map = FeatureMap::new(&input, side * side);
            bencher.iter(|| depthwise.run(black_box(map), 0, FeatureMapMut::new(&mut output, positions)));
        }
        ConvKind::Pointwise => {
            let packed = PackedPointwise::new(&isa.kernels.pointwise, weights, layer.in_channels);
            let pointwise = packed.with_activation(layer.activation);
            let map = FeatureMap::new(&input, side * side);
            bencher.iter(|| pointwise.run(black_box(map), None, FeatureMapMut::new(&mut output, positions)));
        }
    });
}

/// candle's operation, without bias and activation, which are separate operations there.
fn candles(group: &mut BenchmarkGroup<WallTime>, case: &Case) {
    let Case { layer, side, .. } = case;
    let (values, ..) = weights(layer);
    let weight = Tensor::from_vec(values, &layer.weight_shape()[..], &Device::Cpu).unwrap();
    let input = Tensor::full(0.5f32, (1, layer.in_channels, *side, *side), &Device::Cpu).unwrap();
    let groups = if layer.kind == ConvKind::Depthwise { layer.in_channels } else { 1 };
    let padding = layer.kernel_size / 2;
    group.bench_function("candle", |bencher| {
        bencher.iter(|| black_box(&input).conv2d(&weight, padding, layer.stride, 1, groups).unwrap());
    });
}

/// Values, scales and biases of a layer.
fn weights(layer: &Conv) -> (Vec<f32>, Vec<f64>, Vec<f32>) {
    let n = layer.out_channels;
    (vec![0.25; layer.weight_shape().iter().product()], vec![1.0; n], vec![0.125; n])
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600))
        .sample_size(20)
        .without_plots();
    targets = kernels
}
criterion_main!(benches);

//! Whole networks, pixels to logits, one picture: our kernels, the same graph on candle's operations, and a plain port to
//! candle, which convolves channel by channel.
//!
//!     RAYON_NUM_THREADS=1 cargo bench --bench networks
//!     RAYON_NUM_THREADS=1 MNET_ISA=portable cargo bench --bench networks
//!
//! Weights are random: speed does not depend on their values. Set `RAYON_NUM_THREADS` in every comparison: without it
//! candle reads /proc/cpuinfo at every matrix product.

#![expect(clippy::unwrap_used, reason = "a bench stops at the first error")]

use std::time::Duration;

use candle_core::{Device, Result, Tensor};
use criterion::{Criterion, criterion_group, criterion_main};
use mnet::backend::{Extras, Network, Norms};
use mnet::kernels::isa;
use mnet::models::spec::{ConvKind, Graph};
use mnet::models::{catalogue, random};

/// Model and alpha.
const NETWORKS: [(&str, Option<f64>); 4] =
    [("v1", Some(1.0)), ("v1", Some(0.25)), ("v2", None), ("lite0", None)];

fn networks(criterion: &mut Criterion) {
    for (model, alpha) in NETWORKS {
        let (architecture, resolution) = catalogue::architecture(model, alpha).unwrap();
        let name = alpha.map_or(model.into(), |alpha| format!("{model}-{alpha:?}"));
        let mut group = criterion.benchmark_group(format!("{name}-{resolution}"));
        let weights = random::weights(&architecture);
        let pixels = Tensor::randn(0f32, 1f32, (1, 3, resolution, resolution), &Device::Cpu).unwrap();

        let kernels = Network::load(&architecture, &weights, &Device::Cpu).unwrap();
        group.bench_function(isa::active().name, |bencher| {
            bencher.iter(|| kernels.forward(&pixels, Extras::default()).unwrap().logits);
        });
        let folded = Network::load_candle(&architecture, &weights, Norms::Folded, &Device::Cpu).unwrap();
        group.bench_function("our-graph-on-candle", |bencher| {
            bencher.iter(|| folded.forward(&pixels, Extras::default()).unwrap().logits);
        });
        // A block with a shortcut is more than its layers one after the other.
        if model == "v1" {
            let plain = Plain::new(&architecture.graph).unwrap();
            group.bench_function("plain-candle", |bencher| bencher.iter(|| plain.logits(&pixels).unwrap()));
        }
        group.finish();
    }
}

/// MobileNetV1 as a straightforward port has it.
struct Plain {
    /// Weight, bias, padding, stride and groups of each convolution.
    layers: Vec<(Tensor, Tensor, usize, usize, usize)>,
    classifier: Tensor,
}

impl Plain {
    fn new(graph: &Graph) -> Result<Self> {
        let layers = graph.layers().map(|(_, layer)| {
            let weight = Tensor::randn(0f32, 0.1, &layer.weight_shape()[..], &Device::Cpu)?;
            let bias = Tensor::randn(0f32, 0.1, (1, layer.out_channels, 1, 1), &Device::Cpu)?;
            let groups = if layer.kind == ConvKind::Depthwise { layer.in_channels } else { 1 };
            Ok((weight, bias, layer.kernel_size / 2, layer.stride, groups))
        });
        let classifier = Tensor::randn(0f32, 0.1, (graph.features, graph.classes), &Device::Cpu)?;
        Ok(Self { layers: layers.collect::<Result<_>>()?, classifier })
    }

    fn logits(&self, pixels: &Tensor) -> Result<Tensor> {
        let mut output = pixels.clone();
        for (weight, bias, padding, stride, groups) in &self.layers {
            output = output.conv2d(weight, *padding, *stride, 1, *groups)?;
            output = output.broadcast_add(bias)?.clamp(0f32, 6f32)?;
        }
        output.mean((2, 3))?.matmul(&self.classifier)
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(4))
        .sample_size(20)
        .without_plots();
    targets = networks
}
criterion_main!(benches);

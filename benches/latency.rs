//! Latency of whole networks, pixels to logits, batch 1: our kernels beside candle's operations in one run.
//!
//!     RAYON_NUM_THREADS=1 cargo bench --bench latency
//!
//! Weights are random: speed does not depend on their values. Set `RAYON_NUM_THREADS` in every comparison: without it
//! candle reads /proc/cpuinfo at every matrix product.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints figures and stops at the first error"
)]

#[path = "../tests/support/checkpoint.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod checkpoint;

use std::time::{Duration, Instant};

use candle_core::{Device, Tensor};
use mnet::kernels::isa;
use mnet::models::{Architecture, Network, Norms, TransformersConfig};
use mnet::weights::WeightFile;

/// MobileNetV1 at these alphas and resolutions, then the others.
const V1: [(f64, usize); 4] = [(1.0, 224), (0.75, 160), (0.5, 160), (0.25, 128)];
const TIMM: [(&str, usize); 2] = [("mobilenetv2_100", 224), ("tf_efficientnet_lite0", 224)];

fn main() {
    let isas: Vec<_> = isa::available().map(|isa| isa.name).collect();
    println!("{} of {isas:?}, {} threads", isa::active().name, rayon::current_num_threads());
    println!(
        "{:28} {:>10} {:>10} {:>12} {:>12}",
        "network", "min ms", "median ms", "candle min", "candle median"
    );
    for (alpha, resolution) in V1 {
        let config = TransformersConfig {
            model_type: "mobilenet_v1".into(),
            depth_multiplier: alpha,
            ..TransformersConfig::default()
        };
        let architecture = Architecture::transformers(&config, 1001).unwrap();
        compare(&format!("v1_{alpha:?}_{resolution}"), &architecture, resolution);
    }
    for (name, resolution) in TIMM {
        compare(&format!("{name}_{resolution}"), &Architecture::timm(name, 1000).unwrap(), resolution);
    }
}

fn compare(name: &str, architecture: &Architecture, resolution: usize) {
    let weights = WeightFile::from_static(checkpoint::random(architecture).leak()).unwrap();
    let pixels = Tensor::randn(0f32, 1f32, (1, 3, resolution, resolution), &Device::Cpu).unwrap();
    let mut figures = Vec::new();
    let kernels = Network::load(architecture, &weights, &Device::Cpu).unwrap();
    let candle = Network::load_plain(architecture, &weights, Norms::Folded, &Device::Cpu).unwrap();
    for network in [kernels, candle] {
        figures.extend(timed(|| drop(network.logits(&pixels).unwrap())).map(|time| time.as_secs_f64() * 1e3));
    }
    let [min, median, candle_min, candle_median] = figures[..] else { unreachable!("two figures each") };
    println!("{name:28} {min:>10.2} {median:>10.2} {candle_min:>12.2} {candle_median:>12.2}");
}

/// Minimum and median of runs for two seconds, after a warm-up.
fn timed(mut run: impl FnMut()) -> [Duration; 2] {
    (0..5).for_each(|_| run());
    let start = Instant::now();
    let mut times = Vec::new();
    while start.elapsed() < Duration::from_secs(2) {
        let start = Instant::now();
        run();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    [times[0], times[times.len() / 2]]
}

//! Logits of every architecture against its own library's, folded and not.
//!
//! `make_reference.py` (torch, timm, transformers) writes seeded checkpoints and the logits the libraries compute
//! for them; `MNET_REFERENCE` names the folder, `target/reference` if unset. Without it the test says that it skips.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures, and what is skipped")]
#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::fs;
use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use mnet::backend::{Extras, Network, Norms};
use mnet::predict::Checkpoint;
use serde::Deserialize;

/// Every name of the reference script.
const NAMES: [&str; 49] = [
    "mobilenetv1_100",
    "mobilenetv1_100h",
    "mobilenetv1_125",
    "mobilenetv2_035",
    "mobilenetv2_050",
    "mobilenetv2_075",
    "mobilenetv2_100",
    "mobilenetv2_110d",
    "mobilenetv2_120d",
    "mobilenetv2_140",
    "mobilenetv3_small_050",
    "mobilenetv3_small_075",
    "mobilenetv3_small_100",
    "mobilenetv3_large_075",
    "mobilenetv3_large_100",
    "mobilenetv3_large_150d",
    "mobilenetv3_rw",
    "tf_mobilenetv3_small_075",
    "tf_mobilenetv3_small_100",
    "tf_mobilenetv3_small_minimal_100",
    "tf_mobilenetv3_large_075",
    "tf_mobilenetv3_large_100",
    "tf_mobilenetv3_large_minimal_100",
    "mobilenetv4_conv_small_035",
    "mobilenetv4_conv_small_050",
    "mobilenetv4_conv_small",
    "mobilenetv4_conv_medium",
    "mobilenetv4_conv_large",
    "mobilenetv4_conv_aa_medium",
    "mobilenetv4_conv_blur_medium",
    "mobilenetv4_conv_aa_large",
    "mobilenetv4_hybrid_medium_075",
    "mobilenetv4_hybrid_medium",
    "mobilenetv4_hybrid_large",
    "mobilenet_edgetpu_100",
    "mobilenet_edgetpu_v2_xs",
    "mobilenet_edgetpu_v2_s",
    "mobilenet_edgetpu_v2_m",
    "mobilenet_edgetpu_v2_l",
    "efficientnet_lite0",
    "tf_efficientnet_lite0",
    "hf_mobilenet_v1_0.75_192",
    "hf_mobilenet_v1_1.0_224",
    "hf_mobilenet_v2_0.35_96",
    "hf_mobilenet_v2_0.75_160",
    "hf_mobilenet_v2_1.4_224",
    "torchvision_mobilenet_v2",
    "torchvision_mobilenet_v3_small",
    "torchvision_mobilenet_v3_large",
];

#[derive(Deserialize)]
struct Reference {
    resolution: usize,
    logits: Vec<Vec<f32>>,
    parameters: usize,
}

#[test]
fn logits_are_the_references() {
    let folder = std::env::var_os("MNET_REFERENCE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/reference"), PathBuf::from);
    if !folder.join(NAMES[0]).is_dir() {
        eprintln!("SKIPPED: no reference checkpoints in {}", folder.display());
        return;
    }
    for name in NAMES {
        let folder = folder.join(name);
        let reference: Reference =
            serde_json::from_str(&fs::read_to_string(folder.join("reference.json")).unwrap()).unwrap();
        let checkpoint = Checkpoint::open(&folder).unwrap();
        assert_eq!(checkpoint.config.architecture.graph.parameters(), reference.parameters, "{name}");
        let load = |norms: Option<Norms>| {
            let (architecture, weights) = (&checkpoint.config.architecture, &checkpoint.weights);
            match norms {
                None => Network::load(architecture, weights, &Device::Cpu),
                Some(norms) => Network::load_candle(architecture, weights, norms, &Device::Cpu),
            }
        };
        // Our kernels, and candle's operations with the batch norms folded and not.
        let errors = [None, Some(Norms::Folded), Some(Norms::Separate)].map(|norms| {
            let network = load(norms).unwrap();
            let logits = network
                .forward(&input(reference.resolution), Extras::default())
                .unwrap()
                .logits
                .to_vec2::<f32>()
                .unwrap();
            relative_error(&logits, &reference.logits)
        });
        let graph = &checkpoint.config.architecture.graph;
        println!(
            "{name:34} kernels {:.1e}  candle {:.1e}  unfolded {:.1e}  {:9} parameters  {:10} Mult-Adds at {}",
            errors[0],
            errors[1],
            errors[2],
            reference.parameters,
            graph.mult_adds(reference.resolution),
            reference.resolution
        );
        // A softmax magnifies what rounding left.
        let bound = if name.contains("hybrid") { 2e-4 } else { 1e-4 };
        assert!(errors.iter().all(|error| *error <= bound), "{name}: {errors:?}");
    }
}

/// `(((n+1)·h² + 3hw + 17w + 37c) mod 255) / 127.5 - 1`, `[2, 3, R, R]`: the script's own formula.
fn input(resolution: usize) -> Tensor {
    let mut values = Vec::with_capacity(2 * 3 * resolution * resolution);
    for n in 0..2 {
        for c in 0..3 {
            for h in 0..resolution {
                for w in 0..resolution {
                    let level = ((n + 1) * h * h + 3 * h * w + 17 * w + 37 * c) % 255;
                    values.push(level as f32 / 127.5 - 1.0);
                }
            }
        }
    }
    Tensor::from_vec(values, (2, 3, resolution, resolution), &Device::Cpu).unwrap()
}

/// The largest difference over the largest logit.
fn relative_error(found: &[Vec<f32>], expected: &[Vec<f32>]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().flatten().fold(0f32, |largest, logit| largest.max(logit.abs()));
    let pairs = found.iter().flatten().zip(expected.iter().flatten());
    assert_eq!(found[0].len(), expected[0].len());
    pairs.fold(0f32, |error, (a, b)| error.max((a - b).abs())) / largest
}

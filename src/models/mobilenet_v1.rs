//! MobileNetV1: depthwise separable convolutions (arXiv:1704.04861).
//!
//! Input `[N, 3, R, R]` f32, normalised; output logits `[N, K]`.

use super::catalogue::Checkpoint;
use super::spec::{Block, BlockShape, Graph, Head, Layer, Role, make_divisible};
use super::{Family, TimmVariant, Transformers, TransformersConfig, Unsupported, require, tensor_names};
use crate::nn::Activation::Relu6;

/// The family.
pub static FAMILY: Family = Family {
    name: "mobilenet-v1",
    alias: "v1",
    title: "MobileNetV1",
    timm: TIMM,
    transformers: Some(&Transformers {
        model_type: "mobilenet_v1",
        architecture: "MobileNetV1ForImageClassification",
        naming: &tensor_names::TRANSFORMERS_V1,
        graph: from_transformers,
    }),
    torchvision: &[],
    checkpoints: CHECKPOINTS,
};

/// Table 1 of the paper, stage by stage: channels c, repeats n, stride s of the first.
#[rustfmt::skip]
const STAGES: [(usize, usize, usize); 5] = [(64, 1, 1), (128, 2, 2), (256, 2, 2), (512, 6, 2), (1024, 2, 2)];

/// How many channels a width multiplier leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// `max(int(c * alpha), min_depth)`: TF-Slim and transformers.
    Truncate {
        /// The fewest channels of a layer.
        min_depth: usize,
    },
    /// To a multiple of 8: timm.
    Divisible,
}

/// What tells one MobileNetV1 from another.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Width multiplier.
    pub alpha: f64,
    /// How channels follow from it.
    pub rounding: Rounding,
    /// Channels of a 1 x 1 convolution before the pooling (timm's `100h`); the paper has none.
    pub head: Option<usize>,
}

/// The graph with `classes` outputs.
pub fn graph(config: &Config, classes: usize) -> Graph {
    let channels = |c: usize| match config.rounding {
        Rounding::Truncate { min_depth } => ((c as f64 * config.alpha) as usize).max(min_depth),
        Rounding::Divisible => make_divisible(c as f64 * config.alpha),
    };
    let stem = Layer::stem(channels(32), Relu6);
    let mut in_channels = stem.out_channels;
    let mut block = |c: usize, stride: usize| {
        let shape = BlockShape { in_channels, out_channels: channels(c), kernel_size: 3, stride };
        in_channels = shape.out_channels;
        Block::depthwise_separable(shape, Relu6, Relu6)
    };
    let stages = STAGES
        .iter()
        .map(|&(c, n, s)| (0..n).map(|index| block(c, if index == 0 { s } else { 1 })).collect())
        .collect();
    let head = config.head.map(|features| Head {
        layer: Layer::pointwise(Role::Head, in_channels, features, Relu6),
        is_behind_pooling: false,
    });
    let features = config.head.unwrap_or(in_channels);
    Graph { stem, stages, head, features, classes }
}

fn from_transformers(config: &TransformersConfig, classes: usize) -> Result<Graph, Unsupported> {
    require("hidden_act", &config.hidden_act.as_str(), &"relu6")?;
    let rounding = Rounding::Truncate { min_depth: config.min_depth };
    Ok(graph(&Config { alpha: config.depth_multiplier, rounding, head: None }, classes))
}

const fn timm(alpha: f64) -> Config {
    Config { alpha, rounding: Rounding::Divisible, head: None }
}

/// `_gen_mobilenet_v1` of timm's `models/efficientnet.py`.
const TIMM: &[TimmVariant] = &[
    TimmVariant::new("mobilenetv1_100", |classes| graph(&timm(1.0), classes)),
    TimmVariant::new("mobilenetv1_100h", |classes| graph(&Config { head: Some(1024), ..timm(1.0) }, classes)),
    TimmVariant::new("mobilenetv1_125", |classes| graph(&timm(1.25), classes)),
];

/// Where several fit, Google's own first, then best first; copies last.
const CHECKPOINTS: &[Checkpoint] = &[
    // Only these revisions hold safetensors; main holds a pickle.
    Checkpoint::google("mobilenet_v1_0.75_192", "v1", 0.75, 192, [67.2, 87.3]).at("refs/pr/4"),
    Checkpoint::google("mobilenet_v1_1.0_224", "v1", 1.0, 224, [70.9, 89.9]).at("refs/pr/3"),
    Checkpoint::timm("mobilenetv1_100.ra4_e3600_r224_in1k", "v1", 224, Some([75.388, 92.31]))
        .alpha(1.0)
        .tested(256, [76.088, 93.006]),
    Checkpoint::timm("mobilenetv1_100h.ra4_e3600_r224_in1k", "v1", 224, Some([75.664, 92.522]))
        .alpha(1.0)
        .tested(256, [76.598, 93.272]),
    Checkpoint::timm("mobilenetv1_125.ra4_e3600_r224_in1k", "v1", 224, Some([76.92, 93.232]))
        .alpha(1.25)
        .tested(256, [77.612, 93.754]),
    Checkpoint::google("mobilenet_v1_0.75_192", "v1", 0.75, 192, [67.2, 87.3])
        .copy_of("Matthijs", Some("refs/pr/1")),
    Checkpoint::google("mobilenet_v1_1.0_224", "v1", 1.0, 224, [70.9, 89.9]).copy_of("Matthijs", None),
];

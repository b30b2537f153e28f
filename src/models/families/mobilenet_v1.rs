//! MobileNetV1: depthwise separable convolutions (arXiv:1704.04861).
//!
//! Input `[N, 3, R, R]` f32, normalised; output logits `[N, K]`.

use crate::models::arch_def::{ArchDef, HeadDef, Row, conv, ds};
use crate::models::channels::Rounding;
use crate::models::checkpoint::Checkpoint;
use crate::models::family::{DefaultInput, Family, TimmVariant, Transformers, Untrained};
use crate::models::spec::{Epilogue, Graph};
use crate::models::tensor_names;
use crate::models::transformers::{TransformersConfig, Unsupported};
use crate::nn::Activation::Relu6;

pub(super) static FAMILY: Family = Family {
    name: "mobilenet-v1",
    alias: "v1",
    title: "MobileNetV1",
    timm: TIMM,
    transformers: Some(&Transformers {
        model_type: "mobilenet_v1",
        architecture: "MobileNetV1ForImageClassification",
        names: &tensor_names::TRANSFORMERS_V1,
        graph: from_transformers,
    }),
    torchvision: &[],
    untrained: UNTRAINED,
    checkpoints: CHECKPOINTS,
};

/// Table 1 of the paper, row for row.
#[rustfmt::skip]
const STAGES: &[&[Row]] = &[
    &[block(1,   64)],
    &[block(2,  128), block(1,  128)],
    &[block(2,  256), block(1,  256)],
    &[block(2,  512), block(1,  512).times(5)],
    &[block(2, 1024), block(1, 1024)],
];

/// "Conv dw / s" and "Conv / s1" of the table: `s` the stride, `c` channels out.
const fn block(s: usize, c: usize) -> Row {
    ds(3, s, c).activated().no_shortcut()
}

/// Table 4: a full convolution in place of each depthwise separable one.
#[rustfmt::skip]
const DENSE: &[&[Row]] = &[
    &[conv(3, 1,   64)],
    &[conv(3, 2,  128), conv(3, 1,  128)],
    &[conv(3, 2,  256), conv(3, 1,  256)],
    &[conv(3, 2,  512), conv(3, 1,  512).times(5)],
    &[conv(3, 2, 1024), conv(3, 1, 1024)],
];

/// Table 5: without the five layers at 14x14x512.
#[rustfmt::skip]
const SHALLOW: &[&[Row]] = &[
    &[block(1,   64)],
    &[block(2,  128), block(1,  128)],
    &[block(2,  256), block(1,  256)],
    &[block(2,  512)],
    &[block(2, 1024), block(1, 1024)],
];

/// Their channels follow from alpha as those of the published networks do.
const UNTRAINED: &[Untrained] = &[
    Untrained {
        name: "v1-dense",
        title: "Conv MobileNet",
        graph: |alpha, classes| slim(DENSE, alpha, 8).graph(classes),
    },
    Untrained {
        name: "v1-shallow",
        title: "Shallow MobileNet",
        graph: |alpha, classes| slim(SHALLOW, alpha, 8).graph(classes),
    },
];

/// TF-Slim's network of these rows.
fn slim(stages: &'static [&'static [Row]], alpha: f64, min_depth: usize) -> ArchDef<'static> {
    ArchDef { alpha, rounding: Rounding::Truncate { min_depth }, ..ArchDef::new(stages, Relu6) }
}

#[expect(clippy::unnecessary_wraps, reason = "the table holds this function and one that fails")]
fn from_transformers(config: &TransformersConfig, classes: usize) -> Result<Graph, Unsupported> {
    Ok(slim(STAGES, config.depth_multiplier, config.min_depth).graph(classes))
}

fn timm(alpha: f64, classes: usize) -> Graph {
    ArchDef { alpha, ..ArchDef::new(STAGES, Relu6) }.graph(classes)
}

/// timm's `100h`: a 1 x 1 convolution before the pooling, which the paper does not have.
fn with_head(classes: usize) -> Graph {
    let head = HeadDef { features: 1024, epilogue: Epilogue::BatchNorm, after_pool: false };
    ArchDef { head: Some(head), ..ArchDef::new(STAGES, Relu6) }.graph(classes)
}

const INPUT: DefaultInput = DefaultInput::INCEPTION;

/// `_gen_mobilenet_v1` of timm's `models/efficientnet.py`.
const TIMM: &[TimmVariant] = &[
    TimmVariant::new("mobilenetv1_100", |classes| timm(1.0, classes)).input(INPUT),
    TimmVariant::new("mobilenetv1_100h", with_head).input(INPUT),
    TimmVariant::new("mobilenetv1_125", |classes| timm(1.25, classes)).input(INPUT.at(224, 0.9)),
];

/// The first that fits is taken: Google's own, then the best; copies last.
const CHECKPOINTS: &[Checkpoint] = &[
    // Only these revisions hold safetensors; main holds a pickle.
    Checkpoint::google("mobilenet_v1_0.75_192", "v1", 0.75, 192, [67.2, 87.3]).at("refs/pr/4"),
    Checkpoint::google("mobilenet_v1_1.0_224", "v1", 1.0, 224, [70.9, 89.9]).at("refs/pr/3"),
    Checkpoint::timm("mobilenetv1_100.ra4_e3600_r224_in1k", "v1", 224, Some([75.388, 92.31]))
        .alpha(1.0)
        .tested(256, [76.088, 93.006])
        .tested_crop(0.95),
    Checkpoint::timm("mobilenetv1_100h.ra4_e3600_r224_in1k", "v1", 224, Some([75.664, 92.522]))
        .alpha(1.0)
        .tested(256, [76.598, 93.272])
        .tested_crop(0.95),
    Checkpoint::timm("mobilenetv1_125.ra4_e3600_r224_in1k", "v1", 224, Some([76.92, 93.232]))
        .alpha(1.25)
        .tested(256, [77.612, 93.754]),
    Checkpoint::google("mobilenet_v1_0.75_192", "v1", 0.75, 192, [67.2, 87.3])
        .copy_of("Matthijs", Some("refs/pr/1")),
    Checkpoint::google("mobilenet_v1_1.0_224", "v1", 1.0, 224, [70.9, 89.9]).copy_of("Matthijs", None),
];

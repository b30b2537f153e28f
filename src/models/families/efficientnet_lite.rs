//! EfficientNet-Lite: MobileNetV2's blocks without squeeze-and-excite, scaled by compound coefficients
//! (arXiv:1905.11946; `models/official/efficientnet/lite` of tensorflow/tpu).
//!
//! Input `[N, 3, R, R]` f32, normalised; output logits `[N, K]`.

use crate::models::arch_def::{ArchDef, HeadDef, Row, StemDef, ds, ir};
use crate::models::checkpoint::Checkpoint;
use crate::models::family::{DefaultInput, Family, TimmVariant};
use crate::models::spec::{Epilogue, Graph};
use crate::nn::Activation::Relu6;

pub(super) static FAMILY: Family = Family {
    name: "efficientnet-lite",
    alias: "lite",
    title: "EfficientNet-Lite",
    timm: TIMM,
    transformers: None,
    torchvision: &[],
    untrained: &[],
    checkpoints: CHECKPOINTS,
};

/// Table 1 of the paper; relu6 for swish, no squeeze-and-excite.
#[rustfmt::skip]
const STAGES: &[&[Row]] = &[
    &[ds(3, 1,       16).no_shortcut()],
    &[ir(3, 2, 6.0,  24), ir(3, 1, 6.0,  24)],
    &[ir(5, 2, 6.0,  40), ir(5, 1, 6.0,  40)],
    &[ir(3, 2, 6.0,  80), ir(3, 1, 6.0,  80).times(2)],
    &[ir(5, 1, 6.0, 112).times(3)],
    &[ir(5, 2, 6.0, 192), ir(5, 1, 6.0, 192).times(3)],
    &[ir(3, 1, 6.0, 320)],
];

fn lite(alpha: f64, depth: f64, classes: usize) -> Graph {
    let stem = StemDef { channels: 32, kernel_size: 3, is_fixed: true };
    let head = HeadDef { features: 1280, epilogue: Epilogue::BatchNorm, after_pool: false };
    let network = ArchDef::new(STAGES, Relu6);
    ArchDef { alpha, depth, fixed_ends: true, stem, head: Some(head), ..network }.graph(classes)
}

const IMAGENET: DefaultInput = DefaultInput::IMAGENET;
const INCEPTION: DefaultInput = DefaultInput::INCEPTION;

/// Width and depth of each size. `tf_` weights were trained by Google, with TensorFlow's padding.
const TIMM: &[TimmVariant] = &[
    TimmVariant::new("efficientnet_lite0", |classes| lite(1.0, 1.0, classes)),
    TimmVariant::new("efficientnet_lite1", |classes| lite(1.0, 1.1, classes)).input(IMAGENET.at(240, 0.882)),
    TimmVariant::new("efficientnet_lite2", |classes| lite(1.1, 1.2, classes)).input(IMAGENET.at(260, 0.89)),
    TimmVariant::new("efficientnet_lite3", |classes| lite(1.2, 1.4, classes)).input(IMAGENET.at(300, 0.904)),
    TimmVariant::new("efficientnet_lite4", |classes| lite(1.4, 1.8, classes)).input(IMAGENET.at(380, 0.922)),
    TimmVariant::new("tf_efficientnet_lite0", |classes| lite(1.0, 1.0, classes)).input(INCEPTION),
    TimmVariant::new("tf_efficientnet_lite1", |classes| lite(1.0, 1.1, classes))
        .input(INCEPTION.at(240, 0.882)),
    TimmVariant::new("tf_efficientnet_lite2", |classes| lite(1.1, 1.2, classes))
        .input(INCEPTION.at(260, 0.89)),
    TimmVariant::new("tf_efficientnet_lite3", |classes| lite(1.2, 1.4, classes))
        .input(INCEPTION.at(300, 0.904).bilinear()),
    TimmVariant::new("tf_efficientnet_lite4", |classes| lite(1.4, 1.8, classes))
        .input(INCEPTION.at(380, 0.92).bilinear()),
];

/// Where several fit, Google's own first. The compound coefficient, not alpha, tells them apart.
const CHECKPOINTS: &[Checkpoint] = &[
    Checkpoint::timm("tf_efficientnet_lite0.in1k", "lite0", 224, Some([74.846, 92.18])),
    Checkpoint::timm("efficientnet_lite0.ra_in1k", "lite0", 224, Some([75.488, 92.508])),
    Checkpoint::timm("tf_efficientnet_lite1.in1k", "lite1", 240, Some([76.674, 93.232])),
    Checkpoint::timm("tf_efficientnet_lite2.in1k", "lite2", 260, Some([77.47, 93.756])),
    Checkpoint::timm("tf_efficientnet_lite3.in1k", "lite3", 300, Some([79.808, 94.908])),
    Checkpoint::timm("tf_efficientnet_lite4.in1k", "lite4", 380, Some([81.54, 95.668])),
];

//! MobileNet-EdgeTPU: ordinary convolutions where an edge TPU is faster with them (arXiv:2003.02838; version 2:
//! `official/projects/edgetpu/vision` of tensorflow/models).
//!
//! Input `[N, 3, R, R]` f32, normalised; output logits `[N, K]`.

use crate::models::arch_def::{ArchDef, HeadDef, Row, StemDef, conv, er, ir};
use crate::models::checkpoint::Checkpoint;
use crate::models::family::{DefaultInput, Family, TimmVariant};
use crate::models::spec::{Epilogue, Graph};
use crate::nn::Activation::Relu;

pub(super) static FAMILY: Family = Family {
    name: "mobilenet-edgetpu",
    alias: "edgetpu",
    title: "MobileNet-EdgeTPU",
    timm: TIMM,
    transformers: None,
    torchvision: &[],
    untrained: &[],
    checkpoints: CHECKPOINTS,
};

/// Version 1, stage by stage, as timm's `_gen_mobilenet_edgetpu` (`models/efficientnet.py`).
const V1: &[&[Row]] = &[
    &[conv(1, 1, 16)],
    &[er(3, 2, 8.0, 32), er(3, 1, 4.0, 32).times(3)],
    &[er(3, 2, 8.0, 48), er(3, 1, 4.0, 48).times(3)],
    &[ir(3, 2, 8.0, 96), ir(3, 1, 4.0, 96).times(3)],
    &[ir(3, 1, 8.0, 96).no_shortcut(), ir(3, 1, 4.0, 96).times(3)],
    &[ir(5, 2, 8.0, 160), ir(5, 1, 4.0, 160).times(3)],
    &[ir(3, 1, 8.0, 192)],
];

/// One size of version 2.
struct V2 {
    /// Channels of the stem, and taps along one side of it.
    stem: (usize, usize),
    /// Channels of each stage.
    channels: [usize; 7],
    /// Channels of a group in grouped convolutions.
    group_size: usize,
    /// Inputs of the classifier.
    features: usize,
}

#[rustfmt::skip]
const V2_XS: V2 = V2 { stem: (32, 3), channels: [16, 32, 48,  96, 144, 160, 192], group_size:  64, features: 1280 };
#[rustfmt::skip]
const V2_S: V2  = V2 { stem: (64, 5), channels: [24, 48, 64, 128, 160, 192, 256], group_size:  64, features: 1280 };
#[rustfmt::skip]
const V2_M: V2  = V2 { stem: (64, 5), channels: [32, 64, 80, 160, 192, 240, 320], group_size:  64, features: 1344 };
#[rustfmt::skip]
const V2_L: V2  = V2 { stem: (64, 7), channels: [32, 64, 96, 192, 240, 256, 384], group_size: 128, features: 1408 };

fn v1(classes: usize) -> Graph {
    network(V1, (32, 3), 1280, classes)
}

fn v2(size: &V2, classes: usize) -> Graph {
    let [a, b, c, d, e, f, g] = size.channels;
    let grouped = |c| er(3, 1, 4.0, c).group_size(size.group_size);
    let stages: [&[Row]; 7] = [
        &[conv(1, 1, a)],
        &[er(3, 2, 8.0, b), grouped(b)],
        &[er(3, 2, 8.0, c), grouped(c), er(3, 1, 4.0, c), grouped(c)],
        &[er(3, 2, 8.0, d), ir(3, 1, 4.0, d).times(3)],
        &[ir(3, 1, 8.0, e), ir(3, 1, 4.0, e).times(3)],
        &[ir(3, 2, 8.0, f), ir(3, 1, 4.0, f).times(3)],
        &[ir(3, 1, 8.0, g)],
    ];
    network(&stages, size.stem, size.features, classes)
}

fn network(
    stages: &[&[Row]],
    (channels, kernel_size): (usize, usize),
    features: usize,
    classes: usize,
) -> Graph {
    let stem = StemDef { channels, kernel_size, is_fixed: true };
    let head = HeadDef { features, epilogue: Epilogue::BatchNorm, after_pool: false };
    ArchDef { stages, stem, head: Some(head), ..ArchDef::new(&[], Relu) }.graph(classes)
}

const INPUT: DefaultInput = DefaultInput::IMAGENET.at(224, 0.9);

const TIMM: &[TimmVariant] = &[
    TimmVariant::new("mobilenet_edgetpu_100", v1).input(INPUT),
    TimmVariant::new("mobilenet_edgetpu_v2_xs", |classes| v2(&V2_XS, classes)).input(INPUT),
    TimmVariant::new("mobilenet_edgetpu_v2_s", |classes| v2(&V2_S, classes)).input(INPUT),
    TimmVariant::new("mobilenet_edgetpu_v2_m", |classes| v2(&V2_M, classes))
        .input(DefaultInput::INCEPTION.at(224, 0.9)),
    TimmVariant::new("mobilenet_edgetpu_v2_l", |classes| v2(&V2_L, classes)).input(INPUT),
];

/// The first that fits is taken: lowest resolution, then best. Classifiers of other classes than ImageNet-1k's come last.
#[rustfmt::skip]
const CHECKPOINTS: &[Checkpoint] = &[
    Checkpoint::timm("mobilenet_edgetpu_v2_m.ra4_e3600_r224_in1k", "edgetpu-v2-m", 224, Some([80.116, 94.994])).tested(256, [80.684, 95.442]).tested_crop(0.95),
];

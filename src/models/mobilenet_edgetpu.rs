//! MobileNet-EdgeTPU: ordinary convolutions where an edge TPU is faster with them (arXiv:2003.02838; version 2:
//! `official/projects/edgetpu/vision` of tensorflow/models).
//!
//! Input `[N, 3, R, R]` f32, normalised; output logits `[N, K]`.

use super::catalogue::Checkpoint;
use super::notation::{DIVISIBLE, Notation};
use super::spec::{Graph, Head, Layer, Role};
use super::{Family, TimmVariant};
use crate::nn::Activation::Relu;

/// The family.
pub static FAMILY: Family = Family {
    name: "mobilenet-edgetpu",
    alias: "edgetpu",
    title: "MobileNet-EdgeTPU",
    timm: TIMM,
    transformers: None,
    torchvision: &[],
    checkpoints: CHECKPOINTS,
};

/// Stage by stage, as timm's `_gen_mobilenet_edgetpu` (`models/efficientnet.py`).
type Table = &'static [&'static [&'static str]];

const V1: Table = &[
    &["cn_r1_k1_s1_c16"],
    &["er_r1_k3_s2_e8_c32", "er_r3_k3_s1_e4_c32"],
    &["er_r1_k3_s2_e8_c48", "er_r3_k3_s1_e4_c48"],
    &["ir_r1_k3_s2_e8_c96", "ir_r3_k3_s1_e4_c96"],
    &["ir_r1_k3_s1_e8_c96_noskip", "ir_r3_k3_s1_e4_c96"],
    &["ir_r1_k5_s2_e8_c160", "ir_r3_k5_s1_e4_c160"],
    &["ir_r1_k3_s1_e8_c192"],
];

/// One size of version 2: channels of the seven stages, and of a group.
macro_rules! v2 {
    ($group:literal, $a:literal, $b:literal, $c:literal, $d:literal, $e:literal, $f:literal, $g:literal) => {
        &[
            &[concat!("cn_r1_k1_s1_c", $a)],
            &[concat!("er_r1_k3_s2_e8_c", $b), concat!("er_r1_k3_s1_e4_gs", $group, "_c", $b)],
            &[
                concat!("er_r1_k3_s2_e8_c", $c),
                concat!("er_r1_k3_s1_e4_gs", $group, "_c", $c),
                concat!("er_r1_k3_s1_e4_c", $c),
                concat!("er_r1_k3_s1_e4_gs", $group, "_c", $c),
            ],
            &[concat!("er_r1_k3_s2_e8_c", $d), concat!("ir_r3_k3_s1_e4_c", $d)],
            &[concat!("ir_r1_k3_s1_e8_c", $e), concat!("ir_r3_k3_s1_e4_c", $e)],
            &[concat!("ir_r1_k3_s2_e8_c", $f), concat!("ir_r3_k3_s1_e4_c", $f)],
            &[concat!("ir_r1_k3_s1_e8_c", $g)],
        ]
    };
}

const V2_XS: Table = v2!(64, 16, 32, 48, 96, 144, 160, 192);
const V2_S: Table = v2!(64, 24, 48, 64, 128, 160, 192, 256);
const V2_M: Table = v2!(64, 32, 64, 80, 160, 192, 240, 320);
const V2_L: Table = v2!(128, 32, 64, 96, 192, 240, 256, 384);

/// `stem` are the channels of the first layer and the taps along one side of its filter.
fn graph(stages: Table, stem: (usize, usize), features: usize, classes: usize) -> Graph {
    let notation = Notation {
        stages,
        alpha: 1.0,
        depth: 1.0,
        activation: Relu,
        stem: (stem.0, stem.1, true),
        antialias: None,
        squeeze: (DIVISIBLE, None),
        is_scaled: false,
    };
    let head = |channels| Layer::pointwise(Role::Head, channels, features, Relu);
    notation.graph(|channels| Head { layer: head(channels), is_behind_pooling: false }, classes)
}

const TIMM: &[TimmVariant] = &[
    TimmVariant::new("mobilenet_edgetpu_100", |classes| graph(V1, (32, 3), 1280, classes)),
    TimmVariant::new("mobilenet_edgetpu_v2_xs", |classes| graph(V2_XS, (32, 3), 1280, classes)),
    TimmVariant::new("mobilenet_edgetpu_v2_s", |classes| graph(V2_S, (64, 5), 1280, classes)),
    TimmVariant::new("mobilenet_edgetpu_v2_m", |classes| graph(V2_M, (64, 5), 1344, classes)),
    TimmVariant::new("mobilenet_edgetpu_v2_l", |classes| graph(V2_L, (64, 7), 1408, classes)),
];

/// Of several that fit the first is taken: lowest resolution, then best. Heads of other classes than ImageNet-1k's come last.
#[rustfmt::skip]
const CHECKPOINTS: &[Checkpoint] = &[
    Checkpoint::timm("mobilenet_edgetpu_v2_m.ra4_e3600_r224_in1k", "edgetpu-v2-m", 224, Some([80.116, 94.994])).tested(256, [80.684, 95.442]),
];

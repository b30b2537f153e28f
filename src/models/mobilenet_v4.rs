//! MobileNetV4: universal inverted bottlenecks, and multi-query attention in the hybrids (arXiv:2404.10518).
//!
//! Input `[N, 3, R, R]` f32, normalised; output logits `[N, K]`.

use super::catalogue::Checkpoint;
use super::notation::{DIVISIBLE, Notation};
use super::spec::{AntiAlias, Graph, Head, Layer, Role};
use super::{Family, TimmVariant};
use crate::nn::Activation::{self, Gelu, Relu};

/// The family.
pub static FAMILY: Family = Family {
    name: "mobilenet-v4",
    alias: "v4",
    title: "MobileNetV4",
    timm: TIMM,
    transformers: None,
    torchvision: &[],
    checkpoints: CHECKPOINTS,
};

/// Stage by stage, as `_gen_mobilenet_v4` of timm's `models/mobilenetv3.py` reads the paper's appendix.
type Table = &'static [&'static [&'static str]];

const CONV_SMALL: Table = &[
    &["cn_r1_k3_s2_e1_c32", "cn_r1_k1_s1_e1_c32"],
    &["cn_r1_k3_s2_e1_c96", "cn_r1_k1_s1_e1_c64"],
    &["uir_r1_a5_k5_s2_e3_c96", "uir_r4_a0_k3_s1_e2_c96", "uir_r1_a3_k0_s1_e4_c96"],
    &[
        "uir_r1_a3_k3_s2_e6_c128",
        "uir_r1_a5_k5_s1_e4_c128",
        "uir_r1_a0_k5_s1_e4_c128",
        "uir_r1_a0_k5_s1_e3_c128",
        "uir_r2_a0_k3_s1_e4_c128",
    ],
    &["cn_r1_k1_s1_c960"],
];

const CONV_MEDIUM: Table = &[
    &["er_r1_k3_s2_e4_c48"],
    &["uir_r1_a3_k5_s2_e4_c80", "uir_r1_a3_k3_s1_e2_c80"],
    &[
        "uir_r1_a3_k5_s2_e6_c160",
        "uir_r2_a3_k3_s1_e4_c160",
        "uir_r1_a3_k5_s1_e4_c160",
        "uir_r1_a3_k3_s1_e4_c160",
        "uir_r1_a3_k0_s1_e4_c160",
        "uir_r1_a0_k0_s1_e2_c160",
        "uir_r1_a3_k0_s1_e4_c160",
    ],
    &[
        "uir_r1_a5_k5_s2_e6_c256",
        "uir_r1_a5_k5_s1_e4_c256",
        "uir_r2_a3_k5_s1_e4_c256",
        "uir_r1_a0_k0_s1_e4_c256",
        "uir_r1_a3_k0_s1_e4_c256",
        "uir_r1_a3_k5_s1_e2_c256",
        "uir_r1_a5_k5_s1_e4_c256",
        "uir_r2_a0_k0_s1_e4_c256",
        "uir_r1_a5_k0_s1_e2_c256",
    ],
    &["cn_r1_k1_s1_c960"],
];

const CONV_LARGE: Table = &[
    &["er_r1_k3_s2_e4_c48"],
    &["uir_r1_a3_k5_s2_e4_c96", "uir_r1_a3_k3_s1_e4_c96"],
    &[
        "uir_r1_a3_k5_s2_e4_c192",
        "uir_r3_a3_k3_s1_e4_c192",
        "uir_r1_a3_k5_s1_e4_c192",
        "uir_r5_a5_k3_s1_e4_c192",
        "uir_r1_a3_k0_s1_e4_c192",
    ],
    &[
        "uir_r4_a5_k5_s2_e4_c512",
        "uir_r1_a5_k0_s1_e4_c512",
        "uir_r1_a5_k3_s1_e4_c512",
        "uir_r2_a5_k0_s1_e4_c512",
        "uir_r1_a5_k3_s1_e4_c512",
        "uir_r1_a5_k5_s1_e4_c512",
        "uir_r3_a5_k0_s1_e4_c512",
    ],
    &["cn_r1_k1_s1_c960"],
];

const HYBRID_MEDIUM: Table = &[
    &["er_r1_k3_s2_e4_c48"],
    &["uir_r1_a3_k5_s2_e4_c80", "uir_r1_a3_k3_s1_e2_c80"],
    &[
        "uir_r1_a3_k5_s2_e6_c160",
        "uir_r1_a0_k0_s1_e2_c160",
        "uir_r1_a3_k3_s1_e4_c160",
        "uir_r1_a3_k5_s1_e4_c160",
        "mqa_r1_k3_h4_s1_v2_d64_c160",
        "uir_r1_a3_k3_s1_e4_c160",
        "mqa_r1_k3_h4_s1_v2_d64_c160",
        "uir_r1_a3_k0_s1_e4_c160",
        "mqa_r1_k3_h4_s1_v2_d64_c160",
        "uir_r1_a3_k3_s1_e4_c160",
        "mqa_r1_k3_h4_s1_v2_d64_c160",
        "uir_r1_a3_k0_s1_e4_c160",
    ],
    &[
        "uir_r1_a5_k5_s2_e6_c256",
        "uir_r1_a5_k5_s1_e4_c256",
        "uir_r2_a3_k5_s1_e4_c256",
        "uir_r1_a0_k0_s1_e2_c256",
        "uir_r1_a3_k5_s1_e2_c256",
        "uir_r1_a0_k0_s1_e2_c256",
        "uir_r1_a0_k0_s1_e4_c256",
        "mqa_r1_k3_h4_s1_d64_c256",
        "uir_r1_a3_k0_s1_e4_c256",
        "mqa_r1_k3_h4_s1_d64_c256",
        "uir_r1_a5_k5_s1_e4_c256",
        "mqa_r1_k3_h4_s1_d64_c256",
        "uir_r1_a5_k0_s1_e4_c256",
        "mqa_r1_k3_h4_s1_d64_c256",
        "uir_r1_a5_k0_s1_e4_c256",
    ],
    &["cn_r1_k1_s1_c960"],
];

const HYBRID_LARGE: Table = &[
    &["er_r1_k3_s2_e4_c48"],
    &["uir_r1_a3_k5_s2_e4_c96", "uir_r1_a3_k3_s1_e4_c96"],
    &[
        "uir_r1_a3_k5_s2_e4_c192",
        "uir_r3_a3_k3_s1_e4_c192",
        "uir_r1_a3_k5_s1_e4_c192",
        "uir_r2_a5_k3_s1_e4_c192",
        "mqa_r1_k3_h8_s1_v2_d48_c192",
        "uir_r1_a5_k3_s1_e4_c192",
        "mqa_r1_k3_h8_s1_v2_d48_c192",
        "uir_r1_a5_k3_s1_e4_c192",
        "mqa_r1_k3_h8_s1_v2_d48_c192",
        "uir_r1_a5_k3_s1_e4_c192",
        "mqa_r1_k3_h8_s1_v2_d48_c192",
        "uir_r1_a3_k0_s1_e4_c192",
    ],
    &[
        "uir_r4_a5_k5_s2_e4_c512",
        "uir_r1_a5_k0_s1_e4_c512",
        "uir_r1_a5_k3_s1_e4_c512",
        "uir_r2_a5_k0_s1_e4_c512",
        "uir_r1_a5_k3_s1_e4_c512",
        "uir_r1_a5_k5_s1_e4_c512",
        "mqa_r1_k3_h8_s1_d64_c512",
        "uir_r1_a5_k0_s1_e4_c512",
        "mqa_r1_k3_h8_s1_d64_c512",
        "uir_r1_a5_k0_s1_e4_c512",
        "mqa_r1_k3_h8_s1_d64_c512",
        "uir_r1_a5_k0_s1_e4_c512",
        "mqa_r1_k3_h8_s1_d64_c512",
        "uir_r1_a5_k0_s1_e4_c512",
    ],
    &["cn_r1_k1_s1_c960"],
];

fn graph(stages: Table, stem: usize, alpha: f64, activation: Activation, classes: usize) -> Graph {
    plain(stages, stem, alpha, activation).graph(|channels| head(channels, activation), classes)
}

/// The medium or large convolutional network with `antialias` in place of its strides.
fn smoothed(stages: Table, stem: usize, antialias: AntiAlias, classes: usize) -> Graph {
    let notation = Notation { antialias: Some(antialias), ..plain(stages, stem, 1.0, Relu) };
    notation.graph(|channels| head(channels, Relu), classes)
}

/// With attention, and a layer scale behind every block.
fn hybrid(stages: Table, stem: usize, alpha: f64, activation: Activation, classes: usize) -> Graph {
    let notation = Notation { is_scaled: true, ..plain(stages, stem, alpha, activation) };
    notation.graph(|channels| head(channels, activation), classes)
}

/// Narrow networks keep their stem.
fn plain(stages: Table, stem: usize, alpha: f64, activation: Activation) -> Notation {
    let (squeeze, stem) = ((DIVISIBLE, None), (stem, 3, alpha < 1.0));
    Notation { stages, alpha, depth: 1.0, activation, stem, antialias: None, squeeze, is_scaled: false }
}

/// The last layer, which alpha leaves alone, with a norm.
fn head(channels: usize, activation: Activation) -> Head {
    Head { layer: Layer::pointwise(Role::Head, channels, 1280, activation), is_behind_pooling: true }
}

const TIMM: &[TimmVariant] = &[
    TimmVariant::new("mobilenetv4_conv_small_035", |classes| graph(CONV_SMALL, 32, 0.35, Relu, classes)),
    TimmVariant::new("mobilenetv4_conv_small_050", |classes| graph(CONV_SMALL, 32, 0.5, Relu, classes)),
    TimmVariant::new("mobilenetv4_conv_small", |classes| graph(CONV_SMALL, 32, 1.0, Relu, classes)),
    TimmVariant::new("mobilenetv4_conv_medium", |classes| graph(CONV_MEDIUM, 32, 1.0, Relu, classes)),
    TimmVariant::new("mobilenetv4_conv_large", |classes| graph(CONV_LARGE, 24, 1.0, Relu, classes)),
    TimmVariant::new("mobilenetv4_conv_aa_medium", |classes| {
        smoothed(CONV_MEDIUM, 32, AntiAlias::Average, classes)
    }),
    TimmVariant::new("mobilenetv4_conv_blur_medium", |classes| {
        smoothed(CONV_MEDIUM, 32, AntiAlias::Blur, classes)
    }),
    TimmVariant::new("mobilenetv4_conv_aa_large", |classes| {
        smoothed(CONV_LARGE, 24, AntiAlias::Average, classes)
    }),
    TimmVariant::new("mobilenetv4_hybrid_medium_075", |classes| {
        hybrid(HYBRID_MEDIUM, 32, 0.75, Relu, classes)
    }),
    TimmVariant::new("mobilenetv4_hybrid_medium", |classes| hybrid(HYBRID_MEDIUM, 32, 1.0, Relu, classes)),
    TimmVariant::new("mobilenetv4_hybrid_large_075", |classes| hybrid(HYBRID_LARGE, 24, 0.75, Gelu, classes)),
    TimmVariant::new("mobilenetv4_hybrid_large", |classes| hybrid(HYBRID_LARGE, 24, 1.0, Gelu, classes)),
];

/// Of several that fit the first is taken: lowest resolution, then best. Heads of other classes than ImageNet-1k's come last.
#[rustfmt::skip]
const CHECKPOINTS: &[Checkpoint] = &[
    Checkpoint::timm("mobilenetv4_conv_small.e2400_r224_in1k", "v4-conv-small", 224, Some([73.756, 91.43])).alpha(1.0).tested(256, [74.644, 92.022]),
    Checkpoint::timm("mobilenetv4_conv_small.e1200_r224_in1k", "v4-conv-small", 224, Some([73.45, 91.34])).alpha(1.0).tested(256, [74.282, 92.122]),
    Checkpoint::timm("mobilenetv4_conv_small.e3600_r256_in1k", "v4-conv-small", 256, Some([74.534, 91.94])).alpha(1.0).tested(320, [75.616, 92.768]),
    Checkpoint::timm("mobilenetv4_conv_small_050.e3000_r224_in1k", "v4-conv-small", 224, Some([64.778, 85.5])).alpha(0.5).tested(256, [65.826, 86.416]),
    Checkpoint::timm("mobilenetv4_conv_medium.e500_r224_in1k", "v4-conv-medium", 224, Some([79.092, 94.788])).alpha(1.0).tested(256, [79.836, 95.192]),
    Checkpoint::timm("mobilenetv4_conv_medium.e500_r256_in1k", "v4-conv-medium", 256, Some([79.916, 95.188])).alpha(1.0).tested(320, [80.89, 95.75]),
    Checkpoint::timm("mobilenetv4_conv_medium.e250_r384_in12k_ft_in1k", "v4-conv-medium", 384, Some([82.776, 96.448])).alpha(1.0),
    Checkpoint::timm("mobilenetv4_conv_large.e500_r256_in1k", "v4-conv-large", 256, Some([81.864, 95.696])).alpha(1.0).tested(320, [82.672, 96.31]),
    Checkpoint::timm("mobilenetv4_conv_large.e600_r384_in1k", "v4-conv-large", 384, Some([82.974, 96.244])).alpha(1.0).tested(448, [83.418, 96.612]),
    Checkpoint::timm("mobilenetv4_conv_blur_medium.e500_r224_in1k", "v4-conv-blur-medium", 224, Some([79.446, 94.92])).alpha(1.0).tested(256, [80.152, 95.298]),
    Checkpoint::timm("mobilenetv4_conv_aa_large.e230_r384_in12k_ft_in1k", "v4-conv-aa-large", 384, Some([84.314, 97.102])).alpha(1.0).tested(480, [84.772, 97.344]),
    Checkpoint::timm("mobilenetv4_conv_aa_large.e600_r384_in1k", "v4-conv-aa-large", 384, Some([83.264, 96.39])).alpha(1.0).tested(480, [83.826, 96.72]),
    Checkpoint::timm("mobilenetv4_conv_aa_large.e230_r448_in12k_ft_in1k", "v4-conv-aa-large", 448, Some([84.668, 97.108])).alpha(1.0).tested(544, [84.99, 97.294]),
    Checkpoint::timm("mobilenetv4_hybrid_medium.e500_r224_in1k", "v4-hybrid-medium", 224, Some([80.432, 95.378])).alpha(1.0).tested(256, [81.284, 95.746]),
    Checkpoint::timm("mobilenetv4_hybrid_medium.e200_r256_in12k_ft_in1k", "v4-hybrid-medium", 256, Some([82.36, 96.256])).alpha(1.0).tested(320, [82.998, 96.676]),
    Checkpoint::timm("mobilenetv4_hybrid_medium.ix_e550_r256_in1k", "v4-hybrid-medium", 256, Some([81.478, 95.692])).alpha(1.0).tested(320, [82.5, 96.286]),
    Checkpoint::timm("mobilenetv4_hybrid_medium.ix_e550_r384_in1k", "v4-hybrid-medium", 384, Some([82.952, 96.47])).alpha(1.0).tested(448, [83.39, 96.766]),
    Checkpoint::timm("mobilenetv4_hybrid_large.ix_e600_r384_in1k", "v4-hybrid-large", 384, Some([83.996, 96.714])).alpha(1.0).tested(448, [84.352, 96.888]),
    Checkpoint::timm("mobilenetv4_hybrid_large.e600_r384_in1k", "v4-hybrid-large", 384, Some([83.826, 96.748])).alpha(1.0).tested(448, [84.264, 96.956]),
    Checkpoint::timm("mobilenetv4_conv_medium.e180_ad_r384_in12k", "v4-conv-medium", 384, None).alpha(1.0).classes(11821),
    Checkpoint::timm("mobilenetv4_conv_medium.e180_r384_in12k", "v4-conv-medium", 384, None).alpha(1.0).classes(11821),
    Checkpoint::timm("mobilenetv4_conv_medium.e250_r384_in12k", "v4-conv-medium", 384, None).alpha(1.0).classes(11821),
    Checkpoint::timm("mobilenetv4_conv_aa_large.e230_r384_in12k", "v4-conv-aa-large", 384, None).alpha(1.0).tested_at(448).classes(11821),
    Checkpoint::timm("mobilenetv4_hybrid_medium.e200_r256_in12k", "v4-hybrid-medium", 256, None).alpha(1.0).tested_at(320).classes(11821),
];

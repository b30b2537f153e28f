//! MobileNetV4: universal inverted bottlenecks, and multi-query attention in the hybrids (arXiv:2404.10518).
//!
//! Input `[N, 3, R, R]` f32, normalised; output logits `[N, K]`.

use crate::models::arch_def::{ArchDef, HeadDef, Row, StemDef, conv, er, mqa, uib};
use crate::models::checkpoint::Checkpoint;
use crate::models::family::{DefaultInput, Family, TimmVariant};
use crate::models::spec::{AntiAlias, Epilogue, Graph};
use crate::nn::Activation::{self, Gelu, Relu};

pub(super) static FAMILY: Family = Family {
    name: "mobilenet-v4",
    alias: "v4",
    title: "MobileNetV4",
    timm: TIMM,
    transformers: None,
    torchvision: &[],
    untrained: &[],
    checkpoints: CHECKPOINTS,
};

/// Stage by stage, as `_gen_mobilenet_v4` of timm's `models/mobilenetv3.py` reads the paper's appendix.
type Table = &'static [&'static [Row]];

const CONV_SMALL: Table = &[
    &[conv(3, 2, 32), conv(1, 1, 32)],
    &[conv(3, 2, 96), conv(1, 1, 64)],
    &[uib(5, 5, 2, 3.0, 96), uib(0, 3, 1, 2.0, 96).times(4), uib(3, 0, 1, 4.0, 96)],
    &[
        uib(3, 3, 2, 6.0, 128),
        uib(5, 5, 1, 4.0, 128),
        uib(0, 5, 1, 4.0, 128),
        uib(0, 5, 1, 3.0, 128),
        uib(0, 3, 1, 4.0, 128).times(2),
    ],
    &[conv(1, 1, 960)],
];

const CONV_MEDIUM: Table = &[
    &[er(3, 2, 4.0, 48)],
    &[uib(3, 5, 2, 4.0, 80), uib(3, 3, 1, 2.0, 80)],
    &[
        uib(3, 5, 2, 6.0, 160),
        uib(3, 3, 1, 4.0, 160).times(2),
        uib(3, 5, 1, 4.0, 160),
        uib(3, 3, 1, 4.0, 160),
        uib(3, 0, 1, 4.0, 160),
        uib(0, 0, 1, 2.0, 160),
        uib(3, 0, 1, 4.0, 160),
    ],
    &[
        uib(5, 5, 2, 6.0, 256),
        uib(5, 5, 1, 4.0, 256),
        uib(3, 5, 1, 4.0, 256).times(2),
        uib(0, 0, 1, 4.0, 256),
        uib(3, 0, 1, 4.0, 256),
        uib(3, 5, 1, 2.0, 256),
        uib(5, 5, 1, 4.0, 256),
        uib(0, 0, 1, 4.0, 256).times(2),
        uib(5, 0, 1, 2.0, 256),
    ],
    &[conv(1, 1, 960)],
];

const CONV_LARGE: Table = &[
    &[er(3, 2, 4.0, 48)],
    &[uib(3, 5, 2, 4.0, 96), uib(3, 3, 1, 4.0, 96)],
    &[
        uib(3, 5, 2, 4.0, 192),
        uib(3, 3, 1, 4.0, 192).times(3),
        uib(3, 5, 1, 4.0, 192),
        uib(5, 3, 1, 4.0, 192).times(5),
        uib(3, 0, 1, 4.0, 192),
    ],
    &[
        uib(5, 5, 2, 4.0, 512).times(4),
        uib(5, 0, 1, 4.0, 512),
        uib(5, 3, 1, 4.0, 512),
        uib(5, 0, 1, 4.0, 512).times(2),
        uib(5, 3, 1, 4.0, 512),
        uib(5, 5, 1, 4.0, 512),
        uib(5, 0, 1, 4.0, 512).times(3),
    ],
    &[conv(1, 1, 960)],
];

const HYBRID_MEDIUM: Table = &[
    &[er(3, 2, 4.0, 48)],
    &[uib(3, 5, 2, 4.0, 80), uib(3, 3, 1, 2.0, 80)],
    &[
        uib(3, 5, 2, 6.0, 160),
        uib(0, 0, 1, 2.0, 160),
        uib(3, 3, 1, 4.0, 160),
        uib(3, 5, 1, 4.0, 160),
        mqa(4, 64, 2, 160),
        uib(3, 3, 1, 4.0, 160),
        mqa(4, 64, 2, 160),
        uib(3, 0, 1, 4.0, 160),
        mqa(4, 64, 2, 160),
        uib(3, 3, 1, 4.0, 160),
        mqa(4, 64, 2, 160),
        uib(3, 0, 1, 4.0, 160),
    ],
    &[
        uib(5, 5, 2, 6.0, 256),
        uib(5, 5, 1, 4.0, 256),
        uib(3, 5, 1, 4.0, 256).times(2),
        uib(0, 0, 1, 2.0, 256),
        uib(3, 5, 1, 2.0, 256),
        uib(0, 0, 1, 2.0, 256),
        uib(0, 0, 1, 4.0, 256),
        mqa(4, 64, 1, 256),
        uib(3, 0, 1, 4.0, 256),
        mqa(4, 64, 1, 256),
        uib(5, 5, 1, 4.0, 256),
        mqa(4, 64, 1, 256),
        uib(5, 0, 1, 4.0, 256),
        mqa(4, 64, 1, 256),
        uib(5, 0, 1, 4.0, 256),
    ],
    &[conv(1, 1, 960)],
];

const HYBRID_LARGE: Table = &[
    &[er(3, 2, 4.0, 48)],
    &[uib(3, 5, 2, 4.0, 96), uib(3, 3, 1, 4.0, 96)],
    &[
        uib(3, 5, 2, 4.0, 192),
        uib(3, 3, 1, 4.0, 192).times(3),
        uib(3, 5, 1, 4.0, 192),
        uib(5, 3, 1, 4.0, 192).times(2),
        mqa(8, 48, 2, 192),
        uib(5, 3, 1, 4.0, 192),
        mqa(8, 48, 2, 192),
        uib(5, 3, 1, 4.0, 192),
        mqa(8, 48, 2, 192),
        uib(5, 3, 1, 4.0, 192),
        mqa(8, 48, 2, 192),
        uib(3, 0, 1, 4.0, 192),
    ],
    &[
        uib(5, 5, 2, 4.0, 512).times(4),
        uib(5, 0, 1, 4.0, 512),
        uib(5, 3, 1, 4.0, 512),
        uib(5, 0, 1, 4.0, 512).times(2),
        uib(5, 3, 1, 4.0, 512),
        uib(5, 5, 1, 4.0, 512),
        mqa(8, 64, 1, 512),
        uib(5, 0, 1, 4.0, 512),
        mqa(8, 64, 1, 512),
        uib(5, 0, 1, 4.0, 512),
        mqa(8, 64, 1, 512),
        uib(5, 0, 1, 4.0, 512),
        mqa(8, 64, 1, 512),
        uib(5, 0, 1, 4.0, 512),
    ],
    &[conv(1, 1, 960)],
];

/// Narrow networks keep their stem; alpha leaves the head alone.
fn network(stages: Table, stem: usize, alpha: f64, activation: Activation) -> ArchDef<'static> {
    ArchDef {
        alpha,
        stem: StemDef { channels: stem, kernel_size: 3, is_fixed: alpha < 1.0 },
        head: Some(HeadDef { features: 1280, epilogue: Epilogue::BatchNorm, after_pool: true }),
        ..ArchDef::new(stages, activation)
    }
}

fn convolutional(stages: Table, stem: usize, alpha: f64, classes: usize) -> Graph {
    network(stages, stem, alpha, Relu).graph(classes)
}

/// A convolutional network with `antialias` instead of strides.
fn antialiased(stages: Table, stem: usize, antialias: AntiAlias, classes: usize) -> Graph {
    ArchDef { antialias: Some(antialias), ..network(stages, stem, 1.0, Relu) }.graph(classes)
}

/// With attention, and a layer scale at the end of every block.
fn hybrid(stages: Table, stem: usize, alpha: f64, activation: Activation, classes: usize) -> Graph {
    ArchDef { has_layer_scale: true, ..network(stages, stem, alpha, activation) }.graph(classes)
}

const IMAGENET: DefaultInput = DefaultInput::IMAGENET;
const INCEPTION: DefaultInput = DefaultInput::INCEPTION;

const TIMM: &[TimmVariant] = &[
    TimmVariant::new("mobilenetv4_conv_small_035", |classes| convolutional(CONV_SMALL, 32, 0.35, classes))
        .input(INCEPTION),
    TimmVariant::new("mobilenetv4_conv_small_050", |classes| convolutional(CONV_SMALL, 32, 0.5, classes))
        .input(INCEPTION),
    TimmVariant::new("mobilenetv4_conv_small", |classes| convolutional(CONV_SMALL, 32, 1.0, classes)),
    TimmVariant::new("mobilenetv4_conv_medium", |classes| convolutional(CONV_MEDIUM, 32, 1.0, classes))
        .input(IMAGENET.at(256, 0.95)),
    TimmVariant::new("mobilenetv4_conv_large", |classes| convolutional(CONV_LARGE, 24, 1.0, classes))
        .input(IMAGENET.at(384, 0.95)),
    TimmVariant::new("mobilenetv4_conv_aa_medium", |classes| {
        antialiased(CONV_MEDIUM, 32, AntiAlias::Average, classes)
    })
    .input(IMAGENET.at(256, 0.95)),
    TimmVariant::new("mobilenetv4_conv_blur_medium", |classes| {
        antialiased(CONV_MEDIUM, 32, AntiAlias::Blur, classes)
    })
    .input(IMAGENET.at(224, 0.95)),
    TimmVariant::new("mobilenetv4_conv_aa_large", |classes| {
        antialiased(CONV_LARGE, 24, AntiAlias::Average, classes)
    })
    .input(IMAGENET.at(448, 0.95)),
    TimmVariant::new("mobilenetv4_hybrid_medium_075", |classes| {
        hybrid(HYBRID_MEDIUM, 32, 0.75, Relu, classes)
    })
    .input(IMAGENET.at(224, 0.95)),
    TimmVariant::new("mobilenetv4_hybrid_medium", |classes| hybrid(HYBRID_MEDIUM, 32, 1.0, Relu, classes))
        .input(IMAGENET.at(256, 0.95)),
    TimmVariant::new("mobilenetv4_hybrid_large_075", |classes| hybrid(HYBRID_LARGE, 24, 0.75, Gelu, classes))
        .input(IMAGENET.at(256, 0.95)),
    TimmVariant::new("mobilenetv4_hybrid_large", |classes| hybrid(HYBRID_LARGE, 24, 1.0, Gelu, classes))
        .input(IMAGENET.at(384, 0.95)),
];

/// The first that fits is taken: lowest resolution, then best. Classifiers of other classes than ImageNet-1k's come last.
#[rustfmt::skip]
const CHECKPOINTS: &[Checkpoint] = &[
    Checkpoint::timm("mobilenetv4_conv_small.e2400_r224_in1k", "v4-conv-small", 224, Some([73.756, 91.43])).alpha(1.0).tested(256, [74.644, 92.022]).tested_crop(0.95),
    Checkpoint::timm("mobilenetv4_conv_small.e1200_r224_in1k", "v4-conv-small", 224, Some([73.45, 91.34])).alpha(1.0).tested(256, [74.282, 92.122]).tested_crop(0.95),
    Checkpoint::timm("mobilenetv4_conv_small.e3600_r256_in1k", "v4-conv-small", 256, Some([74.534, 91.94])).alpha(1.0).tested(320, [75.616, 92.768]),
    Checkpoint::timm("mobilenetv4_conv_small_050.e3000_r224_in1k", "v4-conv-small", 224, Some([64.778, 85.5])).alpha(0.5).tested(256, [65.826, 86.416]).tested_crop(0.95),
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

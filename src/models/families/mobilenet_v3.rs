//! MobileNetV3: inverted residuals found by search, squeeze-and-excite, hard-swish, and a head after the pooling
//! (arXiv:1905.02244).
//!
//! Input `[N, 3, R, R]` f32, normalised; output logits `[N, K]`.

mod torchvision;

use crate::models::arch_def::{ArchDef, HeadDef, Row, SqueezeDef, StemDef, conv, ds, ir};
use crate::models::channels::make_divisible;
use crate::models::checkpoint::Checkpoint;
use crate::models::family::{DefaultInput, Family, TimmVariant, Torchvision};
use crate::models::spec::{Epilogue, Graph};
use crate::models::tensor_names;
use crate::nn::Activation::{self, HardSwish, Relu};

pub(super) static FAMILY: Family = Family {
    name: "mobilenet-v3",
    alias: "v3",
    title: "MobileNetV3",
    timm: TIMM,
    transformers: None,
    torchvision: &[
        Torchvision {
            name: "mobilenet_v3_small",
            names: &tensor_names::TORCHVISION_V3,
            epsilon: 1e-3,
            graph: |args, classes| Ok(torchvision::small(args, classes)),
        },
        Torchvision {
            name: "mobilenet_v3_large",
            names: &tensor_names::TORCHVISION_V3,
            epsilon: 1e-3,
            graph: |args, classes| Ok(torchvision::large(args, classes)),
        },
    ],
    untrained: &[],
    checkpoints: CHECKPOINTS,
};

/// Stage by stage.
type Table = &'static [&'static [Row]];

/// Table 1 of the paper, with the repeats of a stage in one line.
const LARGE: Table = &[
    &[ds(3, 1, 16).relu()],
    &[ir(3, 2, 4.0, 24).relu(), ir(3, 1, 3.0, 24).relu()],
    &[ir(5, 2, 3.0, 40).se(0.25).relu().times(3)],
    &[ir(3, 2, 6.0, 80), ir(3, 1, 2.5, 80), ir(3, 1, 2.3, 80).times(2)],
    &[ir(3, 1, 6.0, 112).se(0.25).times(2)],
    &[ir(5, 2, 6.0, 160).se(0.25).times(3)],
    &[conv(1, 1, 960)],
];

/// Table 2 of the paper.
const SMALL: Table = &[
    &[ds(3, 2, 16).se(0.25).relu()],
    &[ir(3, 2, 4.5, 24).relu(), ir(3, 1, 3.67, 24).relu()],
    &[ir(5, 2, 4.0, 40).se(0.25), ir(5, 1, 6.0, 40).se(0.25).times(2)],
    &[ir(5, 1, 3.0, 48).se(0.25).times(2)],
    &[ir(5, 2, 6.0, 96).se(0.25).times(3)],
    &[conv(1, 1, 576)],
];

/// The large one without squeeze-and-excite, hard-swish and 5 x 5 filters.
const LARGE_MINIMAL: Table = &[
    &[ds(3, 1, 16)],
    &[ir(3, 2, 4.0, 24), ir(3, 1, 3.0, 24)],
    &[ir(3, 2, 3.0, 40).times(3)],
    &[ir(3, 2, 6.0, 80), ir(3, 1, 2.5, 80), ir(3, 1, 2.3, 80).times(2)],
    &[ir(3, 1, 6.0, 112).times(2)],
    &[ir(3, 2, 6.0, 160).times(3)],
    &[conv(1, 1, 960)],
];

/// The small one, likewise.
const SMALL_MINIMAL: Table = &[
    &[ds(3, 2, 16)],
    &[ir(3, 2, 4.5, 24), ir(3, 1, 3.67, 24)],
    &[ir(3, 2, 4.0, 40), ir(3, 1, 6.0, 40).times(2)],
    &[ir(3, 1, 3.0, 48).times(2)],
    &[ir(3, 2, 6.0, 96).times(3)],
    &[conv(1, 1, 576)],
];

/// The large one as timm's author first read it: no shortcut in the first block.
const LARGE_RW: Table = &[
    &[ds(3, 1, 16).relu().no_shortcut()],
    &[ir(3, 2, 4.0, 24).relu(), ir(3, 1, 3.0, 24).relu()],
    &[ir(5, 2, 3.0, 40).se(0.25).relu().times(3)],
    &[ir(3, 2, 6.0, 80), ir(3, 1, 2.5, 80), ir(3, 1, 2.3, 80).times(2)],
    &[ir(3, 1, 6.0, 112).se(0.25).times(2)],
    &[ir(5, 2, 6.0, 160).se(0.25).times(3)],
    &[conv(1, 1, 960)],
];

/// `_gen_mobilenet_v3` of timm's `models/mobilenetv3.py`: narrow networks keep their stem, and alpha leaves the head alone.
fn network(stages: Table, alpha: f64, activation: Activation, features: usize) -> ArchDef<'static> {
    ArchDef {
        alpha,
        stem: StemDef { channels: 16, kernel_size: 3, is_fixed: alpha < 0.75 },
        squeeze: SqueezeDef { round: make_divisible, activation: Some(Relu) },
        head: Some(HeadDef { features, epilogue: Epilogue::Bias, after_pool: true }),
        ..ArchDef::new(stages, activation)
    }
}

fn large(alpha: f64, depth: f64, classes: usize) -> Graph {
    ArchDef { depth, ..network(LARGE, alpha, HardSwish, 1280) }.graph(classes)
}

fn small(alpha: f64, classes: usize) -> Graph {
    network(SMALL, alpha, HardSwish, 1024).graph(classes)
}

fn large_minimal(classes: usize) -> Graph {
    network(LARGE_MINIMAL, 1.0, Relu, 1280).graph(classes)
}

fn small_minimal(classes: usize) -> Graph {
    network(SMALL_MINIMAL, 1.0, Relu, 1024).graph(classes)
}

/// `_gen_mobilenet_v3_rw`: squeezed channels are rounded to whole numbers, and the head has no bias.
fn large_rw(classes: usize) -> Graph {
    let squeeze = SqueezeDef { round: |channels| channels.round_ties_even() as usize, activation: None };
    let head = HeadDef { features: 1280, epilogue: Epilogue::None, after_pool: true };
    let network = network(LARGE_RW, 1.0, HardSwish, head.features);
    ArchDef { squeeze, head: Some(head), ..network }.graph(classes)
}

const IMAGENET: DefaultInput = DefaultInput::IMAGENET;
const INCEPTION: DefaultInput = DefaultInput::INCEPTION;

/// `tf_` weights were trained by Google, with TensorFlow's padding.
const TIMM: &[TimmVariant] = &[
    TimmVariant::new("mobilenetv3_small_050", |classes| small(0.5, classes)),
    TimmVariant::new("mobilenetv3_small_075", |classes| small(0.75, classes)),
    TimmVariant::new("mobilenetv3_small_100", |classes| small(1.0, classes)),
    TimmVariant::new("mobilenetv3_large_075", |classes| large(0.75, 1.0, classes)).input(IMAGENET.bilinear()),
    TimmVariant::new("mobilenetv3_large_100", |classes| large(1.0, 1.0, classes)),
    TimmVariant::new("mobilenetv3_large_150d", |classes| large(1.5, 1.2, classes))
        .input(INCEPTION.at(256, 0.95).bilinear()),
    TimmVariant::new("mobilenetv3_rw", large_rw).epsilon(1e-3),
    TimmVariant::new("tf_mobilenetv3_small_075", |classes| small(0.75, classes)).input(INCEPTION.bilinear()),
    TimmVariant::new("tf_mobilenetv3_small_100", |classes| small(1.0, classes)).input(INCEPTION.bilinear()),
    TimmVariant::new("tf_mobilenetv3_small_minimal_100", small_minimal).input(INCEPTION.bilinear()),
    TimmVariant::new("tf_mobilenetv3_large_075", |classes| large(0.75, 1.0, classes))
        .input(INCEPTION.bilinear()),
    TimmVariant::new("tf_mobilenetv3_large_100", |classes| large(1.0, 1.0, classes))
        .input(INCEPTION.bilinear()),
    TimmVariant::new("tf_mobilenetv3_large_minimal_100", large_minimal).input(INCEPTION.bilinear()),
];

/// The first that fits is taken: lowest resolution, then best. Classifiers of other classes than ImageNet-1k's come last.
#[rustfmt::skip]
const CHECKPOINTS: &[Checkpoint] = &[
    Checkpoint::timm("tf_mobilenetv3_small_100.in1k", "v3-small", 224, Some([67.922, 87.686])).alpha(1.0),
    Checkpoint::timm("mobilenetv3_small_100.lamb_in1k", "v3-small", 224, Some([67.636, 87.638])).alpha(1.0),
    Checkpoint::timm("tf_mobilenetv3_small_075.in1k", "v3-small", 224, Some([65.706, 86.13])).alpha(0.75),
    Checkpoint::timm("mobilenetv3_small_075.lamb_in1k", "v3-small", 224, Some([65.284, 85.462])).alpha(0.75),
    Checkpoint::timm("mobilenetv3_small_050.lamb_in1k", "v3-small", 224, Some([57.918, 80.144])).alpha(0.5),
    Checkpoint::timm("mobilenetv3_large_100.miil_in21k_ft_in1k", "v3-large", 224, Some([77.92, 92.894])).alpha(1.0),
    Checkpoint::timm("mobilenetv3_large_100.ra4_e3600_r224_in1k", "v3-large", 224, Some([76.31, 92.842])).alpha(1.0).tested(256, [77.182, 93.328]),
    Checkpoint::timm("mobilenetv3_large_100.ra_in1k", "v3-large", 224, Some([75.784, 92.528])).alpha(1.0),
    Checkpoint::timm("tf_mobilenetv3_large_100.in1k", "v3-large", 224, Some([75.51, 92.6])).alpha(1.0),
    Checkpoint::timm("tf_mobilenetv3_large_075.in1k", "v3-large", 224, Some([73.442, 91.332])).alpha(0.75),
    Checkpoint::timm("tf_mobilenetv3_small_minimal_100.in1k", "v3-small-minimal", 224, Some([62.892, 84.27])).alpha(1.0),
    Checkpoint::timm("tf_mobilenetv3_large_minimal_100.in1k", "v3-large-minimal", 224, Some([72.27, 90.664])).alpha(1.0),
    Checkpoint::timm("mobilenetv3_rw.rmsp_in1k", "v3-rw", 224, Some([75.616, 92.696])).alpha(1.0),
    Checkpoint::timm("mobilenetv3_large_150d.ra4_e3600_r256_in1k", "v3-large-d", 256, Some([80.994, 95.474])).alpha(1.5).tested(320, [81.832, 95.878]),
    Checkpoint::timm("mobilenetv3_large_100.miil_in21k", "v3-large", 224, None).alpha(1.0).classes(11221),
];

//! MobileNetV3: inverted residuals found by search, squeeze-and-excite, hard-swish, and a head behind the pooling
//! (arXiv:1905.02244).
//!
//! Input `[N, 3, R, R]` f32, normalised; output logits `[N, K]`.

use super::catalogue::Checkpoint;
use super::notation::{DIVISIBLE, Notation};
use super::spec::{Follows, Graph, Head, Layer, Role};
use super::{Family, TimmVariant, Torchvision, tensor_names};
use crate::nn::Activation::{self, HardSwish, Relu};

/// The family.
pub static FAMILY: Family = Family {
    name: "mobilenet-v3",
    alias: "v3",
    title: "MobileNetV3",
    timm: TIMM,
    transformers: None,
    torchvision: &[
        Torchvision {
            name: "mobilenet_v3_small",
            naming: &tensor_names::TORCHVISION_V3,
            epsilon: 1e-3,
            graph: |classes| small(1.0, classes),
        },
        Torchvision {
            name: "mobilenet_v3_large",
            naming: &tensor_names::TORCHVISION_V3,
            epsilon: 1e-3,
            graph: |classes| large(1.0, 1.0, classes),
        },
    ],
    checkpoints: CHECKPOINTS,
};

/// Stage by stage.
type Table = &'static [&'static [&'static str]];

/// Table 1 of the paper, with the repeats of a stage in one line.
const LARGE: Table = &[
    &["ds_r1_k3_s1_e1_c16_nre"],
    &["ir_r1_k3_s2_e4_c24_nre", "ir_r1_k3_s1_e3_c24_nre"],
    &["ir_r3_k5_s2_e3_c40_se0.25_nre"],
    &["ir_r1_k3_s2_e6_c80", "ir_r1_k3_s1_e2.5_c80", "ir_r2_k3_s1_e2.3_c80"],
    &["ir_r2_k3_s1_e6_c112_se0.25"],
    &["ir_r3_k5_s2_e6_c160_se0.25"],
    &["cn_r1_k1_s1_c960"],
];

/// Table 2 of the paper.
const SMALL: Table = &[
    &["ds_r1_k3_s2_e1_c16_se0.25_nre"],
    &["ir_r1_k3_s2_e4.5_c24_nre", "ir_r1_k3_s1_e3.67_c24_nre"],
    &["ir_r1_k5_s2_e4_c40_se0.25", "ir_r2_k5_s1_e6_c40_se0.25"],
    &["ir_r2_k5_s1_e3_c48_se0.25"],
    &["ir_r3_k5_s2_e6_c96_se0.25"],
    &["cn_r1_k1_s1_c576"],
];

/// The large one without squeeze-and-excite, hard-swish and 5 x 5 filters.
const LARGE_MINIMAL: Table = &[
    &["ds_r1_k3_s1_e1_c16"],
    &["ir_r1_k3_s2_e4_c24", "ir_r1_k3_s1_e3_c24"],
    &["ir_r3_k3_s2_e3_c40"],
    &["ir_r1_k3_s2_e6_c80", "ir_r1_k3_s1_e2.5_c80", "ir_r2_k3_s1_e2.3_c80"],
    &["ir_r2_k3_s1_e6_c112"],
    &["ir_r3_k3_s2_e6_c160"],
    &["cn_r1_k1_s1_c960"],
];

/// The small one, likewise.
const SMALL_MINIMAL: Table = &[
    &["ds_r1_k3_s2_e1_c16"],
    &["ir_r1_k3_s2_e4.5_c24", "ir_r1_k3_s1_e3.67_c24"],
    &["ir_r1_k3_s2_e4_c40", "ir_r2_k3_s1_e6_c40"],
    &["ir_r2_k3_s1_e3_c48"],
    &["ir_r3_k3_s2_e6_c96"],
    &["cn_r1_k1_s1_c576"],
];

/// The large one as timm's author first read it: no shortcut in the first block.
const LARGE_RW: Table = &[
    &["ds_r1_k3_s1_e1_c16_nre_noskip"],
    &["ir_r1_k3_s2_e4_c24_nre", "ir_r1_k3_s1_e3_c24_nre"],
    &["ir_r3_k5_s2_e3_c40_se0.25_nre"],
    &["ir_r1_k3_s2_e6_c80", "ir_r1_k3_s1_e2.5_c80", "ir_r2_k3_s1_e2.3_c80"],
    &["ir_r2_k3_s1_e6_c112_se0.25"],
    &["ir_r3_k5_s2_e6_c160_se0.25"],
    &["cn_r1_k1_s1_c960"],
];

/// `_gen_mobilenet_v3` of timm's `models/mobilenetv3.py`: narrow networks keep their stem.
fn notation(stages: Table, alpha: f64, activation: Activation) -> Notation {
    Notation {
        stages,
        alpha,
        depth: 1.0,
        activation,
        stem: (16, 3, alpha < 0.75),
        antialias: None,
        squeeze: (DIVISIBLE, Some(Relu)),
        is_scaled: false,
    }
}

/// The last layer, which alpha leaves alone.
fn head(features: usize, activation: Activation, follows: Follows) -> impl FnOnce(usize) -> Head {
    move |channels| Head {
        layer: Layer::pointwise(Role::Head, channels, features, activation).followed_by(follows),
        is_behind_pooling: true,
    }
}

fn large(alpha: f64, depth: f64, classes: usize) -> Graph {
    let notation = Notation { depth, ..notation(LARGE, alpha, HardSwish) };
    notation.graph(head(1280, HardSwish, Follows::Bias), classes)
}

fn small(alpha: f64, classes: usize) -> Graph {
    notation(SMALL, alpha, HardSwish).graph(head(1024, HardSwish, Follows::Bias), classes)
}

fn large_minimal(classes: usize) -> Graph {
    notation(LARGE_MINIMAL, 1.0, Relu).graph(head(1280, Relu, Follows::Bias), classes)
}

fn small_minimal(classes: usize) -> Graph {
    notation(SMALL_MINIMAL, 1.0, Relu).graph(head(1024, Relu, Follows::Bias), classes)
}

/// `_gen_mobilenet_v3_rw`: squeezed channels are rounded to whole numbers, and the head has no bias.
fn large_rw(classes: usize) -> Graph {
    let squeeze: (fn(f64) -> usize, _) = (|channels| channels.round_ties_even() as usize, None);
    let notation = Notation { squeeze, ..notation(LARGE_RW, 1.0, HardSwish) };
    notation.graph(head(1280, HardSwish, Follows::Nothing), classes)
}

/// `tf_` weights were trained by Google, with TensorFlow's padding.
const TIMM: &[TimmVariant] = &[
    TimmVariant::new("mobilenetv3_small_050", |classes| small(0.5, classes)),
    TimmVariant::new("mobilenetv3_small_075", |classes| small(0.75, classes)),
    TimmVariant::new("mobilenetv3_small_100", |classes| small(1.0, classes)),
    TimmVariant::new("mobilenetv3_large_075", |classes| large(0.75, 1.0, classes)),
    TimmVariant::new("mobilenetv3_large_100", |classes| large(1.0, 1.0, classes)),
    TimmVariant::new("mobilenetv3_large_150d", |classes| large(1.5, 1.2, classes)),
    TimmVariant::new("mobilenetv3_rw", large_rw).epsilon(1e-3),
    TimmVariant::new("tf_mobilenetv3_small_075", |classes| small(0.75, classes)),
    TimmVariant::new("tf_mobilenetv3_small_100", |classes| small(1.0, classes)),
    TimmVariant::new("tf_mobilenetv3_small_minimal_100", small_minimal),
    TimmVariant::new("tf_mobilenetv3_large_075", |classes| large(0.75, 1.0, classes)),
    TimmVariant::new("tf_mobilenetv3_large_100", |classes| large(1.0, 1.0, classes)),
    TimmVariant::new("tf_mobilenetv3_large_minimal_100", large_minimal),
];

/// Of several that fit the first is taken: lowest resolution, then best. Heads of other classes than ImageNet-1k's come last.
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

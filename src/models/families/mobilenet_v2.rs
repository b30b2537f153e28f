//! MobileNetV2: inverted residuals and linear bottlenecks (arXiv:1801.04381).
//!
//! Input `[N, 3, R, R]` f32, normalised; output logits `[N, K]`.

use crate::models::arch_def::{ArchDef, HeadDef, Row, StemDef, ds, ir};
use crate::models::channels::{Rounding, make_divisible};
use crate::models::checkpoint::Checkpoint;
use crate::models::family::{Family, TimmVariant, Torchvision, Transformers};
use crate::models::spec::{Epilogue, Graph};
use crate::models::tensor_names;
use crate::models::torchvision::TorchvisionArgs;
use crate::models::transformers::{TransformersConfig, Unsupported, require};
use crate::nn::Activation::Relu6;

pub(super) static FAMILY: Family = Family {
    name: "mobilenet-v2",
    alias: "v2",
    title: "MobileNetV2",
    timm: TIMM,
    transformers: Some(&Transformers {
        model_type: "mobilenet_v2",
        architecture: "MobileNetV2ForImageClassification",
        names: &tensor_names::TRANSFORMERS_V2,
        graph: from_transformers,
    }),
    torchvision: &[Torchvision {
        name: "mobilenet_v2",
        names: &tensor_names::TORCHVISION_V2,
        epsilon: 1e-5,
        graph: from_torchvision,
    }],
    untrained: &[],
    checkpoints: CHECKPOINTS,
};

/// Table 2 of the paper, row for row. Its first bottleneck expands by 1: no implementation has a layer for that.
#[rustfmt::skip]
const STAGES: [&[Row]; 7] = [
    &[ds(3, 1,       16)],
    &[ir(3, 2, 6.0,  24), ir(3, 1, 6.0,  24)],
    &[ir(3, 2, 6.0,  32), ir(3, 1, 6.0,  32).times(2)],
    &[ir(3, 2, 6.0,  64), ir(3, 1, 6.0,  64).times(3)],
    &[ir(3, 1, 6.0,  96).times(3)],
    &[ir(3, 2, 6.0, 160), ir(3, 1, 6.0, 160).times(2)],
    &[ir(3, 1, 6.0, 320)],
];

/// The network with `features` channels before the pooling.
fn with_features(features: usize) -> ArchDef<'static> {
    let head = HeadDef { features, epilogue: Epilogue::BatchNorm, after_pool: false };
    ArchDef { head: Some(head), ..ArchDef::new(&STAGES, Relu6) }
}

fn from_transformers(config: &TransformersConfig, classes: usize) -> Result<Graph, Unsupported> {
    require("expand_ratio", &config.expand_ratio, &6.0)?;
    require("min_depth", &config.min_depth, &8)?;
    require("depth_divisible_by", &config.depth_divisible_by, &8)?;
    require("output_stride", &config.output_stride, &32)?;
    require("first_layer_is_expansion", &config.first_layer_is_expansion, &true)?;
    let alpha = config.depth_multiplier;
    // The library keeps the last layer wide in narrow networks, as the paper does (section 4).
    let features =
        if config.finegrained_output && alpha < 1.0 { 1280 } else { make_divisible(1280.0 * alpha) };
    // The first block never has a shortcut, though its shapes may allow one in narrow networks.
    let [_, b, c, d, e, f, g] = STAGES;
    let stages: [&[Row]; 7] = [&[ds(3, 1, 16).no_shortcut()], b, c, d, e, f, g];
    let network =
        ArchDef { stages: &stages, alpha, rounding: Rounding::WholeDivisible, ..with_features(features) };
    Ok(network.graph(classes))
}

/// `MobileNetV2` of torchvision's `models/mobilenetv2.py`.
fn from_torchvision(args: &TorchvisionArgs, classes: usize) -> Result<Graph, Unsupported> {
    require("reduced_tail", &args.reduced_tail, &false)?;
    Ok(timm(args.width_mult, classes))
}

/// `_gen_mobilenet_v2` of timm's `models/efficientnet.py`: the last layer never narrows.
fn timm(alpha: f64, classes: usize) -> Graph {
    let features = make_divisible(1280.0 * alpha).max(1280);
    ArchDef { alpha, ..with_features(features) }.graph(classes)
}

/// timm's `d`: deeper, with stem and last layer as they are.
fn timm_deep(alpha: f64, depth: f64, classes: usize) -> Graph {
    let stem = StemDef { channels: 32, kernel_size: 3, is_fixed: true };
    ArchDef { alpha, depth, fixed_ends: true, stem, ..with_features(1280) }.graph(classes)
}

const TIMM: &[TimmVariant] = &[
    TimmVariant::new("mobilenetv2_035", |classes| timm(0.35, classes)),
    TimmVariant::new("mobilenetv2_050", |classes| timm(0.5, classes)),
    TimmVariant::new("mobilenetv2_075", |classes| timm(0.75, classes)),
    TimmVariant::new("mobilenetv2_100", |classes| timm(1.0, classes)),
    TimmVariant::new("mobilenetv2_110d", |classes| timm_deep(1.1, 1.2, classes)),
    TimmVariant::new("mobilenetv2_120d", |classes| timm_deep(1.2, 1.4, classes)),
    TimmVariant::new("mobilenetv2_140", |classes| timm(1.4, classes)),
];

/// The first that fits is taken: Google's own, then the best; copies last.
const CHECKPOINTS: &[Checkpoint] = &[
    // Where a revision stands, only it holds safetensors; main holds a pickle.
    Checkpoint::google("mobilenet_v2_0.35_96", "v2", 0.35, 96, [45.5, 70.4])
        .at("5d96f9d4a2d8dfc954023eeaa456d88c1503ea1f"),
    Checkpoint::google("mobilenet_v2_0.75_160", "v2", 0.75, 160, [66.4, 87.3]),
    Checkpoint::google("mobilenet_v2_1.0_224", "v2", 1.0, 224, [71.8, 91.0]),
    Checkpoint::google("mobilenet_v2_1.4_224", "v2", 1.4, 224, [75.0, 92.5]).at("refs/pr/3"),
    Checkpoint::timm("mobilenetv2_050.lamb_in1k", "v2", 224, Some([65.928, 86.114])).alpha(0.5),
    Checkpoint::timm("mobilenetv2_100.ra_in1k", "v2", 224, Some([72.91, 91.0])).alpha(1.0),
    Checkpoint::timm("mobilenetv2_110d.ra_in1k", "v2", 224, Some([75.056, 92.186])).alpha(1.1),
    Checkpoint::timm("mobilenetv2_120d.ra_in1k", "v2", 224, Some([77.3, 93.516])).alpha(1.2),
    Checkpoint::timm("mobilenetv2_140.ra_in1k", "v2", 224, Some([76.528, 93.008])).alpha(1.4),
    Checkpoint::google("mobilenet_v2_0.35_96", "v2", 0.35, 96, [45.5, 70.4]).copy_of("Matthijs", None),
    Checkpoint::google("mobilenet_v2_0.75_160", "v2", 0.75, 160, [66.4, 87.3]).copy_of("Matthijs", None),
    Checkpoint::google("mobilenet_v2_1.0_224", "v2", 1.0, 224, [71.8, 91.0]).copy_of("Matthijs", None),
];

//! Names of tensors: one graph, the layouts of three libraries.
//!
//! To add a layout, write a function from [`Place`] to names and a [`Naming`] row.

use super::graph::{BlockKind, Graph, Layer, Role};

/// Where a convolution stands in its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The first layer.
    Stem,
    /// A layer of a block.
    Block {
        /// Its stage.
        stage: usize,
        /// Its index in the stage.
        index: usize,
        /// Its index in the network.
        ordinal: usize,
        /// Its kind.
        kind: BlockKind,
        /// The layer.
        role: Role,
    },
    /// The layer in front of the pooling.
    Head,
}

/// Every convolution of `graph` with its place, in the order of [`Graph::layers`].
pub fn places(graph: &Graph) -> impl Iterator<Item = (Place, &Layer)> {
    let blocks = graph.stages.iter().enumerate().flat_map(|(stage, blocks)| {
        blocks.iter().enumerate().map(move |(index, block)| (stage, index, block))
    });
    let in_blocks = blocks.enumerate().flat_map(|(ordinal, (stage, index, block))| {
        let place = move |role| Place::Block { stage, index, ordinal, kind: block.kind, role };
        block.layers.iter().map(move |layer| (place(layer.role), layer))
    });
    let stem = std::iter::once((Place::Stem, &graph.stem));
    stem.chain(in_blocks).chain(graph.head.iter().map(|layer| (Place::Head, layer)))
}

/// The names under which a checkpoint stores one convolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// The weight.
    pub weight: String,
    /// What the names of the batch norm's tensors begin with, without the dot.
    pub norm: String,
}

/// One library's layout of one family.
#[derive(Debug)]
pub struct Naming {
    /// How users know it.
    pub library: &'static str,
    /// Names of a convolution.
    pub convolution: fn(Place) -> Names,
    /// What the names of the classifier's weight and bias begin with, without the dot.
    pub classifier: &'static str,
}

/// timm's `EfficientNet` class: V1, V2, EfficientNet-Lite.
pub static TIMM: Naming = Naming { library: "timm", convolution: timm, classifier: "classifier" };

/// transformers' `MobileNetV1ForImageClassification`.
pub static TRANSFORMERS_V1: Naming =
    Naming { library: "transformers", convolution: transformers_v1, classifier: "classifier" };

/// transformers' `MobileNetV2ForImageClassification`.
pub static TRANSFORMERS_V2: Naming =
    Naming { library: "transformers", convolution: transformers_v2, classifier: "classifier" };

/// torchvision's `mobilenet_v2`.
pub static TORCHVISION_V2: Naming =
    Naming { library: "torchvision", convolution: torchvision_v2, classifier: "classifier.1" };

fn timm(place: Place) -> Names {
    let (prefix, convolution, norm) = match place {
        Place::Stem => (String::new(), "conv_stem", "bn1"),
        Place::Head => (String::new(), "conv_head", "bn2"),
        Place::Block { stage, index, kind, role, .. } => {
            let (convolution, norm) = match (kind, role) {
                (BlockKind::DepthwiseSeparable, Role::Depthwise) => ("conv_dw", "bn1"),
                (BlockKind::DepthwiseSeparable, _) => ("conv_pw", "bn2"),
                (BlockKind::InvertedResidual, Role::Expand) => ("conv_pw", "bn1"),
                (BlockKind::InvertedResidual, Role::Depthwise) => ("conv_dw", "bn2"),
                (BlockKind::InvertedResidual, _) => ("conv_pwl", "bn3"),
            };
            (format!("blocks.{stage}.{index}."), convolution, norm)
        }
    };
    Names { weight: format!("{prefix}{convolution}.weight"), norm: format!("{prefix}{norm}") }
}

fn transformers_v1(place: Place) -> Names {
    transformers(&match place {
        Place::Block { ordinal, role: Role::Depthwise, .. } => {
            format!("mobilenet_v1.layer.{}", 2 * ordinal)
        }
        Place::Block { ordinal, .. } => format!("mobilenet_v1.layer.{}", 2 * ordinal + 1),
        Place::Stem | Place::Head => "mobilenet_v1.conv_stem".into(),
    })
}

fn transformers_v2(place: Place) -> Names {
    transformers(&match place {
        Place::Stem => "mobilenet_v2.conv_stem.first_conv".into(),
        Place::Head => "mobilenet_v2.conv_1x1".into(),
        Place::Block { ordinal, role, .. } => {
            let piece = match role {
                Role::Expand => "expand_1x1",
                Role::Depthwise => "conv_3x3",
                _ => "reduce_1x1",
            };
            // The library counts the first block, which does not expand, to the stem.
            match ordinal {
                0 => format!("mobilenet_v2.conv_stem.{piece}"),
                _ => format!("mobilenet_v2.layer.{}.{piece}", ordinal - 1),
            }
        }
    })
}

fn transformers(layer: &str) -> Names {
    Names { weight: format!("{layer}.convolution.weight"), norm: format!("{layer}.normalization") }
}

fn torchvision_v2(place: Place) -> Names {
    let (convolution, norm) = match place {
        Place::Stem => ("features.0.0".into(), "features.0.1".into()),
        Place::Head => ("features.18.0".into(), "features.18.1".into()),
        Place::Block { ordinal, kind, role, .. } => {
            let (convolution, norm) = match (kind, role) {
                (BlockKind::DepthwiseSeparable, Role::Depthwise)
                | (BlockKind::InvertedResidual, Role::Expand) => ("0.0", "0.1"),
                (BlockKind::DepthwiseSeparable, _) => ("1", "2"),
                (BlockKind::InvertedResidual, Role::Depthwise) => ("1.0", "1.1"),
                (BlockKind::InvertedResidual, _) => ("2", "3"),
            };
            let block = ordinal + 1;
            (format!("features.{block}.conv.{convolution}"), format!("features.{block}.conv.{norm}"))
        }
    };
    Names { weight: format!("{convolution}.weight"), norm }
}

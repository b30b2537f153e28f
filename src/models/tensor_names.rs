//! Names of tensors: one graph, the layouts of three libraries.
//!
//! To add a layout, write a function from [`Place`] to names and a [`Naming`] row.

use super::spec::{BlockKind, Graph, Head, Layer, Role};

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
        /// Whether it has squeeze-and-excite.
        is_gated: bool,
        /// The layer.
        role: Role,
    },
    /// The last layer in front of the classifier.
    Head {
        /// Whether it sees the pooled map.
        is_behind_pooling: bool,
    },
}

/// Every convolution of `graph` with its place, in the order of [`Graph::layers`].
pub fn places<'a>(graph: &'a Graph) -> impl Iterator<Item = (Place, &'a Layer)> {
    let blocks = graph.stages.iter().enumerate().flat_map(|(stage, blocks)| {
        blocks.iter().enumerate().map(move |(index, block)| (stage, index, block))
    });
    let in_blocks = blocks.enumerate().flat_map(|(ordinal, (stage, index, block))| {
        let (kind, is_gated) = (block.kind, block.is_gated());
        let place = move |role| Place::Block { stage, index, ordinal, kind, is_gated, role };
        block.layers.iter().map(move |layer| (place(layer.role), layer))
    });
    let stem = std::iter::once((Place::Stem, &graph.stem));
    let head = |head: &'a Head| {
        let is_behind_pooling = head.is_behind_pooling;
        (Place::Head { is_behind_pooling }, &head.layer)
    };
    stem.chain(in_blocks).chain(graph.head.iter().map(head))
}

/// The names under which a checkpoint stores one convolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// The weight.
    pub weight: String,
    /// What the names of the batch norm's tensors begin with, without the dot.
    pub norm: String,
    /// The layer scale.
    pub scale: String,
    /// Whether the weight is that of a linear layer, `[out, in]`.
    pub is_linear: bool,
}

impl Names {
    fn new(weight: String, norm: String) -> Self {
        Self { weight, norm, scale: String::new(), is_linear: false }
    }

    /// The shape of the weight of `layer` as it is stored.
    pub fn weight_shape(&self, layer: &Layer) -> Vec<usize> {
        let shape = layer.weight_shape();
        shape[..if self.is_linear { 2 } else { 4 }].to_vec()
    }

    /// The bias.
    pub fn bias(&self) -> String {
        let stem = self.weight.strip_suffix("weight").unwrap_or(&self.weight);
        format!("{stem}bias")
    }
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

/// timm's `EfficientNet` and `MobileNetV3` classes: all families.
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

/// torchvision's `mobilenet_v3_small` and `mobilenet_v3_large`.
pub static TORCHVISION_V3: Naming =
    Naming { library: "torchvision", convolution: torchvision_v3, classifier: "classifier.3" };

fn timm(place: Place) -> Names {
    match place {
        Place::Stem => Names::new("conv_stem.weight".into(), "bn1".into()),
        Place::Head { is_behind_pooling } => {
            let norm = if is_behind_pooling { "norm_head" } else { "bn2" };
            Names::new("conv_head.weight".into(), norm.into())
        }
        Place::Block { stage, index, kind, role, .. } => {
            let (convolution, norm) = timm_block(kind, role);
            let prefix = format!("blocks.{stage}.{index}.");
            let names = Names::new(format!("{prefix}{convolution}.weight"), format!("{prefix}{norm}"));
            Names { scale: format!("{prefix}layer_scale.gamma"), ..names }
        }
    }
}

/// A convolution and its norm.
fn timm_block(kind: BlockKind, role: Role) -> (&'static str, &'static str) {
    match (kind, role) {
        (_, Role::Reduce) => ("se.conv_reduce", ""),
        (_, Role::Excite) => ("se.conv_expand", ""),
        (BlockKind::Conv, _) => ("conv", "bn1"),
        (BlockKind::DepthwiseSeparable, Role::Depthwise) => ("conv_dw", "bn1"),
        (BlockKind::DepthwiseSeparable, _) => ("conv_pw", "bn2"),
        (BlockKind::InvertedResidual, Role::Expand) => ("conv_pw", "bn1"),
        (BlockKind::InvertedResidual, Role::Depthwise) => ("conv_dw", "bn2"),
        (BlockKind::InvertedResidual, _) => ("conv_pwl", "bn3"),
        (BlockKind::EdgeResidual, Role::Expand) => ("conv_exp", "bn1"),
        (BlockKind::EdgeResidual, _) => ("conv_pwl", "bn2"),
        (BlockKind::UniversalInvertedBottleneck, Role::Start) => ("dw_start.conv", "dw_start.bn"),
        (BlockKind::UniversalInvertedBottleneck, Role::Expand) => ("pw_exp.conv", "pw_exp.bn"),
        (BlockKind::UniversalInvertedBottleneck, Role::Depthwise) => ("dw_mid.conv", "dw_mid.bn"),
        (BlockKind::UniversalInvertedBottleneck, _) => ("pw_proj.conv", "pw_proj.bn"),
        (BlockKind::Attention { .. }, Role::Norm) => ("", "norm"),
        (BlockKind::Attention { .. }, Role::Query) => ("attn.query.proj", ""),
        (BlockKind::Attention { .. }, Role::KeyDown) => ("attn.key.down_conv", "attn.key.norm"),
        (BlockKind::Attention { .. }, Role::Key) => ("attn.key.proj", ""),
        (BlockKind::Attention { .. }, Role::ValueDown) => ("attn.value.down_conv", "attn.value.norm"),
        (BlockKind::Attention { .. }, Role::Value) => ("attn.value.proj", ""),
        (BlockKind::Attention { .. }, _) => ("attn.output.proj", ""),
    }
}

fn transformers_v1(place: Place) -> Names {
    transformers(&match place {
        Place::Block { ordinal, role: Role::Depthwise, .. } => {
            format!("mobilenet_v1.layer.{}", 2 * ordinal)
        }
        Place::Block { ordinal, .. } => format!("mobilenet_v1.layer.{}", 2 * ordinal + 1),
        Place::Stem | Place::Head { .. } => "mobilenet_v1.conv_stem".into(),
    })
}

fn transformers_v2(place: Place) -> Names {
    transformers(&match place {
        Place::Stem => "mobilenet_v2.conv_stem.first_conv".into(),
        Place::Head { .. } => "mobilenet_v2.conv_1x1".into(),
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
    Names::new(format!("{layer}.convolution.weight"), format!("{layer}.normalization"))
}

fn torchvision_v2(place: Place) -> Names {
    let (convolution, norm) = match place {
        Place::Stem => ("features.0.0".into(), "features.0.1".into()),
        Place::Head { .. } => ("features.18.0".into(), "features.18.1".into()),
        Place::Block { ordinal, kind, role, .. } => {
            let (convolution, norm) = match (kind, role) {
                (BlockKind::DepthwiseSeparable, Role::Depthwise) | (_, Role::Expand) => ("0.0", "0.1"),
                (BlockKind::DepthwiseSeparable, _) => ("1", "2"),
                (_, Role::Depthwise) => ("1.0", "1.1"),
                (_, _) => ("2", "3"),
            };
            let block = ordinal + 1;
            (format!("features.{block}.conv.{convolution}"), format!("features.{block}.conv.{norm}"))
        }
    };
    Names::new(format!("{convolution}.weight"), norm)
}

fn torchvision_v3(place: Place) -> Names {
    let layer = match place {
        Place::Stem => "features.0".into(),
        Place::Head { .. } => {
            let names = Names::new("classifier.0.weight".into(), String::new());
            return Names { is_linear: true, ..names };
        }
        Place::Block { ordinal, kind: BlockKind::Conv, .. } => format!("features.{}", ordinal + 1),
        Place::Block { ordinal, kind, is_gated, role, .. } => {
            let prefix = format!("features.{}.block", ordinal + 1);
            let depthwise = usize::from(kind != BlockKind::DepthwiseSeparable);
            match role {
                Role::Expand => format!("{prefix}.0"),
                Role::Depthwise => format!("{prefix}.{depthwise}"),
                Role::Reduce | Role::Excite => {
                    let number = if role == Role::Reduce { 1 } else { 2 };
                    let weight = format!("{prefix}.{}.fc{number}.weight", depthwise + 1);
                    return Names::new(weight, String::new());
                }
                _ => format!("{prefix}.{}", depthwise + 1 + usize::from(is_gated)),
            }
        }
    };
    Names::new(format!("{layer}.0.weight"), format!("{layer}.1"))
}

//! Names of tensors: one graph, the layouts of three libraries.
//!
//! To add a layout, write a function from [`LayerPath`] to names and a [`TensorNames`] row, and list it in [`LAYOUTS`].

use super::library::Library;
use super::spec::{BlockKind, Conv, LayerPath, Part};

/// The names of one convolution's tensors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// The weight.
    pub weight: String,
    /// Prefix of the batch norm's tensors, without the dot.
    pub norm: String,
    /// The layer scale.
    pub layer_scale: String,
    /// Whether the weight belongs to a linear layer: `[out, in]`.
    pub is_linear: bool,
}

impl Names {
    fn new(weight: String, norm: String) -> Self {
        Self { weight, norm, layer_scale: String::new(), is_linear: false }
    }

    /// The stored shape of the weight of `conv`.
    pub fn weight_shape(&self, conv: &Conv) -> Vec<usize> {
        let shape = conv.weight_shape();
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
pub struct TensorNames {
    /// The library.
    pub library: Library,
    /// What begins the names of all layers but the classifier, with the dot.
    pub body: &'static str,
    /// Names of a convolution.
    pub convolution: fn(LayerPath) -> Names,
    /// Prefix of the classifier's weight and bias, without the dot, as the library itself has them.
    pub classifier: &'static str,
}

impl TensorNames {
    /// The head after the pooling where it is a linear layer, as in torchvision: its prefix, without the dot.
    pub fn linear_head(&self) -> Option<String> {
        let names = (self.convolution)(LayerPath::Head { after_pool: true });
        names.weight.strip_suffix(".weight").filter(|_| names.is_linear).map(str::to_owned)
    }
}

/// Every layout.
pub static LAYOUTS: [&TensorNames; 5] =
    [&TIMM, &TRANSFORMERS_V1, &TRANSFORMERS_V2, &TORCHVISION_V2, &TORCHVISION_V3];

/// timm's `EfficientNet` and `MobileNetV3` classes: all families.
pub static TIMM: TensorNames =
    TensorNames { library: Library::Timm, body: "", convolution: timm, classifier: "classifier" };

/// transformers' `MobileNetV1ForImageClassification`.
pub static TRANSFORMERS_V1: TensorNames = TensorNames {
    library: Library::Transformers,
    body: "mobilenet_v1.",
    convolution: transformers_v1,
    classifier: "classifier",
};

/// transformers' `MobileNetV2ForImageClassification`.
pub static TRANSFORMERS_V2: TensorNames = TensorNames {
    library: Library::Transformers,
    body: "mobilenet_v2.",
    convolution: transformers_v2,
    classifier: "classifier",
};

/// torchvision's `mobilenet_v2`.
pub static TORCHVISION_V2: TensorNames = TensorNames {
    library: Library::Torchvision,
    body: "features.",
    convolution: torchvision_v2,
    classifier: "classifier.1",
};

/// torchvision's `mobilenet_v3_small` and `mobilenet_v3_large`.
pub static TORCHVISION_V3: TensorNames = TensorNames {
    library: Library::Torchvision,
    body: "features.",
    convolution: torchvision_v3,
    classifier: "classifier.3",
};

fn timm(path: LayerPath) -> Names {
    match path {
        LayerPath::Stem => Names::new("conv_stem.weight".into(), "bn1".into()),
        LayerPath::Head { after_pool } => {
            let norm = if after_pool { "norm_head" } else { "bn2" };
            Names::new("conv_head.weight".into(), norm.into())
        }
        LayerPath::Block { stage, index, kind, part, .. } => {
            let (convolution, norm) = timm_block(kind, part);
            let prefix = format!("blocks.{stage}.{index}.");
            let names = Names::new(format!("{prefix}{convolution}.weight"), format!("{prefix}{norm}"));
            Names { layer_scale: format!("{prefix}layer_scale.gamma"), ..names }
        }
    }
}

/// A convolution and its norm.
fn timm_block(kind: BlockKind, part: Part) -> (&'static str, &'static str) {
    match (kind, part) {
        (_, Part::Reduce) => ("se.conv_reduce", ""),
        (_, Part::Excite) => ("se.conv_expand", ""),
        (BlockKind::Conv, _) => ("conv", "bn1"),
        (BlockKind::DepthwiseSeparable, Part::Depthwise) => ("conv_dw", "bn1"),
        (BlockKind::DepthwiseSeparable, _) => ("conv_pw", "bn2"),
        (BlockKind::InvertedResidual, Part::Expand) => ("conv_pw", "bn1"),
        (BlockKind::InvertedResidual, Part::Depthwise) => ("conv_dw", "bn2"),
        (BlockKind::InvertedResidual, _) => ("conv_pwl", "bn3"),
        (BlockKind::EdgeResidual, Part::Expand) => ("conv_exp", "bn1"),
        (BlockKind::EdgeResidual, _) => ("conv_pwl", "bn2"),
        (BlockKind::UniversalInvertedBottleneck, Part::Start) => ("dw_start.conv", "dw_start.bn"),
        (BlockKind::UniversalInvertedBottleneck, Part::Expand) => ("pw_exp.conv", "pw_exp.bn"),
        (BlockKind::UniversalInvertedBottleneck, Part::Depthwise) => ("dw_mid.conv", "dw_mid.bn"),
        (BlockKind::UniversalInvertedBottleneck, _) => ("pw_proj.conv", "pw_proj.bn"),
        (BlockKind::Attention, Part::Norm) => ("", "norm"),
        (BlockKind::Attention, Part::Query) => ("attn.query.proj", ""),
        (BlockKind::Attention, Part::KeyDown) => ("attn.key.down_conv", "attn.key.norm"),
        (BlockKind::Attention, Part::Key) => ("attn.key.proj", ""),
        (BlockKind::Attention, Part::ValueDown) => ("attn.value.down_conv", "attn.value.norm"),
        (BlockKind::Attention, Part::Value) => ("attn.value.proj", ""),
        (BlockKind::Attention, _) => ("attn.output.proj", ""),
    }
}

fn transformers_v1(path: LayerPath) -> Names {
    transformers(&match path {
        LayerPath::Block { ordinal, part: Part::Depthwise, .. } => {
            format!("mobilenet_v1.layer.{}", 2 * ordinal)
        }
        LayerPath::Block { ordinal, .. } => format!("mobilenet_v1.layer.{}", 2 * ordinal + 1),
        LayerPath::Stem | LayerPath::Head { .. } => "mobilenet_v1.conv_stem".into(),
    })
}

fn transformers_v2(path: LayerPath) -> Names {
    transformers(&match path {
        LayerPath::Stem => "mobilenet_v2.conv_stem.first_conv".into(),
        LayerPath::Head { .. } => "mobilenet_v2.conv_1x1".into(),
        LayerPath::Block { ordinal, part, .. } => {
            let piece = match part {
                Part::Expand => "expand_1x1",
                Part::Depthwise => "conv_3x3",
                _ => "reduce_1x1",
            };
            // In this library the first block, which does not expand, belongs to the stem.
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

fn torchvision_v2(path: LayerPath) -> Names {
    let (convolution, norm) = match path {
        LayerPath::Stem => ("features.0.0".into(), "features.0.1".into()),
        LayerPath::Head { .. } => ("features.18.0".into(), "features.18.1".into()),
        LayerPath::Block { ordinal, kind, part, .. } => {
            let (convolution, norm) = match (kind, part) {
                (BlockKind::DepthwiseSeparable, Part::Depthwise)
                | (BlockKind::InvertedResidual, Part::Expand) => ("0.0", "0.1"),
                (BlockKind::DepthwiseSeparable, _) => ("1", "2"),
                (BlockKind::InvertedResidual, Part::Depthwise) => ("1.0", "1.1"),
                (BlockKind::InvertedResidual, _) => ("2", "3"),
                // The library builds this network of these two kinds alone.
                (
                    BlockKind::Conv
                    | BlockKind::EdgeResidual
                    | BlockKind::UniversalInvertedBottleneck
                    | BlockKind::Attention,
                    _,
                ) => ("", ""),
            };
            let block = ordinal + 1;
            (format!("features.{block}.conv.{convolution}"), format!("features.{block}.conv.{norm}"))
        }
    };
    Names::new(format!("{convolution}.weight"), norm)
}

fn torchvision_v3(path: LayerPath) -> Names {
    let layer = match path {
        LayerPath::Stem => "features.0".into(),
        LayerPath::Head { .. } => {
            let names = Names::new("classifier.0.weight".into(), String::new());
            return Names { is_linear: true, ..names };
        }
        LayerPath::Block { ordinal, kind: BlockKind::Conv, .. } => format!("features.{}", ordinal + 1),
        LayerPath::Block { ordinal, kind, has_squeeze_excite, part, .. } => {
            let prefix = format!("features.{}.block", ordinal + 1);
            let depthwise = usize::from(kind != BlockKind::DepthwiseSeparable);
            match part {
                Part::Expand => format!("{prefix}.0"),
                Part::Depthwise => format!("{prefix}.{depthwise}"),
                Part::Reduce | Part::Excite => {
                    let number = if part == Part::Reduce { 1 } else { 2 };
                    let weight = format!("{prefix}.{}.fc{number}.weight", depthwise + 1);
                    return Names::new(weight, String::new());
                }
                _ => format!("{prefix}.{}", depthwise + 1 + usize::from(has_squeeze_excite)),
            }
        }
    };
    Names::new(format!("{layer}.0.weight"), format!("{layer}.1"))
}

//! Layers in the words of the V1 paper: table 1 for each of them, table 2 for their kinds.

use crate::cli::layers::{Layer, Operation};
use crate::models::spec::{AntiAlias, Conv, ConvKind, LayerPath, Part};

/// `Conv / s2`, `Conv dw / s1`
pub(super) fn kind_and_stride(layer: &Layer) -> String {
    match &layer.operation {
        Operation::Pool => "Avg Pool / s1".into(),
        Operation::Classifier => "FC / s1".into(),
        Operation::Conv(_, conv) => {
            let kind = match conv.kind {
                ConvKind::Depthwise => "Conv dw",
                ConvKind::Dense | ConvKind::Pointwise => "Conv",
                ConvKind::Norm => return "Batch Norm".into(),
            };
            let downsampling = match conv.antialias {
                None => String::new(),
                Some(AntiAlias::Average) => format!(", Avg Pool / s{}", conv.stride),
                Some(AntiAlias::Blur) => format!(", Blur / s{}", conv.stride),
            };
            format!("{kind} / s{}{downsampling}", conv.conv_stride())
        }
    }
}

/// `3x3x3x32`, `3x3x32 dw`, `1024x1000`
pub(super) fn filter(layer: &Layer) -> String {
    let input = layer.input;
    match &layer.operation {
        Operation::Pool => format!("Pool {}x{}", input.h, input.w),
        Operation::Classifier => format!("{}x{}", input.c, layer.output.c),
        Operation::Conv(_, conv) => {
            let Conv { kernel_size: k, in_channels, out_channels, groups, .. } = conv;
            match conv.kind {
                ConvKind::Norm => out_channels.to_string(),
                ConvKind::Depthwise => format!("{k}x{k}x{out_channels} dw"),
                ConvKind::Dense | ConvKind::Pointwise if *groups > 1 => {
                    format!("{k}x{k}x{}x{out_channels}, {groups} groups", in_channels / groups)
                }
                ConvKind::Dense | ConvKind::Pointwise => format!("{k}x{k}x{in_channels}x{out_channels}"),
            }
        }
    }
}

/// The layer's row in table 2: `Conv 1x1`. Those of blocks that are more than convolutions have rows of their own.
pub(super) fn kind(layer: &Layer) -> String {
    match &layer.operation {
        Operation::Pool => "Avg Pool".into(),
        Operation::Classifier => "Fully Connected".into(),
        Operation::Conv(LayerPath::Block { part, .. }, _) if part.is_squeeze_excite() => {
            "Squeeze-Excite".into()
        }
        Operation::Conv(LayerPath::Block { part, .. }, _) if is_of_attention(*part) => "Attention".into(),
        Operation::Conv(_, conv) => {
            let side = conv.kernel_size;
            match conv.kind {
                ConvKind::Depthwise | ConvKind::Norm => format!("Conv DW {side}x{side}"),
                _ if conv.groups > 1 => format!("Conv {side}x{side} in groups"),
                ConvKind::Dense | ConvKind::Pointwise => format!("Conv {side}x{side}"),
            }
        }
    }
}

fn is_of_attention(part: Part) -> bool {
    match part {
        Part::Norm
        | Part::Query
        | Part::KeyDown
        | Part::Key
        | Part::ValueDown
        | Part::Value
        | Part::Output => true,
        Part::Conv
        | Part::Start
        | Part::Expand
        | Part::Depthwise
        | Part::Reduce
        | Part::Excite
        | Part::Pointwise
        | Part::Project => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::layers::layers;
    use crate::models::catalogue;

    /// Type and stride, filter, and kind of the layer called `name` in `model`.
    fn words(model: &str, name: &str) -> [String; 3] {
        let (architecture, resolution) = catalogue::architecture(model, None).unwrap();
        let layers = layers(&architecture.graph, resolution);
        let layer = layers.iter().find(|layer| layer.name == name).unwrap();
        [kind_and_stride(layer), filter(layer), kind(layer)]
    }

    #[test]
    fn layers_that_table_1_lacks() {
        for (model, name, expected) in [
            ("v3-small", "block 0 reduce", ["Conv / s1", "1x1x16x8", "Squeeze-Excite"]),
            ("v3-large", "head", ["Conv / s1", "1x1x960x1280", "Conv 1x1"]),
            ("v3-large", "pool", ["Avg Pool / s1", "Pool 7x7", "Avg Pool"]),
            ("lite0", "block 3 depthwise", ["Conv dw / s2", "5x5x144 dw", "Conv DW 5x5"]),
            (
                "mobilenetv4_conv_aa_medium",
                "block 0 expand",
                ["Conv / s1, Avg Pool / s2", "3x3x32x128", "Conv 3x3"],
            ),
            (
                "mobilenetv4_conv_blur_medium",
                "block 0 expand",
                ["Conv / s1, Blur / s2", "3x3x32x128", "Conv 3x3"],
            ),
            ("mobilenet_edgetpu_v2_m", "block 1 expand", ["Conv / s2", "3x3x32x256", "Conv 3x3"]),
        ] {
            assert_eq!(words(model, name), expected.map(str::to_owned), "{model} {name}");
        }
    }

    #[test]
    fn groups_and_attention_are_kinds_of_their_own() {
        let kinds = |model: &str| -> Vec<_> {
            let (architecture, resolution) = catalogue::architecture(model, None).unwrap();
            layers(&architecture.graph, resolution).iter().map(|layer| (kind(layer), filter(layer))).collect()
        };
        let grouped = kinds("mobilenet_edgetpu_v2_l");
        assert!(
            grouped.iter().any(|(kind, filter)| kind == "Conv 3x3 in groups" && filter.ends_with(" groups"))
        );
        let hybrid = kinds("mobilenetv4_hybrid_medium");
        assert!(hybrid.iter().any(|(kind, _)| kind == "Attention"));
    }
}

//! `config.json` of transformers: the fields that shape a network.

use std::fmt::{Debug, Display};

use serde::Deserialize;
use thiserror::Error;

use crate::nn::Activation;

/// `MobileNetV1Config` and `MobileNetV2Config` of transformers 5, with the defaults of both.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct TransformersConfig {
    /// `mobilenet_v1` or `mobilenet_v2`.
    pub model_type: String,
    /// Class names; the first one decides.
    pub architectures: Option<Vec<String>>,
    /// alpha.
    pub depth_multiplier: f64,
    /// Channels of a picture.
    pub num_channels: usize,
    /// The fewest channels of a layer.
    pub min_depth: usize,
    /// Channels are multiples of this (V2).
    pub depth_divisible_by: usize,
    /// Hidden channels over input channels (V2).
    pub expand_ratio: f64,
    /// Whether narrow networks keep the width of the last layer (V2).
    pub finegrained_output: bool,
    /// Whether the first block has no expansion of its own (V2).
    pub first_layer_is_expansion: bool,
    /// Input size over the size of the last feature map (V2).
    pub output_stride: usize,
    /// The activation, by transformers' name for it: `relu6`.
    pub hidden_act: String,
    /// Added to variances by batch norms.
    pub layer_norm_eps: f64,
    /// Whether convolutions pad as TensorFlow's "SAME".
    pub tf_padding: bool,
}

impl Default for TransformersConfig {
    fn default() -> Self {
        Self {
            model_type: String::new(),
            architectures: None,
            depth_multiplier: 1.0,
            num_channels: 3,
            min_depth: 8,
            depth_divisible_by: 8,
            expand_ratio: 6.0,
            finegrained_output: true,
            first_layer_is_expansion: true,
            output_stride: 32,
            hidden_act: "relu6".into(),
            layer_norm_eps: 1e-3,
            tf_padding: true,
        }
    }
}

/// `ACT2FN` of transformers' `activations.py`.
const ACTIVATIONS: [(&str, Activation); 4] = [
    ("relu", Activation::Relu),
    ("relu6", Activation::Relu6),
    ("gelu", Activation::Gelu),
    ("gelu_python", Activation::Gelu),
];

impl TransformersConfig {
    /// The activation called `hidden_act`.
    pub(super) fn activation(&self) -> Result<Activation, Unsupported> {
        let found = ACTIVATIONS.iter().find(|(name, _)| *name == self.hidden_act);
        let refused = || Unsupported::new("hidden_act", &self.hidden_act, "relu6, relu or gelu");
        found.map(|(_, activation)| *activation).ok_or_else(refused)
    }
}

/// A value in a configuration that no network here is built for.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("`{field}` is {found}; expected {expected}")]
pub struct Unsupported {
    field: &'static str,
    found: String,
    expected: String,
}

impl Unsupported {
    /// Whether the value is a network's name, and no setting of one.
    pub(crate) fn is_name(&self) -> bool {
        ["model_type", "architectures"].contains(&self.field)
    }

    pub(crate) fn new(
        field: &'static str,
        found: &(impl Debug + ?Sized),
        expected: &(impl Display + ?Sized),
    ) -> Self {
        Self { field, found: format!("{found:?}"), expected: expected.to_string() }
    }
}

/// Refuses a value other than the one the graph is built for.
pub(super) fn require<T: PartialEq + Debug + Display>(
    field: &'static str,
    found: &T,
    expected: &T,
) -> Result<(), Unsupported> {
    if found == expected { Ok(()) } else { Err(Unsupported::new(field, found, expected)) }
}

/// Refuses a width multiplier out of reason.
pub(super) fn require_width(field: &'static str, width: f64) -> Result<(), Unsupported> {
    let expected = "a width multiplier between 0.01 and 16";
    if (0.01..=16.0).contains(&width) { Ok(()) } else { Err(Unsupported::new(field, &width, expected)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Architecture;

    #[test]
    fn defaults_stand_for_missing_keys() {
        let config: TransformersConfig = serde_json::from_str(r#"{"model_type": "mobilenet_v2"}"#).unwrap();
        let architecture = Architecture::transformers(&config, 1001).unwrap();
        assert_eq!(architecture.graph.parameters(), 3_506_153);
    }

    #[test]
    fn hidden_act_is_the_activation_of_every_layer_that_has_one() {
        for model_type in ["mobilenet_v1", "mobilenet_v2"] {
            let count = |hidden_act: &str, activation| {
                let (model_type, hidden_act) = (model_type.into(), hidden_act.into());
                let config = TransformersConfig { model_type, hidden_act, ..TransformersConfig::default() };
                let graph = Architecture::transformers(&config, 3).unwrap().graph;
                graph.layers().filter(|(_, conv)| conv.activation == activation).count()
            };
            let own = count("relu6", Activation::Relu6);
            assert_eq!([count("relu", Activation::Relu), count("gelu", Activation::Gelu)], [own; 2]);
            assert_eq!(count("relu", Activation::Relu6), 0);
        }
    }

    #[test]
    fn refuses_what_it_does_not_build() {
        let refused = |json: &str| {
            let config: TransformersConfig = serde_json::from_str(json).unwrap();
            Architecture::transformers(&config, 1001).unwrap_err().to_string()
        };
        assert_eq!(
            refused(r#"{"model_type": "mobilenet"}"#),
            "`model_type` is \"mobilenet\"; expected mobilenet_v1 or mobilenet_v2"
        );
        assert_eq!(
            refused(r#"{"model_type": "mobilenet_v2", "output_stride": 16}"#),
            "`output_stride` is 16; expected 32"
        );
        assert_eq!(
            refused(r#"{"model_type": "mobilenet_v2", "hidden_act": "gelu_new"}"#),
            "`hidden_act` is \"gelu_new\"; expected relu6, relu or gelu"
        );
        assert_eq!(
            refused(r#"{"model_type": "mobilenet_v1", "depth_multiplier": 1e300}"#),
            "`depth_multiplier` is 1e300; expected a width multiplier between 0.01 and 16"
        );
        assert!(
            refused(
                r#"{"model_type": "mobilenet_v2", "architectures": ["MobileNetV2ForSemanticSegmentation"]}"#
            )
            .contains("MobileNetV2ForSemanticSegmentation")
        );
    }
}

//! Models that are not found or not understood.

use super::quote::quoted;
use super::weights::missing_index;
use super::{Hint, again};
use crate::models::load::Pieces;
use crate::predict::{
    CheckpointError, ConfigError, FolderError, IdentifyError, LabelFileError, OpenError, SelectionError,
};

const LIST: &str = "mnet models list";

/// What must be said of a network whose configuration is right.
const NOT_COMPUTED: &str = "train a network without it: mnet cannot compute this one, and changing the file would change the \
                            answers";

impl Hint for SelectionError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoSuchAlpha { instead, .. } | Self::NoWeights { instead, .. } => {
                let model = instead.model.as_ref().map(|model| format!(" --model {}", quoted(model)));
                let alpha = instead.alpha.map(|alpha| format!(" --alpha {alpha:?}"));
                again::with_alpha(instead.model.as_deref(), instead.alpha).unwrap_or_else(|| {
                    let (model, alpha) = (model.unwrap_or_default(), alpha.unwrap_or_default());
                    format!("mnet classify photo.jpg{model}{alpha}")
                })
            }
            Self::AlphaOfOneCheckpoint { model } => again::of_one_alpha()
                .unwrap_or_else(|| format!("mnet classify photo.jpg --model {}", quoted(model))),
            Self::Untrained(model) => again::with_random_weights().unwrap_or_else(|| {
                format!("mnet inspect {model}, or mnet bench --random-weights --model {model}")
            }),
            Self::Unknown { model, similar } if !similar.is_empty() => again::with_model(model, &similar[0])
                .unwrap_or_else(|| format!("mnet classify photo.jpg --model {}", quoted(&similar[0]))),
            Self::Unknown { .. } | Self::NotBuiltIn { .. } | Self::NoSuchPath { near: None, .. } => {
                LIST.into()
            }
            Self::OtherAddress(_) => "mnet classify photo.jpg --model owner/name".into(),
            Self::NoSuchPath { path, near: Some(near) } => {
                again::with_model(path, near).unwrap_or_else(|| format!("--model {}", quoted(near)))
            }
        })
    }
}

impl Hint for OpenError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Hub(error) => error.hint(),
            Self::Checkpoint(error) => error.hint(),
        }
    }
}

impl Hint for CheckpointError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Folder(error) => error.hint(),
            Self::InPieces { pieces, .. } => Some(whole(*pieces).into()),
            Self::NoClassifier { convolution: Some(name), .. } => Some(format!(
                "if it follows the pooling: state_dict[\"{name}\"] = state_dict[\"{name}\"].flatten(1), and save it again"
            )),
            Self::NoClassifier { .. } => Some(LIST.into()),
            Self::Headless { note, .. } if !note.is_empty() => {
                Some("save one state dict of the whole model".into())
            }
            Self::Headless { .. } => {
                Some("train it with a linear layer as its classifier, and save both".into())
            }
            Self::Config { source, .. } => source.hint(),
            Self::Weights(error) => error.hint(),
            Self::Io { .. } => None,
        }
    }
}

/// What makes weights whole.
fn whole(pieces: Pieces) -> &'static str {
    match pieces {
        Pieces::WeightNorm => {
            "torch.nn.utils.remove_weight_norm(LAYER) for each such layer, and save the state dict again"
        }
        Pieces::SpectralNorm => {
            "torch.nn.utils.remove_spectral_norm(LAYER) for each such layer, and save the state dict again"
        }
        Pieces::Parametrization => {
            "torch.nn.utils.parametrize.remove_parametrizations(LAYER, \"weight\") for each such layer, and save the \
             state dict again"
        }
        Pieces::Pruning => {
            "torch.nn.utils.prune.remove(LAYER, \"weight\") for each such layer, and save the state dict again"
        }
        Pieces::Adapter => {
            "merge the adapter first: model.merge_and_unload(), and save the state dict of what it returns"
        }
    }
}

impl Hint for FolderError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Nothing { instead: None, .. } => LIST.into(),
            Self::Nothing { instead: Some(folder), .. } => format!("--model {}", quoted(folder)),
            Self::NoIndex { index, .. } => missing_index(index),
            Self::Several { folder, files } => {
                format!("--model {}, or another of these", quoted(folder.join(&files[0])))
            }
        })
    }
}

impl Hint for ConfigError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Unidentified(error) => error.hint(),
            Self::OneOutput => Some(
                "if the checkpoint is multi-label, set \"problem_type\": \"multi_label_classification\" in config.json"
                    .into(),
            ),
            Self::UnknownProcessor { file, .. } => Some(format!(
                "write its steps into {file} as those of a MobileNetV2ImageProcessor: size, crop_size, resample, \
                 image_mean, image_std"
            )),
            Self::UnknownKey { file, key, .. } => {
                Some(format!("delete `{key}` from {file} if pictures are prepared without it"))
            }
            Self::Json { file, .. } => Some(format!("correct {file}, or save it again")),
            Self::Value { file, field, .. } => Some(format!("correct `{field}` in {file}")),
            Self::Network { .. } => Some(NOT_COMPUTED.into()),
            Self::Unsupported(value) if !value.is_name() => Some(NOT_COMPUTED.into()),
            Self::UnknownArchitecture { .. } | Self::NotBuiltIn { .. } | Self::Unsupported(_) =>
                Some(LIST.into()),
        }
    }
}

impl Hint for IdentifyError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Part { difference, .. } => return difference.hint(),
            Self::Ambiguous { architectures } => {
                let example = &architectures[0];
                format!(
                    "a config.json beside the weights: {{\"architecture\": \"{example}\"}}, or another of these"
                )
            }
            Self::Absent { .. } | Self::Unknown { .. } => LIST.into(),
        })
    }
}

impl Hint for LabelFileError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Io { path, .. } => again::with_file("--labels", path),
            Self::Encoding { path, iconv: Some(encoding), .. } => {
                Some(format!("iconv -f {encoding} -t UTF-8 {} > labels.txt", quoted(path)))
            }
            Self::Encoding { .. } | Self::Form { .. } | Self::Count { .. } => Some(
                "one name per line, in the order of the outputs, or a JSON list; docs/checkpoints.md has the other forms"
                    .into(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predict::{Request, select};

    fn hint(model: Option<&str>, alpha: f64) -> String {
        let request = Request { model: model.map(str::to_owned), alpha: Some(alpha), resolution: None };
        select(&request).unwrap_err().hint().unwrap()
    }

    #[test]
    fn an_alpha_that_does_not_exist_gets_the_nearest_that_does() {
        assert_eq!(hint(Some("v1"), 0.5), "mnet classify photo.jpg --model v2 --alpha 0.5");
        assert_eq!(hint(Some("v1"), 0.6), "mnet classify photo.jpg --model v1 --alpha 0.75");
        assert_eq!(hint(None, 0.33), "mnet classify photo.jpg --alpha 0.35");
        assert_eq!(hint(Some("owner/name"), 0.5), "mnet classify photo.jpg --model owner/name");
    }
}

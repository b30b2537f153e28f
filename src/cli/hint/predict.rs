//! Models that are not found or not understood.

use super::Hint;
use crate::predict::{
    CheckpointError, ConfigError, FolderError, IdentifyError, LabelFileError, OpenError, SelectionError,
};

const LIST: &str = "mnet models list";

impl Hint for SelectionError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoSuchAlpha { instead, .. } => {
                let model =
                    instead.model.as_ref().map(|model| format!("--model {model} ")).unwrap_or_default();
                format!("mnet classify photo.jpg {model}--alpha {:?}", instead.alpha)
            }
            Self::AlphaOfOneCheckpoint { model } => format!("mnet classify photo.jpg --model {model}"),
            Self::NoSuchPath { near: Some(near), .. } => format!("--model {near}"),
            Self::Unknown(_) | Self::NoSuchPath { near: None, .. } => LIST.into(),
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
            Self::NoClassifier { .. } => Some(LIST.into()),
            Self::Config { source, .. } => source.hint(),
            Self::Weights(error) => error.hint(),
            Self::Io { .. } => None,
        }
    }
}

impl Hint for FolderError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Nothing { instead: None, .. } => LIST.into(),
            Self::Nothing { instead: Some(folder), .. } => format!("--model {}", folder.display()),
            Self::Several { folder, files } => {
                format!("--model {}, or another of these", folder.join(&files[0]).display())
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
            Self::Json { .. }
            | Self::UnknownArchitecture { .. }
            | Self::Unsupported(_)
            | Self::Value { .. } => Some(LIST.into()),
        }
    }
}

impl Hint for IdentifyError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Ambiguous { architectures } => {
                let example = &architectures[0];
                format!(
                    "a config.json beside the weights: {{\"architecture\": \"{example}\"}}, or another of these"
                )
            }
            Self::Unknown { .. } => LIST.into(),
        })
    }
}

impl Hint for LabelFileError {
    fn hint(&self) -> Option<String> {
        let form =
            "one name per line, in the order of the outputs, a JSON list, or {\"0\": \"first name\", …}";
        (!matches!(self, Self::Io { .. })).then(|| form.into())
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

//! Devices, and weights that do not fit their network.

use super::{Hint, again};
use crate::backend::BuildError;
use crate::backend::device::DeviceError;
use crate::models::LoadError;
use crate::models::load::Extra;

impl Hint for DeviceError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unknown(_) | Self::DoesNotOpen { .. } => {
                again::with_device("cpu").unwrap_or_else(|| "--device cpu".into())
            }
            Self::NotBuilt { feature, .. } => {
                let here = again::with_device("cpu").unwrap_or_else(|| "--device cpu".to_owned());
                format!("{here}, or for a build that has it: cargo install --path . --features {feature}")
            }
        })
    }
}

impl Hint for BuildError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Load(error) => error.hint(),
            Self::Device(_) => None,
        }
    }
}

impl Hint for LoadError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::Missing { .. } | Self::Shape { .. } => {
                Some("check that config.json is the one these weights were saved with".into())
            }
            Self::Unread { place: Extra::Aside, .. } => {
                Some("delete from the state dict what its answers do not need, or check config.json".into())
            }
            Self::Unread { place: Extra::Step | Extra::Body, .. } => Some(
                "check config.json, or train it without that step: without these tensors its answers would change"
                    .into(),
            ),
            Self::SeveralClassifiers { .. } => {
                Some("keep one of them: delete the tensors of the others from the state dict".into())
            }
            Self::Headless { .. } => {
                Some("train it with a linear layer as its classifier, and save both".into())
            }
            Self::Channels { .. } => Some("train it with three input channels, or with one".into()),
            Self::HiddenLayers { .. } => Some(
                "train it with one linear layer as its classifier: torch.nn.Linear(FEATURES, CLASSES)".into(),
            ),
            Self::SeveralNetworks { .. } => {
                Some(r#"save one of them: torch.save({k: v for k, v in state_dict.items() if k.startswith("PREFIX")}, "model.pth")"#.into())
            }
            Self::NotFinite { .. } | Self::Variance { .. } => None,
            Self::Zeros { .. } => Some("copy it, or download it, again".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_feature_names_the_build_that_has_it() {
        let error = DeviceError::NotBuilt { name: "CUDA", feature: "cuda" };
        let expected = "--device cpu, or for a build that has it: cargo install --path . --features cuda";
        assert_eq!(error.hint().as_deref(), Some(expected));
    }
}

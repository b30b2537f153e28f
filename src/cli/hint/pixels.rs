//! Preprocessing that does not fit a model.

use super::Hint;
use crate::pixels::OverrideError;

impl Hint for OverrideError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoCrop => "--res 224, which crops".into(),
            Self::SmallerThanCrop { edge, .. } => format!("--res {edge} as well, or a larger --resize"),
            Self::NotResized => "--resize as well, such as --resize 224 --res 224".into(),
            Self::NoSize => "--res 224 with --resize none, which only crops".into(),
            Self::OneChannel(_) => "one number, such as --mean 0.5 --std 0.5".into(),
            Self::TooLarge(_) => "a smaller --res".into(),
        })
    }
}

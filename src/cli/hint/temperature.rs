//! Temperatures that do not fit.

use super::{Hint, again};
use crate::predict::TemperatureError;

impl Hint for TemperatureError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Io { path, .. } => again::with_file("--temperature", path),
            Self::Form { path, .. } | Self::Value { path, .. } | Self::OtherWeights { path, .. } => {
                Some(again::calibrating(path))
            }
            Self::OtherModel { theirs, .. } => again::by_model(theirs),
            Self::OtherResolution { theirs, .. } => again::at_resolution(*theirs),
            Self::MultiLabel { .. } => again::without("--temperature"),
            Self::Weights(error) => error.hint(),
        }
    }
}

//! Temperatures that do not fit.

use std::io::ErrorKind;

use super::{Hint, again};
use crate::predict::TemperatureError;

impl Hint for TemperatureError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Io { path, source } if source.kind() == ErrorKind::NotFound => {
                again::with_file("--temperature", path)
            }
            // The file is something else, and stays.
            Self::Io { path, .. } | Self::Form { path, .. } | Self::Value { path, .. } => {
                Some(again::calibrating(&again::free_json(path)))
            }
            Self::OtherWeights { path, .. } => Some(again::calibrating(path)),
            Self::OtherModel { theirs, .. } => again::by_model(theirs),
            Self::OtherResolution { theirs, .. } => again::at_resolution(*theirs),
            Self::MultiLabel { .. } => again::without("--temperature"),
            Self::Weights(error) => error.hint(),
        }
    }
}

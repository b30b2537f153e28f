//! Weight files.

use super::Hint;
use crate::weights::{CONVERT, Fault, WeightsError};

impl Hint for WeightsError {
    fn hint(&self) -> Option<String> {
        let hint = match self.fault {
            Fault::Foreign { hint, .. } => hint,
            Fault::Damaged { .. } => "delete it and download it again",
            Fault::Unsupported { .. } | Fault::Refused { .. } => CONVERT,
            Fault::MissingShard { .. } => "download it into the same folder: the model needs all its files",
            Fault::Io(_)
            | Fault::NotRegular { .. }
            | Fault::TooLarge { .. }
            | Fault::NoTensors
            | Fault::NotFloat { .. } => return None,
        };
        Some(hint.into())
    }
}

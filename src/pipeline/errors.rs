//! What went wrong with one input, as its record says it.

use crate::guard;
use crate::pixels::{DecodeError, Oversize};
use crate::predict::ClassifyError;
use crate::record::{ItemError, ItemHint};

/// Runs the work on one input; a panic in it is that input's error.
pub(super) fn caught<T>(work: impl FnOnce() -> Result<T, ItemError>) -> Result<T, ItemError> {
    guard::catch(work).unwrap_or_else(|panic| {
        let message = format!("mnet failed on this picture: {panic}");
        Err(ItemError { kind: "internal", message, hint: None })
    })
}

pub(super) fn decode_error(error: &DecodeError) -> ItemError {
    let hint = match *error {
        DecodeError::Unsupported { .. } | DecodeError::Panicked { .. } => Some(ItemHint::Convert),
        DecodeError::TooLarge { width, height, .. } => {
            Some(ItemHint::AllowPixels(u64::from(width) * u64::from(height)))
        }
        DecodeError::TooMuchMemory { .. } => Some(ItemHint::AllowMorePixels),
        DecodeError::NotAnImage { hint, .. } => Some(hint),
        DecodeError::EndsEarly { .. } | DecodeError::Damaged { .. } => Some(ItemHint::CopyAgain),
    };
    ItemError { kind: error.kind(), message: error.to_string(), hint }
}

pub(super) fn oversize_error(error: &Oversize) -> ItemError {
    ItemError { kind: error.kind(), message: error.to_string(), hint: Some(ItemHint::Crop) }
}

pub(super) fn infer_error(error: &ClassifyError) -> ItemError {
    match error {
        ClassifyError::Oversize(error) => oversize_error(error),
        ClassifyError::Run(_) | ClassifyError::NotFinite => {
            ItemError { kind: "infer", message: error.to_string(), hint: None }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_oversize_picture_is_the_same_error_wherever_it_is_found() {
        let oversize = Oversize { width: 12_000, height: 40, limit: 4096 };
        assert_eq!(infer_error(&ClassifyError::from(oversize)), oversize_error(&oversize));
        assert_eq!(infer_error(&ClassifyError::NotFinite).kind, "infer");
    }
}

//! Inputs that fail.

use super::Hint;
use crate::record::ItemHint;

impl Hint for ItemHint {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::SearchDirectory(path) => format!("mnet classify -r {}", path.display()),
            Self::Convert => "convert it to JPEG or PNG first".into(),
            Self::AllowPixels(pixels) => format!("--max-pixels {pixels}"),
            Self::AllowMemory => "a larger --max-pixels, which allows more memory".into(),
        })
    }
}

//! Hints on failed inputs, in the words of the command line.

use std::path::Path;

use crate::record::ItemHint;

/// What to try for the input at `path`.
pub(super) fn in_words(hint: ItemHint, path: &Path) -> String {
    match hint {
        ItemHint::SearchDirectory => format!("mnet classify -r {}", path.display()),
        ItemHint::Convert => "convert it to JPEG or PNG first".to_owned(),
        ItemHint::AllowPixels(pixels) => format!("--max-pixels {pixels}"),
        ItemHint::AllowMorePixels => "a larger --max-pixels, which also allows more memory".to_owned(),
    }
}

//! Inputs that fail.

use std::path::Path;

use super::quote::quoted;
use crate::record::ItemHint;

/// What to try for the input at `path`.
pub(crate) fn input_hint(hint: ItemHint, path: &Path) -> String {
    match hint {
        ItemHint::SearchDirectory => format!("mnet classify -r {}", quoted(path)),
        ItemHint::Download => format!("curl -sL {} | mnet classify -", quoted(path)),
        ItemHint::Convert => "convert it to JPEG or PNG first".to_owned(),
        ItemHint::Crop => "crop it first, or --resize 224x224, which distorts it".to_owned(),
        ItemHint::AllowPixels(pixels) => format!("--max-pixels {pixels}"),
        ItemHint::AllowMemory(bytes) => format!("--memory {}M", bytes.div_ceil(1 << 20)),
        ItemHint::AllowTime => "a longer --timeout, or none".to_owned(),
        ItemHint::AllowMorePixels => "a larger --max-pixels, which also allows more memory".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_name_the_flag_that_raises_them() {
        let hint = |hint| input_hint(hint, Path::new("photo.tif"));
        assert_eq!(hint(ItemHint::AllowPixels(84)), "--max-pixels 84");
        assert_eq!(hint(ItemHint::AllowMemory(900 << 20)), "--memory 900M");
        assert_eq!(hint(ItemHint::AllowMorePixels), "a larger --max-pixels, which also allows more memory");
    }

    #[test]
    fn a_directory_gets_the_command_that_searches_it() {
        assert_eq!(input_hint(ItemHint::SearchDirectory, Path::new("photos")), "mnet classify -r photos");
        assert_eq!(input_hint(ItemHint::SearchDirectory, Path::new("a b")), "mnet classify -r 'a b'");
    }

    #[test]
    fn an_address_is_one_word_of_the_command() {
        let hint = input_hint(ItemHint::Download, Path::new("https://x/';rm -rf y;'.jpg"));
        assert_eq!(hint, "curl -sL \"https://x/';rm -rf y;'.jpg\" | mnet classify -");
    }
}

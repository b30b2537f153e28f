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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_name_the_flag_that_raises_them() {
        assert_eq!(ItemHint::AllowPixels(84).hint().as_deref(), Some("--max-pixels 84"));
        let memory = ItemHint::AllowMemory.hint();
        assert_eq!(memory.as_deref(), Some("a larger --max-pixels, which allows more memory"));
    }

    #[test]
    fn a_directory_gets_the_command_that_searches_it() {
        let hint = ItemHint::SearchDirectory("photos".into()).hint();
        assert_eq!(hint.as_deref(), Some("mnet classify -r photos"));
    }
}

//! Networks that are left out, though their names look like those of the built-in ones.

use super::spelling::normal;

/// Beginnings of their names, and why.
const ABSENT: [(&str, &str); 1] =
    [("mobilenetv5", "no classifier of MobileNetV5 is published, only Gemma 3n's image encoder")];

/// Why the network called `name` is left out; `None` if it is not.
pub fn absent(name: &str) -> Option<&'static str> {
    let name = normal(name);
    ABSENT.iter().find(|(beginning, _)| name.starts_with(beginning)).map(|(_, reason)| *reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_their_punctuation() {
        for name in ["mobilenetv5_300m", "mobilenet-v5", "MobileNetV5_base"] {
            assert!(absent(name).is_some(), "{name}");
        }
        assert_eq!(absent("mobilenetv4_conv_small"), None);
    }
}

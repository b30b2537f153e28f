//! Networks that are left out, though their names look like those of the built-in ones.

use super::spelling::normal;

/// A network that is left out.
struct Absent {
    /// The beginning of its names.
    beginning: &'static str,
    /// A module that no other network has.
    module: &'static str,
    reason: &'static str,
}

const ABSENT: [Absent; 1] = [Absent {
    beginning: "mobilenetv5",
    module: "msfa",
    reason: "no classifier of MobileNetV5 is published, only Gemma 3n's image encoder",
}];

/// Why the network called `name` is left out; `None` if it is not.
pub fn absent(name: &str) -> Option<&'static str> {
    let name = normal(name);
    ABSENT.iter().find(|absent| name.starts_with(absent.beginning)).map(|absent| absent.reason)
}

/// Why the network with these `tensors` is left out, by their names; `None` if it is not.
pub fn absent_by_tensors<'a>(mut tensors: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let absent = tensors
        .find_map(|name| ABSENT.iter().find(|absent| name.split('.').any(|part| part == absent.module)));
    absent.map(|absent| absent.reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_of_its_own_tells_a_network() {
        let by = |names: [&'static str; 2]| absent_by_tensors(names.into_iter());
        assert!(by(["conv_stem.conv.weight", "msfa.ffn.pw_exp.conv.weight"]).is_some());
        assert_eq!(by(["conv_stem.weight", "msfa_head.weight"]), None);
    }

    #[test]
    fn names_are_compared_without_their_punctuation() {
        for name in ["mobilenetv5_300m", "mobilenet-v5", "MobileNetV5_base"] {
            assert!(absent(name).is_some(), "{name}");
        }
        assert_eq!(absent("mobilenetv4_conv_small"), None);
    }
}

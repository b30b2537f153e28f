//! Names as people type them.

/// What is compared: `MobileNet_V2`, `mobilenet-v2` and `mobilenetv2` are one name. Dots stay: alphas and tags have them.
pub fn normal(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| !['-', '_', ' '].contains(c)).collect()
}

/// How many names are suggested.
const SHOWN: usize = 3;

/// The shortest part of a name for which the whole is suggested.
const SHORTEST_PART: usize = 4;

/// Those of `known` that `name` may have been meant for, the nearest first: it is a part of them, or at most a letter in
/// four is wrong.
pub fn nearest(name: &str, known: impl IntoIterator<Item = String>) -> Vec<String> {
    let wanted = normal(&hundredths(name));
    let letters = wanted.chars().count();
    let rank = |known: String| {
        let spelled = normal(&hundredths(&known));
        let is_part =
            letters >= SHORTEST_PART && (spelled.starts_with(&wanted) || spelled.ends_with(&wanted));
        let distance = strsim::damerau_levenshtein(&wanted, &spelled);
        let added = spelled.chars().count().abs_diff(letters);
        (is_part || distance * 4 <= letters).then_some((!is_part, distance, added, spelled, known))
    };
    let mut near: Vec<_> = known.into_iter().filter_map(rank).collect();
    near.sort();
    near.dedup_by(|a, b| a.3 == b.3);
    near.into_iter().map(|(.., known)| known).take(SHOWN).collect()
}

/// A name with its width multiplier as timm writes it: `v2_140` for `v2_1.4`.
fn hundredths(name: &str) -> String {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let Some((start, end)) = name.split_once('.') else { return name.into() };
    let digits = end.bytes().take_while(u8::is_ascii_digit).count();
    if !is_digit(start.chars().next_back()) || digits == 0 {
        return name.into();
    }
    let zero = if digits == 1 { "0" } else { "" };
    format!("{start}{}{zero}{}", &end[..digits], &end[digits..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_separators_do_not_count() {
        for name in ["MobileNet V2 1.0", "mobilenet-v2_1.0", "MOBILENETV2-1.0"] {
            assert_eq!(normal(name), "mobilenetv21.0");
        }
    }

    #[test]
    fn slips_of_the_finger_are_near() {
        let near =
            |name| nearest(name, ["v1", "mobilenet-v2", "mobilenet_v2", "mobilenet-v3"].map(str::to_owned));
        assert_eq!(near("mobilnet_v2"), ["mobilenet-v2", "mobilenet-v3"]);
        assert_eq!(near("moiblenetv3"), ["mobilenet-v3", "mobilenet-v2"]);
        assert!(near("resnet50").is_empty() && near("v9").is_empty() && near("").is_empty());
    }

    #[test]
    fn width_multipliers_have_two_spellings() {
        let names = ["mobilenetv2_100", "mobilenetv2_140", "mobilenetv2_050", "mobilenet-v1-0.75-192"];
        let near = |name| nearest(name, names.map(str::to_owned)).first().cloned();
        for (typed, expected) in [
            ("mobilenet_v2_1.4", "mobilenetv2_140"),
            ("mobilenet_v2_0.5", "mobilenetv2_050"),
            ("v2-1.4", "mobilenetv2_140"),
            ("v2_140", "mobilenetv2_140"),
            ("mobilenet-v2-1.0-96", "mobilenetv2_100"),
            ("mobilenet-v2-1.4-96", "mobilenetv2_140"),
            ("mobilenetV1-0.75", "mobilenet-v1-0.75-192"),
        ] {
            assert_eq!(near(typed).as_deref(), Some(expected), "{typed}");
        }
    }

    #[test]
    fn beginnings_of_names_come_first() {
        let names = [
            "lite",
            "lite0",
            "conv_small_050",
            "conv_small.e2400_r224",
            "efficientnet-lite",
            "efficientnet_lite0",
        ];
        let near = |name| nearest(name, names.map(str::to_owned)).first().cloned();
        assert_eq!(near("conv_small.e2400").as_deref(), Some("conv_small.e2400_r224"));
        assert_eq!(near("efficientnet_lite5").as_deref(), Some("efficientnet_lite0"));
    }
}

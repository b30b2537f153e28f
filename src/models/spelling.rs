//! Names as people type them.

/// What is compared: `MobileNet_V2`, `mobilenet-v2` and `mobilenetv2` are one name. Dots stay: alphas and tags have them.
pub fn normal(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| !['-', '_', ' '].contains(c)).collect()
}

/// How many names are suggested.
const SHOWN: usize = 3;

/// Those of `known` that `name` may have been meant for, the nearest first: at most a letter in four is wrong.
pub fn nearest(name: &str, known: impl IntoIterator<Item = String>) -> Vec<String> {
    let wanted = normal(name);
    let mut near: Vec<(usize, String)> = known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(&wanted, &normal(&known)), known))
        .filter(|(distance, _)| distance * 4 <= wanted.chars().count())
        .collect();
    near.sort();
    near.dedup_by(|a, b| normal(&a.1) == normal(&b.1));
    near.into_iter().map(|(_, known)| known).take(SHOWN).collect()
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
}

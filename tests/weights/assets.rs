//! The built-in model's weights and labels match their READMEs.

use std::collections::HashSet;

use mnet::weights::{Dtype, WeightFile};
use sha2::{Digest, Sha256};

const MODEL: &[u8] = include_bytes!("../../assets/models/efficientnet-lite0.safetensors");
const HYPERNYMS: &str = include_str!("../../assets/wordnet/hypernyms.txt");
const LABELS: &str = include_str!("../../assets/labels/imagenet-1k.txt");

fn sha256(bytes: &[u8]) -> String {
    let digits: Vec<_> = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

#[test]
fn hashes_match_the_readmes() {
    assert!(include_str!("../../assets/models/README.md").contains(&sha256(MODEL)));
    assert!(include_str!("../../assets/labels/README.md").contains(&sha256(LABELS.as_bytes())));
    assert!(include_str!("../../assets/wordnet/README.md").contains(&sha256(HYPERNYMS.as_bytes())));
}

#[test]
fn the_model_has_the_parameters_of_the_architecture() {
    let file = WeightFile::from_static(MODEL).unwrap();
    assert_eq!(file.names().count(), 247);
    let mut parameters = 0;
    for name in file.names() {
        let tensor = file.get(name).unwrap();
        assert_eq!(tensor.dtype, if tensor.shape.len() == 1 { Dtype::F32 } else { Dtype::F16 }, "{name}");
        let values = file.f32(name).unwrap().unwrap();
        assert!(values.iter().all(|value| value.is_finite()), "{name}");
        assert!(!name.ends_with("running_var") || values.iter().all(|&variance| variance >= 0.0), "{name}");
        if !name.contains("running_") {
            parameters += values.len();
        }
    }
    assert_eq!(parameters, 4_652_008);
    assert_eq!(file.get("blocks.6.0.conv_pwl.weight").unwrap().shape, [320, 1152, 1, 1]);
}

#[test]
fn labels_are_a_thousand_distinct_classes_in_order() {
    let classes: Vec<_> = LABELS.lines().map(|line| line.split_once('\t').unwrap()).collect();
    assert_eq!(classes.len(), 1000);
    assert!(classes.is_sorted_by(|(a, _), (b, _)| a < b), "ImageNet's classes are sorted by id");
    assert_eq!(classes[0], ("n01440764", "tench, Tinca tinca"));
    assert_eq!(classes[285], ("n02124075", "Egyptian cat"));
    assert_eq!(classes[999], ("n15075141", "toilet tissue, toilet paper, bathroom tissue"));
    // "crane" is a bird and a machine.
    assert_eq!(classes.iter().map(|(_, name)| name).collect::<HashSet<_>>().len(), 999);
}

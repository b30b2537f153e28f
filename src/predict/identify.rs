//! Identifying a network by its tensors, if no configuration names it.
//!
//! The names and shapes in the file are compared with those of every architecture of every family in every
//! layout. They must match exactly, without missing or additional tensors; values are not read. A new family
//! is included by its row in [`FAMILIES`](crate::models::FAMILIES).

mod layout;

use thiserror::Error;

pub(super) use self::layout::torchvision_by_tensors;
use self::layout::{Near, closer, layouts};
use crate::models::load::Mismatch;
use crate::models::{Architecture, LoadError, absent_by_tensors};
use crate::terminal_text::printable;
use crate::weights::WeightFile;

/// Why tensors do not identify a network.
#[derive(Debug, Error)]
pub enum IdentifyError {
    /// Several networks have these tensors.
    #[error(
        "no config.json names the network, and its tensors match {}, which differ only in what tensors do not \
         show (padding, epsilon, filters without weights)",
        .architectures.join(" and ")
    )]
    Ambiguous {
        /// Their names.
        architectures: Vec<String>,
    },
    /// A network has these layers, but not all that the file has around them.
    #[error("it has the layers of {architecture}, but {difference}")]
    Part {
        /// Its name.
        architecture: String,
        /// What cannot be expressed.
        difference: Box<LoadError>,
    },
    /// The tensors are those of a network that is left out.
    #[error("its network is not built in: {reason}")]
    Absent {
        /// Why.
        reason: &'static str,
    },
    /// No network has these tensors.
    #[error(
        "no config.json names the network, and no built-in network has its {count} tensors, such as {examples}{}",
        .closest.as_ref().map(|closest| format!("; closest is {closest}")).unwrap_or_default()
    )]
    Unknown {
        /// Number of tensors in the file.
        count: usize,
        /// The first few with their shapes.
        examples: String,
        /// The network that shares most of them, and the first difference.
        closest: Option<String>,
    },
}

/// The network whose tensors are those of `weights`, and a sentence that says so.
///
/// If several networks match, `name_hint`, the name of the repository or folder, decides if it contains the
/// name of exactly one of them.
///
/// # Errors
/// If no network matches, or several.
pub(super) fn identify_architecture(
    weights: &WeightFile,
    classes: usize,
    name_hint: &str,
) -> Result<(Architecture, String), IdentifyError> {
    let mut matches = Vec::<Architecture>::new();
    let mut closest: Near = None;
    for layout in layouts(classes) {
        match layout.fit(weights) {
            Ok(architecture) => matches.push(architecture),
            Err(mismatch) => closest = closer(closest, mismatch),
        }
    }
    // Where every layer has the fewest channels, a reduced tail reduces nothing.
    matches.dedup_by(|one, other| one.name == other.name);
    let (index, reason) = match matches.len() {
        0 => return Err(unknown(weights, closest)),
        1 => (0, ""),
        _ => {
            let index = matching_name(&matches, name_hint).ok_or_else(|| IdentifyError::Ambiguous {
                architectures: matches.iter().map(|architecture| architecture.name.clone()).collect(),
            })?;
            (index, ", chosen by the model's own name")
        }
    };
    let architecture = matches.swap_remove(index);
    let note = format!(
        "no config.json names the network: its {count} tensors are those of {name}{reason}",
        count = weights.names().count(),
        name = full_name(&architecture),
    );
    Ok((architecture, note))
}

/// The one of `fits` that `name_hint` names. Its parts are names from the nearest to the farthest: file, then folder.
fn matching_name(fits: &[Architecture], name_hint: &str) -> Option<usize> {
    name_hint.split('/').find_map(|part| named(fits, part))
}

/// The one of `fits` whose name is part of `text`. `tf_efficientnet_lite0` does not count as `efficientnet_lite0`.
fn named(fits: &[Architecture], text: &str) -> Option<usize> {
    let text = text.to_lowercase().replace('-', "_");
    let found: Vec<_> = (0..fits.len()).filter(|&index| text.contains(&fits[index].name)).collect();
    let is_part = |index: &usize| {
        found.iter().any(|other| other != index && fits[*other].name.contains(&fits[*index].name))
    };
    match found.iter().filter(|index| !is_part(index)).collect::<Vec<_>>()[..] {
        [index] => Some(*index),
        _ => None,
    }
}

fn unknown(weights: &WeightFile, closest: Near) -> IdentifyError {
    if let Some(reason) = absent_by_tensors(weights.names()) {
        return IdentifyError::Absent { reason };
    }
    let closest = match closest.map(|near| *near) {
        Some((architecture, Mismatch { difference, .. })) if difference.found_all_layers() => {
            return IdentifyError::Part {
                architecture: full_name(&architecture),
                difference: Box::new(difference),
            };
        }
        closest => closest,
    };
    let closest = closest
        .map(|(architecture, mismatch)| format!("{}: {}", full_name(&architecture), mismatch.difference));
    IdentifyError::Unknown { count: weights.names().count(), examples: examples(weights, |_| true), closest }
}

/// The first three tensors whose names are `wanted`, with their shapes.
pub(super) fn examples(weights: &WeightFile, wanted: impl Fn(&str) -> bool) -> String {
    let tensor = |name: &str| Some(format!("`{}` {:?}", printable(name), weights.get(name)?.shape));
    let first = weights.names().filter(|name| wanted(name)).filter_map(tensor).take(3);
    first.collect::<Vec<_>>().join(", ")
}

/// `mobilenetv2_100 (timm)`
fn full_name(architecture: &Architecture) -> String {
    format!("{} ({})", architecture.name, architecture.names.library)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::layout::Layout;
    use super::*;
    use crate::models::TorchvisionArgs;
    use crate::models::load::fit;
    use crate::models::random;
    use crate::models::spec::Conv;
    use crate::models::tensor_names::Names;

    #[test]
    fn every_architecture_is_identified_by_its_tensors() {
        // Only networks whose random weights are quick to make.
        let small =
            layouts(3).filter_map(Layout::usual).filter(|network| network.graph.parameters() < 10_000_000);
        for architecture in small {
            let weights = random::weights(&architecture);
            let again = identify_architecture(&weights, 3, &architecture.name);
            let (found, _) = again.unwrap_or_else(|error| panic!("{}: {error}", architecture.name));
            assert_eq!((found.name, found.graph), (architecture.name, architecture.graph));
        }
    }

    /// Networks that differ, though tensors do not show it: a name has to tell them apart. All others are identified.
    #[test]
    fn these_have_equal_tensors() {
        let tensor = |(names, conv): (Names, &Conv)| {
            let shape = names.weight_shape(conv);
            format!("{} {shape:?} {} {:?} {}", names.weight, names.norm, conv.epilogue, conv.has_layer_scale)
        };
        let mut groups: BTreeMap<Vec<String>, Vec<Architecture>> = BTreeMap::new();
        for architecture in layouts(3).filter_map(Layout::usual) {
            let layers = architecture.graph.layers();
            let tensors = layers.map(|(path, conv)| tensor(((architecture.names.convolution)(path), conv)));
            groups.entry(tensors.collect()).or_default().push(architecture);
        }
        let mut equal: Vec<_> = groups.into_values().filter(|group| group.len() > 1).collect();
        equal.sort_by(|a, b| a[0].name.cmp(&b[0].name));
        let names = equal.iter().map(|group| group.iter().map(|one| one.name.as_str()).collect::<Vec<_>>());
        let expected: [&[&str]; 11] = [
            &["efficientnet_lite0", "tf_efficientnet_lite0"],
            &["efficientnet_lite1", "tf_efficientnet_lite1"],
            &["efficientnet_lite2", "tf_efficientnet_lite2"],
            &["efficientnet_lite3", "tf_efficientnet_lite3"],
            &["efficientnet_lite4", "tf_efficientnet_lite4"],
            &["mobilenetv3_large_075", "tf_mobilenetv3_large_075"],
            &["mobilenetv3_large_100", "tf_mobilenetv3_large_100"],
            &["mobilenetv3_small_075", "tf_mobilenetv3_small_075"],
            &["mobilenetv3_small_100", "tf_mobilenetv3_small_100"],
            &["mobilenetv4_conv_large", "mobilenetv4_conv_aa_large"],
            &["mobilenetv4_conv_medium", "mobilenetv4_conv_aa_medium", "mobilenetv4_conv_blur_medium"],
        ];
        assert_eq!(names.collect::<Vec<_>>(), expected);
        for group in &equal {
            for (index, one) in group.iter().enumerate() {
                assert_eq!(matching_name(group, &one.name), Some(index), "{}", one.name);
                for other in &group[..index] {
                    let conventions =
                        |it: &Architecture| (it.epsilon.to_bits(), it.padding, it.graph.clone());
                    assert_ne!(conventions(one), conventions(other), "{} and {}", one.name, other.name);
                }
            }
            assert_eq!(matching_name(group, "best.pth/runs"), None);
        }
    }

    #[test]
    fn what_fitting_assumes_is_not_lost() {
        let own = Architecture::torchvision("mobilenet_v3_small", 1000).unwrap();
        let identified = |layers: &[(&str, [usize; 2])]| {
            let mut tensors = random::tensors(&own);
            tensors.retain(|name, _| !name.starts_with("classifier"));
            for (name, shape) in layers {
                tensors.insert(format!("{name}.weight"), (shape.to_vec(), vec![0.0; shape[0] * shape[1]]));
            }
            let file = WeightFile::from_bytes(random::serialize(&tensors)).unwrap();
            let found = identify_architecture(&file, 1000, "best").map_err(|error| error.to_string());
            found.map(|(architecture, _)| fit(architecture, &file).1.join("; "))
        };
        let note = identified(&[("classifier.0", [64, 576]), ("classifier.3", [1000, 64])]).unwrap();
        assert!(note.starts_with("hard-swish is assumed"), "{note}");
        let note = identified(&[("classifier.0", [1000, 576])]).unwrap();
        assert!(note.starts_with("`classifier.0` is taken for its classifier"), "{note}");
    }

    #[test]
    fn a_v3_cut_at_its_hidden_layer_gives_features_at_any_width() {
        for name in ["mobilenet_v3_small", "mobilenet_v3_large"] {
            for width_mult in [0.1, 0.25, 0.35, 0.5, 0.6, 0.75, 1.0, 1.1, 1.25, 1.5] {
                let args = TorchvisionArgs { width_mult, ..TorchvisionArgs::default() };
                let network = Architecture::torchvision_with(name, &args, 3).unwrap();
                let mut tensors = random::tensors(&network);
                tensors.retain(|name, _| !name.starts_with("classifier.3"));
                let file = WeightFile::from_bytes(random::serialize(&tensors)).unwrap();
                let features = network.graph.features;
                let error = identify_architecture(&file, features, "best").unwrap_err().to_string();
                assert!(error.ends_with(&format!("it gives {features} features, not classes")), "{error}");
            }
        }
    }

    #[test]
    fn the_name_decides_between_equal_tensors() {
        let fits = ["efficientnet_lite0", "tf_efficientnet_lite0"]
            .map(|name| Architecture::timm(name, 2).unwrap_or_else(|| panic!("{name}")));
        assert_eq!(matching_name(&fits, "someone/TF-EfficientNet-Lite0.in1k-birds"), Some(1));
        assert_eq!(matching_name(&fits, "efficientnet_lite0-birds"), Some(0));
        assert_eq!(matching_name(&fits, "birds"), None);
        match identify_architecture(&random::weights(&fits[0]), 2, "best.pth/birds") {
            Err(IdentifyError::Ambiguous { architectures }) => {
                assert_eq!(architectures, fits.each_ref().map(|network| network.name.clone()));
            }
            other => panic!("{other:?}"),
        }
        // The file's own name comes before its folder's.
        assert_eq!(matching_name(&fits, "efficientnet_lite0.pth/tf_efficientnet_lite0"), Some(0));
        assert_eq!(matching_name(&fits, "best.pth/tf_efficientnet_lite0"), Some(1));
    }
}

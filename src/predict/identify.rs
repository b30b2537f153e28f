//! Identifying a network by its tensors, if no configuration names it.
//!
//! The names and shapes in the file are compared with those of every architecture of every family in every
//! layout. They must match exactly, without missing or additional tensors; values are not read. A new family
//! is included by its row in [`FAMILIES`].

use thiserror::Error;

use crate::models::load::{Mismatch, check, fit};
use crate::models::{Architecture, FAMILIES, LoadError, TransformersConfig};
use crate::terminal_text::printable;
use crate::weights::WeightFile;

/// Why tensors do not identify a network.
#[derive(Debug, Error)]
pub enum IdentifyError {
    /// Several networks have these tensors.
    #[error(
        "config.json does not name the network, and its tensors match {}, which differ only in what tensors do not \
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
    /// No network has these tensors.
    #[error(
        "config.json does not name the network, and no built-in network has its {count} tensors, such as {examples}{}",
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
    let mut matches = Vec::new();
    let mut closest: Option<(Architecture, Mismatch)> = None;
    for layout in layouts(classes) {
        for architecture in layout {
            let (architecture, _) = fit(architecture, weights);
            match check(&architecture, weights) {
                Ok(()) => {
                    matches.push(architecture);
                    break;
                }
                Err(mismatch) if mismatch.matched > closest.as_ref().map_or(0, |(_, best)| best.matched) => {
                    closest = Some((architecture, mismatch));
                }
                Err(_) => {}
            }
        }
    }
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
        "config.json does not name the network: its {count} tensors are those of {name}{reason}; what the files do not \
         say is taken from the defaults of {library}",
        count = weights.names().count(),
        name = full_name(&architecture),
        library = architecture.names.library,
    );
    Ok((architecture, note))
}

/// The architectures of each layout. Those of one layout differ only in width, so at most one of them
/// matches.
fn layouts(classes: usize) -> impl Iterator<Item = Vec<Architecture>> {
    FAMILIES.iter().flat_map(move |family| {
        let timm = family.timm.iter().filter_map(move |variant| Architecture::timm(variant.name, classes));
        let torchvision = family.torchvision.iter();
        let torchvision = torchvision.filter_map(move |model| Architecture::torchvision(model.name, classes));
        let transformers =
            family.transformers.into_iter().map(move |class| every_alpha(class.model_type, classes));
        timm.chain(torchvision).map(|architecture| vec![architecture]).chain(transformers)
    })
}

/// A model class of transformers at every alpha from 0.01 to 2.
fn every_alpha(model_type: &str, classes: usize) -> Vec<Architecture> {
    let at = |hundredths: u32| {
        let depth_multiplier = f64::from(hundredths) / 100.0;
        let config = TransformersConfig {
            model_type: model_type.into(),
            depth_multiplier,
            ..TransformersConfig::default()
        };
        Architecture::transformers(&config, classes).ok()
    };
    (1..=200).filter_map(at).collect()
}

/// The one of `fits` whose name is part of `name_hint`. `tf_efficientnet_lite0` does not count as
/// `efficientnet_lite0`.
fn matching_name(fits: &[Architecture], name_hint: &str) -> Option<usize> {
    let name_hint = name_hint.to_lowercase().replace('-', "_");
    let found: Vec<_> = (0..fits.len()).filter(|&index| name_hint.contains(&fits[index].name)).collect();
    let is_part = |index: &usize| {
        found.iter().any(|other| other != index && fits[*other].name.contains(&fits[*index].name))
    };
    match found.iter().filter(|index| !is_part(index)).collect::<Vec<_>>()[..] {
        [index] => Some(*index),
        _ => None,
    }
}

fn unknown(weights: &WeightFile, closest: Option<(Architecture, Mismatch)>) -> IdentifyError {
    let closest = match closest {
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
    use super::*;
    use crate::models::random;

    #[test]
    fn every_architecture_is_identified_by_its_tensors() {
        // One width of each transformers class, and only networks whose random weights are quick to make.
        let first = layouts(3).filter_map(|layout| layout.into_iter().next());
        let small = first.filter(|architecture| architecture.graph.parameters() < 10_000_000);
        for architecture in small {
            let weights = random::weights(&architecture);
            let again = identify_architecture(&weights, 3, &architecture.name);
            let (found, _) = again.unwrap_or_else(|error| panic!("{}: {error}", architecture.name));
            assert_eq!((found.name, found.graph), (architecture.name, architecture.graph));
        }
    }

    #[test]
    fn the_name_decides_between_equal_tensors() {
        let fits = ["efficientnet_lite0", "tf_efficientnet_lite0"]
            .map(|name| Architecture::timm(name, 2).unwrap_or_else(|| panic!("{name}")));
        assert_eq!(matching_name(&fits, "someone/TF-EfficientNet-Lite0.in1k-birds"), Some(1));
        assert_eq!(matching_name(&fits, "efficientnet_lite0-birds"), Some(0));
        assert_eq!(matching_name(&fits, "birds"), None);
    }
}

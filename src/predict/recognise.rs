//! A network told by its tensors, where no configuration names it.
//!
//! Every architecture of every family in every layout is held against the names and shapes in a file, strictly: all of
//! its tensors are there and nothing is left. No value is read. A new family takes part by being in [`FAMILIES`].

use thiserror::Error;

use crate::models::load::{Mismatch, check};
use crate::models::{Architecture, FAMILIES, TransformersConfig};
use crate::terminal_text::printable;
use crate::weights::WeightFile;

/// Tensors that do not tell the network.
#[derive(Debug, Error)]
pub enum Unrecognised {
    /// Several networks have these tensors.
    #[error(
        "config.json does not name the network, and these tensors are those of {}, which differ in what tensors do \
         not show (padding, epsilon, filters without weights)",
        .architectures.join(" and ")
    )]
    Ambiguous {
        /// Their names.
        architectures: Vec<String>,
    },
    /// No network has these tensors.
    #[error(
        "config.json does not name the network, and none here has these {count} tensors, such as {examples}{}",
        .closest.as_ref().map(|closest| format!("; closest is {closest}")).unwrap_or_default()
    )]
    Unknown {
        /// How many tensors there are.
        count: usize,
        /// The first few with their shapes.
        examples: String,
        /// The network that shares most of them, and where it differs.
        closest: Option<String>,
    },
}

/// The one network whose tensors are those of `weights`, with a sentence that says so.
///
/// Where several fit, `place`, the name of the repository or folder, decides if it holds the name of exactly one.
///
/// # Errors
/// If none fits, or several.
pub(super) fn recognise(
    weights: &WeightFile,
    classes: usize,
    place: &str,
) -> Result<(Architecture, String), Unrecognised> {
    let mut fits = Vec::new();
    let mut closest: Option<(Architecture, Mismatch)> = None;
    for layout in layouts(classes) {
        for architecture in layout {
            match check(&architecture, weights) {
                Ok(()) => {
                    fits.push(architecture);
                    break;
                }
                Err(misfit) if misfit.matched > closest.as_ref().map_or(0, |(_, least)| least.matched) => {
                    closest = Some((architecture, misfit));
                }
                Err(_) => {}
            }
        }
    }
    let count = weights.names().count();
    let recognised = |architecture: Architecture, why: &str| {
        let name = full_name(&architecture);
        let library = architecture.names.library;
        let note = format!(
            "config.json does not name the network: its {count} tensors are those of {name}{why}; the \
             defaults of {library} stand for what the files do not say"
        );
        (architecture, note)
    };
    if fits.is_empty() {
        return Err(unknown(weights, closest));
    }
    if fits.len() == 1 {
        return Ok(recognised(fits.remove(0), ""));
    }
    if let Some(index) = named(&fits, place) {
        return Ok(recognised(fits.remove(index), ", which the model's own name decides"));
    }
    Err(Unrecognised::Ambiguous {
        architectures: fits.into_iter().map(|architecture| architecture.name).collect(),
    })
}

/// The architectures of each layout. Several of one layout differ in width alone: the first that fits is the network.
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

/// A class of transformers at every alpha in hundredths up to 2.
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

/// The one of `fits` whose name is in `place`. `tf_efficientnet_lite0` in it is not also `efficientnet_lite0`.
fn named(fits: &[Architecture], place: &str) -> Option<usize> {
    let place = place.to_lowercase().replace('-', "_");
    let found: Vec<_> = (0..fits.len()).filter(|&index| place.contains(&fits[index].name)).collect();
    let is_part = |index: &usize| {
        found.iter().any(|other| other != index && fits[*other].name.contains(&fits[*index].name))
    };
    match found.iter().filter(|index| !is_part(index)).collect::<Vec<_>>()[..] {
        [index] => Some(*index),
        _ => None,
    }
}

fn unknown(weights: &WeightFile, closest: Option<(Architecture, Mismatch)>) -> Unrecognised {
    let closest =
        closest.map(|(architecture, misfit)| format!("{}: {}", full_name(&architecture), misfit.difference));
    Unrecognised::Unknown { count: weights.names().count(), examples: examples(weights, |_| true), closest }
}

/// The first three tensors among those `wanted`, with their shapes.
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
    fn every_architecture_is_recognised_by_its_tensors() {
        // One width of transformers stands for all, and networks that are quickly written for the large ones.
        let first = layouts(3).filter_map(|layout| layout.into_iter().next());
        let small = first.filter(|architecture| architecture.graph.parameters() < 10_000_000);
        for architecture in small {
            let weights = random::weights(&architecture);
            let again = recognise(&weights, 3, &architecture.name);
            let (found, _) = again.unwrap_or_else(|error| panic!("{}: {error}", architecture.name));
            assert_eq!((found.name, found.graph), (architecture.name, architecture.graph));
        }
    }

    #[test]
    fn the_name_of_the_place_decides_between_equals() {
        let fits = ["efficientnet_lite0", "tf_efficientnet_lite0"]
            .map(|name| Architecture::timm(name, 2).unwrap_or_else(|| panic!("{name}")));
        assert_eq!(named(&fits, "someone/TF-EfficientNet-Lite0.in1k-birds"), Some(1));
        assert_eq!(named(&fits, "efficientnet_lite0-birds"), Some(0));
        assert_eq!(named(&fits, "birds"), None);
    }
}

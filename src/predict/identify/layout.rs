//! Layouts: the networks of a family as one library builds them, and which of them has a file's tensors.

use crate::models::load::{LoadError, Mismatch, check, fit};
use crate::models::{Architecture, FAMILIES, TorchvisionArgs, TransformersConfig};
use crate::weights::WeightFile;

/// The networks of one layout.
pub(super) enum Layout {
    /// There is one.
    One(Architecture),
    /// The same at any width.
    AnyWidth(Box<dyn Fn(f64) -> Option<Architecture>>),
}

/// A network that does not match, and how far it does.
pub(super) type Near = Option<Box<(Architecture, Mismatch)>>;

impl Layout {
    /// The network of this layout that has the tensors of `weights` when it is fitted to them; else the one that comes closest.
    pub(super) fn fit(self, weights: &WeightFile) -> Result<Architecture, Near> {
        match self {
            Self::One(architecture) => match fits(&architecture, weights) {
                Ok(()) => Ok(architecture),
                Err(mismatch) => Err(Some(Box::new((architecture, mismatch)))),
            },
            Self::AnyWidth(at) => fit_width(at, weights),
        }
    }
}

/// Whether `architecture` has the tensors of `weights` when it is fitted to them. The caller fits it once more, for what is
/// assumed then.
fn fits(architecture: &Architecture, weights: &WeightFile) -> Result<(), Mismatch> {
    let (fitted, _) = fit(architecture.clone(), weights);
    check(&fitted, weights)
}

/// Halvings of the range of widths: then it is narrower than any in which no layer changes.
const HALVINGS: usize = 48;

/// The network among those that `at` makes of a width. Layers get wider with it, so the first one that does not fit says on
/// which side the right width is.
fn fit_width(at: impl Fn(f64) -> Option<Architecture>, weights: &WeightFile) -> Result<Architecture, Near> {
    let (mut low, mut high, mut width) = (0.01, 16.0, 1.0);
    let mut closest = None;
    for _ in 0..HALVINGS {
        let Some(architecture) = at(width) else { break };
        let Err(mismatch) = fits(&architecture, weights) else { return Ok(architecture) };
        let is_too_narrow = is_too_narrow(&mismatch);
        closest = closer(closest, Some(Box::new((architecture, mismatch))));
        match is_too_narrow {
            Some(true) => low = width,
            Some(false) => high = width,
            None => break,
        }
        width = f64::midpoint(low, high);
    }
    Err(closest)
}

/// Whether the first tensor that does not fit is larger in the file; `None` if no shapes differ.
fn is_too_narrow(mismatch: &Mismatch) -> Option<bool> {
    let LoadError::Shape { expected, found, .. } = &mismatch.difference else { return None };
    let size = |shape: &[usize]| shape.iter().product::<usize>();
    Some(size(found) > size(expected))
}

/// The one that matches further.
pub(super) fn closer(closest: Near, other: Near) -> Near {
    let matched = |near: &Near| near.as_ref().map_or(0, |near| near.1.matched);
    if matched(&other) > matched(&closest) { other } else { closest }
}

/// What the function `name` of torchvision makes of any width, with each of these tails.
fn torchvision_layouts(name: &str, tails: &[bool], classes: usize) -> impl Iterator<Item = Layout> {
    tails.iter().map(move |&reduced_tail| {
        let name = name.to_owned();
        Layout::AnyWidth(Box::new(move |width_mult| {
            let args = TorchvisionArgs { width_mult, reduced_tail };
            Architecture::torchvision_with(&name, &args, classes).ok()
        }))
    })
}

/// The network of torchvision's function `name` whose tensors are those of `weights`, at this width or any, with one of
/// these tails.
pub(in crate::predict) fn torchvision_by_tensors(
    name: &str,
    width: Option<f64>,
    tails: &[bool],
    classes: usize,
    weights: &WeightFile,
) -> Option<Architecture> {
    torchvision_layouts(name, tails, classes).find_map(|layout| match (width, layout) {
        (Some(width), Layout::AnyWidth(at)) => Layout::One(at(width)?).fit(weights).ok(),
        (_, layout) => layout.fit(weights).ok(),
    })
}

/// Every layout of every family.
pub(super) fn layouts(classes: usize) -> impl Iterator<Item = Layout> {
    FAMILIES.iter().flat_map(move |family| {
        let timm = family.timm.iter().filter_map(move |variant| Architecture::timm(variant.name, classes));
        let torchvision = family
            .torchvision
            .iter()
            .flat_map(move |model| torchvision_layouts(model.name, &[false, true], classes));
        let transformers = family.transformers.into_iter().map(move |class| {
            Layout::AnyWidth(Box::new(move |depth_multiplier| {
                let config = TransformersConfig {
                    model_type: class.model_type.into(),
                    depth_multiplier,
                    ..TransformersConfig::default()
                };
                Architecture::transformers(&config, classes).ok()
            }))
        });
        timm.map(Layout::One).chain(torchvision).chain(transformers)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::random;

    impl Layout {
        /// The network that people use.
        pub(in crate::predict::identify) fn usual(self) -> Option<Architecture> {
            match self {
                Self::One(architecture) => Some(architecture),
                Self::AnyWidth(at) => at(1.0),
            }
        }
    }

    #[test]
    fn any_width_is_identified_by_its_tensors() {
        // Such as people choose, and such as no table has.
        let widths = [0.01, 0.1, 0.125, 0.25, 1.0 / 3.0, 0.35, 0.5, 0.625, 0.75, 1.0, 1.123, 1.4, 2.0, 3.21];
        for layout in layouts(3) {
            let Layout::AnyWidth(at) = &layout else { continue };
            for width in widths {
                let Some(network) = at(width) else { continue };
                let weights = random::weights(&network);
                let found = fit_width(at, &weights);
                let found = found.unwrap_or_else(|near| panic!("{} at {width}: {near:?}", network.name));
                // Narrow bodies are the same at several widths: fitting makes the head that of the file.
                assert_eq!(fit(found, &weights).0.graph, network.graph, "{} at {width}", network.name);
            }
        }
    }
}

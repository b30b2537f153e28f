//! Published checkpoints: what exists, and where.
//!
//! To add one of a known family, add a row to its file.

use super::{Architecture, FAMILIES, Family, Graph, TransformersConfig};

/// One set of trained weights on the hub.
#[derive(Clone, Copy, Debug)]
pub struct Checkpoint {
    /// Whose repository it is.
    owner: &'static str,
    repository: &'static str,
    /// The branch, pull request or commit that holds safetensors, where `main` does not.
    pub revision: Option<&'static str>,
    /// What `--model` takes for its kind: `v1`, `lite0`.
    pub variant: &'static str,
    /// Width multiplier, in families that have one.
    pub alpha: Option<f64>,
    /// Side of the square it was trained at, px.
    pub resolution: usize,
    /// Published top-1 and top-5 accuracy on ImageNet-1k at that resolution, percent; none for heads of other classes.
    pub accuracy: Option<[f64; 2]>,
    /// A larger resolution that its authors tested it at, px, and the accuracy there.
    pub tested: Option<(usize, Option<[f64; 2]>)>,
    /// Outputs of its head.
    pub classes: usize,
}

impl Checkpoint {
    /// Google's, in the layout of transformers: 1001 classes.
    pub(super) const fn google(
        repository: &'static str,
        variant: &'static str,
        alpha: f64,
        resolution: usize,
        accuracy: [f64; 2],
    ) -> Self {
        Self {
            owner: "google",
            repository,
            revision: None,
            variant,
            alpha: Some(alpha),
            resolution,
            accuracy: Some(accuracy),
            tested: None,
            classes: 1001,
        }
    }

    /// timm's: 1000 classes.
    pub(super) const fn timm(
        repository: &'static str,
        variant: &'static str,
        resolution: usize,
        accuracy: Option<[f64; 2]>,
    ) -> Self {
        Self {
            owner: "timm",
            repository,
            revision: None,
            variant,
            alpha: None,
            resolution,
            accuracy,
            tested: None,
            classes: 1000,
        }
    }

    /// The same weights in the repository of somebody else.
    pub(super) const fn copy_of(mut self, owner: &'static str, revision: Option<&'static str>) -> Self {
        self.owner = owner;
        self.revision = revision;
        self
    }

    pub(super) const fn tested(mut self, resolution: usize, accuracy: [f64; 2]) -> Self {
        self.tested = Some((resolution, Some(accuracy)));
        self
    }

    pub(super) const fn tested_at(mut self, resolution: usize) -> Self {
        self.tested = Some((resolution, None));
        self
    }

    pub(super) const fn classes(mut self, classes: usize) -> Self {
        self.classes = classes;
        self
    }

    pub(super) const fn at(mut self, revision: &'static str) -> Self {
        self.revision = Some(revision);
        self
    }

    pub(super) const fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = Some(alpha);
        self
    }

    /// `owner/name` on the hub.
    pub fn repository(&self) -> String {
        format!("{}/{}", self.owner, self.repository)
    }

    /// The name `--model` takes: `mobilenet-v2-0.75-160`, or the last part of a timm repository.
    pub fn name(&self) -> String {
        match self.owner {
            "google" => self.repository.replace('_', "-"),
            "timm" => self.repository.to_owned(),
            _ => self.repository(),
        }
    }

    /// Whether `name` says its kind: its family, its variant, or its architecture in timm (the name before the tag).
    pub fn is_of(&self, family: &Family, name: &str) -> bool {
        let architecture = self.repository.split('.').next().filter(|_| self.is_timm());
        [family.name, family.alias, self.variant].contains(&name) || architecture == Some(name)
    }

    /// The licence its page states.
    pub fn licence(&self) -> &'static str {
        if self.is_timm() { "apache-2.0" } else { "other" }
    }

    /// Where its accuracy was published.
    pub fn accuracy_source(&self) -> &'static str {
        if self.is_timm() {
            "timm, results-imagenet.csv, October 2025"
        } else {
            "TF-Slim tables of tensorflow/models"
        }
    }

    fn is_timm(&self) -> bool {
        self.owner == "timm"
    }

    /// Its network, from the row alone.
    ///
    /// # Panics
    /// If the row names a variant that its family's table lacks; a test builds every row.
    pub fn architecture(&self, family: &Family) -> Architecture {
        let architecture = match self.alpha {
            Some(alpha) if !self.is_timm() => family.at_alpha(alpha),
            _ => Architecture::timm(self.repository.split('.').next().unwrap_or_default(), self.classes),
        };
        architecture.unwrap_or_else(|| panic!("{}: no such network in {}", self.repository, family.name))
    }

    /// Its layers.
    ///
    /// # Panics
    /// As [`architecture`](Self::architecture).
    pub fn graph(&self, family: &Family) -> Graph {
        self.architecture(family).graph
    }
}

impl Family {
    /// The family's network of any width, whether somebody trained it or not, with 1001 classes; `None` if the family has
    /// no class in transformers, which is what takes any width.
    fn at_alpha(&self, alpha: f64) -> Option<Architecture> {
        let config = TransformersConfig {
            model_type: self.transformers?.model_type.into(),
            depth_multiplier: alpha,
            ..TransformersConfig::default()
        };
        Architecture::transformers(&config, 1001).ok()
    }
}

/// The network called `model` and the resolution it is meant for: a row of the catalogue, a variant, a family (V1 and V2 at
/// any alpha, 1.0 if none is named, others at those of their rows), or an architecture of timm. No weights need exist.
pub fn architecture(model: &str, alpha: Option<f64>) -> Option<(Architecture, usize)> {
    let native = checkpoints().find(|(_, row)| row.name() == model);
    let variant =
        || checkpoints().find(|(family, row)| [family.name, family.alias, row.variant].contains(&model));
    let Some((family, row)) = native.or_else(variant) else {
        let row = checkpoints().find(|(family, row)| row.is_of(family, model));
        // What timm trains at unless it says otherwise.
        let resolution = row.map_or(224, |(_, row)| row.resolution);
        return Architecture::timm(model, 1000).filter(|_| alpha.is_none()).map(|found| (found, resolution));
    };
    match alpha {
        None if native.is_some() => Some((row.architecture(family), row.resolution)),
        _ => match family.at_alpha(alpha.unwrap_or(1.0)) {
            Some(architecture) if native.is_none() => Some((architecture, 224)),
            None if alpha.is_none() => Some((row.architecture(family), row.resolution)),
            None if native.is_none() => checkpoints()
                .find(|(family, row)| row.is_of(family, model) && row.alpha == alpha)
                .map(|(family, row)| (row.architecture(family), row.resolution)),
            _ => None,
        },
    }
}

/// Every checkpoint with its family, lowest family first.
pub fn checkpoints() -> impl Iterator<Item = (&'static Family, &'static Checkpoint)> {
    FAMILIES.iter().flat_map(|family| family.checkpoints.iter().map(move |row| (*family, row)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_network() {
        for (family, row) in checkpoints() {
            assert!(row.graph(family).parameters() > 1_000_000, "{}", row.repository());
        }
    }

    #[test]
    fn every_architecture_has_a_network() {
        for variant in FAMILIES.iter().flat_map(|family| family.timm) {
            let found = Architecture::timm(variant.name, 10).unwrap();
            assert_eq!(found.graph.classes, 10, "{}", variant.name);
        }
    }

    #[test]
    fn a_network_needs_no_weights() {
        let costs = |model: &str, alpha: Option<f64>| {
            architecture(model, alpha)
                .map(|(found, resolution)| (found.graph.mult_adds(resolution), resolution))
        };
        let millions =
            |model: &str, alpha: f64| costs(model, Some(alpha)).map(|(mult_adds, _)| mult_adds / 1_000_000);
        // Table 6 of the V1 paper.
        assert_eq!([0.5, 0.25].map(|alpha| millions("v1", alpha)), [Some(149), Some(41)]);
        assert_eq!(costs("v1", None), costs("mobilenet-v1-1.0-224", None));
        assert_eq!(costs("mobilenetv2_100", None).map(|(_, resolution)| resolution), Some(224));
        assert_eq!(costs("lite2", None).map(|(_, resolution)| resolution), Some(260));
        assert_eq!(costs("lite2", Some(1.0)), None);
        assert_eq!(costs("v3-small", Some(0.75)), costs("tf_mobilenetv3_small_075", None));
        assert_eq!(costs("v3-small", Some(0.3)), None);
        assert_eq!(costs("tf_efficientnet_lite4", None).map(|(_, resolution)| resolution), Some(380));
        assert_eq!(costs("mobilenet-v2-0.75-160", Some(0.5)), None);
        assert_eq!(costs("v9", None), None);
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = checkpoints().map(|(_, row)| row.name()).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(names.contains(&"mobilenet-v2-0.75-160".to_owned()));
    }

    /// Parameters and Mult-Adds as the paper (V1) and the libraries count them.
    #[test]
    fn costs_are_the_published_ones() {
        let cost = |name: &str| {
            let (family, row) = checkpoints().find(|(_, row)| row.name() == name).unwrap();
            let graph = row.graph(family);
            (graph.parameters(), (graph.mult_adds(row.resolution) + 50_000) / 100_000)
        };
        assert_eq!(cost("mobilenet-v1-1.0-224"), (4_233_001, 5687));
        assert_eq!(cost("mobilenet-v1-0.75-192"), (2_586_329, 2393));
        assert_eq!(cost("mobilenet-v2-0.35-96"), (1_678_409, 119));
        assert_eq!(cost("mobilenet-v2-1.4-224"), (6_110_569, 5822));
        assert_eq!(cost("mobilenetv1_100h.ra4_e3600_r224_in1k"), (5_282_600, 6201));
        assert_eq!(cost("mobilenetv2_110d.ra_in1k"), (4_516_520, 4305));
        assert_eq!(cost("tf_efficientnet_lite0.in1k"), (4_652_008, 3852));
        assert_eq!(cost("tf_efficientnet_lite4.in1k").1, 39436);
    }
}

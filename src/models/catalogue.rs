//! Every published checkpoint, and the network of each.
//!
//! To add a checkpoint of a known family, add a row to the family's file.

use super::architecture::Architecture;
use super::checkpoint::Checkpoint;
use super::families::FAMILIES;
use super::family::{Family, Untrained};
use super::library::Library;
use super::spec::Graph;
use super::spelling::normal;
use super::transformers::TransformersConfig;

impl Checkpoint {
    /// Whether `name` is that of its family, its variant, or its timm architecture, letter by letter.
    pub fn is_of(&self, family: &Family, name: &str) -> bool {
        let timm = || self.library == Library::Timm && self.timm_architecture() == name;
        [family.name, family.alias, self.variant].contains(&name) || timm()
    }

    /// The variant with the family's name in place of its short form: `mobilenet-v3-large` for `v3-large`.
    fn full_variant(&self, family: &Family) -> String {
        format!("{}{}", family.name, self.variant.strip_prefix(family.alias).unwrap_or(self.variant))
    }

    /// Its network, from the row alone.
    ///
    /// # Panics
    /// If the row names a variant that its family's table lacks; a test builds every row.
    pub fn architecture(&self, family: &Family) -> Architecture {
        let architecture = match self.alpha {
            Some(alpha) if self.library == Library::Transformers => family.at_alpha(alpha),
            _ => Architecture::timm(self.timm_architecture(), self.classes),
        };
        architecture.unwrap_or_else(|| panic!("{}: no such network in {}", self.repository(), family.name))
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
    /// The family's network of any width, trained or not, with 1001 classes; `None` if the family has no class in
    /// transformers, the only library that takes any width.
    fn at_alpha(&self, alpha: f64) -> Option<Architecture> {
        let config = TransformersConfig {
            model_type: self.transformers?.model_type.into(),
            depth_multiplier: alpha,
            ..TransformersConfig::default()
        };
        Architecture::transformers(&config, 1001).ok()
    }
}

/// The name of a row, a family, a variant or an architecture with weights that `name` spells: `mobilenet-v2` for
/// `MobileNet_V2`, `v3-large` for torchvision's `mobilenet_v3_large`. `None` if no name matches.
pub fn canonical(name: &str) -> Option<String> {
    let wanted = normal(name);
    let is_meant = |name: &&str| normal(name) == wanted;
    let row = |(_, row): (_, &Checkpoint)| Some(row.name()).filter(|name| is_meant(&name.as_str()));
    let kind = |(family, row): (&Family, &Checkpoint)| {
        let timm = (row.library == Library::Timm).then(|| row.timm_architecture());
        [Some(family.name), Some(family.alias), Some(row.variant), timm].into_iter().flatten().find(is_meant)
    };
    let variant = |(family, row): (&Family, &Checkpoint)| {
        is_meant(&row.full_variant(family).as_str()).then_some(row.variant)
    };
    let found = checkpoints().find_map(row);
    found.or_else(|| {
        checkpoints().find_map(kind).or_else(|| checkpoints().find_map(variant)).map(str::to_owned)
    })
}

/// The network without published weights that `name` spells: `v1-dense` for `MobileNet_V1-Dense`.
pub fn untrained(name: &str) -> Option<&'static Untrained> {
    let wanted = normal(name);
    let full = |family: &Family, row: &Untrained| {
        format!("{}{}", family.name, row.name.strip_prefix(family.alias).unwrap_or(row.name))
    };
    let rows = FAMILIES.iter().flat_map(|family| family.untrained.iter().map(move |row| (family, row)));
    let is_meant = |(family, row): &(&&Family, &Untrained)| {
        normal(row.name) == wanted || normal(&full(family, row)) == wanted
    };
    rows.into_iter().find(is_meant).map(|(_, row)| row)
}

/// Every name that [`canonical`] knows or that [`Architecture::timm`] has.
pub fn names() -> impl Iterator<Item = String> {
    let of_row = |(family, row): (&'static Family, &'static Checkpoint)| {
        [row.name(), family.name.into(), family.alias.into(), row.variant.into(), row.full_variant(family)]
    };
    let timm = FAMILIES.iter().flat_map(|family| family.timm).map(|variant| variant.name.to_owned());
    checkpoints().flat_map(of_row).chain(timm)
}

/// The network called `model` and its resolution: a row of the catalogue, a variant, a family (V1 and V2 at any
/// alpha, 1.0 by default, others at those of their rows), an architecture of timm, or an [`untrained`] one at any alpha. It
/// works without weights.
pub fn architecture(model: &str, alpha: Option<f64>) -> Option<(Architecture, usize)> {
    if let Some(row) = untrained(model) {
        return Some((Architecture::untrained(row.name, alpha.unwrap_or(1.0), 1001)?, 224));
    }
    let timm = FAMILIES.iter().flat_map(|family| family.timm).map(|variant| variant.name);
    let timm = timm
        .clone()
        .find(|name| *name == model)
        .or_else(|| timm.clone().find(|name| normal(name) == normal(model)));
    let spelled = timm.map(str::to_owned).filter(|name| name == model);
    let spelled = spelled.or_else(|| canonical(model)).or_else(|| timm.map(str::to_owned))?;
    named_architecture(&spelled, alpha)
}

/// As [`architecture`], for a name in the catalogue's spelling.
fn named_architecture(model: &str, alpha: Option<f64>) -> Option<(Architecture, usize)> {
    let native = checkpoints().find(|(_, row)| row.name() == model);
    let variant =
        || checkpoints().find(|(family, row)| [family.name, family.alias, row.variant].contains(&model));
    let Some((family, row)) = native.or_else(variant) else {
        let row = checkpoints().find(|(family, row)| row.is_of(family, model));
        // timm trains at 224 unless it says otherwise.
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

    /// Tables 4 and 5 of the V1 paper.
    #[test]
    fn the_networks_that_v1_is_compared_with() {
        let costs = |model: &str| {
            let (found, resolution) = architecture(model, None).unwrap();
            let graph = found.graph;
            let classifier = graph.features * graph.classes;
            let mult_adds = graph.mult_adds(resolution);
            let millions = |count: usize| (count as f64 / 1e6).round();
            (millions(mult_adds), millions(mult_adds - classifier), (graph.parameters() + 50_000) / 100_000)
        };
        // Printed: 4866 and 29.3. It leaves out the classifier's Mult-Adds, as no other row of the tables does.
        assert_eq!(costs("v1-dense"), (4867.0, 4866.0, 293));
        // Printed: 307 and 2.9.
        assert_eq!(costs("v1-shallow"), (307.0, 306.0, 29));
    }

    #[test]
    fn untrained_networks_have_any_width_and_any_spelling() {
        for typed in ["v1-dense", "V1_Dense", "mobilenet-v1-dense", "MobileNetV1 dense"] {
            assert_eq!(untrained(typed).unwrap().title, "Conv MobileNet", "{typed}");
        }
        assert!(untrained("v1").is_none() && untrained("v2-dense").is_none());
        for row in FAMILIES.iter().flat_map(|family| family.untrained) {
            assert_eq!(canonical(row.name), None, "it is no checkpoint");
            let (half, _) = architecture(row.name, Some(0.5)).unwrap();
            assert_eq!((half.graph.features, half.family().name), (512, "mobilenet-v1"));
            assert!(architecture(row.name, Some(0.001)).is_none());
        }
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

    /// No two things have names that are equal but for their spelling.
    #[test]
    fn every_name_is_found_in_every_spelling() {
        for (family, row) in checkpoints() {
            let name = row.name();
            assert_eq!(canonical(&name), Some(name.clone()));
            if !name.contains('/') {
                assert_eq!(canonical(&name.to_uppercase().replace('_', "-")), Some(name));
            }
            for kind in [family.name, family.alias, row.variant, family.title] {
                let found = canonical(kind).unwrap();
                assert!(row.is_of(family, &found), "{kind}: {found}");
                assert_eq!(canonical(&kind.to_uppercase().replace('-', "_")), Some(found));
            }
            assert!(canonical(&row.full_variant(family)).is_some());
        }
        for variant in FAMILIES.iter().flat_map(|family| family.timm) {
            let (found, _) = architecture(variant.name, None).unwrap();
            assert_eq!(found.name, variant.name);
            assert!(architecture(&variant.name.replace('_', "-").to_uppercase(), None).is_some());
        }
        for model in FAMILIES.iter().flat_map(|family| family.torchvision) {
            let name = canonical(model.name).unwrap();
            assert!(checkpoints().any(|(family, row)| row.is_of(family, &name)), "{name}");
        }
    }

    #[test]
    fn names_as_people_type_them() {
        for (typed, expected) in [
            ("V2", "v2"),
            ("mobilenet_v2", "mobilenet-v2"),
            ("MobileNetV4", "mobilenet-v4"),
            ("mobilenet_v3_large", "v3-large"),
            ("MobileNetV3-Small", "v3-small"),
            ("mobilenet_v4_conv_small", "mobilenetv4_conv_small"),
            ("mobilenet_v2_1.0_224", "mobilenet-v2-1.0-224"),
            ("efficientnet-lite0", "efficientnet_lite0"),
            ("EfficientNet-Lite2", "lite2"),
            ("efficientnet_lite1", "lite1"),
            ("MobileNetV3_Large_100.ra_in1k", "mobilenetv3_large_100.ra_in1k"),
        ] {
            assert_eq!(canonical(typed).as_deref(), Some(expected), "{typed}");
        }
        assert_eq!(canonical("mobilenetv2_035"), None);
        assert_eq!(architecture("MobileNetV2-035", None).unwrap().0.name, "mobilenetv2_035");
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

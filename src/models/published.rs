//! Accuracy as published, for a network at a resolution: it belongs to weights that were trained there, which need not be at
//! hand.
//!
//! To add networks without published weights on the hub, add a row to a grid of [`GRIDS`].

use super::architecture::Architecture;
use super::built_in::BUILT_IN;
use super::catalogue::{self, checkpoints};
use super::checkpoint::Checkpoint;
use super::spec::Graph;

/// Top-1 accuracy on ImageNet-1k, and whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// Percent.
    pub top1: f64,
    /// The checkpoint of the catalogue that has it; `None` if its weights are not in the catalogue.
    pub checkpoint: Option<String>,
    /// Where it was published.
    pub source: &'static str,
}

/// Networks that a paper or its code trained at every pair of width and resolution.
struct Grid {
    /// What [`catalogue::architecture`] takes.
    model: &'static str,
    source: &'static str,
    resolutions: &'static [usize],
    /// Alpha, and the top-1 accuracy at each resolution, percent.
    rows: &'static [(f64, &'static [f64])],
}

/// The README files of `research/slim/nets` in tensorflow/models: of these 38 networks, six have weights on the hub. Then what
/// the V1 paper compares its network with.
#[rustfmt::skip]
const GRIDS: &[Grid] = &[
    Grid {
        model: "mobilenet-v1",
        source: "TF-Slim tables of tensorflow/models",
        resolutions: &[224, 192, 160, 128],
        rows: &[
            (1.0,  &[70.9, 70.0, 68.0, 65.2]),
            (0.75, &[68.4, 67.2, 65.3, 62.1]),
            (0.5,  &[63.3, 61.7, 59.1, 56.3]),
            (0.25, &[49.8, 47.7, 45.5, 41.5]),
        ],
    },
    Grid {
        model: "mobilenet-v2",
        source: "TF-Slim tables of tensorflow/models",
        resolutions: &[224, 192, 160, 128, 96],
        rows: &[
            (1.4,  &[75.0]),
            (1.3,  &[74.4]),
            (1.0,  &[71.8, 70.7, 68.8, 65.3, 60.3]),
            (0.75, &[69.8, 68.7, 66.4, 63.2, 58.8]),
            (0.5,  &[65.4, 63.9, 61.0, 57.7, 51.2]),
            (0.35, &[60.3, 58.2, 55.7, 50.8, 45.5]),
        ],
    },
    Grid { model: "v1-dense",   source: "table 4 of arXiv:1704.04861", resolutions: &[224], rows: &[(1.0, &[71.7])] },
    Grid { model: "v1-shallow", source: "table 5 of arXiv:1704.04861", resolutions: &[224], rows: &[(1.0, &[65.3])] },
];

impl Published {
    /// That of a checkpoint, at the resolution that it was trained at or at the larger one of its authors' test.
    pub fn of_checkpoint(row: &Checkpoint, resolution: usize) -> Option<Self> {
        let tested = row.tested.and_then(|(side, accuracy)| Some((side, accuracy?)));
        let trained = row.accuracy.map(|accuracy| (row.resolution, accuracy));
        let (_, [top1, _]) = [trained, tested].into_iter().flatten().find(|(side, _)| *side == resolution)?;
        Some(Self { top1, checkpoint: Some(row.name()), source: row.accuracy_source })
    }

    /// That of the weights in the binary.
    pub fn of_built_in(trained_at: usize, resolution: usize) -> Option<Self> {
        (trained_at == resolution).then(|| Self {
            top1: BUILT_IN.top1,
            checkpoint: Some("builtin".to_owned()),
            source: BUILT_IN.accuracy_source,
        })
    }

    /// That of weights which were trained for this network at this resolution: those of the catalogue first, in its order, of
    /// the same architecture before one that differs in padding or in the classes' number.
    pub fn of_network(architecture: &Architecture, resolution: usize) -> Option<Self> {
        let rows = checkpoints()
            .filter(|(_, row)| row.resolution == resolution && row.accuracy.is_some())
            .map(|(family, row)| (row, row.architecture(family)))
            .filter(|(_, found)| is_same(&found.graph, &architecture.graph));
        let rows: Vec<_> = rows.collect();
        let row = rows.iter().find(|(_, found)| found.name == architecture.name).or_else(|| rows.first());
        match row {
            Some((row, _)) => Self::of_checkpoint(row, resolution),
            None => GRIDS.iter().find_map(|grid| grid.find(architecture, resolution)),
        }
    }
}

impl Grid {
    fn find(&self, architecture: &Architecture, resolution: usize) -> Option<Published> {
        let at = self.resolutions.iter().position(|side| *side == resolution)?;
        self.rows.iter().find_map(|(alpha, accuracies)| {
            let top1 = *accuracies.get(at)?;
            let (found, _) = catalogue::architecture(self.model, Some(*alpha))?;
            let published = Published { top1, checkpoint: None, source: self.source };
            is_same(&found.graph, &architecture.graph).then_some(published)
        })
    }
}

/// Whether the layers are the same. TensorFlow's classifiers have a class more.
fn is_same(a: &Graph, b: &Graph) -> bool {
    *a == Graph { classes: a.classes, ..b.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(model: &str, alpha: Option<f64>, resolution: usize) -> Option<(f64, Option<String>)> {
        let (architecture, _) = catalogue::architecture(model, alpha).unwrap();
        let published = Published::of_network(&architecture, resolution)?;
        Some((published.top1, published.checkpoint))
    }

    #[test]
    fn the_catalogue_comes_first_and_the_papers_grid_fills_the_gaps() {
        let row = |top1, name: &str| Some((top1, Some(name.to_owned())));
        assert_eq!(found("v1", Some(0.75), 192), row(67.2, "mobilenet-v1-0.75-192"));
        assert_eq!(found("v1", Some(0.75), 160), Some((65.3, None)));
        assert_eq!(found("v2", Some(0.5), 224), row(65.9, "mobilenetv2_050.lamb_in1k"));
        assert_eq!(found("v2", Some(0.5), 192), Some((63.9, None)));
        assert_eq!(found("mobilenetv2_035", None, 224), Some((60.3, None)), "the same network in timm");
        assert_eq!(found("v2", Some(1.3), 224), Some((74.4, None)));
        assert_eq!(found("v1-dense", None, 224), Some((71.7, None)));
        for (model, alpha, resolution) in [("v1", 0.6, 224), ("v1", 0.5, 96), ("v2", 1.3, 192)] {
            assert_eq!(found(model, Some(alpha), resolution), None, "{model} {alpha} {resolution}");
        }
    }

    /// The same graph with other padding has other weights.
    #[test]
    fn the_architectures_own_row_comes_first() {
        let name = |model| found(model, None, 224).unwrap().1.unwrap();
        assert_eq!(name("tf_mobilenetv3_small_100"), "tf_mobilenetv3_small_100.in1k");
        assert_eq!(name("mobilenetv3_small_100"), "mobilenetv3_small_100.lamb_in1k");
    }

    #[test]
    fn the_grids_agree_with_the_catalogue() {
        let mut shared = 0;
        for (family, row) in checkpoints().filter(|(_, row)| row.accuracy_source.starts_with("TF-Slim")) {
            let architecture = row.architecture(family);
            let grid = GRIDS.iter().find_map(|grid| grid.find(&architecture, row.resolution)).unwrap();
            assert_eq!(Some(grid.top1), row.accuracy.map(|[top1, _]| top1), "{}", row.name());
            shared += 1;
        }
        assert!(shared >= 6, "{shared}");
    }

    #[test]
    fn wider_and_larger_is_more_accurate() {
        for grid in GRIDS {
            for (alpha, accuracies) in grid.rows {
                assert!(accuracies.is_sorted_by(|a, b| a > b), "{} {alpha}", grid.model);
                assert!(accuracies.len() <= grid.resolutions.len());
            }
            assert!(catalogue::architecture(grid.model, Some(grid.rows[0].0)).is_some(), "{}", grid.model);
            let first: Vec<_> = grid.rows.iter().map(|(_, accuracies)| accuracies[0]).collect();
            assert!(first.is_sorted_by(|a, b| a > b), "{}", grid.model);
        }
    }

    #[test]
    fn a_checkpoint_has_its_own_accuracy_where_it_was_measured() {
        let (_, row) =
            checkpoints().find(|(_, row)| row.name() == "mobilenetv1_100.ra4_e3600_r224_in1k").unwrap();
        let top1 = |side| Published::of_checkpoint(row, side).map(|found| found.top1);
        assert_eq!([top1(224), top1(256), top1(192)], [Some(75.388), Some(76.088), None]);
        assert_eq!(Published::of_built_in(224, 224).map(|found| found.top1), Some(74.8));
        assert_eq!(Published::of_built_in(224, 192), None);
    }
}

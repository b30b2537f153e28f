//! Two networks that differ in their convolutions alone, block by block.

use std::time::Duration;

use crate::backend::cpu::ops::Size;
use crate::cli::bench::measurement::Measurement;
use crate::cli::bench::profile::LayerStats;
use crate::record::milliseconds;

/// The same network with depthwise separable and with full convolutions; both have a profile.
pub(super) struct Comparison {
    pub separable: Measurement,
    pub dense: Measurement,
}

/// What some layers cost together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cost {
    pub mult_adds: usize,
    pub parameters: usize,
    pub time: Duration,
    /// Values that the layers write.
    pub outputs: usize,
}

/// A block in both networks. Layers outside blocks are the same in both.
pub(super) struct Pair {
    pub name: String,
    /// Of the output; `None` for the whole network.
    pub shape: Option<Size>,
    pub dense: Cost,
    pub separable: Cost,
    /// The two layers that a separable convolution has.
    pub depthwise: Cost,
    pub pointwise: Cost,
}

impl Comparison {
    /// Every block, and what both networks share.
    pub(super) fn pairs(&self) -> Vec<Pair> {
        let [dense, separable] = [layers(&self.dense), layers(&self.separable)];
        let pair = |layer: &LayerStats| {
            let place = place(&layer.name);
            let here = || separable.iter().filter(move |other| self::place(&other.name) == place);
            Pair {
                name: place.to_owned(),
                shape: Some(layer.shape),
                dense: Cost::of([layer]),
                separable: Cost::of(here()),
                depthwise: Cost::of(here().filter(|layer| layer.kind == "depthwise")),
                pointwise: Cost::of(here().filter(|layer| layer.kind == "pointwise")),
            }
        };
        dense.iter().map(pair).collect()
    }

    /// The networks as wholes, at the medians of their runs.
    pub(super) fn whole(&self) -> Pair {
        Pair {
            name: "whole".to_owned(),
            shape: None,
            dense: Cost::of_run(&self.dense),
            separable: Cost::of_run(&self.separable),
            depthwise: self.of_kind("depthwise"),
            pointwise: self.of_kind("pointwise"),
        }
    }

    /// The layers of a kind in the separable network.
    pub(super) fn of_kind(&self, kind: &str) -> Cost {
        Cost::of(layers(&self.separable).iter().filter(|layer| layer.kind == kind))
    }

    /// The full convolutions that stand for separable ones: those in blocks, without the stem that both networks have.
    pub(super) fn full_convolutions(&self) -> Cost {
        let is_meant = |layer: &&LayerStats| layer.kind == "full conv" && layer.name.starts_with("block ");
        Cost::of(layers(&self.dense).iter().filter(is_meant))
    }
}

impl Pair {
    /// How many times the Mult-Adds full convolutions have.
    pub(super) fn mult_adds_ratio(&self) -> f64 {
        self.dense.mult_adds as f64 / self.separable.mult_adds as f64
    }

    /// How many times the time they take.
    pub(super) fn time_ratio(&self) -> f64 {
        self.dense.ms() / self.separable.ms()
    }
}

impl Cost {
    fn of<'a>(layers: impl IntoIterator<Item = &'a LayerStats>) -> Self {
        layers.into_iter().fold(Self::default(), |sum, layer| Self {
            mult_adds: sum.mult_adds + layer.mult_adds,
            parameters: sum.parameters + layer.parameters,
            time: sum.time + layer.time,
            outputs: sum.outputs + layer.shape.h * layer.shape.w * layer.shape.c,
        })
    }

    fn of_run(row: &Measurement) -> Self {
        let outputs = Self::of(layers(row)).outputs;
        let (mult_adds, parameters) = (row.subject.mult_adds, row.subject.parameters);
        Self { mult_adds, parameters, time: row.latencies.percentile(50), outputs }
    }

    pub(super) fn ms(&self) -> f64 {
        milliseconds(self.time)
    }

    /// 10⁹ operations per second; `None` where there is nothing to do.
    pub(super) fn gflops(&self) -> Option<f64> {
        (self.mult_adds > 0).then(|| 2e-6 * self.mult_adds as f64 / self.ms().max(f64::MIN_POSITIVE))
    }
}

fn layers(row: &Measurement) -> &[LayerStats] {
    row.profile.as_ref().map_or(&[], |profile| &profile.layers)
}

/// The block of a layer: `block 3` of `block 3 depthwise`.
fn place(name: &str) -> &str {
    let second = name.match_indices(' ').nth(1).filter(|_| name.starts_with("block "));
    second.map_or(name, |(end, _)| &name[..end])
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::cli::bench::example::row;
    use crate::cli::bench::profile::Profile;

    fn layer(name: &str, kind: &'static str, mult_adds: usize, micros: u64) -> LayerStats {
        let shape = Size { h: 10, w: 10, c: 10 };
        let time = Duration::from_micros(micros);
        LayerStats { name: name.into(), kind, shape, mult_adds, parameters: 250_000, time }
    }

    /// A stem, a block and a classifier: 8 times the Mult-Adds, 4 times the time.
    pub(in super::super) fn example() -> Comparison {
        let with = |ms: f64, layers: Vec<LayerStats>| {
            let mut row = row("v1", 1.0, 224, ms, None);
            row.subject.mult_adds = layers.iter().map(|layer| layer.mult_adds).sum();
            Measurement { profile: Some(Profile { layers }), ..row }
        };
        let stem = layer("stem", "full conv", 1_000_000, 20);
        let classifier = layer("classifier", "classifier", 1_000_000, 100);
        let separable = vec![
            stem.clone(),
            layer("block 0 depthwise", "depthwise", 1_000_000, 780),
            layer("block 0 pointwise", "pointwise", 7_000_000, 140),
            classifier.clone(),
        ];
        let dense = vec![stem, layer("block 0 conv", "full conv", 78_000_000, 1560), classifier];
        Comparison { separable: with(1.0, separable), dense: with(4.0, dense) }
    }

    #[test]
    fn a_block_is_compared_with_its_two_layers() {
        let comparison = example();
        let pairs = comparison.pairs();
        let names: Vec<_> = pairs.iter().map(|pair| &*pair.name).collect();
        assert_eq!(names, ["stem", "block 0", "classifier"]);
        let block = &pairs[1];
        assert_eq!((block.dense.mult_adds, block.separable.mult_adds), (78_000_000, 8_000_000));
        assert_eq!((block.separable.ms(), block.mult_adds_ratio()), (0.92, 9.75));
        assert_eq!(block.depthwise.gflops().map(|rate| (100.0 * rate).round()), Some(256.0));
        assert_eq!(block.dense.gflops(), Some(100.0));
        assert_eq!(pairs[0].mult_adds_ratio(), 1.0);
        assert_eq!(comparison.full_convolutions(), block.dense, "without the stem");
        let whole = comparison.whole();
        assert_eq!((whole.mult_adds_ratio(), whole.time_ratio().round()), (8.0, 4.0));
    }

    #[test]
    fn a_place_is_a_block_or_a_layer() {
        let places = ["stem", "block 12 pointwise", "block 3", "classifier"].map(place);
        assert_eq!(places, ["stem", "block 12", "block 3", "classifier"]);
    }
}

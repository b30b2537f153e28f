//! The networks of the catalogue, each at the resolutions for which an accuracy is published.

use std::collections::BTreeSet;

use super::search::Candidate;
use crate::cli::hint::quoted;
use crate::models::spec::{Block, Conv, Epilogue, Graph};
use crate::models::{Architecture, BUILT_IN, Checkpoint, Family, catalogue};

/// What `mnet models list` calls the weights in the binary.
const BUILT_IN_NAME: &str = "builtin";

/// Bytes of a weight.
const F32: usize = 4;

/// A network, at a resolution, and what is known of it before it runs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Network {
    /// As `mnet models list` calls it.
    pub name: String,
    /// Names of its family, its variant and its architecture.
    kinds: Vec<String>,
    /// Its family, as people write it.
    pub family: &'static str,
    pub alpha: Option<f64>,
    /// Side of its input, px.
    pub res: usize,
    /// The value of --crop-pct, if its accuracy at this resolution is that of another crop than its own.
    pub crop_pct: Option<f64>,
    /// Whether --res has to say the resolution.
    pub needs_res: bool,
    /// Top-1 accuracy, percent: as published for ImageNet-1k, or on photos of the user's own.
    pub top1: f64,
    /// How sure it is, if it is that on photos of the user's own.
    pub measured: Option<Measured>,
    pub parameters: usize,
    pub mult_adds: usize,
    /// Of its weights as f32, means and variances of batch norms included.
    pub bytes: usize,
    pub layers: usize,
    /// What it is made of: networks that agree in this reach similar rates.
    pub make: String,
    /// Its architecture. Networks that agree in this and the resolution take the same time.
    architecture: String,
}

/// What is known of an accuracy that was measured here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measured {
    /// The 95 % interval, percent.
    pub low: f64,
    pub high: f64,
    /// Photos that it rests on.
    pub answered: usize,
    /// Photos without an answer.
    pub failed: usize,
}

impl Network {
    /// Those with a published accuracy on ImageNet-1k, without copies.
    pub(super) fn all() -> Vec<Self> {
        let rows = catalogue::checkpoints().filter(|(_, row)| !row.is_copy());
        built_in().into_iter().chain(rows.flat_map(|(family, row)| published(family, row))).collect()
    }

    /// The most accurate of each architecture at each resolution, in the same order. The others take the same time.
    pub(super) fn most_accurate(networks: &[Self]) -> Vec<Self> {
        let is_better = |other: &Self, one: &Self| {
            other.architecture == one.architecture && other.res == one.res && other.top1 > one.top1
        };
        let mut best: Vec<Self> = networks
            .iter()
            .filter(|one| !networks.iter().any(|other| is_better(other, one)))
            .cloned()
            .collect();
        // Of several with the same accuracy, the first.
        let mut seen = BTreeSet::new();
        best.retain(|one| seen.insert((one.architecture.clone(), one.res)));
        best
    }

    /// What the search knows of it. Networks of the same kind have the same number.
    pub(super) fn candidates(networks: &[Self]) -> Vec<Candidate> {
        let mut makes = Vec::new();
        let candidate = |one: &Self| {
            let kind = makes.iter().position(|make| *make == one.make).unwrap_or_else(|| {
                makes.push(one.make.clone());
                makes.len() - 1
            });
            let (mult_adds, layers) = (one.mult_adds as f64, one.layers as f64);
            Candidate { top1: one.top1, mult_adds, layers, kind }
        };
        networks.iter().map(candidate).collect()
    }

    /// Whether `name`, in the catalogue's spelling, is its own or that of its family, its variant or its architecture.
    pub(super) fn is_of(&self, name: &str) -> bool {
        self.name == name || self.kinds.iter().any(|kind| kind == name)
    }

    /// The value of --model; `None` for the network in the binary.
    pub(super) fn model(&self) -> Option<String> {
        (self.name != BUILT_IN_NAME).then(|| self.name.clone())
    }

    /// The words that select it: `--model NAME --res 256 --crop-pct 0.95`.
    pub(super) fn flags(&self) -> String {
        let model = self.model().map(|name| format!(" --model {}", quoted(name)));
        let res = self.needs_res.then(|| format!(" --res {}", self.res));
        let crop = self.crop_pct.map(|crop| format!(" --crop-pct {crop}"));
        [model, res, crop].into_iter().flatten().collect()
    }
}

/// The weights in the binary.
fn built_in() -> Option<Network> {
    let architecture = "tf_efficientnet_lite0";
    let (family, row) = catalogue::checkpoints().find(|(family, row)| row.is_of(family, architecture))?;
    let (found, res) = catalogue::architecture(architecture, None)?;
    let network = network(family, row, &found, res);
    // It needs no download, so other weights of its architecture do not take its place.
    let (name, architecture) = (BUILT_IN_NAME.to_owned(), BUILT_IN_NAME.to_owned());
    Some(Network { name, architecture, top1: BUILT_IN.top1, ..network })
}

/// A checkpoint at each resolution for which its accuracy is published.
fn published(family: &'static Family, row: &Checkpoint) -> Vec<Network> {
    let Some([top1, _]) = row.accuracy else { return vec![] };
    let architecture = row.architecture(family);
    let trained = Network { top1, ..network(family, row, &architecture, row.resolution) };
    let tested = row.tested.and_then(|(res, accuracy)| {
        let [top1, _] = accuracy?;
        let network = network(family, row, &architecture, res);
        Some(Network { top1, needs_res: true, crop_pct: Some(row.tested_crop_pct), ..network })
    });
    [Some(trained), tested].into_iter().flatten().collect()
}

fn network(family: &'static Family, row: &Checkpoint, architecture: &Architecture, res: usize) -> Network {
    let graph = &architecture.graph;
    let parameters = graph.parameters();
    Network {
        name: row.name(),
        kinds: [family.name, family.alias, row.variant, &architecture.name].map(str::to_owned).to_vec(),
        family: family.title,
        alpha: row.alpha,
        res,
        crop_pct: None,
        needs_res: false,
        top1: 0.0,
        measured: None,
        parameters,
        mult_adds: graph.mult_adds(res),
        bytes: F32 * (parameters + statistics(graph)),
        layers: graph.layers().count() + 1,
        make: make(family, graph),
        // transformers has one name for all widths.
        architecture: format!("{} {parameters}", architecture.name),
    }
}

/// Running means and variances of batch norms, which are in a file but are not learnt.
fn statistics(graph: &Graph) -> usize {
    let of = |conv: &Conv| if conv.epilogue == Epilogue::BatchNorm { 2 * conv.out_channels } else { 0 };
    graph.layers().map(|(_, conv)| of(conv)).sum()
}

/// The family, and what makes a network slower than its Mult-Adds tell.
fn make(family: &Family, graph: &Graph) -> String {
    let has_attention = graph.blocks().any(|block| matches!(block, Block::Attention(_)));
    let has_squeeze_excite = graph.blocks().any(Block::has_squeeze_excite);
    let has_antialias = graph.layers().any(|(_, conv)| conv.antialias.is_some());
    format!("{} {has_attention} {has_squeeze_excite} {has_antialias}", family.alias)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, res: usize) -> Network {
        let mut all = Network::all().into_iter();
        all.find(|one| one.name == name && one.res == res).unwrap()
    }

    #[test]
    fn commands_select_the_published_network() {
        for (name, res, top1, flags) in [
            ("builtin", 224, 74.8, ""),
            ("mobilenet-v2-0.75-160", 160, 66.4, " --model mobilenet-v2-0.75-160"),
            (
                "mobilenetv4_conv_small.e2400_r224_in1k",
                256,
                74.644,
                " --model mobilenetv4_conv_small.e2400_r224_in1k --res 256 --crop-pct 0.95",
            ),
            (
                "mobilenetv4_conv_small.e3600_r256_in1k",
                320,
                75.616,
                " --model mobilenetv4_conv_small.e3600_r256_in1k --res 320 --crop-pct 1",
            ),
        ] {
            let network = found(name, res);
            assert_eq!((network.top1, network.flags().as_str()), (top1, flags), "{name}");
        }
    }

    #[test]
    fn heads_of_other_classes_and_copies_are_left_out() {
        let all = Network::all();
        assert!(all.iter().all(|one| one.top1 > 40.0 && !one.name.contains('/')));
        assert!(all.iter().all(|one| one.name != "mobilenetv4_conv_medium.e250_r384_in12k"));
        assert!(all.len() > 60, "{}", all.len());
    }

    #[test]
    fn of_networks_that_take_the_same_time_the_best_stays() {
        let best = Network::most_accurate(&Network::all());
        let name = |start: &str, res: usize| {
            let found: Vec<_> =
                best.iter().filter(|one| one.name.starts_with(start) && one.res == res).collect();
            assert_eq!(found.len(), 1, "{start} {res}");
            found[0].name.clone()
        };
        assert_eq!(name("mobilenetv4_conv_small.", 224), "mobilenetv4_conv_small.e2400_r224_in1k");
        assert_eq!(name("mobilenetv4_conv_small.", 256), "mobilenetv4_conv_small.e2400_r224_in1k");
        assert_eq!(name("mobilenetv3_large_100", 224), "mobilenetv3_large_100.miil_in21k_ft_in1k");
        assert_eq!(best.iter().filter(|one| one.model().is_none()).count(), 1);
        assert!(best.iter().any(|one| one.name == "mobilenet-v1-0.75-192"));
    }

    /// As computed from the published tensors of safetensors files, which have a header.
    #[test]
    fn bytes_are_those_of_the_file() {
        let bytes = found("mobilenet-v1-0.75-192", 192).bytes;
        assert!((10_429_276 - bytes) < 20_000, "{bytes}");
    }
}

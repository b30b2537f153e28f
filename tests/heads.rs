//! Networks whose head or stem people replaced, as their files have them: identified by their tensors, and their logits
//! against those of their own library, which computed them in f64.
//!
//! `golden/heads.py` wrote `golden/heads.tsv`; weights and input are the same formulas here and there.

#![expect(clippy::unwrap_used, reason = "a test fails where the table is malformed")]

#[path = "support/mod.rs"]
mod support;

use mnet::models::random;
use mnet::predict::Checkpoint;
use mnet::weights::WeightFile;
use support::networks::{BOUND, Way, architecture, logits, probe, relative_error};
use support::seeded;

const GOLDEN: &str = include_str!("golden/heads.tsv");

/// The side of the pictures that `golden/heads.py` took.
const SIDE: usize = 72;

/// Outputs of each.
const CLASSES: usize = 5;

/// A row of the table.
struct Case<'a> {
    name: &'a str,
    network: &'a str,
    /// What stands before the names of its tensors, and what of theirs is missing there.
    prefix: &'a str,
    cut: &'a str,
    in_channels: usize,
    /// `name:5x1280 …`
    head: &'a str,
    logits: Vec<Vec<f32>>,
}

impl<'a> Case<'a> {
    fn read(line: &'a str) -> Self {
        let fields: Vec<_> = line.split('\t').collect();
        let [name, network, prefix, cut, in_channels, head, ref logits @ ..] = fields[..] else {
            panic!("{line}")
        };
        let logits: Vec<f32> = logits.iter().map(|logit| logit.parse().unwrap()).collect();
        let logits = logits.chunks(CLASSES).map(<[f32]>::to_vec).collect();
        Self { name, network, prefix, cut, in_channels: in_channels.parse().unwrap(), head, logits }
    }

    /// The file, under the names that it has there.
    fn weights(&self) -> WeightFile {
        let mut architecture = architecture(self.network, Some(CLASSES));
        architecture.graph.stem.in_channels = self.in_channels;
        let mut tensors: random::Tensors = random::tensors(&architecture)
            .into_iter()
            .filter(|(name, _)| !name.starts_with("classifier."))
            .map(|(name, tensor)| {
                (format!("{}{}", self.prefix, name.strip_prefix(self.cut).unwrap()), tensor)
            })
            .collect();
        for tensor in self.head.split(' ') {
            let (name, shape) = tensor.split_once(':').unwrap();
            let shape: Vec<usize> = shape.split('x').map(|size| size.parse().unwrap()).collect();
            let values = vec![0.0; shape.iter().product()];
            tensors.insert(name.to_owned(), (shape, values));
        }
        seeded::file(tensors, self.network)
    }
}

#[test]
fn replaced_heads_and_stems_give_the_libraries_logits() {
    let cases: Vec<_> = GOLDEN.lines().map(Case::read).collect();
    assert_eq!(cases.len(), 20);
    for case in cases {
        let checkpoint = Checkpoint::from_memory(case.network, None, None, case.weights())
            .unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let network = &checkpoint.config.architecture;
        assert_eq!(network.graph.in_channels(), case.in_channels, "{}", case.name);
        assert_eq!(checkpoint.config.preprocess.channels.count(), case.in_channels, "{}", case.name);
        let pixels = probe((SIDE, SIDE)).narrow(1, 0, case.in_channels).unwrap();
        for way in Way::ALL {
            let found = logits(&way.load(network, &checkpoint.weights), &pixels);
            let error = relative_error(&found, &case.logits);
            assert!(error <= BOUND, "{}, {way:?}: an error of {error:.1e} of the largest logit", case.name);
        }
    }
}

//! Logits and parameters of every architecture, at the size it is used at, against those that its own library computed
//! in f32 from a checkpoint that it saved itself (`tests/golden/references.py`).
//!
//! `cargo test --test references logits -- --nocapture` prints the errors as rows of the table in `tests/golden/README.md`.

use std::fs;

use libtest_mimic::Trial;
use mnet::predict::Checkpoint;
use serde::Deserialize;

use crate::support::data::{reference, trial};
use crate::support::networks::{BOUND, Way, logits, names, probe, relative_error};

#[derive(Deserialize)]
struct Reference {
    resolution: usize,
    logits: Vec<Vec<f32>>,
    parameters: usize,
}

/// A test per architecture.
pub(crate) fn trials(prints: bool) -> Vec<Trial> {
    let trial = |name: String| {
        let needed = [reference(&name).join("reference.json")];
        trial(format!("logits::{name}"), needed, move || check(&name, prints))
    };
    names().into_iter().map(trial).collect()
}

fn check(name: &str, prints: bool) {
    let folder = reference(name);
    let reference: Reference =
        serde_json::from_str(&fs::read_to_string(folder.join("reference.json")).unwrap()).unwrap();
    let checkpoint = Checkpoint::open(&folder).unwrap();
    let architecture = &checkpoint.config.architecture;
    assert_eq!(architecture.graph.parameters(), reference.parameters);

    let pixels = probe((reference.resolution, reference.resolution));
    let errors = Way::ALL.map(|way| {
        let network = way.load(architecture, &checkpoint.weights);
        relative_error(&logits(&network, &pixels), &reference.logits)
    });
    if prints {
        let [kernels, candle, unfolded] = errors.map(|error| format!("{error:.1e}"));
        let (resolution, parameters) = (reference.resolution, reference.parameters);
        let mult_adds = architecture.graph.mult_adds(resolution);
        println!(
            "| `{name}` | {kernels} | {candle} | {unfolded} | {parameters} | {mult_adds} | {resolution} |"
        );
    }
    assert!(errors.iter().all(|error| *error <= BOUND), "{errors:?} of the largest logit");
}

//! Every row of the catalogue against what was seen of it on the hub (`$MNET_SHARED/research`).

use std::fs;

use libtest_mimic::Trial;
use mnet::models::{Checkpoint, catalogue};
use serde_json::Value;

use crate::support::data::{shared, trial};

const HUB: &str = "research/hub-catalogue.json";
const LITE: &str = "research/efficientnet-lite.json";

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("catalogue::every_loadable_checkpoint_has_its_row", [shared(HUB)], every_loadable_checkpoint),
        trial("catalogue::every_efficientnet_lite_has_its_row", [shared(LITE)], every_efficientnet_lite),
    ]
}

/// The rows of a file.
fn research(file: &str) -> Vec<Value> {
    serde_json::from_str(&fs::read_to_string(shared(file)).unwrap()).unwrap()
}

/// A number, perhaps in quotes.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn accuracy(top1: &Value, top5: &Value) -> Option<[f64; 2]> {
    Some([number(top1)?, number(top5)?])
}

/// The row of `id` and its parameters and Mult-Adds, millions.
fn row(id: &str) -> (&'static Checkpoint, f64, f64) {
    let (family, row) = catalogue::checkpoints()
        .find(|(_, row)| row.repository() == id)
        .unwrap_or_else(|| panic!("{id} is not in the catalogue"));
    let graph = row.graph(family);
    (row, graph.parameters() as f64 / 1e6, graph.mult_adds(row.resolution) as f64 / 1e6)
}

fn every_loadable_checkpoint() {
    let seen = research(HUB);
    let loadable: Vec<_> = seen.iter().filter(|seen| seen["loadable"] == true).collect();
    assert_eq!(loadable.len(), 60);
    for seen in loadable {
        let id = seen["id"].as_str().unwrap();
        // Several networks in one repository, a file each, without a configuration.
        if id == "theunnecessarythings/vision_models" {
            continue;
        }
        let (row, parameters, mult_adds) = row(id);
        let tested = seen["test_res"]
            .as_u64()
            .map(|res| (res as usize, accuracy(&seen["top1_test"], &seen["top5_test"])));
        assert_eq!(Some(row.resolution as u64), seen["native_res"].as_u64(), "{id}");
        assert_eq!(row.tested, tested, "{id}");
        assert_eq!(Some(row.classes as u64), seen["classes"].as_u64(), "{id}");
        assert_eq!(row.accuracy, accuracy(&seen["top1"], &seen["top5"]), "{id}");
        let revision = seen["safetensors_revision"].as_str().filter(|revision| *revision != "main");
        // The catalogue names only revisions whose files have been looked at.
        let is_seen = seen["safetensors_revision_seen"] != false;
        assert_eq!(row.revision, revision.filter(|_| is_seen), "{id}");
        if let Some(licence) = seen["license"].as_str() {
            assert_eq!(row.licence.on_hub, Some(licence), "{id}");
        }
        assert!((parameters - number(&seen["params_m"]).unwrap()).abs() <= 5.1e-5, "{id}: {parameters} M");
        assert!((mult_adds / 1e3 - number(&seen["macs_g"]).unwrap()).abs() <= 5.1e-5, "{id}: {mult_adds} M");
    }
}

fn every_efficientnet_lite() {
    let seen = research(LITE);
    assert_eq!(seen.len(), 6);
    for seen in &seen {
        let id = seen["id"].as_str().unwrap();
        let (row, parameters, mult_adds) = row(id);
        assert_eq!(Some(row.resolution as u64), seen["res"].as_u64(), "{id}");
        assert_eq!(row.accuracy, accuracy(&seen["top1"], &seen["top5"]), "{id}");
        assert_eq!(Some(row.licence.name), seen["licence"].as_str(), "{id}");
        assert!((parameters - number(&seen["params_m"]).unwrap()).abs() <= 5.1e-4, "{id}: {parameters} M");
        assert!((mult_adds - number(&seen["mult_adds_m"]).unwrap()).abs() <= 0.051, "{id}: {mult_adds} M");
    }
}

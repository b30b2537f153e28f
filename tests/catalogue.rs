//! Every network's costs against the libraries' own counts, and every row of the catalogue against what was seen of it.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]
#![expect(clippy::print_stderr, reason = "what is skipped")]

use std::fs;
use std::path::Path;

use mnet::models::{Architecture, Checkpoint, TransformersConfig, catalogue};
use serde_json::Value;

/// The architecture that `make_reference.py` calls `name`.
fn architecture(name: &str) -> Architecture {
    if let Some(name) = name.strip_prefix("torchvision_") {
        return Architecture::torchvision(name, 1000).unwrap();
    }
    let Some((version, alpha)) =
        name.strip_prefix("hf_").and_then(|name| name.rsplit_once('_')?.0.rsplit_once('_'))
    else {
        return Architecture::timm(name, 1000).unwrap();
    };
    let (model_type, depth_multiplier) = (version.into(), alpha.parse().unwrap());
    let config = TransformersConfig { model_type, depth_multiplier, ..TransformersConfig::default() };
    Architecture::transformers(&config, 1001).unwrap()
}

/// `golden/costs.tsv` is written by `golden/costs.py` from the libraries.
#[test]
fn parameters_and_mult_adds_are_the_libraries() {
    let mut rows = include_str!("golden/costs.tsv").lines().map(|line| line.split('\t'));
    assert!(rows.next().unwrap().eq(["name", "resolution", "parameters", "mult_adds"]));
    let mut count = 0;
    for mut row in rows {
        let name = row.next().unwrap();
        let graph = architecture(name).graph;
        let [resolution, parameters, mult_adds] = [(); 3].map(|()| row.next().unwrap().parse().unwrap());
        assert_eq!((graph.parameters(), graph.mult_adds(resolution)), (parameters, mult_adds), "{name}");
        count += 1;
    }
    assert_eq!(count, 49);
}

/// The rows of a file of the shared research, if there is one.
fn research(file: &str) -> Option<Vec<Value>> {
    let shared = std::env::var_os("MNET_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), Into::into);
    let Ok(text) = fs::read_to_string(shared.join("research").join(file)) else {
        eprintln!("SKIPPED: no research/{file} in {}", shared.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// A number, also in quotes.
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

#[test]
fn every_loadable_checkpoint_has_its_row() {
    let Some(seen) = research("hub-catalogue.json") else { return };
    let loadable: Vec<_> = seen.iter().filter(|seen| seen["loadable"] == true).collect();
    assert_eq!(loadable.len(), 60);
    for seen in loadable {
        let id = seen["id"].as_str().unwrap();
        // Several networks in one repository, of one file each, without a configuration.
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
        // One that nobody has looked at is not relied upon.
        let is_seen = seen["safetensors_revision_seen"] != false;
        assert_eq!(row.revision, revision.filter(|_| is_seen), "{id}");
        if let Some(licence) = seen["license"].as_str() {
            assert_eq!(row.licence, licence, "{id}");
        }
        assert!((parameters - number(&seen["params_m"]).unwrap()).abs() <= 5.1e-5, "{id}: {parameters} M");
        assert!((mult_adds / 1e3 - number(&seen["macs_g"]).unwrap()).abs() <= 5.1e-5, "{id}: {mult_adds} M");
    }
}

#[test]
fn every_efficientnet_lite_has_its_row() {
    let Some(seen) = research("efficientnet-lite.json") else { return };
    assert_eq!(seen.len(), 6);
    for seen in &seen {
        let id = seen["id"].as_str().unwrap();
        let (row, parameters, mult_adds) = row(id);
        assert_eq!(Some(row.resolution as u64), seen["res"].as_u64(), "{id}");
        assert_eq!(row.accuracy, accuracy(&seen["top1"], &seen["top5"]), "{id}");
        assert_eq!(Some(row.licence), seen["licence"].as_str(), "{id}");
        assert!((parameters - number(&seen["params_m"]).unwrap()).abs() <= 5.1e-4, "{id}: {parameters} M");
        assert!((mult_adds - number(&seen["mult_adds_m"]).unwrap()).abs() <= 0.051, "{id}: {mult_adds} M");
    }
}

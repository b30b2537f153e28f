//! Real checkpoints and real photos against the answers of transformers.
//!
//! `MNET_SHARED` names the folder that holds them, `../shared` if unset; without it these tests say that they skip.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::support::hub_server::HubServer;
use super::{Mnet, photo};

fn shared() -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("MNET_SHARED").map_or_else(default, PathBuf::from);
    let found = folder.join("hub").is_dir();
    if !found {
        eprintln!("SKIPPED: no shared data in {}", folder.display());
    }
    found.then(|| folder.canonicalize().unwrap())
}

#[derive(Deserialize)]
struct Class {
    /// Of the 1001-class head.
    index: u64,
    probability: f64,
}

type Expected = BTreeMap<String, BTreeMap<String, Vec<Class>>>;

/// The largest difference that one level of 255 in preprocessing can make.
const BOUND: f64 = 0.005;

#[test]
fn labels_are_the_references_from_disk_and_from_the_hub() {
    let Some(shared) = shared() else { return };
    let server = HubServer::start();
    server.add_folder(&shared.join("hub")).unwrap();
    let mnet = Mnet { endpoint: Some(server.endpoint().to_owned()), ..Mnet::new() };
    let expected = fs::read_to_string(shared.join("images/expected.json")).unwrap();
    let expected: Expected = serde_json::from_str(&expected).unwrap();
    assert_eq!(expected.len(), 3);
    for (id, photos) in &expected {
        // The pickled twin of this checkpoint has the same answers.
        let twin = (id == "coral/mobilenet_v1_0.75_192").then(|| format!("{id}_bin"));
        for id in std::iter::once(id.clone()).chain(twin) {
            let folder = shared.join("hub").join(&id);
            compare(&id, &lines(&mnet, folder.to_str().unwrap(), &shared, photos), photos);
            compare(&id, &lines(&mnet, &id, &shared, photos), photos);
            let connections = server.connections();
            lines(&mnet, &id, &shared, photos);
            assert_eq!(server.connections(), connections, "{id} is cached");
        }
    }
}

fn lines(mnet: &Mnet, model: &str, shared: &Path, photos: &BTreeMap<String, Vec<Class>>) -> Vec<Value> {
    let photos = photos.keys().map(|name| shared.join("images").join(name).to_str().unwrap().to_owned());
    let args = ["classify", "--json", "-k", "1000", "--model", model].map(str::to_owned);
    mnet.run(args.into_iter().chain(photos)).succeeded().json()
}

fn compare(id: &str, lines: &[Value], photos: &BTreeMap<String, Vec<Class>>) {
    assert_eq!(lines.len(), photos.len());
    let mut errors = Vec::new();
    for (line, (name, classes)) in lines.iter().zip(photos) {
        let top = line["top"].as_array().unwrap();
        assert_eq!(top[0]["index"].as_u64().unwrap() + 1, classes[0].index, "{id} {name}");
        for class in classes {
            let found = top.iter().find(|found| found["index"].as_u64() == Some(class.index - 1)).unwrap();
            errors.push((found["score"].as_f64().unwrap() - class.probability).abs());
        }
    }
    let largest = errors.iter().copied().fold(0.0, f64::max);
    let close = errors.iter().filter(|error| **error <= 0.0005).count();
    println!("{id}: largest difference {largest:.5}, {close} of {} within 0.0005", errors.len());
    assert!(largest <= BOUND, "{id}: {largest}");
    assert!(2 * close > errors.len(), "{id}: only {close} of {} within 0.0005", errors.len());
}

#[test]
fn a_pickle_is_all_that_main_holds() {
    let Some(shared) = shared() else { return };
    let server = HubServer::start();
    let folder = shared.join("hub/coral/mobilenet_v1_0.75_192_bin");
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let (config, processor, weights) =
        (read("config.json"), read("preprocessor_config.json"), read("pytorch_model.bin"));
    server.add(
        "google/mobilenet_v2_0.75_160",
        "main",
        &[
            ("config.json", &config),
            ("preprocessor_config.json", &processor),
            ("pytorch_model.bin", &weights),
        ],
    );
    let mnet = Mnet { endpoint: Some(server.endpoint().to_owned()), ..Mnet::new() };
    let args = ["classify", photo("cat_720p.jpg").to_str().unwrap(), "--alpha", "0.75", "--res", "160"]
        .map(str::to_owned);
    let first = mnet.run(&args).succeeded();
    let connections = server.connections();
    assert_eq!(mnet.run(&args).succeeded().stdout, first.stdout);
    assert_eq!(server.connections(), connections);
}

//! The hub layer against a hub on the loopback interface: faults, the cache, names, the environment.

mod cache;
mod certificates;
mod environment;
mod fault;
mod mirror;
mod network;
mod patience;
mod proxy;
mod refusal;
mod slow;
mod special;
#[path = "../support/mod.rs"]
mod support;
mod unfinished;

use std::path::Path;
use std::time::Duration;

use mnet::hub::{
    Environment, Event, FileRequest, Hub, HubError, HubOptions, Repository, Retry, Snapshot, Timeouts,
};
use support::hub_server::HubServer;
use support::noise::Noise;
use support::scratch::Scratch;

/// What a classifier needs.
static MODEL: [FileRequest; 3] = [
    FileRequest::required("config.json"),
    FileRequest::optional("preprocessor_config.json"),
    FileRequest::FirstOf(&["model.safetensors", "pytorch_model.bin"]),
];

const ID: &str = "acme/tiny_0.25_96";
const CONFIG: &[u8] = b"{\"model_type\": \"mobilenet_v2\"}";

/// 300 000 bytes without a pattern, so that no fault goes unnoticed.
fn weights() -> Vec<u8> {
    Noise::new(1).bytes(300_000)
}

/// A hub with the repository [`ID`], which has no `preprocessor_config.json`.
fn server() -> HubServer {
    let server = HubServer::start();
    server.add(
        ID,
        "main",
        &[("config.json", CONFIG), ("model.safetensors", &weights()), ("README.md", b"tiny")],
    );
    server
}

/// Options for `endpoint` and a cache, with the variables of `extra` and short waits.
fn options(endpoint: &str, cache: &Path, extra: &[(&str, &str)]) -> HubOptions {
    let environment = Environment::read(|name| match name {
        "HF_ENDPOINT" => Some(endpoint.into()),
        _ => extra.iter().find(|(given, _)| *given == name).map(|(_, value)| value.into()),
    });
    let mut options = HubOptions::new(environment, Some(cache.to_owned())).expect("a cache is given");
    options.retry = Retry { attempts: 4, pause: Duration::from_millis(1) };
    options
}

fn hub(server: &HubServer, cache: &Scratch) -> Hub {
    Hub::new(options(server.endpoint(), cache.path(), &[]))
}

/// A hub with short timeouts.
fn impatient(server: &HubServer, cache: &Scratch) -> Hub {
    let mut options = options(server.endpoint(), cache.path(), &[]);
    let patience = Duration::from_secs(1);
    options.timeouts =
        Timeouts { connect: patience, metadata: patience, download: patience, pace: patience, total: None };
    Hub::new(options)
}

fn repository(text: &str) -> Repository {
    text.parse().expect("the name is valid")
}

/// Fetches [`MODEL`] of `text` without an observer.
fn fetch(hub: &Hub, text: &str) -> Result<Snapshot, HubError> {
    hub.fetch(&repository(text), &MODEL, &mut |_: Event<'_>| {})
}

fn read(snapshot: &Snapshot, name: &str) -> Vec<u8> {
    std::fs::read(snapshot.file(name).expect("the snapshot has the file")).expect("the file can be read")
}

/// Fails unless the cache holds the model of [`server`] and nothing unfinished.
fn assert_good(snapshot: &Snapshot, cache: &Scratch) {
    assert_eq!(read(snapshot, "config.json"), CONFIG);
    assert!(read(snapshot, "model.safetensors") == weights(), "the weights differ");
    assert_eq!(snapshot.file("preprocessor_config.json"), None);
    assert_clean(cache);
}

/// Fails if a blob does not have the hash it is named by, or an unfinished file is left.
fn assert_clean(cache: &Scratch) {
    use sha1::Digest;
    for (path, (_, content)) in cache.contents() {
        let name = path.file_name().and_then(|name| name.to_str()).expect("all names are plain").to_owned();
        assert!(!name.contains("incomplete") && !name.contains("tmp"), "{} is left", path.display());
        if path.parent().is_some_and(|folder| folder.ends_with("blobs")) {
            let hash = match name.len() {
                64 => format!("{:x?}", sha2::Sha256::digest(&content).as_slice()),
                _ => format!(
                    "{:x?}",
                    sha1::Sha1::digest([format!("blob {}\0", content.len()).as_bytes(), &content].concat())
                        .as_slice()
                ),
            };
            let digits: Vec<_> =
                hash.trim_matches(['[', ']']).split(", ").map(|byte| format!("{byte:0>2}")).collect();
            assert_eq!(digits.concat(), name, "a bad blob was kept");
        }
    }
}

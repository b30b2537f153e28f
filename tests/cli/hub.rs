//! Weights from a loopback hub: fetched once, then never again.

use std::fs;
use std::path::Path;

use super::support::checkpoint;
use super::support::hub_server::{Access, HubServer};
use super::{Mnet, Run, best, photo};

fn cat() -> String {
    photo("cat_720p.jpg").to_str().unwrap().to_owned()
}

/// Adds the files of `folder` to the hub.
pub(super) fn publish(server: &HubServer, id: &str, revision: &str, folder: &Path, names: &[&str]) {
    let contents: Vec<_> = names.iter().map(|name| fs::read(folder.join(name)).unwrap()).collect();
    let files: Vec<_> = names.iter().zip(&contents).map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    server.add(id, revision, &files);
}

pub(super) const FILES: [&str; 3] = ["config.json", "preprocessor_config.json", "model.safetensors"];

pub(super) fn with_hub(server: &HubServer) -> Mnet {
    Mnet { endpoint: Some(server.endpoint().to_owned()), ..Mnet::new() }
}

/// Runs `args` once with the hub, then without any request.
fn fetched_once(server: &HubServer, mnet: &Mnet, args: &[&str]) -> Run {
    let cat = cat();
    let args = [&["classify", &cat, "--json"], args].concat();
    let first = mnet.run(&args).succeeded();
    assert!(first.stderr.starts_with("fetching "), "{}", first.stderr);
    let connections = server.connections();
    let second = mnet.run(&args).succeeded();
    assert_eq!(server.connections(), connections, "a cached model needed the network");
    assert!(!second.stderr.contains("fetching"), "{}", second.stderr);
    mnet.run([&args[..], &["--offline"]].concat()).succeeded();
    assert_eq!(first.json()[0]["top"], second.json()[0]["top"]);
    second
}

#[test]
fn a_fine_tuned_repository_works_like_any_other() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    let folder = mnet.path().join("source");
    checkpoint::tiny(&folder, &["human", "LD", "SD"]);
    publish(&server, "someone/art", "main", &folder, &FILES);
    let run = fetched_once(&server, &mnet, &["--model", "someone/art"]);
    let line = &run.json()[0];
    assert_eq!((line["model"].as_str(), line["top"].as_array().unwrap().len()), (Some("someone/art"), 3));
    assert!(["human", "LD", "SD"].contains(&best(line)) && line["top"][0]["wnid"].is_null());
}

#[test]
fn variables_without_effect_are_named_where_they_would_count() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    let folder = mnet.path().join("source");
    checkpoint::tiny(&folder, &["a", "b"]);
    for id in ["someone/art", "someone/craft"] {
        publish(&server, id, "main", &folder, &FILES);
    }
    let run = |args: &[&str]| {
        let mut command = mnet.command(args);
        command.env("HF_HUB_OFFLINE", "2").env("HF_HUB_ETAG_TIMEOUT", "abc");
        Run::of(command.env("HF_TOKEN_PATH", "/nowhere/token")).succeeded().stderr
    };
    let pulled = run(&["models", "pull", "someone/art", "someone/craft"]);
    for note in [
        "HF_HUB_OFFLINE=2 counts as false: expected 1, on, yes or true, else 0, off, no or false\n",
        "HF_HUB_ETAG_TIMEOUT=abc is ignored: expected whole seconds, at least 1; 10 are used\n",
        "HF_TOKEN_PATH is /nowhere/token, which does not exist: no token is sent\n",
    ] {
        assert_eq!(pulled.matches(note).count(), 1, "{pulled}");
    }
    for model in ["someone/art", "source"] {
        let shown = run(&["classify", &cat(), "--model", model]);
        assert!(!shown.contains("HF_"), "nothing was asked of the hub: {shown}");
    }
}

#[test]
fn alpha_and_resolution_find_their_checkpoint() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    let folder = mnet.path().join("source");
    checkpoint::tiny(&folder, &["a", "b"]);
    publish(&server, "google/mobilenet_v2_0.75_160", "main", &folder, &FILES);
    let run = fetched_once(&server, &mnet, &["--alpha", "0.75", "--res", "160"]);
    assert_eq!(run.json()[0]["model"], "google/mobilenet_v2_0.75_160");
}

#[test]
fn the_pinned_revision_is_preferred_and_main_will_do() {
    let server = HubServer::start();
    let folder = Mnet::new();
    checkpoint::tiny(folder.path(), &["a", "b"]);
    publish(&server, "google/mobilenet_v1_1.0_224", "main", folder.path(), &FILES);
    let run = fetched_once(&server, &with_hub(&server), &["--model", "v1"]);
    assert_eq!(run.json()[0]["model"], "google/mobilenet_v1_1.0_224");
    publish(&server, "google/mobilenet_v1_1.0_224", "refs/pr/3", folder.path(), &FILES);
    let run = fetched_once(&server, &with_hub(&server), &["--model", "v1"]);
    assert_eq!(run.json()[0]["model"], "google/mobilenet_v1_1.0_224@refs/pr/3");
}

#[test]
fn the_absence_of_a_preprocessor_is_not_asked_twice() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    let folder = mnet.path().join("source");
    checkpoint::tiny(&folder, &["a", "b"]);
    publish(&server, "someone/bare", "main", &folder, &["config.json", "model.safetensors"]);
    let run = fetched_once(&server, &mnet, &["--model", "someone/bare"]);
    assert_eq!(run.json()[0]["res"], 224);
}

#[test]
fn a_damaged_file_in_the_cache_is_named() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    let folder = mnet.path().join("source");
    checkpoint::tiny(&folder, &["a", "b"]);
    publish(&server, "someone/art", "main", &folder, &FILES);
    let pulled = mnet.run(["models", "pull", "someone/art"]).succeeded().stdout;
    let weights = Path::new(pulled.trim_end()).join("model.safetensors").canonicalize().unwrap();
    let length = fs::metadata(&weights).unwrap().len() as usize;
    fs::write(&weights, vec![0; length]).unwrap();
    let blob = weights.file_name().unwrap().to_str().unwrap();
    mnet.run(["classify", &cat(), "--model", "someone/art"]).failed(2, &[blob, "try: delete "]);
    fs::remove_file(&weights).unwrap();
    mnet.run(["classify", &cat(), "--model", "someone/art"]).succeeded();
}

#[test]
fn unknown_and_private_repositories() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    let folder = mnet.path().join("source");
    checkpoint::tiny(&folder, &["a", "b"]);
    publish(&server, "someone/secret", "main", &folder, &FILES);
    server.restrict("someone/secret", Access::Private("right".to_owned()));
    let classify = |model: &str, token: &str| {
        Run::of(mnet.command(["classify", &cat(), "--model", model]).env("HF_TOKEN", token))
    };
    classify("someone/nothing", "").failed(2, &["someone/nothing", "try: "]);
    classify("someone/secret", "wrong").failed(2, &["someone/secret", "(401)", "token", "try: "]);
    classify("someone/secret@v9", "right").failed(2, &["`v9`", "try: "]);
    classify("someone/secret", "right").succeeded();
}

#[test]
fn pull_then_offline() {
    let server = HubServer::start();
    let mnet = with_hub(&server);
    let folder = mnet.path().join("source");
    checkpoint::tiny(&folder, &["a", "b"]);
    publish(&server, "someone/art", "main", &folder, &FILES);
    let pulled = mnet.run(["models", "pull", "someone/art"]).succeeded();
    assert!(Path::new(pulled.stdout.trim_end()).join("model.safetensors").is_file(), "{}", pulled.stdout);
    mnet.run(["classify", &cat(), "--model", "someone/art", "--offline"]).succeeded();

    let dir = mnet.run(["models", "dir"]).succeeded().stdout;
    assert_eq!(Path::new(dir.trim_end()), mnet.path().join(".cache/huggingface/hub"));
    let list = mnet.run(["models", "list", "--json"]).succeeded().json();
    assert!(list.iter().any(|row| row["name"] == "mobilenet-v2-0.75-160" && row["cached"] == false));
}

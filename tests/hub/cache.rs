//! The cache: warm, cold, damaged, shared by processes, left by a killed one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

use mnet::cli::Hint;
use mnet::hub::{Event, FileRequest, Hub, HubError, Offline};
use mnet::predict::Source;

use super::support::checkpoint;
use super::support::hub_server::{Fault, HubServer};
use super::support::scratch::Scratch;
use super::{
    CONFIG, ID, MODEL, assert_clean, assert_good, fetch, hub, impatient, options, repository, server, weights,
};

pub(crate) fn folder(cache: &Scratch) -> PathBuf {
    cache.path().join("models--acme--tiny_0.25_96")
}

#[test]
fn the_layout_is_that_of_python() {
    let (server, cache) = (server(), Scratch::new());
    let snapshot = fetch(&hub(&server, &cache), ID).unwrap();
    let (folder, commit) = (folder(&cache), &snapshot.commit);
    assert_eq!(fs::read_to_string(folder.join("refs/main")).unwrap(), *commit);
    let pointer = folder.join("snapshots").join(commit).join("model.safetensors");
    assert_eq!(snapshot.file("model.safetensors").unwrap(), pointer);
    assert_eq!(
        fs::read(folder.join(".no_exist").join(commit).join("preprocessor_config.json")).unwrap(),
        b""
    );
    #[cfg(unix)]
    {
        let target = fs::read_link(pointer).unwrap();
        assert!(target.starts_with("../../blobs"), "{}", target.display());
        assert_eq!(target.file_name().unwrap().len(), 64);
    }
    assert!(!folder.join("snapshots").join(commit).join("README.md").exists());
}

#[test]
fn a_warm_cache_needs_no_request_and_is_not_written() {
    let (server, cache) = (server(), Scratch::new());
    let hub = hub(&server, &cache);
    let first = fetch(&hub, ID).unwrap();
    let (connections, before) = (server.connections(), cache.contents());
    let by_commit = fetch(&hub, &format!("{ID}@{}", first.commit)).unwrap();
    let mut events = 0;
    let again = hub.fetch(&repository(ID), &MODEL, &mut |_: Event<'_>| events += 1).unwrap();
    assert_eq!((&again, by_commit.commit), (&first, first.commit.clone()));
    assert_eq!(events, 0);
    assert_eq!(server.connections(), connections);
    assert!(cache.contents() == before, "the cache was written to");
    // It does not even need a hub.
    let gone = Hub::new(options("http://127.0.0.1:1", cache.path(), &[]));
    assert_eq!(fetch(&gone, ID).unwrap(), first);
}

#[test]
fn offline_opens_no_connection() {
    let (server, cache) = (server(), Scratch::new());
    let offline = Hub::new(options(server.endpoint(), cache.path(), &[("HF_HUB_OFFLINE", "1")]));
    let error = fetch(&offline, ID).unwrap_err();
    assert_eq!(error.to_string(), format!("{ID} is not in the cache, and offline mode is on"));
    assert_eq!(error.hint().unwrap(), format!("unset HF_HUB_OFFLINE, then mnet models pull {ID}"));
    let mut options = options(server.endpoint(), cache.path(), &[]);
    options.offline = Some(Offline::Flag);
    let error = fetch(&Hub::new(options.clone()), ID).unwrap_err();
    assert_eq!(error.hint().unwrap(), format!("mnet models pull {ID}"));
    // Nobody asked for this.
    options.offline = Some(Offline::Command);
    let error = fetch(&Hub::new(options), ID).unwrap_err();
    assert_eq!(error.to_string(), format!("{ID} is not in the cache"));
    assert_eq!(server.connections(), 0);
    assert!(cache.contents().is_empty(), "reading the cache created something");
    let online = fetch(&hub(&server, &cache), ID).unwrap();
    let connections = server.connections();
    assert_eq!(fetch(&offline, ID).unwrap(), online);
    assert_eq!(server.connections(), connections);
}

#[test]
fn offline_names_what_is_missing() {
    let (server, cache) = (server(), Scratch::new());
    let snapshot = fetch(&hub(&server, &cache), ID).unwrap();
    fs::remove_file(snapshot.file("model.safetensors").unwrap()).unwrap();
    let offline = Hub::new(options(server.endpoint(), cache.path(), &[("HF_HUB_OFFLINE", "1")]));
    let error = fetch(&offline, ID).unwrap_err();
    let missing = "is in the cache without model.safetensors or pytorch_model.bin, and offline mode is on";
    assert_eq!(error.to_string(), format!("{ID} {missing}"));
    assert_eq!(error.hint().unwrap(), format!("unset HF_HUB_OFFLINE, then mnet models pull {ID}"));
}

#[test]
fn offline_names_a_missing_configuration() {
    let (server, cache, source) = (HubServer::start(), Scratch::new(), Scratch::new());
    checkpoint::tiny(source.path(), &["a", "b"]);
    let names = ["config.json", "preprocessor_config.json", "model.safetensors"];
    let contents = names.map(|name| fs::read(source.path().join(name)).unwrap());
    let files: Vec<_> = names.into_iter().zip(contents.iter().map(Vec::as_slice)).collect();
    server.add(ID, "main", &files);
    let snapshot = fetch(&hub(&server, &cache), ID).unwrap();
    let open = || {
        let offline = Hub::new(options(server.endpoint(), cache.path(), &[("HF_HUB_OFFLINE", "1")]));
        mnet::predict::open(&Source::Hub(ID.to_owned()), || Ok(offline), &mut |_| {})
    };
    open().unwrap();
    for name in ["preprocessor_config.json", "config.json"] {
        fs::remove_file(snapshot.file(name).unwrap()).unwrap();
        let expected = format!("{ID} is in the cache without {name}, and offline mode is on");
        assert_eq!(open().unwrap_err().to_string(), expected);
    }
}

#[test]
fn what_python_left_unknown_is_asked_once() {
    let (server, cache) = (server(), Scratch::new());
    let hub = hub(&server, &cache);
    let first = fetch(&hub, ID).unwrap();
    // Python notes the absence only of files that it has asked for.
    fs::remove_dir_all(folder(&cache).join(".no_exist")).unwrap();
    let offline = Hub::new(options(server.endpoint(), cache.path(), &[("HF_HUB_OFFLINE", "1")]));
    assert_eq!(fetch(&offline, ID).unwrap().unknown_optional(), ["preprocessor_config.json"]);
    let requests = server.requests().len();
    assert_eq!(fetch(&hub, ID).unwrap(), first);
    assert_eq!(server.requests().len(), requests + 1, "one listing");
    assert_eq!(fetch(&hub, ID).unwrap(), first);
    assert_eq!(server.requests().len(), requests + 1);
}

#[test]
fn a_branch_stays_at_the_commit_that_was_cached() {
    let (server, cache) = (server(), Scratch::new());
    let hub = hub(&server, &cache);
    let first = fetch(&hub, ID).unwrap();
    server.add(
        ID,
        "main",
        &[("config.json", b"{}"), ("model.safetensors", b"new"), ("preprocessor_config.json", b"{}")],
    );
    assert_eq!(fetch(&hub, ID).unwrap(), first);
    // A missing file is downloaded from the same commit as the others.
    fs::remove_file(first.file("config.json").unwrap()).unwrap();
    assert_eq!(fetch(&hub, ID).unwrap(), first);
    assert_good(&first, &cache);
}

#[test]
fn the_second_choice_of_weights_is_remembered() {
    let (server, cache) = (HubServer::start(), Scratch::new());
    server.add(ID, "main", &[("config.json", CONFIG), ("pytorch_model.bin", &weights())]);
    let hub = hub(&server, &cache);
    let snapshot = fetch(&hub, ID).unwrap();
    assert_eq!(snapshot.file("model.safetensors"), None);
    assert!(snapshot.file("pytorch_model.bin").is_some());
    let requests = server.requests().len();
    assert_eq!(fetch(&hub, ID).unwrap(), snapshot);
    assert_eq!(server.requests().len(), requests);
}

#[test]
fn damage_on_disk_is_repaired_or_reported() {
    let (server, cache) = (server(), Scratch::new());
    let hub = hub(&server, &cache);
    let snapshot = fetch(&hub, ID).unwrap();
    hub.verify(&snapshot).unwrap();
    let weights = snapshot.file("model.safetensors").unwrap().canonicalize().unwrap();
    // Same length, other content: only the hash shows it.
    fs::write(&weights, vec![0; 300_000]).unwrap();
    let error = hub.verify(&snapshot).unwrap_err();
    assert!(matches!(&error, HubError::Damaged { path, .. } if *path == weights), "{error}");
    assert!(error.hint().unwrap().contains(weights.to_str().unwrap()));
    // As the hint says: without the blob the link dangles, which counts as absent.
    fs::remove_file(&weights).unwrap();
    assert_good(&fetch(&hub, ID).unwrap(), &cache);
    // An empty file counts as absent too, and a blob without a link is checked before it is used.
    for content in [&b""[..], b"some other client's error page"] {
        fs::write(&weights, content).unwrap();
        fs::remove_file(snapshot.file("model.safetensors").unwrap()).unwrap();
        assert_good(&fetch(&hub, ID).unwrap(), &cache);
    }
}

#[test]
fn cold_starts_share_one_download() {
    let (server, cache) = (server(), Scratch::new());
    // The first download takes longer than the others take to arrive.
    server.fault("GET", "/storage/", 1, Fault::Stall(150_000));
    let waits = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let mut observer = |event: Event<'_>| {
                    if matches!(event, Event::Waiting { .. }) {
                        waits.fetch_add(1, SeqCst);
                    }
                };
                let snapshot =
                    impatient(&server, &cache).fetch(&repository(ID), &MODEL, &mut observer).unwrap();
                assert_eq!(super::read(&snapshot, "model.safetensors"), weights());
            });
        }
    });
    assert_eq!(server.count("GET", "/storage/"), 2, "one that stalls, and its second half");
    assert_eq!(server.count("GET", "config.json"), 1);
    assert!(waits.into_inner() > 0);
    assert_clean(&cache);
}

/// The binary, with this hub and this cache.
pub(crate) fn pull(server: &HubServer, cache: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mnet"));
    command.args(["models", "pull", ID]).env("HF_ENDPOINT", server.endpoint()).env("HF_HUB_CACHE", cache);
    command
}

#[test]
fn two_processes_share_one_download() {
    let (server, cache) = (server(), Scratch::new());
    server.fault("GET", "/storage/", 1, Fault::Stall(150_000));
    let begin = || {
        let mut pull = pull(&server, cache.path());
        pull.env("HF_HUB_DOWNLOAD_TIMEOUT", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let runs = [begin(), begin()].map(|child| child.wait_with_output().unwrap());
    for run in &runs {
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        assert_eq!(run.stdout, runs[0].stdout, "both print the same folder");
    }
    assert_eq!(server.count("GET", "/storage/"), 2, "one that stalls and its second half");
    assert_clean(&cache);
}

#[test]
fn an_error_of_writing_names_the_cache() {
    let (server, scratch) = (server(), Scratch::new());
    let file = scratch.path().join("file");
    fs::write(&file, "").unwrap();
    let hub = Hub::new(options(server.endpoint(), &file, &[]));
    let error = fetch(&hub, ID).unwrap_err();
    assert!(matches!(error, HubError::Write { .. }), "{error:?}");
    assert!(error.to_string().contains(file.to_str().unwrap()), "{error}");
    assert_eq!(error.hint().unwrap(), "make it writable, or --cache-dir DIR");
}

#[test]
fn a_larger_request_fetches_only_what_is_new() {
    let (server, cache) = (server(), Scratch::new());
    let hub = hub(&server, &cache);
    fetch(&hub, ID).unwrap();
    let requests = [FileRequest::required("config.json"), FileRequest::optional("README.md")];
    let mut files = None;
    let snapshot = hub.fetch(&repository(ID), &requests, &mut |event: Event<'_>| {
        if let Event::Downloading { files: number, bytes } = event {
            files = Some((number, bytes));
        }
    });
    assert_eq!(super::read(&snapshot.unwrap(), "README.md"), b"tiny");
    assert_eq!(files, Some((1, Some(4))));
}

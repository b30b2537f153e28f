//! Unfinished downloads: taken up by the next run, or removed.
#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, SystemTime};

use mnet::cli::Hint;
use mnet::hub::{Hub, HubError};

use super::cache::{folder, pull};
use super::support::hub_server::{Fault, HubServer};
use super::support::scratch::Scratch;
use super::{ID, assert_good, fetch, hub, options, server, weights};

const STORAGE: &str = "/storage/";
const HALF: usize = 150_000;

/// The ranges of the weights that were asked for.
fn ranges(server: &HubServer) -> Vec<Option<String>> {
    let requests = server.requests().into_iter();
    let weights = requests.filter(|request| request.method == "GET" && request.path.starts_with(STORAGE));
    weights.map(|request| request.headers.get("range").cloned()).collect()
}

/// A cache without the weights; also returns where their content belongs.
fn without_weights(server: &HubServer) -> (Scratch, PathBuf) {
    let cache = Scratch::new();
    let snapshot = fetch(&hub(server, &cache), ID).expect("nothing is wrong yet");
    let blob = snapshot.file("model.safetensors").unwrap().canonicalize().unwrap();
    fs::remove_file(&blob).unwrap();
    (cache, blob)
}

/// An unfinished download of `blob`.
fn leave(blob: &Path, middle: &str, content: &[u8]) -> PathBuf {
    let path = PathBuf::from(format!("{}{middle}.incomplete", blob.display()));
    fs::write(&path, content).unwrap();
    path
}

#[test]
fn a_killed_download_is_taken_up() {
    let (server, cache) = (server(), Scratch::new());
    server.fault("GET", STORAGE, 1, Fault::Stall(HALF));
    let mut child = pull(&server, cache.path()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let is_half_way = || cache.contents().values().any(|(_, content)| content.len() == HALF);
    for _ in 0..1000 {
        if is_half_way() {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    assert!(is_half_way(), "the child never got that far");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
    assert_eq!(ranges(&server), [None, Some(format!("bytes={HALF}-"))]);
}

#[test]
fn the_longest_part_is_taken_up_and_the_others_are_removed() {
    let server = server();
    let (cache, blob) = without_weights(&server);
    // Those of Python have such names.
    leave(&blob, ".2-2-2", &weights()[..1000]);
    leave(&blob, "", &weights()[..HALF]);
    leave(&blob, ".3-3-3", &[]);
    leave(&blob, ".too-long", &b"\0".repeat(300_001));
    assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
    assert_eq!(ranges(&server), [None, Some(format!("bytes={HALF}-"))]);
}

#[test]
fn a_part_that_is_complete_needs_no_request() {
    let server = server();
    let (cache, blob) = without_weights(&server);
    leave(&blob, ".1-1-1", &weights());
    assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
    assert_eq!(ranges(&server), [None]);
}

#[test]
fn a_damaged_part_is_begun_again() {
    for damaged in [vec![0; HALF], vec![0; 300_000]] {
        let server = server();
        let (cache, blob) = without_weights(&server);
        leave(&blob, ".1-1-1", &damaged);
        assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
        assert_eq!(ranges(&server).last(), Some(&None), "all of it");
    }
}

#[test]
fn a_part_that_is_being_written_is_left_alone() {
    let server = server();
    let (cache, blob) = without_weights(&server);
    let used = leave(&blob, ".1-1-1", &weights()[..HALF]);
    let file = fs::File::open(&used).unwrap();
    file.lock().unwrap();
    // It belongs to another content, whose name begins like this one, and whose lock is held.
    let other = leave(&blob, "-2.1-1-1", b"other");
    let name = format!("{}-2.lock", blob.file_name().unwrap().to_str().unwrap());
    let lock = cache.path().join(".locks").join(folder(&cache).file_name().unwrap()).join(name);
    let lock = fs::File::create(lock).unwrap();
    lock.lock().unwrap();
    // Python's own.
    let pythons = leave(&blob, "-3.c0ffee00", b"other");
    fetch(&hub(&server, &cache), ID).unwrap();
    assert_eq!(ranges(&server), [None, None]);
    assert!(used.exists() && other.exists() && pythons.exists());
}

#[test]
fn what_no_run_will_take_up_is_removed() {
    let server = server();
    let (cache, blob) = without_weights(&server);
    // Of a file that the hub has no more; of a link and a reference that were about to get their names.
    leave(&blob.with_file_name("a".repeat(64)), ".1-1-1", &weights()[..HALF]);
    let snapshot = fs::read_dir(folder(&cache).join("snapshots")).unwrap().next().unwrap().unwrap().path();
    let (link, reference) =
        (snapshot.join("config.json.1-1-1.tmp"), folder(&cache).join("refs/main.1-1-1.tmp"));
    let new = folder(&cache).join("refs/main.2-2-2.tmp");
    for path in [&link, &reference, &new] {
        fs::write(path, "x").unwrap();
    }
    for path in [&link, &reference] {
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_hours(2)).unwrap();
    }
    fetch(&hub(&server, &cache), ID).unwrap();
    // Another process may be about to give it its name.
    assert!(new.exists());
    fs::remove_file(new).unwrap();
    assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
}

#[test]
fn a_failed_download_leaves_what_is_worth_it() {
    let (server, cache) = (server(), Scratch::new());
    server.fault("GET", STORAGE, 1, Fault::Cut(HALF));
    server.fault("GET", STORAGE, 100, Fault::Cut(0));
    let error = fetch(&hub(&server, &cache), ID).unwrap_err();
    assert!(matches!(error, HubError::Broken { .. }), "{error:?}");
    server.heal();
    assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
    assert_eq!(ranges(&server).last(), Some(&Some(format!("bytes={HALF}-"))));
}

#[test]
fn a_half_written_reference_does_no_harm() {
    let (server, cache) = (server(), Scratch::new());
    fetch(&hub(&server, &cache), ID).unwrap();
    fs::write(folder(&cache).join("refs/main"), "half a ha").unwrap();
    assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
}

#[test]
fn a_download_ends_at_the_deadline_and_goes_on_from_there() {
    let (server, cache) = (server(), Scratch::new());
    server.fault("GET", STORAGE, 1, Fault::Stall(HALF));
    let mut options = options(server.endpoint(), cache.path(), &[]);
    options.timeouts.total = Some(Duration::from_secs(1));
    let start = SystemTime::now();
    let error = fetch(&Hub::new(options), ID).unwrap_err();
    assert!(matches!(error, HubError::Deadline { .. }), "{error:?}");
    assert_eq!(error.to_string(), "the hub was given up after 1 s, while waiting for model.safetensors");
    assert_eq!(error.hint().unwrap(), "run it again to go on from there, or raise --fetch-timeout");
    assert!(start.elapsed().unwrap() < Duration::from_secs(8));
    assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
    assert_eq!(ranges(&server), [None, Some(format!("bytes={HALF}-"))]);
}

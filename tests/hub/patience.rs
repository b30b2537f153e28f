//! Bodies that trickle or do not end, and times that no clock can hold.

use std::time::{Duration, Instant};

use mnet::cli::Hint;
use mnet::hub::{Event, Hub, HubError};

use super::cache::{folder, pull};
use super::support::http::Reply;
use super::support::hub_server::Fault;
use super::support::scratch::Scratch;
use super::{ID, MODEL, assert_good, fetch, hub, impatient, options, repository, server};

const ALWAYS: usize = 100;
const TRICKLE: Fault = Fault::Trickle(Duration::from_millis(100));

#[test]
fn a_body_that_trickles_is_given_up() {
    for path in ["/storage/", "/api/"] {
        let (server, cache) = (server(), Scratch::new());
        server.fault("GET", path, ALWAYS, TRICKLE);
        let start = Instant::now();
        let error = fetch(&impatient(&server, &cache), ID).unwrap_err();
        assert!(matches!(error, HubError::Slow { .. }), "{path}: {error:?}");
        assert!(error.to_string().contains(" sent only "), "{error}");
        assert_eq!(error.hint().as_deref(), Some("try again later"));
        assert!(start.elapsed() < Duration::from_secs(8), "two windows of one second");
        server.heal();
        assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
    }
}

#[test]
fn a_body_that_trickles_once_is_asked_for_again() {
    let (server, cache) = (server(), Scratch::new());
    server.fault("GET", "/storage/", 1, TRICKLE);
    server.fault("GET", "/api/", 1, TRICKLE);
    assert_good(&fetch(&impatient(&server, &cache), ID).unwrap(), &cache);
}

#[test]
fn a_listing_without_end_is_fetched_once() {
    let (server, cache) = (server(), Scratch::new());
    let endless = Reply::new(200, &" ".repeat((16 << 20) + 1));
    server.fault("GET", "/api/", ALWAYS, Fault::Instead(endless));
    // The files themselves are there.
    assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
    assert_eq!(server.count("GET", "/api/"), 1);
}

#[test]
fn a_timeout_of_all_ages_is_a_long_one() {
    let (server, cache) = (server(), Scratch::new());
    let most = u64::MAX.to_string();
    let variables = [("HF_HUB_DOWNLOAD_TIMEOUT", most.as_str()), ("HF_HUB_ETAG_TIMEOUT", &most)];
    assert_good(&fetch(&Hub::new(options(server.endpoint(), cache.path(), &variables)), ID).unwrap(), &cache);
    let mut options = options(server.endpoint(), Scratch::new().path(), &[]);
    options.timeouts.total = Some(Duration::MAX);
    fetch(&Hub::new(options), ID).unwrap();
}

#[test]
fn a_deadline_ends_the_wait_for_another_process() {
    let (server, cache) = (server(), Scratch::new());
    let snapshot = fetch(&hub(&server, &cache), ID).unwrap();
    let blob = snapshot.file("model.safetensors").unwrap().canonicalize().unwrap();
    std::fs::remove_file(&blob).unwrap();
    let name = format!("{}.lock", blob.file_name().unwrap().to_str().unwrap());
    let lock = cache.path().join(".locks").join(folder(&cache).file_name().unwrap()).join(name);
    let lock = std::fs::File::open(lock).unwrap();
    lock.lock().unwrap();
    let mut options = options(server.endpoint(), cache.path(), &[]);
    options.timeouts.total = Some(Duration::from_secs(1));
    let mut waits = 0;
    let mut observer = |event: Event<'_>| waits += u32::from(matches!(event, Event::Waiting { .. }));
    let error = Hub::new(options).fetch(&repository(ID), &MODEL, &mut observer).unwrap_err();
    assert!(matches!(error, HubError::Deadline { .. }), "{error:?}");
    assert_eq!(waits, 1);
}

#[test]
fn the_deadline_is_a_flag() {
    let (server, cache) = (server(), Scratch::new());
    server.fault("GET", "/storage/", 1, Fault::Stall(10));
    let run = pull(&server, cache.path()).args(["--fetch-timeout", "1"]).output().unwrap();
    let text = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(2), "{text}");
    assert!(text.contains("given up after 1 s, while waiting for model.safetensors"), "{text}");
}

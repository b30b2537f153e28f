//! Network faults, one by one: nothing bad is kept, and without the fault the next run succeeds.

use mnet::hub::{Event, Hub, HubError};

use super::support::http::Reply;
use super::support::hub_server::Fault;
use super::support::scratch::Scratch;
use super::{ID, MODEL, assert_clean, assert_good, fetch, hub, impatient, options, repository, server};

/// Where the content of the weights comes from.
const STORAGE: &str = "/storage/";
const HALF: usize = 150_000;
/// More often than a request is retried.
const ALWAYS: usize = 100;

/// Runs a fetch with the fault and one without. The first must fail as `expected`, or succeed if that is `None`.
fn check(
    method: &'static str,
    path: &str,
    times: usize,
    fault: Fault,
    expected: Option<fn(&HubError) -> bool>,
) {
    let (server, cache) = (server(), Scratch::new());
    let name = format!("{fault:?}");
    server.fault(method, path, times, fault);
    let hub = impatient(&server, &cache);
    match (fetch(&hub, ID), expected) {
        (Ok(snapshot), None) => assert_good(&snapshot, &cache),
        (Err(error), Some(expected)) => assert!(expected(&error), "{name}: {error:?}"),
        (result, _) => panic!("{name}: {result:?}"),
    }
    assert_clean(&cache);
    server.heal();
    assert_good(&fetch(&hub, ID).expect("without the fault it succeeds"), &cache);
}

macro_rules! error {
    ($pattern:pat) => {
        Some(|error: &HubError| matches!(error, $pattern))
    };
}

#[test]
fn a_page_with_an_error_status() {
    let page = || Fault::Instead(Reply::web_page(403));
    check("GET", STORAGE, ALWAYS, page(), error!(HubError::Status { status: 403, .. }));
    check("GET", "/resolve/", ALWAYS, page(), error!(HubError::Status { status: 403, .. }));
    // What has no listing may be a mirror with the files.
    check("GET", "/api/", ALWAYS, page(), None);
}

#[test]
fn a_login_page_instead_of_the_response() {
    let page = || Fault::Instead(Reply::web_page(200));
    for (method, path) in [("GET", STORAGE), ("GET", "/resolve/"), ("HEAD", "/resolve/")] {
        check(method, path, ALWAYS, page(), error!(HubError::NotAHub { .. }));
    }
    let unmarked = Fault::Instead(Reply::new(200, "Please log in first"));
    check("GET", STORAGE, ALWAYS, unmarked, error!(HubError::Size { .. }));
}

#[test]
fn a_server_that_fails_for_a_while_or_forever() {
    for status in [429, 500, 502, 503, 504] {
        check("GET", STORAGE, 2, Fault::Instead(Reply::new(status, "later")), None);
        check("HEAD", "/resolve/", 2, Fault::Instead(Reply::new(status, "later")), None);
        check("GET", "/api/", 2, Fault::Instead(Reply::new(status, "later")), None);
    }
    let fails = Fault::Instead(Reply::new(500, "Internal Server Error"));
    check("GET", STORAGE, ALWAYS, fails, error!(HubError::Status { status: 500, .. }));
}

#[test]
fn a_connection_that_breaks_more_often_than_a_request_is_retried() {
    check("GET", STORAGE, ALWAYS, Fault::Cut(40_000), None);
    check("GET", STORAGE, ALWAYS, Fault::Cut(0), error!(HubError::Broken { .. }));
}

#[test]
fn one_flipped_bit() {
    check("GET", STORAGE, ALWAYS, Fault::Flip(200_000), error!(HubError::Checksum { .. }));
    check("GET", "config.json", ALWAYS, Fault::Flip(3), error!(HubError::Checksum { .. }));
}

#[test]
fn too_many_bytes() {
    for announced in [true, false] {
        check("GET", STORAGE, ALWAYS, Fault::Extra(8, announced), error!(HubError::Size { .. }));
        check("GET", "config.json", ALWAYS, Fault::Extra(8, announced), error!(HubError::Size { .. }));
    }
}

#[test]
fn a_body_that_ends_half_way_once() {
    for fault in [Fault::Cut(HALF), Fault::CutWithoutLength(HALF), Fault::CutChunks(HALF), Fault::Reset(HALF)]
    {
        check("GET", STORAGE, 1, fault, None);
    }
    for fault in [Fault::Cut(0), Fault::CutWithoutLength(0), Fault::Reset(0)] {
        check("GET", STORAGE, 1, fault, None);
    }
}

#[test]
fn a_body_that_always_ends_early() {
    for fault in [Fault::Cut(10), Fault::CutWithoutLength(10), Fault::CutChunks(10), Fault::Reset(10)] {
        check("GET", STORAGE, ALWAYS, fault, error!(HubError::Broken { .. }));
    }
}

#[test]
fn a_listing_that_ends_half_way() {
    check("GET", "/api/", 1, Fault::Cut(20), None);
    // Without an announced length only the content shows it. The files themselves are there.
    check("GET", "/api/", ALWAYS, Fault::Cut(20), None);
    check("GET", "/api/", ALWAYS, Fault::CutWithoutLength(20), None);
}

#[test]
fn silence_instead_of_the_listing() {
    check("GET", "/api/", 1, Fault::Silence, None);
    check("GET", "/api/", ALWAYS, Fault::Silence, error!(HubError::Silent { .. }));
}

#[test]
fn silence_instead_of_a_head() {
    check("HEAD", "config.json", 1, Fault::Silence, None);
    check("HEAD", "config.json", ALWAYS, Fault::Silence, error!(HubError::Silent { .. }));
}

#[test]
fn silence_instead_of_the_weights() {
    check("GET", STORAGE, 1, Fault::Silence, None);
    check("GET", STORAGE, ALWAYS, Fault::Silence, error!(HubError::Silent { .. }));
}

#[test]
fn silence_half_way() {
    check("GET", STORAGE, 1, Fault::Stall(HALF), None);
    check("GET", STORAGE, ALWAYS, Fault::Stall(10), error!(HubError::Silent { .. }));
}

#[test]
fn names_that_a_server_must_not_choose() {
    for etag in ["\"\"", "a b", ""] {
        check("HEAD", "config.json", ALWAYS, Fault::Header("ETag", etag), error!(HubError::NotAHub { .. }));
    }
    // It is no hash, and without the size nothing could be checked.
    let etag = Reply::new(302, "").header("Location", "/x").header("X-Linked-Etag", "../../x");
    check("HEAD", "model.s", ALWAYS, Fault::Instead(etag), error!(HubError::NotAHub { .. }));
    check(
        "HEAD",
        "config.json",
        ALWAYS,
        Fault::Header("X-Repo-Commit", "../../x"),
        error!(HubError::NotAHub { .. }),
    );
    for sha in ["../../../x", "", "main", "5D96F9D4A2D8DFC954023EEAA456D88C1503EA1F"] {
        let listing = Reply::new(200, &format!("{{\"sha\": \"{sha}\", \"siblings\": []}}"));
        check("GET", "/api/", ALWAYS, Fault::Instead(listing), None);
    }
}

#[test]
fn sizes_that_are_absurd_or_missing() {
    let huge = Fault::Header("X-Linked-Size", "99999999999999");
    check("HEAD", "model.safetensors", ALWAYS, huge, error!(HubError::Size { .. }));
    // A missing size is accepted: the hash decides.
    check("HEAD", "model.safetensors", ALWAYS, Fault::Header("X-Linked-Size", ""), None);
}

#[test]
fn a_broken_download_resumes_where_it_stopped() {
    let (server, cache) = (server(), Scratch::new());
    server.fault("GET", STORAGE, 1, Fault::Cut(HALF));
    assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
    let ranges: Vec<_> = server
        .requests()
        .into_iter()
        .filter(|request| request.path.starts_with(STORAGE))
        .map(|request| request.headers.get("range").cloned())
        .collect();
    assert_eq!(ranges, [None, Some(format!("bytes={HALF}-"))]);
}

#[test]
fn a_download_resumes_though_the_server_does_not_repeat_the_size() {
    let (server, cache) = (server(), Scratch::new());
    server.fault("GET", STORAGE, 1, Fault::Cut(HALF));
    server.fault("GET", STORAGE, 1, Fault::Header("Content-Range", "bytes 150000-299999/*"));
    assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
    assert_eq!(server.count("GET", STORAGE), 2);
}

#[test]
fn a_download_that_gets_on_neither_waits_nor_complains() {
    let (server, cache) = (server(), Scratch::new());
    server.fault("GET", STORAGE, ALWAYS, Fault::Cut(20_000));
    let mut options = options(server.endpoint(), cache.path(), &[]);
    options.retry.pause = std::time::Duration::from_hours(1);
    let mut observer = |event: Event<'_>| assert!(!matches!(event, Event::Retrying { .. }), "{event:?}");
    let snapshot = Hub::new(options).fetch(&repository(ID), &MODEL, &mut observer).unwrap();
    assert_good(&snapshot, &cache);
    assert_eq!(server.count("GET", STORAGE), 15);
}

#[test]
fn what_is_not_http_is_asked_once() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let _ = super::certificates::read_head(&mut client);
            drop(std::io::Write::write_all(&mut client, b"SSH-2.0-OpenSSH_9.2\r\n\r\n"));
        }
    });
    let error = fetch(&Hub::new(options(&endpoint, Scratch::new().path(), &[])), ID).unwrap_err();
    assert!(error.to_string().contains("no HTTP"), "{error}");
}

#[test]
fn a_download_restarts_if_the_server_cannot_resume() {
    let other = Reply::new(206, "wrong part").header("Content-Range", "bytes 7-16/300000");
    let faults = [
        Fault::IgnoreRange,
        Fault::Instead(Reply::new(416, "no such range")),
        Fault::Instead(other),
        Fault::Header("Content-Range", ""),
        Fault::Header("Content-Range", "bytes 150000-299999/300001"),
    ];
    for fault in faults {
        let (server, cache) = (server(), Scratch::new());
        server.fault("GET", STORAGE, 1, Fault::Cut(HALF));
        server.fault("GET", STORAGE, 1, fault);
        assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
    }
}

//! Mirrors: tags that are no hash, and no listing.

use mnet::cli::Hint;
use mnet::hub::{Event, Hub, HubError, Snapshot};

use super::support::http::Reply;
use super::support::hub_server::{Fault, HubServer};
use super::support::scratch::Scratch;
use super::{CONFIG, ID, MODEL, assert_good, fetch, hub, options, read, repository, server, weights};

const ALWAYS: usize = 100;

/// Fetches [`MODEL`]; also returns the files whose hash could not be checked.
fn fetch_unchecked(hub: &Hub) -> Result<(Snapshot, Vec<String>), HubError> {
    let mut unchecked = Vec::new();
    let snapshot = hub.fetch(&repository(ID), &MODEL, &mut |event: Event<'_>| {
        if let Event::Unchecked { file, tag, .. } = event {
            unchecked.push(format!("{file} {tag}"));
        }
    })?;
    Ok((snapshot, unchecked))
}

#[test]
fn a_tag_that_is_no_hash_is_checked_by_length_and_said() {
    for (header, tag) in [
        ("\"9e107d9d372bb6826bd81d3542a419d6\"", "9e107d9d372bb6826bd81d3542a419d6"),
        ("\"5f3c61e2-1a\"", "5f3c61e2-1a"),
        ("W/\"5f3c61e2-gzip\"", "5f3c61e2-gzip"),
    ] {
        let (server, cache) = (server(), Scratch::new());
        server.fault("HEAD", "config.json", 1, Fault::Header("ETag", header));
        let (snapshot, unchecked) = fetch_unchecked(&hub(&server, &cache)).unwrap();
        assert_eq!(unchecked, [format!("config.json {tag}")]);
        assert_eq!(read(&snapshot, "config.json"), CONFIG);
        // Python names the content by the tag too.
        assert!(cache.path().join("models--acme--tiny_0.25_96/blobs").join(tag).is_file());
        let connections = server.connections();
        assert_eq!(fetch(&hub(&server, &cache), ID).unwrap(), snapshot);
        assert_eq!(server.connections(), connections, "it is cached like any other");
    }
}

#[test]
fn without_a_hash_the_length_must_be_right() {
    type Case = (Fault, fn(&HubError) -> bool);
    let cases: [Case; 3] = [
        (Fault::Extra(1, true), |error| matches!(error, HubError::Size { .. })),
        (Fault::Extra(1, false), |error| matches!(error, HubError::Size { .. })),
        (Fault::Cut(0), |error| matches!(error, HubError::Broken { .. })),
    ];
    for (fault, expected) in cases {
        let (server, cache) = (server(), Scratch::new());
        server.fault("HEAD", "config.json", ALWAYS, Fault::Header("ETag", "\"5f3c-1a\""));
        server.fault("GET", "config.json", ALWAYS, fault);
        let error = fetch(&hub(&server, &cache), ID).unwrap_err();
        assert!(expected(&error), "{error:?}");
    }
    let (server, cache) = (server(), Scratch::new());
    let tag = Reply::new(200, "").header("ETag", "\"5f3c-1a\"").header("Transfer-Encoding", "chunked");
    server.fault("HEAD", "config.json", ALWAYS, Fault::Instead(tag));
    let error = fetch(&hub(&server, &cache), ID).unwrap_err();
    assert!(error.to_string().contains("neither its size nor its hash"), "{error}");
}

#[test]
fn a_compressing_server_does_not_hide_a_hash() {
    // `git hash-object` of the configuration, and another.
    for (hash, is_right) in [
        ("2d303885bd55dda136ac8bae7c9c8de3f7c91b82", true),
        ("2ad8dbc5a03eb60b38f49ae8a4c71b1a71a0ffd1", false),
    ] {
        let (server, cache) = (server(), Scratch::new());
        let tag = Fault::Instead(
            Reply::new(200, "")
                .header("ETag", &format!("\"{hash}-gzip\""))
                .header("Transfer-Encoding", "chunked"),
        );
        server.fault("HEAD", "config.json", 1, tag);
        match fetch_unchecked(&hub(&server, &cache)) {
            Ok((snapshot, unchecked)) if is_right => {
                assert_good(&snapshot, &cache);
                assert!(unchecked.is_empty(), "{unchecked:?}");
            }
            Err(HubError::Checksum { expected, .. }) if !is_right => assert_eq!(expected, hash),
            other => panic!("{other:?}"),
        }
    }
}

/// The requests for the whole of a file and for its rest, by range and condition.
fn ranges(server: &HubServer, file: &str) -> Vec<(Option<String>, Option<String>)> {
    let requests = server.requests().into_iter();
    let header = |name: &str, request: &super::support::http::Request| request.headers.get(name).cloned();
    requests
        .filter(|request| request.method == "GET" && request.path.contains(file))
        .map(|request| (header("range", &request), header("if-range", &request)))
        .collect()
}

#[test]
fn without_a_hash_a_download_continues_only_if_the_tag_is_the_same() {
    for (tag, condition) in [("\"5f3c-1a\"", Some("\"5f3c-1a\"")), ("W/\"5f3c-1a\"", None)] {
        let (server, cache) = (server(), Scratch::new());
        server.add(ID, "main", &[("config.json", &b" ".repeat(100_000)), ("model.safetensors", &weights())]);
        server.fault("HEAD", "config.json", ALWAYS, Fault::Header("ETag", tag));
        server.fault("GET", "config.json", 1, Fault::Cut(50_000));
        let (snapshot, _) = fetch_unchecked(&hub(&server, &cache)).unwrap();
        assert_eq!(read(&snapshot, "config.json"), b" ".repeat(100_000));
        let rest = condition.map(|tag| ("bytes=50000-".to_owned(), tag.to_owned())).unzip();
        assert_eq!(ranges(&server, "config.json"), [(None, None), rest], "{tag}");
    }
}

/// A hub that answers this instead of every listing.
fn without_listings(status: u16) -> HubServer {
    let server = server();
    server.fault("GET", "/api/", ALWAYS, Fault::Instead(Reply::new(status, "<Error/>")));
    server
}

#[test]
fn a_mirror_without_listings_is_asked_for_each_file() {
    for status in [404, 403, 405] {
        let (server, cache) = (without_listings(status), Scratch::new());
        let snapshot = fetch(&hub(&server, &cache), ID).unwrap();
        assert_good(&snapshot, &cache);
        // What is absent is known to be, so nothing is asked again.
        let connections = server.connections();
        assert_eq!(fetch(&hub(&server, &cache), ID).unwrap(), snapshot);
        assert_eq!(server.connections(), connections);
    }
}

#[test]
fn a_mirror_of_branches_alone() {
    let (server, cache) = (without_listings(404), Scratch::new());
    let first = fetch(&hub(&server, &cache), ID).unwrap();
    // It knows no commits.
    let path = format!("/resolve/{}", first.commit);
    server.fault("HEAD", &path, ALWAYS, Fault::Instead(Reply::new(404, "")));
    std::fs::remove_file(first.file("config.json").unwrap()).unwrap();
    assert_eq!(fetch(&hub(&server, &cache), ID).unwrap(), first);
}

#[test]
fn what_is_neither_a_hub_nor_a_mirror_of_one() {
    let (server, cache) = (without_listings(404), Scratch::new());
    let refused = |id: &str, endpoint: &str| {
        let error =
            fetch(&Hub::new(options(endpoint, cache.path(), &[("HF_TOKEN", "hf_x")])), id).unwrap_err();
        let host = server.endpoint().trim_start_matches("http://");
        format!("{error}\n{}", error.hint().unwrap()).replace(host, "HOST")
    };
    assert_eq!(
        refused("acme/none", &format!("{}/below", server.endpoint())),
        "HOST has neither api/models/acme/none/revision/main (404) nor acme/none/resolve/main/config.json: no such \
         repository or revision, or it is not a hub\n\
         check the spelling, and the endpoint (--endpoint or HF_ENDPOINT)"
    );
    server.fault("HEAD", "config.json", ALWAYS, Fault::Header("X-Repo-Commit", ""));
    assert_eq!(
        refused(ID, server.endpoint()),
        "HOST did not answer like a hub for config.json: no X-Repo-Commit header, and 404 for its listing\n\
         check the endpoint, and that no login page or proxy is in the way"
    );
}

#[test]
fn a_mirror_that_lacks_the_weights() {
    let (server, cache) = (without_listings(404), Scratch::new());
    server.add(ID, "main", &[("config.json", CONFIG), ("README.md", b"x")]);
    let error = fetch(&hub(&server, &cache), ID).unwrap_err();
    let end = "has no model.safetensors or pytorch_model.bin; it holds config.json (it lists no others)";
    assert!(error.to_string().ends_with(end), "{error}");
}

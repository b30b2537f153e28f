//! Mirrors: tags that are no hash, and no listing.

use mnet::cli::Hint;
use mnet::hub::{Event, Hub, HubError, Snapshot};

use super::cache::folder;
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
        // IIS, base64, and what would lead out of the folder if it were a name.
        ("\"b8e1a25d7fd8d71:0\"", "b8e1a25d7fd8d71:0"),
        ("\"XrY7u/Aeq2A==\"", "XrY7u/Aeq2A=="),
        ("\"x*y\"", "x*y"),
        ("\"../../x\"", "../../x"),
    ] {
        let (server, cache) = (server(), Scratch::new());
        server.fault("HEAD", "config.json", 1, Fault::Header("ETag", header));
        let (snapshot, unchecked) = fetch_unchecked(&hub(&server, &cache)).unwrap();
        assert_eq!(unchecked, [format!("config.json {tag}")]);
        assert_eq!(read(&snapshot, "config.json"), CONFIG);
        let blob = snapshot.file("config.json").unwrap().canonicalize().unwrap();
        assert_eq!(blob.parent().unwrap(), folder(&cache).join("blobs").canonicalize().unwrap());
        assert!(blob.file_name().unwrap().to_str().unwrap().starts_with("unchecked-"));
        let connections = server.connections();
        assert_eq!(fetch(&hub(&server, &cache), ID).unwrap(), snapshot);
        assert_eq!(server.connections(), connections, "it is cached like any other");
    }
}

#[test]
fn equal_tags_that_are_no_hash_are_not_equal_content() {
    let (server, cache) = (HubServer::start(), Scratch::new());
    // As nginx tags files of one time and size.
    server.fault("HEAD", "/resolve/", ALWAYS, Fault::Header("X-Linked-Etag", "\"65f0-1d\""));
    for version in ["v1", "v2"] {
        let (config, weights) = (format!("{{{version}}}"), format!("1234{version}"));
        server.add(
            ID,
            version,
            &[("config.json", config.as_bytes()), ("model.safetensors", weights.as_bytes())],
        );
    }
    for version in ["v1", "v2", "v1"] {
        let snapshot = fetch(&hub(&server, &cache), &format!("{ID}@{version}")).unwrap();
        assert_eq!(read(&snapshot, "config.json"), format!("{{{version}}}").as_bytes());
        assert_eq!(read(&snapshot, "model.safetensors"), format!("1234{version}").as_bytes());
    }
}

#[test]
fn a_blob_of_an_older_cache_is_used() {
    let (server, cache) = (server(), Scratch::new());
    server.fault("HEAD", "config.json", ALWAYS, Fault::Header("ETag", "\"65f0-1d\""));
    let snapshot = fetch(&hub(&server, &cache), ID).unwrap();
    let pointer = snapshot.file("config.json").unwrap();
    let blob = pointer.canonicalize().unwrap();
    let older = blob.with_file_name("65f0-1d");
    std::fs::rename(blob, &older).unwrap();
    std::fs::remove_file(pointer).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../../blobs/65f0-1d", pointer).unwrap();
    #[cfg(not(unix))]
    std::fs::copy(older, pointer).unwrap();
    let connections = server.connections();
    assert_eq!(fetch(&hub(&server, &cache), ID).unwrap(), snapshot);
    assert_eq!(server.connections(), connections);
}

#[test]
fn an_encoded_body_is_refused_by_its_name() {
    for (method, path) in
        [("HEAD", "config.json"), ("GET", "config.json"), ("GET", "/storage/"), ("GET", "/api/")]
    {
        let (server, cache) = (server(), Scratch::new());
        server.fault(method, path, ALWAYS, Fault::Header("Content-Encoding", "gzip"));
        match fetch(&hub(&server, &cache), ID) {
            // The files have no encoding.
            Ok(snapshot) => assert!(path == "/api/" && snapshot.file("config.json").is_some()),
            Err(error) => assert!(error.to_string().contains("Content-Encoding gzip"), "{path}: {error}"),
        }
    }
    let (server, cache) = (server(), Scratch::new());
    server.fault("GET", "/storage/", ALWAYS, Fault::Header("Content-Encoding", "identity"));
    assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
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
    let statuses = [404, 400, 401, 403, 405, 500, 501, 502, 503].map(|status| Reply::new(status, "<Error/>"));
    let page = Reply::web_page(200);
    let elsewhere = Reply::new(302, "").header("Location", "/login");
    let huge = Reply::new(200, &" ".repeat((16 << 20) + 1));
    for instead in statuses.into_iter().chain([page, elsewhere, huge]) {
        let (server, cache) = (server(), Scratch::new());
        server.fault("GET", "/api/", ALWAYS, Fault::Instead(instead));
        let snapshot = fetch(&hub(&server, &cache), ID).unwrap();
        assert_good(&snapshot, &cache);
        // What is absent is known to be, so nothing is asked again.
        let connections = server.connections();
        assert_eq!(fetch(&hub(&server, &cache), ID).unwrap(), snapshot);
        assert_eq!(server.connections(), connections);
    }
}

#[test]
fn what_a_mirror_refuses_is_not_taken_for_absent() {
    let (server, cache) = (without_listings(403), Scratch::new());
    server.add(
        ID,
        "main",
        &[("config.json", CONFIG), ("model.safetensors", &weights()), ("preprocessor_config.json", b"{}")],
    );
    let refused = Fault::Instead(Reply::new(403, ""));
    server.fault("HEAD", "preprocessor_config.json", ALWAYS, refused);
    let error = fetch(&hub(&server, &cache), ID).unwrap_err();
    assert!(error.to_string().ends_with("answered 403 for preprocessor_config.json"), "{error}");
    assert_eq!(error.hint().unwrap(), "check the token, and that no firewall or proxy is in the way");
    assert!(!folder(&cache).join(".no_exist").exists());
    server.heal();
    let snapshot = fetch(&hub(&server, &cache), ID).unwrap();
    assert_eq!(read(&snapshot, "preprocessor_config.json"), b"{}");
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
        "HOST did not answer like a hub for config.json: no X-Repo-Commit header, and no listing (404)\n\
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

//! The network: redirects, tokens, revisions, retries.

use std::net::TcpListener;

use mnet::cli::Hint;
use mnet::hub::{Event, Hub, HubError};

use super::support::http::Reply;
use super::support::hub_server::{Access, Fault, HubServer};
use super::support::scratch::Scratch;
use super::{CONFIG, ID, MODEL, assert_good, fetch, hub, options, repository, server, weights};

#[test]
fn every_step_is_reported_the_first_before_any_byte() {
    let (server, cache) = (server(), Scratch::new());
    server.fault("GET", "/storage/", 1, Fault::Instead(Reply::new(503, "later")));
    let mut heard = Vec::new();
    hub(&server, &cache)
        .fetch(&repository(ID), &MODEL, &mut |event: Event<'_>| match event {
            Event::Contacting { repository, host } => {
                assert_eq!(server.connections(), 0);
                heard.push(format!("contacting {} for {repository}", host.split(':').next().unwrap()));
            }
            Event::Downloading { files, bytes } => heard.push(format!("{files} files, {bytes:?} bytes")),
            Event::Progress { received, .. } if received == 300_000 + CONFIG.len() as u64 => {
                heard.push("all".into());
            }
            Event::Progress { .. } => {}
            Event::Retrying { reason, .. } => heard.push(format!("again: {}", reason.hint().unwrap())),
            Event::Unchecked { .. } => heard.push("unchecked".into()),
            Event::Waiting { .. } => heard.push("waiting".into()),
            Event::Done => heard.push("done".into()),
        })
        .unwrap();
    let bytes = Some(300_000 + CONFIG.len());
    let expected = [
        format!("contacting 127.0.0.1 for {ID}"),
        format!("2 files, {bytes:?} bytes"),
        "again: try again later".to_owned(),
        "all".to_owned(),
        "done".to_owned(),
    ];
    assert_eq!(heard, expected);
}

#[test]
fn the_token_goes_only_to_the_hub() {
    let (server, cache) = (server(), Scratch::new());
    server.restrict(ID, Access::Private("hf_secret".to_owned()));
    let hub = Hub::new(options(server.endpoint(), cache.path(), &[("HF_TOKEN", " hf_secret\n")]));
    assert_good(&fetch(&hub, ID).unwrap(), &cache);
    for request in server.requests() {
        let expected = (!request.path.starts_with("/storage/")).then_some("Bearer hf_secret");
        assert_eq!(request.headers.get("authorization").map(String::as_str), expected, "{}", request.path);
    }
    assert!(!format!("{hub:?}").contains("hf_secret"), "a debug print shows the token");
}

#[test]
fn the_token_file_is_read_when_it_is_there() {
    let (server, cache, home) = (server(), Scratch::new(), Scratch::new());
    server.restrict(ID, Access::Private("hf_file".to_owned()));
    let hub =
        Hub::new(options(server.endpoint(), cache.path(), &[("HF_HOME", home.path().to_str().unwrap())]));
    assert!(matches!(fetch(&hub, ID), Err(HubError::TokenNeeded { .. })));
    std::fs::write(home.path().join("token"), "hf_file\n").unwrap();
    assert_good(&fetch(&hub, ID).unwrap(), &cache);
}

#[test]
fn pull_requests_and_commits_are_revisions() {
    let (server, cache) = (server(), Scratch::new());
    let commit = server.add(ID, "refs/pr/4", &[("config.json", CONFIG), ("model.safetensors", b"converted")]);
    let hub = hub(&server, &cache);
    let snapshot = fetch(&hub, &format!("{ID}@refs/pr/4")).unwrap();
    assert_eq!(super::read(&snapshot, "model.safetensors"), b"converted");
    assert_eq!(snapshot.commit, commit);
    assert_eq!(server.count("GET", &format!("/api/models/{ID}/revision/refs%2Fpr%2F4")), 1);
    let folder = cache.path().join("models--acme--tiny_0.25_96");
    assert_eq!(std::fs::read_to_string(folder.join("refs/refs/pr/4")).unwrap(), commit);

    let other = Scratch::new();
    let by_commit = fetch(&super::hub(&server, &other), &format!("{ID}@{commit}")).unwrap();
    assert_eq!(super::read(&by_commit, "model.safetensors"), b"converted");
    assert!(!other.path().join("models--acme--tiny_0.25_96/refs").exists(), "a commit needs no reference");
}

#[test]
fn a_renamed_repository_is_followed_on_the_same_host() {
    let (server, cache) = (server(), Scratch::new());
    server.restrict(ID, Access::Private("hf_secret".to_owned()));
    let moved = |path: &str| Fault::Instead(Reply::new(307, "").header("Location", path));
    server.fault("GET", "/api/models/acme/old/", 1, moved(&format!("/api/models/{ID}/revision/main")));
    let listing = |hub: &Hub| fetch(hub, "acme/old");
    let hub = Hub::new(options(server.endpoint(), cache.path(), &[("HF_TOKEN", "hf_secret")]));
    // The listing is found, with the token; the files are then requested by the old name.
    assert!(matches!(listing(&hub), Err(HubError::RepositoryNotFound { .. } | HubError::Status { .. })));
    assert_eq!(server.count("GET", &format!("/api/models/{ID}/")), 1);
    for file in ["config.json", "model.safetensors"] {
        let path = format!("/{ID}/resolve/main/{file}");
        server.fault("HEAD", &format!("/acme/old/resolve/{}/{file}", commit(&server)), 1, moved(&path));
        server.fault("GET", &format!("/acme/old/resolve/{}/{file}", commit(&server)), 1, moved(&path));
    }
    server.fault("GET", "/api/models/acme/old/", 1, moved(&format!("/api/models/{ID}/revision/main")));
    assert_good(&listing(&hub).unwrap(), &cache);
}

/// The commit of the repository of [`server`].
fn commit(server: &HubServer) -> String {
    server.add(
        ID,
        "main",
        &[("config.json", CONFIG), ("model.safetensors", &weights()), ("README.md", b"tiny")],
    )
}

#[test]
fn endless_redirects_are_an_error() {
    let (server, cache) = (server(), Scratch::new());
    let round = Reply::new(302, "").header("Location", "config.json");
    server.fault("GET", "/resolve/", 100, Fault::Instead(round));
    let error = fetch(&hub(&server, &cache), ID).unwrap_err();
    assert!(matches!(error, HubError::Redirect { .. }), "{error:?}");
}

#[test]
fn redirects_are_followed_to_http_addresses_only() {
    for (location, reason) in [
        ("file:///etc/passwd", "to an "),
        ("ftp://127.0.0.1/x", "to an address that is not http or https"),
        ("http://", "to an "),
    ] {
        let (server, cache) = (server(), Scratch::new());
        server.fault(
            "GET",
            "/resolve/",
            100,
            Fault::Instead(Reply::new(302, "").header("Location", location)),
        );
        let error = fetch(&hub(&server, &cache), ID).unwrap_err();
        assert!(matches!(&error, HubError::Redirect { found, .. } if found.starts_with(reason)), "{error:?}");
    }
}

#[test]
fn retry_after_is_obeyed_up_to_a_limit() {
    let (server, cache) = (server(), Scratch::new());
    let busy = |wait| Fault::Instead(Reply::new(429, "slow down").header("Retry-After", wait));
    server.fault("GET", "/api/", 1, busy("1"));
    let mut waits = Vec::new();
    let mut observer = |event: Event<'_>| {
        if let Event::Retrying { wait, .. } = event {
            waits.push(wait.as_secs());
        }
    };
    hub(&server, &cache).fetch(&repository(ID), &MODEL, &mut observer).unwrap();
    assert_eq!(waits, [1]);

    let cache = Scratch::new();
    server.fault("GET", "/api/", 1, busy("3600"));
    let error = fetch(&hub(&server, &cache), ID).unwrap_err();
    assert!(matches!(error, HubError::Status { status: 429, .. }), "{error:?}");
}

#[test]
fn a_hub_that_does_not_exist() {
    let cache = Scratch::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let hub = Hub::new(options(&format!("http://{free}"), cache.path(), &[]));
    let error = fetch(&hub, ID).unwrap_err();
    assert!(matches!(error, HubError::Connect { .. }), "{error:?}");
    assert!(error.to_string().contains(&free.to_string()), "{error}");
    assert!(cache.contents().is_empty(), "something was written though nothing came");
}

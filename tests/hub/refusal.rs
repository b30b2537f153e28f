//! What the hub refuses, as which error, and with which hint.

use std::path::Path;

use mnet::cli::Hint;
use mnet::hub::{FileRequest, Hub, HubError};

use super::support::hub_server::{Access, HubServer};
use super::support::scratch::Scratch;
use super::{CONFIG, ID, fetch, hub, options, repository, server};

/// The error of fetching `text`, as `mnet` prints it, without the port.
fn refused(server: &HubServer, text: &str, extra: &[(&str, &str)]) -> (HubError, String) {
    let cache = Scratch::new();
    let error = fetch(&Hub::new(options(server.endpoint(), cache.path(), extra)), text)
        .expect_err("the hub refuses it");
    let hint = error.hint().unwrap_or_default();
    let host = server.endpoint().trim_start_matches("http://");
    let text = format!("{error}\n{hint}").replace(host, "HUB");
    (error, text)
}

#[test]
fn an_unknown_repository() {
    let server = server();
    let (error, text) = refused(&server, "acme/none", &[]);
    assert!(matches!(error, HubError::TokenNeeded { .. }));
    assert_eq!(
        text,
        "HUB refuses acme/none without a token (401): there is no such repository, or it is private\n\
         check the spelling; for a private repository set HF_TOKEN"
    );
    let (error, text) = refused(&server, "acme/none", &[("HF_TOKEN", "hf_x")]);
    assert!(matches!(error, HubError::RepositoryNotFound { .. }));
    assert!(text.starts_with("HUB has no repository acme/none\n"), "{text}");
}

#[test]
fn an_unknown_revision() {
    let (error, text) = refused(&server(), &format!("{ID}@refs/pr/9"), &[]);
    assert!(matches!(error, HubError::RevisionNotFound { .. }));
    assert!(text.starts_with(&format!("HUB has no revision `refs/pr/9` of {ID}\n")), "{text}");
}

#[test]
fn a_repository_without_the_files() {
    let server = server();
    server.add(ID, "main", &[("config.json", CONFIG), ("tf_model.h5", b"x")]);
    let (error, text) = refused(&server, ID, &[]);
    assert!(matches!(error, HubError::EntryNotFound { .. }));
    let expected = "has no model.safetensors or pytorch_model.bin; it holds config.json, tf_model.h5\n";
    assert!(text.contains(expected), "{text}");
    server.add(ID, "main", &[("\u{1b}[31mred\n.json", b"x")]);
    let (_, text) = refused(&server, ID, &[]);
    assert!(text.contains("it holds \\u{1b}[31mred\\n.json\n"), "names go to a terminal: {text}");
    server.add(ID, "main", &[]);
    assert!(refused(&server, ID, &[]).1.contains("has no config.json; it holds no files"));
}

#[test]
fn a_private_repository() {
    let server = server();
    server.restrict(ID, Access::Private("hf_right".to_owned()));
    assert!(matches!(refused(&server, ID, &[]).0, HubError::TokenNeeded { .. }));
    let (error, text) = refused(&server, ID, &[("HF_TOKEN", "hf_wrong")]);
    assert!(matches!(error, HubError::TokenRefused { .. }));
    assert!(!text.contains("hf_wrong"), "{text}");
    let disabled = [("HF_TOKEN", "hf_right"), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")];
    assert!(matches!(refused(&server, ID, &disabled).0, HubError::TokenNeeded { .. }));
}

#[test]
fn a_gated_repository() {
    let server = server();
    server.restrict(ID, Access::Gated);
    for extra in [&[][..], &[("HF_TOKEN", "hf_x")]] {
        let (error, text) = refused(&server, ID, extra);
        assert!(matches!(error, HubError::Gated { .. }));
        let expected = "is gated: its authors must grant access first\nask for access at HUB/acme/tiny_0.25_96, then set HF_TOKEN";
        assert!(text.ends_with(expected), "{text}");
    }
}

#[test]
fn invalid_settings() {
    for endpoint in [
        "hub",
        "ftp://hub",
        "http://",
        "https://hub/?x=y",
        "https://hub/#x",
        "http://127.0.0.1:99999/",
        "file:///tmp",
    ] {
        let error = fetch(&Hub::new(options(endpoint, Path::new("/nowhere"), &[])), ID).unwrap_err();
        assert!(matches!(error, HubError::InvalidEndpoint { .. }), "{endpoint}: {error:?}");
    }
    let server = server();
    let (error, text) = refused(&server, ID, &[("HF_TOKEN", "hf_x y")]);
    assert!(matches!(error, HubError::InvalidToken { .. }));
    assert!(!text.contains("hf_x"), "{text}");
    let (error, _) = refused(&server, ID, &[("HTTP_PROXY", "gopher://proxy")]);
    assert!(matches!(error, HubError::InvalidProxy { .. }));
    let (error, text) = refused(&server, ID, &[("SSL_CERT_FILE", "/nowhere/certificates.pem")]);
    assert!(matches!(error, HubError::Read { .. }));
    assert!(text.contains("/nowhere/certificates.pem"), "{text}");
}

#[test]
fn a_required_file_in_an_endpoint_with_a_path() {
    let (server, cache) = (server(), Scratch::new());
    let with_slash = Hub::new(options(&format!("{}/", server.endpoint()), cache.path(), &[]));
    fetch(&with_slash, ID).unwrap();
    let below = Hub::new(options(&format!("{}/mirror", server.endpoint()), cache.path(), &[]));
    assert!(
        below.fetch(&repository("acme/other"), &[FileRequest::required("config.json")], &mut |_| {}).is_err()
    );
    assert_eq!(server.count("GET", "/mirror/api/models/acme/other/revision/main"), 1);
    assert!(hub(&server, &cache).cached(&repository("acme/other"), &[]).is_none());
}

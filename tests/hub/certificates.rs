//! Servers whose certificates are named by `SSL_CERT_FILE`. `certificates/make.sh` made them.
#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::{fs, thread};

use mnet::cli::Hint;
use mnet::hub::{FileRequest, Hub, HubError};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::support::scratch::Scratch;
use super::{CONFIG, ID, options, repository, server};

fn pem(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/hub/certificates", &format!("{name}.pem")].iter().collect()
}

/// A TLS server with this certificate before the hub at `endpoint`; returns its port.
pub(crate) fn encrypt(endpoint: &str, certificate: &str) -> u16 {
    let certificates = vec![CertificateDer::from_pem_file(pem(certificate)).unwrap()];
    let key = PrivateKeyDer::from_pem_file(pem("key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .unwrap();
    let (config, hub) = (Arc::new(config), endpoint.trim_start_matches("http://").to_owned());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // A client that does not trust the server goes away.
            let _ = forward(client, config.clone(), &hub);
        }
    });
    port
}

/// Forwards one request and its response.
fn forward(client: TcpStream, config: Arc<ServerConfig>, hub: &str) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut client = StreamOwned::new(connection, client);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let mut hub = TcpStream::connect(hub)?;
    hub.write_all(&head)?;
    let mut response = Vec::new();
    hub.read_to_end(&mut response)?;
    client.write_all(&response)?;
    client.conn.send_close_notify();
    client.flush()
}

/// Fetches the configuration from `https://HOST` with this certificate; `trusted` is the file that is trusted.
fn fetch(host: &str, certificate: &str, trusted: Option<&str>) -> Result<(), HubError> {
    let (server, cache) = (server(), Scratch::new());
    let endpoint = format!("https://{host}:{}", encrypt(server.endpoint(), certificate));
    let trusted = trusted.map(|name| pem(name).into_os_string().into_string().unwrap());
    let variables: Vec<_> = trusted.iter().map(|path| ("SSL_CERT_FILE", path.as_str())).collect();
    let mut options = options(&endpoint, cache.path(), &variables);
    options.retry.attempts = 1;
    let request = [FileRequest::required("config.json")];
    let snapshot = Hub::new(options).fetch(&repository(ID), &request, &mut |_| {})?;
    assert_eq!(super::read(&snapshot, "config.json"), CONFIG);
    Ok(())
}

#[test]
fn a_certificate_that_is_itself_trusted() {
    // openssl's default form: an authority, with a common name only.
    fetch("localhost", "default", Some("default")).unwrap();
    fetch("localhost", "names", Some("names")).unwrap();
    fetch("127.0.0.1", "names", Some("names")).unwrap();
    fetch("localhost", "leaf", Some("leaf")).unwrap();
}

#[test]
fn trust_is_in_one_certificate_for_its_own_names_and_dates() {
    for (host, certificate, trusted, reason) in [
        ("127.0.0.1", "default", "default", "not valid for name"),
        ("localhost", "elsewhere", "elsewhere", "not valid for name"),
        ("localhost", "expired", "expired", "expired"),
        // The same key and the same name, but another certificate.
        ("localhost", "default", "names", "CaUsedAsEndEntity"),
        ("localhost", "elsewhere", "default", "CaUsedAsEndEntity"),
        ("localhost", "leaf", "elsewhere", "UnknownIssuer"),
    ] {
        let error = fetch(host, certificate, Some(trusted)).unwrap_err();
        assert!(matches!(error, HubError::Untrusted { .. }), "{certificate}: {error:?}");
        assert!(error.to_string().contains(reason), "{certificate}: {error}");
        let hint = error.hint().unwrap();
        let expected = format!("into {}", pem(trusted).display());
        assert!(hint.starts_with("put the certificate of ") && hint.ends_with(&expected), "{hint}");
    }
}

#[test]
fn without_a_file_the_hint_says_to_set_one() {
    let error = fetch("localhost", "default", None).unwrap_err();
    assert!(matches!(error, HubError::Untrusted { .. }), "{error:?}");
    assert!(error.hint().unwrap().starts_with("set SSL_CERT_FILE"));
}

#[test]
fn a_file_without_certificates() {
    let error = fetch("localhost", "default", Some("key")).unwrap_err();
    assert!(matches!(&error, HubError::NoCertificates { path } if *path == pem("key")), "{error:?}");
    let folder = Scratch::new();
    let endless = folder.path().join("certificates.pem");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/dev/zero", &endless).unwrap();
    #[cfg(not(unix))]
    fs::create_dir(&endless).unwrap();
    let options =
        options("https://localhost", folder.path(), &[("SSL_CERT_FILE", endless.to_str().unwrap())]);
    let error = Hub::new(options).fetch(&repository(ID), &super::MODEL, &mut |_| {}).unwrap_err();
    assert!(matches!(error, HubError::Read { .. }), "{error:?}");
    fs::symlink_metadata(endless).unwrap();
}

//! Servers whose certificates are named by `SSL_CERT_FILE`. `certificates/make.sh` made them.
#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::{fs, thread};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use mnet::cli::Hint;
use mnet::hub::{FileRequest, Hub, HubError};
use rustls::crypto::ring;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::support::scratch::Scratch;
use super::{CONFIG, ID, options, repository, server};

pub(crate) fn pem(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/hub/certificates", &format!("{name}.pem")].iter().collect()
}

/// A TLS server with this certificate before the hub at `endpoint`; returns its port.
pub(crate) fn encrypt(endpoint: &str, certificate: &str) -> u16 {
    let certificates = vec![CertificateDer::from_pem_file(pem(certificate)).unwrap()];
    let key = any_supported_type(&PrivateKeyDer::from_pem_file(pem("key")).unwrap()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        // Checks nothing, and so takes a certificate of version 1.
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(CertifiedKey::new(certificates, key))));
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

/// The head of a request, to its end: a socket that is closed with bytes unread takes back what was written to it.
pub(crate) fn read_head(client: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(head)
}

/// Forwards one request and its response.
fn forward(client: TcpStream, config: Arc<ServerConfig>, hub: &str) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut client = StreamOwned::new(connection, client);
    let head = read_head(&mut client)?;
    let mut hub = TcpStream::connect(hub)?;
    hub.write_all(&head)?;
    let mut response = Vec::new();
    hub.read_to_end(&mut response)?;
    // Two records, so that the head does not wait for the body.
    let (front, rest) = response.split_at(response.len().min(300));
    client.write_all(front)?;
    client.write_all(rest)?;
    client.conn.send_close_notify();
    client.flush()
}

/// Fetches the configuration from `https://HOST` with this certificate; `trusted` is the file that is trusted.
fn fetch(host: &str, certificate: &str, trusted: Option<&str>) -> Result<(), HubError> {
    fetch_trusting(host, certificate, trusted.map(pem))
}

fn fetch_trusting(host: &str, certificate: &str, trusted: Option<PathBuf>) -> Result<(), HubError> {
    let (server, cache) = (server(), Scratch::new());
    let endpoint = format!("https://{host}:{}", encrypt(server.endpoint(), certificate));
    let trusted = trusted.map(|path| path.into_os_string().into_string().unwrap());
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
fn what_curl_and_python_accept() {
    fetch("localhost", "version1", Some("version1")).unwrap();
    // Neither has alternative names: the common name counts in a chain too.
    fetch("localhost", "signed", Some("authority")).unwrap();
    // As the hint says: the server's own certificate, though another signed it.
    fetch("localhost", "signed", Some("signed")).unwrap();
}

#[test]
fn every_form_of_pem() {
    let folder = Scratch::new();
    let path = folder.path().join("trusted.pem");
    let text = fs::read_to_string(pem("names")).unwrap();
    let trusted = text.replace("CERTIFICATE-----", "TRUSTED CERTIFICATE-----");
    // What `openssl x509 -trustout -addtrust serverAuth` adds to the certificate itself.
    let mut der = CertificateDer::from_pem_file(pem("names")).unwrap().to_vec();
    der.extend(b"\x30\x0c\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01");
    let with_purpose = format!(
        "-----BEGIN TRUSTED CERTIFICATE-----\n{}\n-----END TRUSTED CERTIFICATE-----\n",
        BASE64_STANDARD.encode(der)
    );
    for form in [
        format!("\u{feff}{text}"),
        text.replace('\n', "\r\n"),
        format!("subject=/CN=localhost\n{text}"),
        trusted,
        with_purpose,
    ] {
        fs::write(&path, &form).unwrap();
        fetch_trusting("localhost", "names", Some(path.clone()))
            .unwrap_or_else(|error| panic!("{error}: {form}"));
    }
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
        ("localhost", "signed", "elsewhere", "UnknownIssuer"),
        ("127.0.0.1", "signed", "authority", "not valid for name"),
        ("127.0.0.1", "version1", "version1", "not valid for name"),
        ("localhost", "version1", "default", "UnsupportedCertVersion"),
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

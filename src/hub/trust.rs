//! Which certificates are trusted when `SSL_CERT_FILE` names them.
//!
//! rustls refuses a server that shows a certificate of an authority (`CA:TRUE`) as its own, as `openssl req -x509` makes
//! them, and some others. curl and Python accept it if it is the very certificate that the file holds. So do we: whoever
//! has its key is whom the file names. What still counts are its dates and its names.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls13_signature_with_raw_key};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::certificate::{Certificate, first_value};
use super::error::HubError;
use crate::regular_file;

/// Limit for a file of certificates, in bytes. Those of all public authorities have 230 kB.
const LARGEST_FILE: u64 = 16 << 20;

/// TLS that trusts the certificates in the PEM file at `path`, and no others.
///
/// # Errors
/// If the file cannot be read or holds no certificate.
pub(super) fn trusting(path: &Path) -> Result<ClientConfig, HubError> {
    let pem = regular_file::read(path, LARGEST_FILE)
        .map_err(|source| HubError::Read { path: path.to_owned(), source })?;
    let listed = certificates(&pem);
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(listed.iter().cloned());
    let provider = Arc::new(ring::default_provider());
    let chains = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build();
    let none = |_| HubError::NoCertificates { path: path.to_owned() };
    let algorithms = provider.signature_verification_algorithms;
    let verifier = Verifier { chains: chains.map_err(none)?, algorithms, listed };
    Ok(client(provider, verifier))
}

/// The certificates in PEM text. As openssl does, takes a byte order mark and all its labels, and skips what is not a
/// certificate.
fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    let text = String::from_utf8_lossy(pem);
    let mut text = text.trim_start_matches('\u{feff}').to_owned();
    for label in ["TRUSTED CERTIFICATE", "X509 CERTIFICATE"] {
        text = text.replace(&format!("{label}-----"), "CERTIFICATE-----");
    }
    let found = CertificateDer::pem_slice_iter(text.as_bytes()).flatten();
    found.filter_map(|der| Some(first_value(&der)?.to_vec().into())).collect()
}

fn client(provider: Arc<CryptoProvider>, verifier: Verifier) -> ClientConfig {
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring supports the default versions of TLS")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth()
}

/// Accepts chains that end in a listed certificate, and a listed certificate that is the server's own.
#[derive(Debug)]
struct Verifier {
    chains: Arc<WebPkiServerVerifier>,
    algorithms: WebPkiSupportedAlgorithms,
    listed: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let outcome = self.chains.verify_server_cert(own, intermediates, name, ocsp, now);
        let Err(error) = outcome else { return outcome };
        let Some(certificate) = Certificate::parse(own) else { return Err(error) };
        let is_listed = self.listed.contains(own);
        if is_listed {
            check_dates(&certificate, now)?;
        }
        // In a chain, the names are looked at when all else is right.
        if !is_listed && !is_about_names(&error) {
            return Err(error);
        }
        if certificate.is_for(name) {
            return Ok(ServerCertVerified::assertion());
        }
        if is_about_names(&error) {
            return Err(error);
        }
        let error = CertificateError::NotValidForNameContext { expected: name.to_owned(), presented: vec![] };
        Err(error.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chains.verify_tls12_signature(message, own, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match Certificate::parse(own).filter(|_| self.listed.contains(own)) {
            Some(certificate) => {
                verify_tls13_signature_with_raw_key(message, &certificate.key(), signature, &self.algorithms)
            }
            None => self.chains.verify_tls13_signature(message, own, signature),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chains.supported_verify_schemes()
    }
}

/// Fails if `now` is not within the dates of `certificate`.
fn check_dates(certificate: &Certificate<'_>, now: UnixTime) -> Result<(), Error> {
    let [not_before, not_after] =
        certificate.dates.map(|seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds)));
    if now < not_before {
        return Err(CertificateError::NotValidYetContext { time: now, not_before }.into());
    }
    if now > not_after {
        return Err(CertificateError::ExpiredContext { time: now, not_after }.into());
    }
    Ok(())
}

/// Whether all that is wrong is the name of the server.
fn is_about_names(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
        )
    )
}

//! Which certificates are trusted when `SSL_CERT_FILE` names them.
//!
//! rustls refuses a server that shows a certificate of an authority (`CA:TRUE`) as its own, as `openssl req -x509` makes
//! them. curl and Python accept it if it is the very certificate that the file holds. So do we: whoever has its key could
//! sign any other certificate, so no one gains a right by it.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

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
    // As openssl does, skips what is not a certificate.
    let listed: Vec<_> = CertificateDer::pem_slice_iter(&pem).flatten().collect();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(listed.iter().cloned());
    let provider = Arc::new(ring::default_provider());
    let chains = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build();
    let none = |_| HubError::NoCertificates { path: path.to_owned() };
    let verifier = Verifier { chains: chains.map_err(none)?, listed };
    Ok(client(provider, verifier))
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
        if outcome.is_ok() || !self.listed.contains(own) {
            return outcome;
        }
        let accepted = ServerCertVerified::assertion();
        let outcome = match outcome {
            // This error comes after a check of the dates, and before one of the names.
            Err(error) if is_about_authority(&error) => {
                verify_server_name(&ParsedCertificate::try_from(own)?, name).map(|()| accepted)
            }
            outcome => outcome,
        };
        match outcome {
            Err(error) if is_about_alternative_names(&error) && has_common_name(own, name) => {
                Ok(ServerCertVerified::assertion())
            }
            outcome => outcome,
        }
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
        self.chains.verify_tls13_signature(message, own, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chains.supported_verify_schemes()
    }
}

/// Whether all that is wrong is that an authority's certificate is used by a server. rustls has no variant for it.
fn is_about_authority(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(other)) = error else { return false };
    other.to_string() == "CaUsedAsEndEntity"
}

/// Whether all that is wrong is that the certificate has no alternative names: openssl adds none unless it is told to.
fn is_about_alternative_names(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::NotValidForNameContext { presented, .. }) = error else {
        return false;
    };
    presented.is_empty()
}

/// Whether `name` is a common name in the certificate, which curl and Python take if there are no other names.
fn has_common_name(certificate: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
    let name = name.to_str();
    // An attribute in DER: the object identifier 2.5.4.3, then the tag of a string, its length and its bytes.
    let identifier = [0x06, 0x03, 0x55, 0x04, 0x03];
    certificate.windows(identifier.len() + 2 + name.len()).any(|window| {
        let (found, value) = window.split_at(identifier.len());
        found == identifier
            && usize::from(value[1]) == name.len()
            && value[2..].eq_ignore_ascii_case(name.as_bytes())
    })
}

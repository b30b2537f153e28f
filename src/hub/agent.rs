//! ureq's agent for the hub: no redirects of its own, and connectors of ours where its own do not do.

use std::sync::Arc;

use ureq::Agent;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{
    ConnectProxyConnector, Connector, RustlsConnector, SocksConnector, TcpConnector,
};

use super::error::HubError;
use super::meter::{Meter, MeterConnector};
use super::options::HubOptions;
use super::plain_proxy::PlainProxyConnector;
use super::tls::TlsConnector;
use super::trust::trusting;

const USER_AGENT: &str = concat!("mnet/", env!("CARGO_PKG_VERSION"));

/// An agent that has no proxy unless a request names one. All that it reads counts for `meter`.
///
/// # Errors
/// If the certificates named in the options cannot be used.
pub(super) fn agent(options: &HubOptions, meter: Meter) -> Result<Agent, HubError> {
    let config = Agent::config_builder()
        .user_agent(USER_AGENT)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .timeout_resolve(Some(options.timeouts.connect))
        .timeout_connect(Some(options.timeouts.connect))
        .build();
    let trusted = options.certificates.as_deref().map(trusting).transpose()?;
    // Each takes what the one before it leaves. ureq's chain, and three more.
    let connector = PlainProxyConnector::new(config.clone())
        .chain(SocksConnector::default())
        .chain(ConnectProxyConnector::default())
        .chain(TcpConnector::default())
        .chain(MeterConnector(meter))
        .chain(TlsConnector(trusted.map(Arc::new)))
        .chain(RustlsConnector::default());
    Ok(Agent::with_parts(config, connector, DefaultResolver::default()))
}

//! Settings of a [`Hub`](super::Hub): from the environment, overridden by flags.

use std::path::PathBuf;
use std::time::Duration;

use super::environment::Environment;
use super::error::HubError;
use super::offline::Offline;
use super::proxy::ProxyVariables;
use super::retry::Retry;
use super::token::TokenSource;

/// Everything a [`Hub`](super::Hub) depends on.
#[derive(Debug, Clone)]
pub struct HubOptions {
    /// Address of the hub, `http` or `https`, with or without a path.
    pub endpoint: String,
    /// The folder of the cache, laid out as Python does.
    pub cache_dir: PathBuf,
    /// The token, sent to the endpoint's own origin only.
    pub token: TokenSource,
    /// Why to open no connection at all; `None` to use the network.
    pub offline: Option<Offline>,
    /// How long to wait for a response.
    pub timeouts: Timeouts,
    /// When to repeat a request.
    pub retry: Retry,
    /// The proxies to go through.
    pub proxies: ProxyVariables,
    /// PEM file of certificates to trust instead of the built-in roots.
    pub certificates: Option<PathBuf>,
}

impl HubOptions {
    /// The options from `environment`, with the cache in `cache_dir` if that is given.
    ///
    /// # Errors
    /// [`HubError::NoCacheDirectory`] if neither names a folder for the cache.
    pub fn new(environment: Environment, cache_dir: Option<PathBuf>) -> Result<Self, HubError> {
        let default = Timeouts::default();
        Ok(Self {
            endpoint: environment.endpoint,
            cache_dir: cache_dir.or(environment.cache_dir).ok_or(HubError::NoCacheDirectory)?,
            token: environment.token,
            offline: environment.offline.map(Offline::Variable),
            timeouts: Timeouts {
                metadata: environment.metadata_timeout.unwrap_or(default.metadata),
                download: environment.download_timeout.unwrap_or(default.download),
                ..default
            },
            retry: Retry::default(),
            proxies: environment.proxies,
            certificates: environment.certificates,
        })
    }
}

/// How long to wait. A server that is silent or slow is asked twice, so a request fails after twice the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Resolving the host and connecting to it.
    pub connect: Duration,
    /// Silence while asking for listings, hashes and sizes.
    pub metadata: Duration,
    /// Silence while downloading a file.
    pub download: Duration,
    /// The time in which a body must bring 1 KiB for each second.
    pub pace: Duration,
    /// The time that a whole fetch may take, waits included; `None` for as long as bytes come at that pace.
    pub total: Option<Duration>,
}

impl Default for Timeouts {
    /// 10 s, 10 s (as Python) and 15 s, so that 30 s of silence end a download; 30 s for the pace, and no total.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            connect: seconds(10),
            metadata: seconds(10),
            download: seconds(15),
            pace: seconds(30),
            total: None,
        }
    }
}

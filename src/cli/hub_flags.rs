//! Where weights come from: flags override the environment, which overrides defaults.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::values::{self, BadValue};
use crate::hub::{Environment, Hub, HubError, HubOptions, Offline};

/// The hub and its cache.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Hub options")]
pub(super) struct HubFlags {
    /// Open no connection
    ///
    /// Only what is in the cache is used. [env: HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE]
    #[arg(long, global = true, help_heading = None)]
    offline: bool,
    /// Folder of the Hugging Face cache, shared with Python
    ///
    /// [env: HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE; else `hub` in HF_HOME]
    #[arg(long, global = true, value_name = "DIR", hide_short_help = true)]
    cache_dir: Option<PathBuf>,
    /// Address of the hub
    ///
    /// A token is taken from HF_TOKEN or HF_TOKEN_PATH. [env: HF_ENDPOINT]
    #[arg(long, global = true, value_name = "URL", hide_short_help = true)]
    endpoint: Option<String>,
    /// Give up a download that takes longer than this
    ///
    /// By default it may take as long as bytes keep coming.
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds, hide_short_help = true)]
    fetch_timeout: Option<Duration>,
}

impl HubFlags {
    /// The hub that these flags and the environment describe. Touches neither disk nor network.
    pub(super) fn hub(&self) -> Result<Hub, HubError> {
        self.hub_in(Environment::from_process())
    }

    /// The same for another environment.
    pub(super) fn hub_in(&self, environment: Environment) -> Result<Hub, HubError> {
        let mut options = HubOptions::new(environment, self.cache_dir.clone())?;
        if let Some(endpoint) = &self.endpoint {
            options.endpoint.clone_from(endpoint);
        }
        options.offline = options.offline.or(self.offline.then_some(Offline::Flag));
        options.timeouts.total = self.fetch_timeout;
        Ok(Hub::new(options))
    }

    /// The folder of the cache, if a flag names it.
    pub(super) fn cache_dir(&self) -> Option<&Path> {
        self.cache_dir.as_deref()
    }

    /// The address of the hub, if a flag gives it.
    pub(super) fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }
}

/// A time in seconds, at most a year.
pub(super) fn seconds(word: &str) -> Result<Duration, BadValue> {
    values::seconds(word, &(0.001..=31_536_000.0), 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_positive_and_at_most_a_year() {
        assert_eq!(seconds("1.5"), Ok(Duration::from_millis(1500)));
        assert_eq!(seconds("31536000"), Ok(Duration::from_hours(24 * 365)));
        for text in ["0", "-1", "soon", "", "NaN", "inf", "1e300", "18446744073709551615"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}

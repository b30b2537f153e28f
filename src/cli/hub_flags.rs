//! Where weights come from: flags override the environment, which overrides defaults.

use std::path::PathBuf;
use std::time::Duration;

use super::values::{self, BadValue};
use crate::hub::{Environment, Hub, HubError, HubOptions, Offline};

/// The hub and its cache.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Hub options")]
pub(super) struct HubFlags {
    /// Open no connection; use what is in the cache [env: HF_HUB_OFFLINE]
    #[arg(long, global = true)]
    offline: bool,
    /// Folder of the Hugging Face cache, shared with Python [env: HF_HUB_CACHE, HF_HOME/hub]
    #[arg(long, global = true, value_name = "DIR")]
    cache_dir: Option<PathBuf>,
    /// Address of the hub; a token is taken from HF_TOKEN or HF_TOKEN_PATH [env: HF_ENDPOINT]
    #[arg(long, global = true, value_name = "URL")]
    endpoint: Option<String>,
    /// Give up a download that has not ended after this time; by default it may take as long as bytes keep coming
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    fetch_timeout: Option<Duration>,
}

impl HubFlags {
    /// The hub that these flags and the environment describe. Touches neither disk nor network.
    pub(super) fn hub(&self) -> Result<Hub, HubError> {
        let mut options = HubOptions::new(Environment::from_process(), self.cache_dir.clone())?;
        if let Some(endpoint) = &self.endpoint {
            options.endpoint.clone_from(endpoint);
        }
        options.offline = options.offline.or(self.offline.then_some(Offline::Flag));
        options.timeouts.total = self.fetch_timeout;
        Ok(Hub::new(options))
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

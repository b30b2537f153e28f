//! Where weights come from: flags override the environment, which overrides defaults.

use std::path::PathBuf;

use crate::hub::{Environment, Hub, HubError, HubOptions};

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
}

impl HubFlags {
    /// The hub that these flags and the environment describe. Touches neither disk nor network.
    pub(super) fn hub(&self) -> Result<Hub, HubError> {
        let mut options = HubOptions::new(Environment::from_process(), self.cache_dir.clone())?;
        if let Some(endpoint) = &self.endpoint {
            options.endpoint.clone_from(endpoint);
        }
        options.offline |= self.offline;
        Ok(Hub::new(options))
    }
}

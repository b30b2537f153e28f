//! Where weights come from: flags over the environment over defaults.

use std::path::PathBuf;

use crate::hub::{Environment, Hub, HubError, HubOptions};

/// The hub and its cache.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Hub options")]
pub(super) struct HubFlags {
    /// Open no connection; use what is cached [env: HF_HUB_OFFLINE]
    #[arg(long, global = true)]
    offline: bool,
    /// The folder of the Hugging Face cache, shared with Python [env: HF_HUB_CACHE, HF_HOME/hub]
    #[arg(long, global = true, value_name = "DIR")]
    cache_dir: Option<PathBuf>,
    /// The address of the hub; a token comes from HF_TOKEN or HF_TOKEN_PATH [env: HF_ENDPOINT]
    #[arg(long, global = true, value_name = "URL")]
    endpoint: Option<String>,
}

impl HubFlags {
    /// The hub these flags and the environment describe. Touches neither disk nor network.
    pub(super) fn hub(&self) -> Result<Hub, HubError> {
        let mut options = HubOptions::new(Environment::from_process(), self.cache_dir.clone())?;
        if let Some(endpoint) = &self.endpoint {
            options.endpoint.clone_from(endpoint);
        }
        options.offline |= self.offline;
        Ok(Hub::new(options))
    }
}

//! The environment variables that the program reads: one table for help, man pages and checks.

#[cfg(test)]
mod tests;

use std::env;
use std::ffi::OsString;

use anyhow::Result;

use super::console::Failure;

/// A variable that changes what the program does.
#[derive(Debug)]
pub(super) struct Variable {
    /// Its name.
    pub(super) name: &'static str,
    /// A second name, which is read first.
    pub(super) lower_case: Option<&'static str>,
    /// The flag that overrides it.
    pub(super) flag: Option<&'static str>,
    /// What it does, in a sentence.
    pub(super) about: &'static str,
    /// Whether its value may hold a password: show only whether it is set.
    pub(super) is_secret: bool,
    /// Whether a value that is not text is refused. The library that reads it would pass over it, and the run would go to
    /// another hub than was meant, or online.
    is_text: bool,
}

impl Variable {
    const fn new(name: &'static str, flag: Option<&'static str>, about: &'static str) -> Self {
        Self { name, lower_case: None, flag, about, is_secret: false, is_text: false }
    }

    const fn text(name: &'static str, flag: Option<&'static str>, about: &'static str) -> Self {
        Self { is_text: true, ..Self::new(name, flag, about) }
    }

    const fn secret(name: &'static str, flag: Option<&'static str>, about: &'static str) -> Self {
        Self { is_secret: true, ..Self::text(name, flag, about) }
    }

    const fn or(self, lower_case: &'static str) -> Self {
        Self { lower_case: Some(lower_case), ..self }
    }

    /// All its names.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.lower_case.into_iter().chain([self.name])
    }
}

/// All variables, in groups: the cache, the hub, the network, the processor, the terminal.
pub(super) const VARIABLES: &[Variable] = &[
    Variable::new("HF_HUB_CACHE", Some("--cache-dir"), "Folder of the cache; ~ and $NAME are expanded"),
    Variable::new(
        "HUGGINGFACE_HUB_CACHE",
        Some("--cache-dir"),
        "Older name of HF_HUB_CACHE, read if that is not set",
    ),
    Variable::new("HF_HOME", None, "Folder that holds the cache (hub) and the token file (token)"),
    Variable::new("XDG_CACHE_HOME", None, "Folder that holds huggingface, in place of ~/.cache"),
    Variable::new("HOME", None, "Your home directory"),
    Variable::text("HF_HUB_OFFLINE", Some("--offline"), "1, on, yes or true: open no connection"),
    Variable::text("TRANSFORMERS_OFFLINE", Some("--offline"), "The same as HF_HUB_OFFLINE"),
    Variable::secret("HF_ENDPOINT", Some("--endpoint"), "Address of the hub"),
    Variable::secret("HF_TOKEN", None, "Token for the hub"),
    Variable::new("HF_TOKEN_PATH", None, "File of the token, read if HF_TOKEN is not set"),
    Variable::text("HF_HUB_DISABLE_IMPLICIT_TOKEN", None, "1, on, yes or true: send no token"),
    Variable::text("HF_HUB_ETAG_TIMEOUT", None, "Seconds to wait for what the hub says about a file"),
    Variable::text("HF_HUB_DOWNLOAD_TIMEOUT", None, "Seconds to wait for the next bytes of a file"),
    Variable::secret("HTTPS_PROXY", None, "Proxy for https addresses").or("https_proxy"),
    Variable::secret("HTTP_PROXY", None, "Proxy for http addresses").or("http_proxy"),
    Variable::secret("ALL_PROXY", None, "Proxy for addresses that have no other").or("all_proxy"),
    Variable::text("NO_PROXY", None, "Hosts to reach without a proxy, with commas between").or("no_proxy"),
    Variable::new("SSL_CERT_FILE", None, "File of certificates to trust in place of those in the program"),
    Variable::new("RAYON_NUM_THREADS", Some("--threads"), "Number of CPU threads"),
    Variable::new("RUST_MIN_STACK", None, "Bytes of stack of each thread, at least 1048576"),
    Variable::new("MNET_ISA", None, "Instruction set of the CPU kernels; portable runs everywhere"),
    Variable::new("NO_COLOR", Some("--color"), "If set, to anything: no colour"),
    Variable::new(
        "CLICOLOR_FORCE",
        Some("--color"),
        "If set and not 0: colour even where there is no terminal",
    ),
    Variable::new("CLICOLOR", Some("--color"), "0: no colour"),
    Variable::new("LC_ALL", None, "Locale; in any other encoding than UTF-8 a terminal gets ASCII alone"),
    Variable::new("LC_CTYPE", None, "The same, read if LC_ALL is not set"),
    Variable::new("LANG", None, "The same, read if LC_CTYPE is not set either"),
    Variable::new("TERM", Some("--color"), "dumb: no colour and no progress bar"),
    Variable::new("TMPDIR", None, "Folder of vectors that do not fit in memory (mnet embed); else /var/tmp"),
    Variable::new("COLUMNS", None, "Width of help where there is no terminal"),
];

/// Refuses variables that must be text and are not.
pub(super) fn check() -> Result<()> {
    match not_text(|name| env::var_os(name)) {
        Some(name) => {
            let message = format!("{name} is not UTF-8");
            Err(Failure::error(message, Some(format!("unset {name}, or set it again"))))
        }
        None => Ok(()),
    }
}

/// The first variable that must be text and is not. Its value may be secret.
fn not_text(lookup: impl Fn(&str) -> Option<OsString>) -> Option<&'static str> {
    let names = VARIABLES.iter().filter(|variable| variable.is_text).flat_map(Variable::names);
    names.into_iter().find(|name| lookup(name).is_some_and(|value| value.to_str().is_none()))
}

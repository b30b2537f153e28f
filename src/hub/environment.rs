//! What the environment says about the hub: variables in, [`Environment`] out. Own code, because `hf-hub`
//! reads only `HF_HOME`.
//!
//! The variables and their order of precedence are those of Python's `huggingface_hub` (2.4.0,
//! `constants.py`), so that both programs share one cache and one token. One difference: an empty variable
//! counts as unset.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::ignored::{Ignored, ignored};
use super::proxy::ProxyVariables;
use super::token::{Token, TokenSource};
use super::words::{is_true, seconds};

/// The public hub, unless a flag or `HF_ENDPOINT` names another.
pub const DEFAULT_ENDPOINT: &str = "https://huggingface.co";

/// Settings of the hub from the environment; flags override them.
#[derive(Debug, Clone)]
pub struct Environment {
    /// `HF_ENDPOINT`, else [`DEFAULT_ENDPOINT`].
    pub endpoint: String,
    /// `HF_HUB_CACHE`, else `HUGGINGFACE_HUB_CACHE`, else `hub` in `HF_HOME`, in `XDG_CACHE_HOME/huggingface`
    /// or in `~/.cache/huggingface`. `None` if there is no home directory either.
    pub cache_dir: Option<PathBuf>,
    /// Which of these variables names it; `None` if the home directory is that of the account, with HOME unset.
    pub cache_variable: Option<&'static str>,
    /// `HF_TOKEN`, else the file `HF_TOKEN_PATH`, else `token` in `HF_HOME`. [`TokenSource::None`] if
    /// `HF_HUB_DISABLE_IMPLICIT_TOKEN` is true.
    pub token: TokenSource,
    /// The token that `HF_HUB_DISABLE_IMPLICIT_TOKEN` keeps from being sent.
    pub withheld: TokenSource,
    /// Which of `HF_HUB_OFFLINE` and `TRANSFORMERS_OFFLINE` is true, if one is.
    pub offline: Option<&'static str>,
    /// `HF_HUB_ETAG_TIMEOUT` in whole seconds, at most a year; None if unset, zero or not a number.
    pub metadata_timeout: Option<Duration>,
    /// `HF_HUB_DOWNLOAD_TIMEOUT` in whole seconds, at most a year; None if unset, zero or not a number.
    pub download_timeout: Option<Duration>,
    /// `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, in either case.
    pub proxies: ProxyVariables,
    /// `SSL_CERT_FILE`: certificates to trust in place of the built-in roots.
    pub certificates: Option<PathBuf>,
    /// Variables whose values mean nothing, and so have no effect.
    pub ignored: Vec<Ignored>,
}

/// The variables that say where the cache is, in their order of precedence.
const CACHE_VARIABLES: [&str; 5] =
    ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HOME"];

impl Environment {
    /// Reads the environment of this process.
    pub fn from_process() -> Self {
        let mut environment = Self::read(|name| match name {
            "HOME" => std::env::home_dir().map(PathBuf::into_os_string),
            _ => std::env::var_os(name),
        });
        let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        environment.cache_variable = environment.cache_variable.filter(is_set);
        environment
    }

    /// Reads the variables through `lookup`. Touches no file.
    pub fn read(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        let variable = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let text = |name: &str| variable(name).and_then(|value| value.into_string().ok());
        let path = |name: &str| variable(name).map(|value| expand(value, &lookup));
        let is_true = |name: &str| text(name).is_some_and(|value| is_true(&value));

        let home = path("HF_HOME").or_else(|| {
            let caches = variable("XDG_CACHE_HOME").map(PathBuf::from);
            let caches = caches.or_else(|| variable("HOME").map(|home| Path::new(&home).join(".cache")));
            caches.map(|caches| caches.join("huggingface"))
        });
        let cache_variable = CACHE_VARIABLES.into_iter().find(|name| variable(name).is_some());
        let token = if let Some(token) = text("HF_TOKEN").and_then(|value| Token::new(&value)) {
            TokenSource::Given(token)
        } else {
            let file = path("HF_TOKEN_PATH").or_else(|| home.as_ref().map(|home| home.join("token")));
            file.map_or(TokenSource::None, TokenSource::File)
        };
        let (token, withheld) = if is_true("HF_HUB_DISABLE_IMPLICIT_TOKEN") {
            (TokenSource::None, token)
        } else {
            (token, TokenSource::None)
        };
        Self {
            endpoint: text("HF_ENDPOINT").unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned()),
            cache_dir: path("HF_HUB_CACHE")
                .or_else(|| path("HUGGINGFACE_HUB_CACHE"))
                .or_else(|| home.map(|home| home.join("hub"))),
            cache_variable,
            token,
            withheld,
            offline: ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].into_iter().find(|name| is_true(name)),
            metadata_timeout: text("HF_HUB_ETAG_TIMEOUT").and_then(|value| seconds(&value)),
            download_timeout: text("HF_HUB_DOWNLOAD_TIMEOUT").and_then(|value| seconds(&value)),
            proxies: ProxyVariables::read(|name| lookup(name)?.into_string().ok()),
            certificates: path("SSL_CERT_FILE"),
            ignored: ignored(text),
        }
    }
}

/// Replaces a leading `~` by the home directory and `$NAME` or `${NAME}` by the variable, if it is set, as
/// Python does for folders named in variables. A path that is not UTF-8 is left alone. Own
/// code, because `shellexpand` knows more syntax (`${NAME:-default}`), which Python leaves alone.
fn expand(value: OsString, lookup: &impl Fn(&str) -> Option<OsString>) -> PathBuf {
    let Some(mut rest) = value.to_str() else { return value.into() };
    let mut path = OsString::new();
    if let Some(after) = rest.strip_prefix('~').filter(|after| after.is_empty() || after.starts_with('/'))
        && let Some(home) = lookup("HOME")
    {
        path.push(home);
        rest = after;
    }
    while let Some((before, after)) = rest.split_once('$') {
        path.push(before);
        let braced = after.strip_prefix('{').and_then(|inside| inside.split_once('}'));
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let (name, remainder) = braced.unwrap_or(after.split_at(end));
        match lookup(name) {
            Some(found) => path.push(found),
            None => path.push(&rest[before.len()..rest.len() - remainder.len()]),
        }
        rest = remainder;
    }
    path.push(rest);
    path.into()
}

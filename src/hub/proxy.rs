//! Which proxy a request goes through, by the usual variables.
//!
//! Own code, because ureq takes the first variable that is set, whatever the scheme of the address. As in
//! curl and Python: `https_proxy` for https addresses, `http_proxy` for http addresses, else `all_proxy`;
//! `no_proxy` lists hosts to reach directly. Proxies may be `http`, `https`, `socks4`, `socks4a`, `socks5` or
//! `socks5h`; HTTP proxies are used with CONNECT for https addresses only.

use std::fmt;

use ureq::Proxy;
use ureq::http::Uri;

use super::error::HubError;
use super::no_proxy;
use super::url::Origin;

/// The proxy variables, unparsed. `Debug` does not show them: they may hold passwords.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProxyVariables {
    https: Option<String>,
    http: Option<String>,
    all: Option<String>,
    no: Option<String>,
}

impl ProxyVariables {
    /// Reads the variables through `lookup`, lower case before upper case.
    pub(super) fn read(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let either = |name: &str| lookup(name).or_else(|| lookup(&name.to_uppercase()));
        Self {
            https: either("https_proxy"),
            http: either("http_proxy"),
            all: either("all_proxy"),
            no: either("no_proxy"),
        }
    }

    /// The proxy for `url`; `None` to reach it directly.
    ///
    /// # Errors
    /// [`HubError::InvalidProxy`] if the variable that applies is not a proxy address.
    pub(super) fn for_url(&self, url: &Uri) -> Result<Option<Proxy>, HubError> {
        let of_scheme = if url.scheme_str() == Some("https") { &self.https } else { &self.http };
        let Some(address) = of_scheme.as_ref().or(self.all.as_ref()) else { return Ok(None) };
        let host = url.host().unwrap_or_default().trim_matches(['[', ']']).to_ascii_lowercase();
        let port = Origin::of(url).map_or(0, |origin| origin.port());
        if self.no.as_deref().is_some_and(|list| no_proxy::lists(list, &host, port)) {
            return Ok(None);
        }
        Proxy::new(address).map(Some).map_err(|_| HubError::InvalidProxy { host })
    }
}

impl fmt::Debug for ProxyVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxyVariables(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(variables: &[(&str, &str)], url: &str) -> Option<String> {
        let lookup = |name: &str| {
            variables.iter().find(|(given, _)| *given == name).map(|(_, value)| (*value).to_owned())
        };
        let proxy = ProxyVariables::read(lookup).for_url(&url.parse().unwrap()).unwrap();
        proxy.map(|proxy| format!("{}:{}", proxy.host(), proxy.port()))
    }

    #[test]
    fn the_variable_of_the_scheme_overrides_all_proxy() {
        let variables =
            [("HTTPS_PROXY", "http://s:1"), ("http_proxy", "http://h:2"), ("ALL_PROXY", "socks5h://a:3")];
        assert_eq!(proxy(&variables, "https://hub/x").as_deref(), Some("s:1"));
        assert_eq!(proxy(&variables, "http://hub/x").as_deref(), Some("h:2"));
        assert_eq!(proxy(&variables[2..], "https://hub/x").as_deref(), Some("a:3"));
        assert_eq!(proxy(&variables[..1], "http://hub/x"), None);
    }

    #[test]
    fn a_host_of_no_proxy_is_reached_directly() {
        let direct =
            |list: &str, url: &str| proxy(&[("ALL_PROXY", "http://p:1"), ("NO_PROXY", list)], url).is_none();
        assert!(direct("example.org", "https://cdn.Example.org/x"));
        assert!(direct("::1", "http://[::1]:80/x"));
        assert!(direct("10.0.0.0/8", "http://10.1.2.3:8080/x"));
        // The port of an address without one is that of its scheme.
        assert!(direct("hub:443", "https://hub/x") && direct("hub:80", "http://hub/x"));
        assert!(!direct("hub:443", "http://hub/x") && !direct("hub:443", "https://hub:444/x"));
        assert!(!direct("", "https://example.org/x"));
    }

    #[test]
    fn an_invalid_proxy_address_is_an_error() {
        let variables = ProxyVariables { all: Some("ftp://x y".to_owned()), ..Default::default() };
        assert!(variables.for_url(&"http://hub/".parse().unwrap()).is_err());
    }
}

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
    https: Option<Variable>,
    http: Option<Variable>,
    all: Option<Variable>,
    no: Option<Variable>,
}

/// A variable that is set, and not to nothing.
#[derive(Clone, PartialEq, Eq)]
struct Variable {
    name: &'static str,
    value: String,
}

impl ProxyVariables {
    /// Reads the variables through `lookup`, lower case before upper case. As in Python, an empty variable in lower case
    /// means no proxy, even if the one in upper case is set.
    pub(super) fn read(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name: &'static str| Some(Variable { name, value: lookup(name)?.trim().to_owned() });
        let either =
            |lower, upper| read(lower).or_else(|| read(upper)).filter(|variable| !variable.value.is_empty());
        Self {
            https: either("https_proxy", "HTTPS_PROXY"),
            http: either("http_proxy", "HTTP_PROXY"),
            all: either("all_proxy", "ALL_PROXY"),
            no: either("no_proxy", "NO_PROXY"),
        }
    }

    /// The proxy for `url`; `None` to reach it directly.
    ///
    /// # Errors
    /// [`HubError::InvalidProxy`] if the variable that applies is not a proxy address.
    pub(super) fn for_url(&self, url: &Uri) -> Result<Option<Proxy>, HubError> {
        let of_scheme = if url.scheme_str() == Some("https") { &self.https } else { &self.http };
        let Some(Variable { name, value }) = of_scheme.as_ref().or(self.all.as_ref()) else {
            return Ok(None);
        };
        let host = url.host().unwrap_or_default().trim_matches(['[', ']']).to_ascii_lowercase();
        let port = Origin::of(url).map_or(0, |origin| origin.port());
        if self.no.as_ref().is_some_and(|list| no_proxy::lists(&list.value, &host, port)) {
            return Ok(None);
        }
        Proxy::new(value).map(Some).map_err(|_| HubError::InvalidProxy { host, variable: name })
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
    fn an_empty_variable_in_lower_case_means_no_proxy() {
        let url = "http://hub/x";
        assert_eq!(proxy(&[("http_proxy", ""), ("HTTP_PROXY", "http://h:2")], url), None);
        assert_eq!(proxy(&[("HTTP_PROXY", ""), ("ALL_PROXY", "a:3")], url).as_deref(), Some("a:3"));
        assert_eq!(proxy(&[("http_proxy", " http://h:2 ")], url).as_deref(), Some("h:2"));
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
        let lookup = |name: &str| (name == "ALL_PROXY").then(|| "ftp://x y".to_owned());
        let error = ProxyVariables::read(lookup).for_url(&"http://hub/".parse().unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "ALL_PROXY, which is set for hub, is not the address of a proxy");
    }
}

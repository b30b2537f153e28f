//! HTTP proxies for `http` addresses: `GET http://host/path` in place of `GET /path`.
//!
//! ureq opens a tunnel (CONNECT) for every address, and squid, as it is shipped, refuses tunnels to any port but 443.

use std::{fmt, io};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};
use ureq::{Error, Proxy, ProxyProtocol};

/// Connects to the proxy of a request for an `http` address; leaves all others to the next connector.
#[derive(Debug)]
pub(super) struct PlainProxyConnector {
    /// The configuration for the connection to the proxy itself.
    direct: Config,
}

impl PlainProxyConnector {
    /// A connector that reaches proxies with the configuration `direct`, which has none.
    pub(super) fn new(direct: Config) -> Self {
        Self { direct }
    }
}

impl Connector<()> for PlainProxyConnector {
    type Out = Box<dyn Transport>;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Self::Out>, Error> {
        let is_http = |proxy: &&Proxy| matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https);
        let Some(proxy) = details.config.proxy().filter(is_http).filter(|_| !details.needs_tls()) else {
            return Ok(None);
        };
        let to_proxy = ConnectionDetails {
            uri: proxy.uri(),
            addrs: details.resolver.resolve(proxy.uri(), &self.direct, details.timeout)?,
            config: &self.direct,
            request_level: details.request_level,
            resolver: details.resolver,
            now: details.now,
            timeout: details.timeout,
            current_time: details.current_time.clone(),
            run_connector: details.run_connector.clone(),
            register_shutdown: details.register_shutdown.clone(),
        };
        let proxied = (details.run_connector)(&to_proxy)?;
        let transport = PlainProxyTransport { proxied, rewrite: Rewrite::new(details.uri, proxy) };
        Ok(Some(Box::new(transport)))
    }
}

/// A connection to a proxy on which the heads of requests are rewritten.
#[derive(Debug)]
struct PlainProxyTransport {
    proxied: Box<dyn Transport>,
    rewrite: Rewrite,
}

impl Transport for PlainProxyTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.proxied.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let output = self.proxied.buffers().output();
        let Some(head) = self.rewrite.apply(&output[..amount]) else {
            return self.proxied.transmit_output(amount, timeout);
        };
        let too_long = || Error::Io(io::Error::other("the address is too long for a proxy"));
        output.get_mut(..head.len()).ok_or_else(too_long)?.copy_from_slice(&head);
        self.proxied.transmit_output(head.len(), timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.proxied.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.proxied.is_open()
    }
}

/// What a proxy must be told in each request.
#[derive(PartialEq, Eq)]
struct Rewrite {
    /// `http://host[:port]`.
    origin: String,
    /// The header for the proxy's user and password, with its line end, or nothing.
    credentials: String,
}

impl Rewrite {
    fn new(url: &Uri, proxy: &Proxy) -> Self {
        let host =
            url.authority().map_or("", |authority| authority.as_str().rsplit('@').next().unwrap_or_default());
        let credentials = match (proxy.username(), proxy.password()) {
            (None, None) => String::new(),
            (user, password) => {
                let pair = [user.unwrap_or_default(), password.unwrap_or_default()].join(":");
                format!("Proxy-Authorization: Basic {}\r\n", BASE64_STANDARD.encode(pair))
            }
        };
        Self { origin: format!("http://{host}"), credentials }
    }

    /// The head of a request that begins with `METHOD /`, for the proxy; `None` for any other bytes.
    fn apply(&self, output: &[u8]) -> Option<Vec<u8>> {
        let end = output.windows(2).position(|bytes| bytes == b"\r\n")? + 2;
        let (line, rest) = output.split_at(end);
        let path = line.iter().position(|&byte| byte == b' ')? + 1;
        let is_method = line[..path - 1].iter().all(u8::is_ascii_uppercase);
        if !is_method || line.get(path) != Some(&b'/') {
            return None;
        }
        let (method, path) = line.split_at(path);
        Some([method, self.origin.as_bytes(), path, self.credentials.as_bytes(), rest].concat())
    }
}

impl fmt::Debug for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The password is not shown.
        f.write_str(&self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(url: &str, proxy: &str, head: &str) -> Option<String> {
        let rewrite = Rewrite::new(&url.parse().unwrap(), &Proxy::new(proxy).unwrap());
        rewrite.apply(head.as_bytes()).map(|head| String::from_utf8(head).unwrap())
    }

    #[test]
    fn the_request_line_names_the_whole_address() {
        let head = "GET /a/b?c=d HTTP/1.1\r\nHost: hub:8\r\n\r\n";
        assert_eq!(
            rewritten("http://me:secret@hub:8/a", "http://proxy:1", head).unwrap(),
            "GET http://hub:8/a/b?c=d HTTP/1.1\r\nHost: hub:8\r\n\r\n"
        );
        // `printf 'ann:p w' | base64`
        assert_eq!(
            rewritten("http://hub/", "http://ann:p%20w@proxy:1", "HEAD / HTTP/1.1\r\n\r\n").unwrap(),
            "HEAD http://hub/ HTTP/1.1\r\nProxy-Authorization: Basic YW5uOnAgdw==\r\n\r\n"
        );
    }

    #[test]
    fn other_bytes_stay_as_they_are() {
        for other in ["", "GET", "body /x\r\n", "GET x HTTP/1.1\r\n", "\r\n\r\n"] {
            assert_eq!(rewritten("http://hub/", "http://proxy:1", other), None, "{other:?}");
        }
    }
}

//! What the client does with addresses: compare origins, resolve redirects, escape.
//!
//! Own code, because ureq takes an `http::Uri`: with the `url` crate every address would be parsed twice, by two
//! sets of rules, and the address that was checked might not be the one that is requested.

use ureq::http::Uri;

/// Scheme, host and port. Tokens are sent to one origin only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Origin {
    /// The origin of an `http` or `https` address; `None` for anything else.
    pub(super) fn of(url: &Uri) -> Option<Self> {
        let scheme = url.scheme_str()?;
        let default_port = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let host = url.host().filter(|host| !host.is_empty())?.to_ascii_lowercase();
        // A `Uri` takes any digits for a port, and then has none if they are too many.
        let is_without = url
            .authority()?
            .as_str()
            .rsplit(['@', ']'])
            .next()?
            .rsplit_once(':')
            .is_none_or(|(_, port)| port.is_empty());
        let port = url.port_u16().or(is_without.then_some(default_port))?;
        Some(Self { scheme: scheme.to_owned(), host, port })
    }

    /// The port, given or that of the scheme.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Whether a redirect from here to `next` would give up encryption.
    pub(super) fn is_downgraded_by(&self, next: &Self) -> bool {
        self.scheme == "https" && next.scheme == "http"
    }
}

/// `host` or `host:port` of an address, for messages: never user names, passwords or signed queries.
pub(super) fn host(url: &Uri) -> String {
    let host = url.host().unwrap_or("?");
    url.port_u16().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The target of a `Location` header in a response from `base`; `None` if it is not a valid address.
pub(super) fn join(base: &Uri, location: &str) -> Option<Uri> {
    let (scheme, authority) = (base.scheme_str()?, base.authority()?);
    let is_scheme = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let absolute = if location.split_once("://").is_some_and(|(front, _)| is_scheme(front)) {
        location.to_owned()
    } else if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else {
        let folder = base.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{scheme}://{authority}{folder}/{location}")
    };
    without_dots(&absolute.parse().ok()?)
}

/// `url` with `.` and `..` resolved in its path (RFC 3986, section 5.2.4).
fn without_dots(url: &Uri) -> Option<Uri> {
    let mut segments = Vec::new();
    let mut rest = url.path().strip_prefix('/')?.split('/').peekable();
    while let Some(segment) = rest.next() {
        let is_last = rest.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    segments.pop();
                }
                if is_last {
                    segments.push("");
                }
            }
            _ => segments.push(segment),
        }
    }
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = url.clone().into_parts();
    parts.path_and_query = Some(format!("/{}{query}", segments.join("/")).parse().ok()?);
    Uri::from_parts(parts).ok()
}

/// Percent-escapes `text` as one segment of a path, slashes included (`refs/pr/4` becomes `refs%2Fpr%2F4`).
pub(super) fn escape(text: &str) -> String {
    let escape = |byte: u8| {
        let is_plain = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        if is_plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let origin = |url: &str| Origin::of(&url.parse().unwrap());
        assert_eq!(origin("https://hub.co/a"), origin("https://HUB.co:443/b?c"));
        assert_ne!(origin("https://hub.co/"), origin("http://hub.co/"));
        assert_ne!(origin("https://hub.co/"), origin("https://hub.co:444/"));
        assert_ne!(origin("http://localhost:1/"), origin("http://127.0.0.1:1/"));
        assert_eq!(origin("https://u:p@[::1]:9/"), origin("https://[::1]:9/"));
        assert_eq!(origin("https://[::1]/"), origin("https://[::1]:443/"));
        assert_eq!(origin("ftp://hub.co/"), None);
        assert_eq!(origin("http://hub.co:99999/"), None);
        assert_eq!(origin("/relative"), None);
    }

    #[test]
    fn locations_are_absolute_or_relative() {
        let base: Uri = "https://hub.co:8/a/b/c?d=e".parse().unwrap();
        let joined = |location: &str| join(&base, location).map(|url| url.to_string());
        assert_eq!(joined("http://cdn/x?y=1").as_deref(), Some("http://cdn/x?y=1"));
        assert_eq!(joined("//cdn/x").as_deref(), Some("https://cdn/x"));
        assert_eq!(joined("/x/y").as_deref(), Some("https://hub.co:8/x/y"));
        assert_eq!(joined("/x?to=http://y").as_deref(), Some("https://hub.co:8/x?to=http://y"));
        assert_eq!(joined("x?to=http://y").as_deref(), Some("https://hub.co:8/a/b/x?to=http://y"));
        assert_eq!(joined("x").as_deref(), Some("https://hub.co:8/a/b/x"));
        assert_eq!(joined("http://a b/"), None);
    }

    #[test]
    fn dots_in_a_location_are_resolved() {
        let base: Uri = "https://hub/a/b/c".parse().unwrap();
        let joined = |location: &str| join(&base, location).map(|url| url.to_string());
        for (location, expected) in [
            ("../x", "https://hub/a/x"),
            ("../../x?y=../z", "https://hub/x?y=../z"),
            ("../../../x", "https://hub/x"),
            ("./x/./y", "https://hub/a/b/x/y"),
            (".", "https://hub/a/b/"),
            ("/x/../y/..", "https://hub/"),
            ("http://cdn/x/../y", "http://cdn/y"),
            ("http://cdn", "http://cdn/"),
            ("/x//y/.z", "https://hub/x//y/.z"),
        ] {
            assert_eq!(joined(location).as_deref(), Some(expected), "{location}");
        }
    }

    #[test]
    fn revisions_are_escaped_as_one_segment() {
        assert_eq!(escape("refs/pr/4"), "refs%2Fpr%2F4");
        assert_eq!(escape("v1.0_x-y~z"), "v1.0_x-y~z");
        assert_eq!(escape("größe#%"), "gr%C3%B6%C3%9Fe%23%25");
    }
}

//! The list of hosts to reach without a proxy.
//!
//! The forms that curl, Go and Python know between them: `*`, a host, a domain with its hosts (`example.org`,
//! `.example.org`, `*.example.org`), an address (`10.1.2.3`, `::1`, `[::1]`), a block of them (`10.0.0.0/8`, `fd00::/8`);
//! any but a block may end in a port.

use std::net::IpAddr;

/// Whether the list `no_proxy`, separated by commas or spaces, contains `host` (without brackets, in lower case), or that
/// host at `port`.
pub(super) fn lists(no_proxy: &str, host: &str, port: u16) -> bool {
    let host = host.trim_end_matches('.');
    let address = host.parse::<IpAddr>().ok().map(|address| address.to_canonical());
    no_proxy.split([',', ' ', '\t']).filter(|entry| !entry.is_empty()).any(|entry| {
        if let Some((network, length)) = entry.split_once('/') {
            return address.is_some_and(|address| contains(network, length, address));
        }
        let (name, wanted) = split_port(entry);
        wanted.is_none_or(|wanted| wanted == port) && is_named(name, host, address)
    })
}

/// The first entry of the list that stands for no host: a block of addresses that cannot be read, or a port that is not a number.
pub(super) fn fault(no_proxy: &str) -> Option<&str> {
    let is_address = |text: &str| text.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    no_proxy.split([',', ' ', '\t']).filter(|entry| !entry.is_empty()).find(|entry| {
        match entry.split_once('/') {
            Some((network, length)) => {
                let most = is_address(network).map_or(0, |network| if network.is_ipv4() { 32 } else { 128 });
                most == 0 || length.parse::<u32>().map_or(true, |length| length > most)
            }
            None => split_port(entry).1.is_none() && entry.contains(':') && is_address(entry).is_none(),
        }
    })
}

/// Whether `name` is `*`, the host, or a domain that it is in.
fn is_named(name: &str, host: &str, address: Option<IpAddr>) -> bool {
    let name = name.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    if let (Ok(listed), Some(address)) = (name.parse::<IpAddr>(), address) {
        return listed.to_canonical() == address;
    }
    let domain = name.trim_start_matches('*').trim_matches('.');
    // Addresses have no domains: `0.0.1` does not stand for 127.0.0.1.
    let in_domain = |front: &str| front.is_empty() || (front.ends_with('.') && address.is_none());
    name == "*" || (!domain.is_empty() && host.strip_suffix(domain).is_some_and(in_domain))
}

/// Whether the block `network/length` contains `address`.
fn contains(network: &str, length: &str, address: IpAddr) -> bool {
    let network = network.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let (Ok(network), Ok(length)) = (network, length.parse::<u32>()) else { return false };
    let (network, address, bits) = match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            (network.to_bits().into(), address.to_bits().into(), 32)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => (network.to_bits(), address.to_bits(), 128),
        _ => return false,
    };
    // A shift by all bits would overflow; `/0` is everything.
    length <= bits && (network ^ address).checked_shr(bits - length).unwrap_or_default() == 0
}

/// `host:port` or `[address]:port`; an address with several colons has no port unless it is in brackets.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    match entry.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => match port.parse() {
            Ok(port) => (name, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

#[cfg(test)]
mod tests {
    use super::lists;

    fn assert_listed(list: &str, host: &str, expected: bool) {
        assert_eq!(lists(list, host, 443), expected, "{list}: {host}");
    }

    #[test]
    fn names_and_domains() {
        for (list, host) in [
            ("*", "hub"),
            ("localhost, 127.0.0.1", "127.0.0.1"),
            ("example.org", "example.org"),
            ("example.org", "cdn.example.org"),
            (".example.org", "cdn.example.org"),
            (".example.org", "example.org"),
            ("*.example.org", "a.b.example.org"),
            ("EXAMPLE.org.", "example.org."),
            ("a b,\tc", "c"),
        ] {
            assert_listed(list, host, true);
        }
        for (list, host) in [
            ("example.org", "notexample.org"),
            ("", "hub"),
            (",", "hub"),
            ("localhost", "127.0.0.1"),
            (".", "hub"),
        ] {
            assert_listed(list, host, false);
        }
    }

    #[test]
    fn addresses_and_blocks() {
        for (list, host) in [
            ("::1", "::1"),
            ("[::1]", "::1"),
            ("0:0:0:0:0:0:0:1", "::1"),
            ("10.0.0.0/8", "10.1.2.3"),
            ("10.1.2.3/8", "10.9.9.9"),
            ("192.168.1.128/25", "192.168.1.200"),
            ("10.1.2.3/32", "10.1.2.3"),
            ("0.0.0.0/0", "10.1.2.3"),
            ("fd00::/8", "fd12::1"),
            ("[fd00::]/8", "fd12::1"),
            ("::/0", "2001:db8::1"),
            ("10.0.0.0/8", "::ffff:10.1.2.3"),
        ] {
            assert_listed(list, host, true);
        }
        for (list, host) in [
            ("10.0.0.0/8", "11.1.2.3"),
            ("10.0.0.0/8", "10.example.org"),
            ("192.168.1.128/25", "192.168.1.100"),
            ("10.0.0.0/33", "10.1.2.3"),
            ("10.0.0.0/x", "10.1.2.3"),
            ("fd00::/8", "10.1.2.3"),
            ("0.0.1", "127.0.0.1"),
            ("::/0", "10.1.2.3"),
        ] {
            assert_listed(list, host, false);
        }
    }

    #[test]
    fn ports() {
        for (list, host, port) in [
            ("hub:8080", "hub", 8080),
            ("hub:8080,hub:80", "hub", 80),
            ("[::1]:80", "::1", 80),
            ("*:80", "hub", 80),
        ] {
            assert!(lists(list, host, port), "{list}");
            assert!(!lists(list, host, 81), "{list}");
        }
        assert!(lists("hub", "hub", 8080));
        assert!(lists("::1", "::1", 8080));
        assert!(!lists("hub:http", "hub", 80));
    }
}

//! What a certificate says of itself: its dates, its names, its key.
//!
//! webpki, on which rustls builds, refuses certificates of version 1 and knows no common names; curl and Python take both.

use std::net::IpAddr;

use rustls::pki_types::{ServerName, SubjectPublicKeyInfoDer};

/// The object identifier 2.5.29.17.
const ALTERNATIVE_NAMES: [u8; 3] = [0x55, 0x1d, 0x11];
/// The object identifier 2.5.4.3.
const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];

// Tags of DER.
const OBJECT_IDENTIFIER: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
const DNS_NAME: u8 = 0x82;
const IP_ADDRESS: u8 = 0x87;

/// A certificate (RFC 5280), read as far as it is used.
#[derive(Debug)]
pub(super) struct Certificate<'a> {
    /// First and last second in which it is valid, from 1970 on.
    pub(super) dates: [u64; 2],
    subject: &'a [u8],
    alternative_names: &'a [u8],
    key: &'a [u8],
}

impl<'a> Certificate<'a> {
    /// Parses a certificate in DER; `None` if `der` is not a certificate.
    pub(super) fn parse(der: &'a [u8]) -> Option<Self> {
        let (_, signed, _) = value(der)?;
        let (_, mut rest, _) = value(signed)?;
        if rest.first() == Some(&VERSION) {
            (_, _, rest) = value(rest)?;
        }
        let (_, _serial, rest) = value(rest)?;
        let (_, _algorithm, rest) = value(rest)?;
        let (_, _issuer, rest) = value(rest)?;
        let (_, dates, rest) = value(rest)?;
        let (_, subject, rest) = value(rest)?;
        let (_, _, after) = value(rest)?;
        let key = &rest[..rest.len() - after.len()];
        let (kind, from, to) = value(dates)?;
        let (last, until, _) = value(to)?;
        let extensions = values(after).find(|(tag, _)| *tag == EXTENSIONS);
        let alternative_names = extensions.and_then(|(_, extensions)| alternative_names(extensions));
        Some(Self {
            dates: [seconds(kind, from)?, seconds(last, until)?],
            subject,
            alternative_names: alternative_names.unwrap_or_default(),
            key,
        })
    }

    /// Its public key.
    pub(super) fn key(&self) -> SubjectPublicKeyInfoDer<'a> {
        self.key.into()
    }

    /// Whether `name` is one of its alternative names. A certificate without alternative names is matched by its common name.
    pub(super) fn is_for(&self, name: &ServerName<'_>) -> bool {
        let alternatives = |tag| values(self.alternative_names).filter(move |(found, _)| *found == tag);
        let has_domain = alternatives(DNS_NAME).next().is_some();
        let host = name.to_str();
        let (is_listed, has_any) = if let ServerName::IpAddress(address) = name {
            let octets = match IpAddr::from(*address) {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            };
            let is_listed = alternatives(IP_ADDRESS).any(|(_, found)| found == octets);
            (is_listed, has_domain || alternatives(IP_ADDRESS).next().is_some())
        } else {
            (alternatives(DNS_NAME).any(|(_, pattern)| covers(pattern, &host)), has_domain)
        };
        is_listed || (!has_any && self.is_called(&host))
    }

    /// Whether a common name of the subject covers `host`.
    fn is_called(&self, host: &str) -> bool {
        // A name is a sequence of sets of attributes.
        let attributes = values(self.subject).flat_map(|(_, set)| values(set));
        attributes.filter_map(|(_, attribute)| value(attribute)).any(|(tag, identifier, text)| {
            let is_name = tag == OBJECT_IDENTIFIER && identifier == COMMON_NAME;
            is_name && value(text).is_some_and(|(_, pattern, _)| covers(pattern, host))
        })
    }
}

/// The bytes of the first value in `der`, without what follows: `BEGIN TRUSTED CERTIFICATE` adds what it is trusted for.
pub(super) fn first_value(der: &[u8]) -> Option<&[u8]> {
    let (_, _, rest) = value(der)?;
    Some(&der[..der.len() - rest.len()])
}

/// Whether `pattern` is `host`, or `*.` before all but the first label of a host that is no address.
fn covers(pattern: &[u8], host: &str) -> bool {
    let domain = host.split_once('.').map(|(_, domain)| domain.as_bytes());
    let wildcard = pattern.strip_prefix(b"*.").filter(|domain| domain.contains(&b'.'));
    let wildcard = wildcard.filter(|_| host.parse::<IpAddr>().is_err());
    pattern.eq_ignore_ascii_case(host.as_bytes())
        || wildcard.zip(domain).is_some_and(|(pattern, domain)| pattern.eq_ignore_ascii_case(domain))
}

/// The general names in the extensions of a certificate.
fn alternative_names(extensions: &[u8]) -> Option<&[u8]> {
    let (_, list, _) = value(extensions)?;
    let (_, found) = values(list).find(|(_, extension)| {
        value(extension).is_some_and(|(_, identifier, _)| identifier == ALTERNATIVE_NAMES)
    })?;
    // The last part is the value; whether the extension is critical may come before.
    let (_, octets) = values(found).last()?;
    let (_, names, _) = value(octets)?;
    Some(names)
}

/// Seconds from 1970 to a time in UTC: `YYMMDDHHMMSSZ`, or with four digits of the year.
fn seconds(tag: u8, text: &[u8]) -> Option<u64> {
    let number = |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse::<u64>().ok();
    let (year, rest) = match tag {
        // RFC 5280: 50 to 99 are those of the last century.
        UTC_TIME => (number(text.get(..2)?)?, text.get(2..)?),
        GENERALIZED_TIME => (number(text.get(..4)?)?, text.get(4..)?),
        _ => return None,
    };
    let year = if tag == UTC_TIME { year + if year < 50 { 2000 } else { 1900 } } else { year };
    let mut parts = rest.chunks(2).map(number);
    let mut next = || parts.next().flatten();
    let (month, day, hour, minute, second) = (next()?, next()?, next()?, next()?, next()?);
    // Days from 1970, of a year that begins in March (Howard Hinnant, "chrono-compatible low-level date algorithms").
    let (year, month) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    Some(days.saturating_sub(719_469) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Tags and contents of the values in `bytes`, up to the first that cannot be parsed.
fn values(mut bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let (tag, content, rest) = value(bytes)?;
        bytes = rest;
        Some((tag, content))
    })
}

/// The first value in `bytes`: its tag, its content, and what follows.
fn value(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (first.into(), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |length, &digit| length << 8 | usize::from(digit)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_from_1970() {
        // `date -u -d '2000-02-29 12:34:56' +%s`, and so on.
        for (tag, text, expected) in [
            (UTC_TIME, "000229123456Z", Some(951_827_696)),
            (UTC_TIME, "700101000000Z", Some(0)),
            (UTC_TIME, "491231235959Z", Some(2_524_607_999)),
            (UTC_TIME, "991231235959Z", Some(946_684_799)),
            (GENERALIZED_TIME, "21200101000000Z", Some(4_733_510_400)),
            (GENERALIZED_TIME, "00000101000000Z", None),
            (UTC_TIME, "0002291234", None),
            (UTC_TIME, "xx0229123456Z", None),
            (OBJECT_IDENTIFIER, "000229123456Z", None),
        ] {
            assert_eq!(seconds(tag, text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn a_wildcard_stands_for_one_label() {
        for (pattern, host, expected) in [
            ("hub.org", "HUB.org", true),
            ("*.hub.org", "cdn.hub.org", true),
            ("*.hub.org", "a.cdn.hub.org", false),
            ("*.hub.org", "hub.org", false),
            ("*.org", "hub.org", false),
            ("*", "hub", false),
            ("*.0.0.1", "127.0.0.1", false),
        ] {
            assert_eq!(covers(pattern.as_bytes(), host), expected, "{pattern}: {host}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_none() {
        for bytes in
            [&b""[..], b"0", b"0\x80", b"0\x05abc", b"0\x84\xff\xff\xff\xff", b"0\x02\x30\0", b"hello"]
        {
            assert!(Certificate::parse(bytes).is_none(), "{bytes:?}");
        }
        assert_eq!(first_value(b"\x30\x01a and more"), Some(&b"\x30\x01a"[..]));
    }
}

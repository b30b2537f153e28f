//! What of an address may be shown: neither user nor password, nor a query, in which tokens are passed too.

/// `address` without what may be secret in it. As little is known of what users put there, all up to the last `@` goes.
pub(super) fn public_part(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").map_or(("", address), |(scheme, rest)| (scheme, rest));
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    let (user, rest) = rest.rsplit_once('@').map_or(("", rest), |(_, rest)| ("***@", rest));
    match rest.find(['?', '#']) {
        Some(end) => format!("{scheme}{user}{}***", &rest[..=end]),
        None => format!("{scheme}{user}{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_user_password_or_query_is_left() {
        for (address, expected) in [
            ("https://huggingface.co", "https://huggingface.co"),
            ("https://user:pass@hub.example:8443/path", "https://***@hub.example:8443/path"),
            ("user:pass@proxy:3128", "***@proxy:3128"),
            ("http://user:p@ss/w0rd@proxy", "http://***@proxy"),
            ("http://hub/?token=s3cret#x", "http://hub/?***"),
            ("http://u:p@hub#frag", "http://***@hub#***"),
            ("http://u:p?q@hub", "http://***@hub"),
            ("", ""),
        ] {
            assert_eq!(public_part(address), expected);
        }
    }
}

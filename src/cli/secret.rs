//! What of an address may be shown: neither user nor password, nor a query, in which tokens are passed too.

use std::env;
use std::ffi::OsString;

use crate::cli::environment::{VARIABLES, Variable};

/// Whether `value` looks like a token of the hub.
pub(super) fn is_token(value: &str) -> bool {
    value.starts_with("hf_") && !value.contains('/')
}

/// `text` without what users put into variables by mistake: a token, or an address with a password in it. Paths and messages are
/// made of variables.
pub(super) fn without_secrets(text: &str) -> String {
    hidden(text, VARIABLES.iter().flat_map(Variable::names).filter_map(env::var_os))
}

fn hidden(text: &str, values: impl Iterator<Item = OsString>) -> String {
    values.fold(text.to_owned(), |text, value| {
        let value = value.to_string_lossy();
        match &*value {
            token if is_token(token) => text.replace(token, "***"),
            address if address.contains("://") => text.replace(address, &public_part(address)),
            _ => text,
        }
    })
}

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
    fn a_secret_in_any_variable_is_hidden() {
        let hidden = |value: &str, text: &str| hidden(text, [OsString::from(value)].into_iter());
        assert_eq!(hidden("hf_abc", "folder hf_abc/hub, proxy hf_abc:80"), "folder ***/hub, proxy ***:80");
        assert_eq!(hidden("https://u:pw@x/y", "in https://u:pw@x/y/hub"), "in https://***@x/y/hub");
        assert_eq!(hidden("/data/hf", "/data/hf/hub"), "/data/hf/hub");
    }

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

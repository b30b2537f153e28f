//! The variables: what each one does, and their precedence.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mnet::hub::{DEFAULT_ENDPOINT, Environment, HubError, HubOptions, Token, TokenSource};

fn read(variables: &[(&str, &str)]) -> Environment {
    Environment::read(|name| {
        let found = variables.iter().find(|(given, _)| *given == name);
        found.map(|(_, value)| OsString::from(value))
    })
}

fn cache(variables: &[(&str, &str)]) -> Option<PathBuf> {
    read(variables).cache_dir
}

#[test]
fn an_empty_environment() {
    let environment = read(&[]);
    assert_eq!(environment.endpoint, DEFAULT_ENDPOINT);
    assert_eq!(environment.cache_dir, None);
    assert_eq!(environment.token, TokenSource::None);
    assert_eq!(environment.offline, None);
    assert!(matches!(HubOptions::new(environment.clone(), None), Err(HubError::NoCacheDirectory)));
    assert_eq!(HubOptions::new(environment, Some("x".into())).unwrap().cache_dir, Path::new("x"));
}

#[test]
fn the_cache_is_where_python_has_it() {
    // From lowest to highest precedence; each line overrides those above.
    let variables = [
        ("HOME", "/home/ann", "/home/ann/.cache/huggingface/hub"),
        ("XDG_CACHE_HOME", "/xdg", "/xdg/huggingface/hub"),
        ("HF_HOME", "/hf", "/hf/hub"),
        ("HUGGINGFACE_HUB_CACHE", "/legacy", "/legacy"),
        ("HF_HUB_CACHE", "/cache", "/cache"),
    ];
    for known in 1..=variables.len() {
        let given: Vec<_> = variables[..known].iter().map(|(name, value, _)| (*name, *value)).collect();
        assert_eq!(cache(&given).unwrap(), Path::new(variables[known - 1].2), "{given:?}");
        // Empty counts as unset.
        let mut emptied = given.clone();
        emptied.extend(variables[known..].iter().map(|(name, _, _)| (*name, "")));
        assert_eq!(cache(&emptied), cache(&given));
    }
}

#[test]
fn tilde_and_variables_are_expanded() {
    let expanded =
        |value| cache(&[("HOME", "/home/ann"), ("DISK", "/disk"), ("HF_HUB_CACHE", value)]).unwrap();
    assert_eq!(expanded("~/hub"), Path::new("/home/ann/hub"));
    assert_eq!(expanded("~"), Path::new("/home/ann"));
    assert_eq!(expanded("$DISK/hub"), Path::new("/disk/hub"));
    assert_eq!(expanded("/a/${DISK}b/$HOME"), Path::new("/a//diskb//home/ann"));
    // Unknown names stay as they are, as in Python.
    assert_eq!(expanded("/a/$NONE/${NONE}/$/~"), Path::new("/a/$NONE/${NONE}/$/~"));
    assert_eq!(expanded("~bob/hub"), Path::new("~bob/hub"));
}

#[test]
fn the_token_and_its_file() {
    let token = |variables: &[(&str, &str)]| read(variables).token;
    let given = |text| TokenSource::Given(Token::new(text).unwrap());
    let home = ("HF_HOME", "/hf");
    assert_eq!(token(&[("HF_TOKEN", "hf_a"), home]), given("hf_a"));
    assert_eq!(token(&[("HF_TOKEN", " hf_a\r\n")]), given("hf_a"));
    assert_eq!(token(&[home]), TokenSource::File("/hf/token".into()));
    assert_eq!(token(&[home, ("HF_TOKEN", " ")]), TokenSource::File("/hf/token".into()));
    assert_eq!(token(&[home, ("HF_TOKEN_PATH", "/secret")]), TokenSource::File("/secret".into()));
    assert_eq!(
        token(&[home, ("HF_TOKEN", "hf_a"), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "YES")]),
        TokenSource::None
    );
    assert_eq!(Token::new(" \n"), None);
}

#[test]
fn truth_is_as_in_python() {
    for value in ["1", "on", "Yes", "TRUE"] {
        for name in ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"] {
            assert_eq!(read(&[(name, value)]).offline, Some(name), "{value}");
        }
    }
    for value in ["", "0", "off", "no", "false", "2", "y", " 1"] {
        assert_eq!(read(&[("HF_HUB_OFFLINE", value)]).offline, None, "{value}");
    }
}

#[test]
fn endpoint_and_timeouts() {
    assert_eq!(read(&[("HF_ENDPOINT", "http://mirror")]).endpoint, "http://mirror");
    assert_eq!(read(&[("HF_ENDPOINT", "")]).endpoint, DEFAULT_ENDPOINT);
    let options =
        |variables: &[(&str, &str)]| HubOptions::new(read(variables), Some("x".into())).unwrap().timeouts;
    let default = options(&[]);
    let set = options(&[("HF_HUB_ETAG_TIMEOUT", "3"), ("HF_HUB_DOWNLOAD_TIMEOUT", "60")]);
    assert_eq!((set.metadata, set.download), (Duration::from_secs(3), Duration::from_mins(1)));
    assert_eq!(set.connect, default.connect);
    // What no clock can hold becomes a year.
    assert_eq!(
        options(&[("HF_HUB_DOWNLOAD_TIMEOUT", "18446744073709551615")]).download,
        Duration::from_hours(24 * 365)
    );
    for value in ["0", "soon", "-1", "18446744073709551616", ""] {
        assert_eq!(
            options(&[("HF_HUB_ETAG_TIMEOUT", value), ("HF_HUB_DOWNLOAD_TIMEOUT", value)]),
            default,
            "{value}"
        );
    }
}

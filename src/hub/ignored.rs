//! Variables that are set and have no effect, because their values mean nothing.

use super::no_proxy;
use super::words::{is_false, is_true, seconds};

/// A variable whose value is passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// Its name, as it is set.
    pub name: &'static str,
    /// What is passed over: the value, or an entry of it.
    pub value: String,
    /// What it should be.
    pub expected: Expected,
}

/// What a variable may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// True or false. Any word that is not true counts as false, as in Python.
    Truth,
    /// Whole seconds, at least 1.
    Seconds,
    /// Hosts, of which each may have a port, and blocks of addresses.
    Hosts,
}

/// A test of one value: the part of it that means nothing.
type Fault = fn(&str) -> Option<&str>;

/// The variables, and how each is read. Of a pair, the first that is set counts.
const ROWS: [(&[&str], Expected, Fault); 6] = [
    (&["HF_HUB_OFFLINE"], Expected::Truth, no_truth),
    (&["TRANSFORMERS_OFFLINE"], Expected::Truth, no_truth),
    (&["HF_HUB_DISABLE_IMPLICIT_TOKEN"], Expected::Truth, no_truth),
    (&["HF_HUB_ETAG_TIMEOUT"], Expected::Seconds, no_seconds),
    (&["HF_HUB_DOWNLOAD_TIMEOUT"], Expected::Seconds, no_seconds),
    (&["no_proxy", "NO_PROXY"], Expected::Hosts, no_proxy::fault),
];

fn no_truth(value: &str) -> Option<&str> {
    (!is_true(value) && !is_false(value)).then_some(value)
}

fn no_seconds(value: &str) -> Option<&str> {
    seconds(value).is_none().then_some(value)
}

/// The variables of which `text` gives values that mean nothing.
pub(super) fn ignored(text: impl Fn(&str) -> Option<String>) -> Vec<Ignored> {
    let rows = ROWS.iter().filter_map(|(names, expected, fault)| {
        let (name, value) = names.iter().find_map(|name| Some((*name, text(name)?)))?;
        Some(Ignored { name, value: fault(&value)?.to_owned(), expected: *expected })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The part of a value that is passed over.
    fn fault(name: &str, value: &str) -> Option<String> {
        let found = ignored(|asked| (asked == name).then(|| value.to_owned()));
        assert!(found.len() <= 1 && found.iter().all(|one| one.name == name), "{found:?}");
        found.into_iter().next().map(|one| one.value)
    }

    #[test]
    fn values_that_mean_nothing_are_found() {
        for (name, meant, others) in [
            (
                "HF_HUB_OFFLINE",
                &["1", "on", "Yes", "TRUE", "0", "off", "No", "false"][..],
                &["2", "y", "1 ", "offline"][..],
            ),
            ("TRANSFORMERS_OFFLINE", &["1", "0"], &["2"]),
            ("HF_HUB_DISABLE_IMPLICIT_TOKEN", &["1", "0"], &["2"]),
            ("HF_HUB_ETAG_TIMEOUT", &["1", " 30 ", "99999999999"], &["abc", "0", "-1", "1.5", "10s"]),
            ("HF_HUB_DOWNLOAD_TIMEOUT", &["1"], &["abc"]),
            (
                "NO_PROXY",
                &["*", "a,b:80 .c", "10.0.0.0/8,fd00::/8,[::1]:80,::1"],
                &["10.0.0.0/33", "10.0.0/8", "a/8", "hub:port"],
            ),
            ("no_proxy", &["a"], &["::1/129"]),
        ] {
            for value in meant {
                assert_eq!(fault(name, value), None, "{name}={value}");
            }
            for value in others {
                assert_eq!(fault(name, value).as_deref(), Some(*value), "{name}={value}");
            }
        }
        assert_eq!(fault("NO_PROXY", "a, 10.0.0.0/99, b").as_deref(), Some("10.0.0.0/99"), "the entry alone");
    }

    #[test]
    fn of_two_names_the_one_that_is_read_is_judged() {
        let text = |name: &str| match name {
            "no_proxy" => Some("hub".to_owned()),
            "NO_PROXY" => Some("a/8".to_owned()),
            _ => None,
        };
        assert_eq!(ignored(text), []);
    }
}

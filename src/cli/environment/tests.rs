use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::*;

/// The floors that read the environment.
const READERS: [&str; 3] = ["cli", "hub", "kernels"];

/// Variables that libraries read for us.
const OF_LIBRARIES: [&str; 1] = ["COLUMNS"];

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut sources) = (vec![root.clone()], vec![]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                sources.push((name, fs::read_to_string(path).unwrap()));
            }
        }
    }
    sources
}

/// Literals that are named like variables, apart from those that the compiler reads.
fn literals(source: &str) -> impl Iterator<Item = &str> {
    let pieces: Vec<_> = source.split('"').collect();
    let after = pieces.clone().into_iter().skip(1);
    let literals = pieces.into_iter().zip(after).filter(|(before, _)| !before.ends_with("env!("));
    literals.map(|(_, word)| word).filter(|word| {
        let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.chars().all(is_name)
            && (word.contains('_')
                || ["CLICOLOR", "HOME", "TERM", "LANG", "COLUMNS", "TMPDIR"].contains(word))
    })
}

#[test]
fn every_variable_that_is_read_is_in_the_table_and_no_other() {
    let sources = sources();
    let is_table = |name: &str| name.starts_with("cli/environment");
    let readers = || {
        let is_reader = |name: &str| READERS.iter().any(|reader| name.starts_with(reader));
        sources.iter().filter(move |(name, _)| is_reader(name) && !is_table(name))
    };
    let read: BTreeSet<_> = readers().flat_map(|(_, source)| literals(source)).collect();
    let listed: BTreeSet<_> = VARIABLES.iter().map(|variable| variable.name).collect();
    assert_eq!(listed.len(), VARIABLES.len(), "one is listed twice");
    assert!(read.len() > 20, "{read:?}");
    let unlisted: Vec<_> = read.difference(&listed).collect();
    assert!(unlisted.is_empty(), "not in the table: {unlisted:?}");
    let unread: Vec<_> = listed.difference(&read).filter(|name| !OF_LIBRARIES.contains(name)).collect();
    assert!(unread.is_empty(), "in the table, but not read: {unread:?}");
}

#[test]
fn no_other_floor_reads_the_environment() {
    for (name, source) in sources() {
        let floor = name.split('/').next().unwrap();
        let code = source.split("#[cfg(test)]").next().unwrap();
        assert!(READERS.contains(&floor) || !code.contains("env::var"), "{name}");
    }
}

#[test]
#[cfg(unix)]
fn bytes_that_are_no_text_are_found() {
    use std::os::unix::ffi::OsStringExt;
    let found =
        |set: &str, value: &[u8]| not_text(|name| (name == set).then(|| OsString::from_vec(value.to_vec())));
    for name in ["HF_ENDPOINT", "HF_HUB_OFFLINE", "https_proxy", "NO_PROXY", "no_proxy"] {
        assert_eq!(found(name, b"1\xff"), Some(name));
        assert_eq!(found(name, "é".as_bytes()), None);
    }
    assert_eq!(found("HF_HUB_CACHE", b"/caf\xe9"), None);
}

#[test]
fn what_may_hold_a_password_is_secret() {
    let secret: Vec<_> = VARIABLES.iter().filter(|v| v.is_secret).map(|v| v.name).collect();
    assert_eq!(secret, ["HF_ENDPOINT", "HF_TOKEN", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"]);
}

//! The committed man pages are those that the binary generates. `BLESS=1` rewrites them.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use support::scratch::Scratch;

#[test]
fn man_pages_are_up_to_date() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("man");
    let fresh = Scratch::new();
    let folder = if std::env::var_os("BLESS").is_some() { committed.as_path() } else { fresh.path() };
    let run =
        Command::new(env!("CARGO_BIN_EXE_mnet")).args(["generate", "man"]).arg(folder).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let (expected, found) = (pages(folder), pages(&committed));
    assert!(expected.contains_key("mnet-classify.1"), "{:?}", expected.keys());
    assert_eq!(
        expected.keys().collect::<Vec<_>>(),
        found.keys().collect::<Vec<_>>(),
        "run BLESS=1 cargo test --test generated"
    );
    for (name, page) in &expected {
        assert!(found[name] == *page, "man/{name} is stale: run BLESS=1 cargo test --test generated");
    }
}

fn pages(folder: &Path) -> BTreeMap<String, String> {
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap())
    };
    fs::read_dir(folder).unwrap().map(read).collect()
}

#[test]
fn completions_ask_the_program_or_name_its_commands() {
    for (shell, word) in [
        ("bash", "mnet complete -- "),
        ("zsh", "mnet complete -- "),
        ("fish", "mnet complete -- "),
        ("powershell", "'classify'"),
    ] {
        let what = format!("complete-{shell}");
        let run = Command::new(env!("CARGO_BIN_EXE_mnet")).args(["generate", &what]).output().unwrap();
        let script = String::from_utf8(run.stdout).unwrap();
        assert!(run.status.success() && script.contains(word), "{shell}");
        assert!(!script.contains("'complete'"), "{shell}: it is for scripts");
    }
}

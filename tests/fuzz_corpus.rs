//! Each fuzz target over its corpus: what the fuzzer starts from, and the files that once failed.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failed unwrap fails the test, and the file is named"
)]

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "it is the library of another crate")]
mod targets;

/// Runs a target over every file of its corpus, and over each file cut off in the middle.
fn run(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut files = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        println!("{}", path.display());
        target(&bytes);
        target(&bytes[..bytes.len() / 2]);
        files += 1;
    }
    assert!(files >= 3, "only {files} files in {}", folder.display());
}

#[test]
fn pickle() {
    run("pickle", targets::pickle);
}

#[test]
fn safetensors() {
    run("safetensors", targets::safetensors);
}

#[test]
fn config() {
    run("config", targets::config);
}

#[test]
fn jpeg() {
    run("jpeg", targets::jpeg);
}

#[test]
fn picture() {
    run("picture", targets::picture);
}

#[test]
fn answered() {
    run("answered", targets::answered);
}

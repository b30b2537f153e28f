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

/// A test for each target, and the names of all.
macro_rules! tests {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                run(stringify!($name), targets::$name);
            }
        )*
    };
}

tests! {
    answered bitmap config gif jpeg labels list pickle picture png safetensors salvage shard_index tiff torch webp
}

#[test]
fn every_corpus_and_every_program_has_its_test() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let names_in = |folder: &str| -> Vec<String> {
        let entries = fs::read_dir(fuzz.join(folder)).unwrap();
        let stem = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
        let mut names: Vec<_> = entries.map(|entry| stem(&entry.unwrap().path())).collect();
        names.sort();
        names
    };
    assert_eq!(names_in("corpus"), NAMES);
    assert_eq!(names_in("fuzz_targets"), NAMES);
}

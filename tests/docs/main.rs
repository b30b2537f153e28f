//! The documents hold: their commands run and print what stands below them, their links lead somewhere, and the picture of the
//! terminal is what the program prints.
//!
//! `BLESS=1 cargo test --release --test docs` draws the picture anew.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

#[path = "../support/mod.rs"]
mod support;

mod blocks;
mod commands;
mod elsewhere;
mod matching;
mod picture;
mod prose;
mod terminal;
mod world;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let mut trials = commands::trials();
    trials.extend(prose::trials());
    trials.extend(picture::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Where the checkout is.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All documents for people, by their path in the repository, with their text.
fn documents() -> Vec<(PathBuf, String)> {
    let mut paths: Vec<PathBuf> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(PathBuf::from).into();
    let pages = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut pages: Vec<_> = pages.map(|name| Path::new("docs").join(name)).collect();
    pages.sort();
    paths.extend(pages);
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(root().join(path)).unwrap())).collect()
}

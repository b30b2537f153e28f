//! The real binary, run as users run it: no network but a loopback hub, no cache but its own.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures, and what is skipped")]

#[path = "../support/mod.rs"]
mod support;

#[allow(dead_code, reason = "pickles are made elsewhere as well")]
#[path = "../weights/assembler.rs"]
mod assembler;

mod answers;
mod bench;
mod errors;
mod finetuned;
mod folders;
mod hub;
mod interrupted;
mod models;
mod output;
#[cfg(feature = "parquet")]
mod parquet;
mod shared;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use support::scratch::Scratch;

/// A photo of this repository.
fn photo(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/photos").join(name)
}

/// The binary in a folder of its own, which is its home as well.
struct Mnet {
    home: Scratch,
    endpoint: Option<String>,
}

impl Mnet {
    fn new() -> Self {
        Self { home: Scratch::new(), endpoint: None }
    }

    fn path(&self) -> &Path {
        self.home.path()
    }

    /// A command that sees nothing of this process's environment.
    fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mnet"));
        command.args(args).current_dir(self.path()).env_clear().env("HOME", self.path());
        if let Some(endpoint) = &self.endpoint {
            command.env("HF_ENDPOINT", endpoint);
        }
        command
    }

    fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        Run::of(&mut self.command(args))
    }
}

/// What a run left behind.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    fn of(command: &mut Command) -> Self {
        Self::from(command.output().expect("the binary starts"))
    }

    fn from(Output { status, stdout, stderr }: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        Self { code: status.code().expect("it ends by itself"), stdout: text(stdout), stderr: text(stderr) }
    }

    /// The lines of stdout as JSON.
    fn json(&self) -> Vec<Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(parse).collect()
    }

    #[track_caller]
    fn succeeded(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self
    }

    /// Ended with `code` and said every one of `words` on stderr.
    #[track_caller]
    fn failed(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "`{word}` is not in:\n{}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }
}

/// The label of the best class.
fn best(line: &Value) -> &str {
    line["top"][0]["label"].as_str().unwrap_or_else(|| panic!("no answer in {line}"))
}

//! The binary, run as users run it: no network but a loopback hub, no cache but its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output};

use serde_json::Value;

use super::scratch::Scratch;

/// A photo of `assets/photos`.
pub(crate) fn photo(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/photos").join(name)
}

/// The binary in an empty folder, which is its home directory too.
pub(crate) struct Mnet {
    pub(crate) home: Scratch,
    /// The hub, if there is one.
    pub(crate) endpoint: Option<String>,
}

impl Mnet {
    pub(crate) fn new() -> Self {
        #[cfg(target_os = "linux")]
        hear_signals();
        Self { home: Scratch::new(), endpoint: None }
    }

    pub(crate) fn path(&self) -> &Path {
        self.home.path()
    }

    /// A command with an empty environment, but for HOME and the instruction set under test.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mnet"));
        command.args(args).current_dir(self.path()).env_clear().env("HOME", self.path());
        if let Some(isa) = std::env::var_os("MNET_ISA") {
            command.env("MNET_ISA", isa);
        }
        if let Some(endpoint) = &self.endpoint {
            command.env("HF_ENDPOINT", endpoint);
        }
        command
    }

    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        Run::of(&mut self.command(args))
    }
}

/// Lets programs that the tests start hear every signal. `nohup` and `&` in a script start the tests with SIGHUP or SIGINT
/// ignored, programs inherit that, and tests that send them would wait forever. What this process handles instead, even
/// by doing nothing, has its usual effect on programs.
#[cfg(target_os = "linux")]
fn hear_signals() {
    use std::sync::atomic::AtomicBool;
    use std::sync::{Arc, Once};

    use signal_hook::consts::{SIGHUP, SIGINT};

    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let ignored =
            ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).expect("ignored signals");
        for signal in [SIGHUP, SIGINT] {
            if ignored >> (signal - 1) & 1 == 1 {
                signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false))).expect("a handler");
            }
        }
    });
}

/// The result of a run.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        Self::from(command.output().expect("the binary starts"))
    }

    pub(crate) fn from(Output { status, stdout, stderr }: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        Self { code: shell_status(status), stdout: text(stdout), stderr: text(stderr) }
    }

    /// The lines of stdout as JSON.
    pub(crate) fn json(&self) -> Vec<Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(parse).collect()
    }

    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self
    }

    /// Checks the exit code, and that stderr contains each of `words`.
    #[track_caller]
    pub(crate) fn failed(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "`{word}` is not in:\n{}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }
}

/// The exit status as a shell reports it: 128 plus the number of the signal that ended the process.
pub(crate) fn shell_status(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let signal = None;
    status.code().or(signal).expect("it has ended")
}

/// The label of the best class.
pub(crate) fn best(line: &Value) -> &str {
    line["top"][0]["label"].as_str().unwrap_or_else(|| panic!("no label in {line}"))
}

//! A download on a full disk: an error, and the next run with room succeeds. Ignored where a process may not have a file
//! system of its own.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

#[path = "support/mod.rs"]
mod support;

use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use support::hub_server::HubServer;
use support::noise::Noise;
use support::scratch::Scratch;

const ID: &str = "acme/tiny_0.25_96";

/// A disk of 200 KiB; the weights have 300 000 bytes.
const SCRIPT: &str = r#"
    set -e
    mount -t tmpfs -o size=200k tmpfs "$HF_HUB_CACHE"
    code=0; "$0" "$@" || code=$?
    echo "code $code"; find "$HF_HUB_CACHE" -name '*.safetensors' -o -name '*.incomplete'
    mount -o remount,size=10m "$HF_HUB_CACHE"
    folder=$("$0" "$@")
    cmp "$folder/model.safetensors" "$WEIGHTS" && echo whole"#;

fn main() -> ExitCode {
    let trial = Trial::ignorable_test("a_full_disk_is_an_error_and_the_next_run_with_room_succeeds", run);
    libtest_mimic::run(&Arguments::from_args(), vec![trial]).exit_code()
}

fn run() -> Result<Completion, Failed> {
    let cache = Scratch::new();
    let mount = ["mount", "-t", "tmpfs", "tmpfs"].map(str::to_owned);
    let is_possible = alone().args(mount).arg(cache.path()).output().is_ok_and(|run| run.status.success());
    if !is_possible {
        return Ok(Completion::ignored_with("a process may not mount a file system of its own here"));
    }
    let weights = Noise::new(1).bytes(300_000);
    let original = Scratch::new();
    std::fs::write(original.path().join("weights"), &weights)?;
    let server = HubServer::start();
    server.add(
        ID,
        "main",
        &[("config.json", br#"{"model_type": "mobilenet_v2"}"#), ("model.safetensors", &weights)],
    );
    let run = alone()
        .args(["sh", "-c", SCRIPT, env!("CARGO_BIN_EXE_mnet"), "models", "pull", ID])
        .env("HF_ENDPOINT", server.endpoint())
        .env("HF_HUB_CACHE", cache.path())
        .env("WEIGHTS", original.path().join("weights"))
        .output()?;
    let [stdout, stderr] = [run.stdout, run.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(stdout.lines().collect::<Vec<_>>(), ["code 2", "whole"], "{stderr}");
    assert!(stderr.contains("no space left") && stderr.contains("free some space"), "{stderr}");
    Ok(Completion::Completed)
}

/// A command whose mounts nothing else sees.
fn alone() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount"]);
    command
}

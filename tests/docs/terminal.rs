//! A terminal of 80 columns, in which a command runs as people run it: util-linux' `script` makes one.

use std::process::{Command, ExitStatus, Output, Stdio};

/// Whether there is a `script` here that takes these options.
pub(crate) fn is_there() -> bool {
    let output = Command::new("script").arg("--version").output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("util-linux"))
}

/// Runs `command` of bash on a terminal, after `set` has set its folder and environment; how it ended, and what it wrote.
pub(crate) fn run(command: &str, set: impl FnOnce(&mut Command)) -> (ExitStatus, String) {
    let mut script = Command::new("script");
    set(script.args([
        "--quiet",
        "--return",
        "--flush",
        "--command",
        r#"stty cols 80 rows 40; exec bash -o pipefail -c "$TYPED""#,
    ]));
    // Left open: at its end `script` would type a Ctrl-D.
    let child =
        script.arg("/dev/null").env("TYPED", command).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.unwrap();
    let keyboard = child.stdin.take();
    let Output { status, stdout, .. } = child.wait_with_output().unwrap();
    drop(keyboard);
    (status, String::from_utf8_lossy(&stdout).replace("\r\n", "\n"))
}

/// What stays on the screen: without colours, and without lines that were written over.
pub(crate) fn as_seen(written: &str) -> String {
    let mut seen = String::new();
    let mut text = written;
    while let Some((before, after)) = text.split_once('\u{1b}') {
        seen.push_str(before);
        let end = after.find(|c: char| c.is_ascii_alphabetic()).map_or(after.len(), |at| at + 1);
        text = &after[end..];
    }
    seen.push_str(text);
    let visible = |line: &str| line.rsplit('\r').next().unwrap_or_default().to_owned();
    seen.lines().map(visible).collect::<Vec<_>>().join("\n")
}

//! Commands that these tests do not run, and why.

use std::process::Command;

use crate::terminal;

/// How such a command begins, and what runs it instead.
const NOT_HERE: &[(&str, &str)] = &[
    ("cargo ", "it builds or tests the checkout, as CI does"),
    (".ci/run", "it runs these tests"),
    ("just ", "shortcuts for commands of CI"),
    ("rustup ", "it installs a toolchain"),
    ("git ", "it is about the reader's own checkout"),
    ("pip ", "it installs what packaging/release makes"),
    ("uvx ", "it installs what packaging/release makes"),
    ("sudo ", "it installs what packaging/release makes"),
    ("packaging/", "it builds and packs the checkout"),
    ("python3 benches/", "it needs the peers that are compared"),
    ("MNET_SHARED=", "it needs photos and checkpoints that are not in the repository"),
];

/// Programs beside those of every system: what in a command shows that it needs one, and what shows that it is there.
const TOOLS: &[(&str, &[&str])] = &[
    ("jq ", &["jq", "--version"]),
    ("parallel ", &["parallel", "--version"]),
    ("import duckdb", &["python", "-c", "import duckdb"]),
    ("duckdb -c", &["duckdb", "--version"]),
];

/// Why `command` is not run here, if it is not.
pub(crate) fn reason(command: &str) -> Option<String> {
    if let Some((_, reason)) = NOT_HERE.iter().find(|(start, _)| command.starts_with(start)) {
        return Some((*reason).to_owned());
    }
    if !terminal::is_there() {
        return Some("`script` of util-linux is not installed".to_owned());
    }
    let (_, probe) = TOOLS.iter().find(|(part, probe)| command.contains(part) && !succeeds(probe))?;
    Some(format!("`{}` fails: not installed", probe.join(" ")))
}

/// Whether everything has to be there: CI installs it.
pub(crate) fn is_required() -> bool {
    std::env::var_os("MNET_REQUIRE_TOOLS").is_some()
}

fn succeeds(probe: &[&str]) -> bool {
    let output = Command::new(probe[0]).args(&probe[1..]).output();
    output.is_ok_and(|output| output.status.success())
}

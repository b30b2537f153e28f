//! The command that was typed, with another input.

use std::ffi::OsStr;
use std::path::Path;

use super::quote::quoted;
use crate::cli::command_line::CommandLine;

/// The command of `line`, if it takes pictures; otherwise `classify`.
pub(in crate::cli) fn command(line: &CommandLine) -> &'static str {
    let typed =
        ["classify", "embed"].into_iter().filter_map(|command| Some((line.position(command)?, command)));
    typed.min().map_or("classify", |(_, command)| command)
}

/// The command `line` with `instead` as the input that was `path`; or a command with that input alone, if `path` was in a
/// folder or a list.
pub(super) fn with_input(line: &CommandLine, path: &Path, instead: impl AsRef<OsStr>) -> String {
    let instead = instead.as_ref();
    let mended = line.index_of(path.as_os_str()).map(|at| line.spliced(at..at + 1, [instead]));
    mended
        .and_then(|line| line.shown())
        .unwrap_or_else(|| format!("mnet {} {}", command(line), quoted(instead)))
}

/// The same with `folder`, which is searched, in place of the input.
pub(super) fn with_folder(line: &CommandLine, path: &Path, folder: &Path) -> String {
    if line.index_of(path.as_os_str()).is_none() {
        return format!("mnet {} -r {}", command(line), quoted(folder));
    }
    let at = line.position(command(line)).filter(|_| !line.has(&["-r", "--recursive"]));
    let searching = at.map(|at| line.spliced(at + 1..at + 1, ["-r"]));
    with_input(searching.as_ref().unwrap_or(line), path, folder)
}

/// Lists the pictures in the folder of `path`, or in the next one above that exists.
pub(super) fn pictures_beside(path: &Path) -> String {
    let mut folders = path.ancestors().skip(1);
    let folder = folders.find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    format!("mnet {} -r --dry-run {}", command(&CommandLine::of_process()), quoted(folder))
}

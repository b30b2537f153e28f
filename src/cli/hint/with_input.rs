//! The command that was typed, with another input.

use std::ffi::OsStr;
use std::path::Path;

use super::quote::{quoted, quoted_word};
use super::shards::glob;
use crate::cli::command_line::CommandLine;
use crate::cli::outputs::descriptor::Descriptor;

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

/// The same with a search of `folder` in place of the input. If the folder has no pictures, the search takes its files that hold many.
pub(super) fn with_folder(line: &CommandLine, path: &Path, folder: &Path) -> String {
    let glob = glob(folder).filter(|glob| line.value(&["--glob"]).as_ref() != Some(glob));
    let glob = glob.map(|glob| ["--glob".to_owned(), glob]);
    let globbed = line.with(&glob.iter().flatten().map(String::as_str).collect::<Vec<_>>());
    let line = &globbed;
    if line.index_of(path.as_os_str()).is_none() {
        let glob = glob.iter().flatten().map(|word| format!(" {}", quoted_word(word)));
        return format!("mnet {} -r {}{}", command(line), quoted(folder), glob.collect::<String>());
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

/// The command `line` with the values of a long flag as words of their own: `--tar x` for `--tar=x`.
pub(super) fn separated(line: &CommandLine, flag: &str) -> CommandLine {
    let end = line.words().iter().position(|word| word == "--").unwrap_or(line.words().len());
    let (flags, rest) = line.words().split_at(end);
    let flags = flags.iter().flat_map(|word| {
        match word.to_str().and_then(|word| word.strip_prefix(flag)?.strip_prefix('=')) {
            Some(value) => vec![flag.into(), value.into()],
            None => vec![word.clone()],
        }
    });
    CommandLine::new(flags.chain(rest.iter().cloned()))
}

/// The command `line` with `-` for all names of stdin.
pub(super) fn with_dash(line: &CommandLine) -> CommandLine {
    CommandLine::new(line.words().iter().map(|word| if is_stdin(word) { "-".into() } else { word.clone() }))
}

/// Whether `word` is a name of stdin.
pub(super) fn is_stdin(word: impl AsRef<OsStr>) -> bool {
    word.as_ref() == "-" || Descriptor::of(Path::new(word.as_ref())) == Some(Descriptor::STDIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_words_of_their_own() {
        let separated = |given: &str| separated(&CommandLine::new(given.split(' ')), "--tar").to_string();
        assert_eq!(separated("--tar=x=y -k=1 --tar z --tar="), "mnet --tar x=y -k=1 --tar z --tar ''");
        assert_eq!(separated("--tars=x -- --tar=x"), "mnet --tars=x -- --tar=x");
    }
}

//! The command that was typed, with other labelled pictures.

use std::path::{Path, PathBuf};

use super::free_name::renamed;
use super::quote::{quoted, quoted_word};
use super::shards::pattern;
use crate::cli::command_line::CommandLine;
use crate::inputs::first_collection;
use crate::inputs::labelled::{holds_pictures, missing_ending};

/// The flag that names the data of `mnet choose`; they are arguments of `mnet eval`.
const FLAG: [&str; 1] = ["--data"];

/// The command `line` with the file `other` in place of the data at `path`.
pub(super) fn with_data(line: &CommandLine, path: &Path, other: impl AsRef<Path>) -> String {
    let other = other.as_ref();
    let values = path.to_str().zip(other.to_str());
    let by_flag = values.and_then(|(path, other)| line.with_value(&FLAG, path, &[other]));
    let by_place = || place(line, path).map(|at| line.spliced(at..at + 1, [other]));
    let shown = by_flag.or_else(by_place).and_then(|line| line.shown());
    shown.unwrap_or_else(|| format!("mnet eval {}", quoted(other)))
}

/// The command `line` with `path` as the only one of its `data`.
pub(super) fn alone(line: &CommandLine, path: &Path, data: &[PathBuf]) -> String {
    let others = data.iter().filter(|other| *other != path);
    let kept = others.fold(line.clone(), |line, other| match place(&line, other) {
        Some(at) => line.spliced(at..at + 1, [""; 0]),
        None => line,
    });
    let shown = kept.shown().filter(|_| place(line, path).is_some());
    shown.unwrap_or_else(|| format!("mnet eval {}", quoted(path)))
}

/// The command `line` with the files of each of `folders` in place of the folder; `None` if a folder has no files that hold pictures.
pub(in crate::cli) fn with_shards(line: &CommandLine, folders: &[&Path]) -> Option<String> {
    let patterns: Vec<_> = folders.iter().map(|folder| pattern(folder)).collect::<Option<_>>()?;
    if let [folder] = folders
        && line.has(&FLAG)
    {
        // --data takes one file.
        return Some(format!(
            "{}, which is one of its files",
            with_data(line, folder, first_collection(folder)?)
        ));
    }
    let places: Option<Vec<_>> = folders.iter().map(|folder| place(line, folder)).collect();
    let Some(places) = places.filter(|_| line.shown().is_some()) else {
        return Some(format!("mnet eval {}", patterns.join(" ")));
    };
    let word = |(at, word)| match places.iter().position(|place| *place == at) {
        Some(folder) => patterns[folder].clone(),
        None => quoted_word(word),
    };
    let words = line.words().iter().enumerate().map(word);
    Some(std::iter::once("mnet".to_owned()).chain(words).collect::<Vec<_>>().join(" "))
}

/// What to try if `data` are several and `other` cannot be one of them.
pub(in crate::cli) fn instead_of_several(line: &CommandLine, data: &[PathBuf], other: &Path) -> String {
    let folders: Vec<_> = data.iter().map(PathBuf::as_path).filter(|path| path.is_dir()).collect();
    let shards = || with_shards(line, &folders).filter(|_| folders.contains(&other));
    let mended = with_endings(line, data).or_else(shards);
    mended.unwrap_or_else(|| alone(line, other, data))
}

/// The command `line` after each of `data` that lacks its ending has got it; `None` if one of them holds no pictures.
fn with_endings(line: &CommandLine, data: &[PathBuf]) -> Option<String> {
    let (mut moves, mut line) = (vec![], line.clone());
    for path in data.iter().filter(|path| !holds_pictures(path)) {
        let new = renamed(path, missing_ending(path)?);
        let at = place(&line, path)?;
        line = line.spliced(at..at + 1, [&new]);
        moves.push(format!("mv {} {}", quoted(path), quoted(&new)));
    }
    moves.push(line.shown()?);
    Some(moves.join(" && "))
}

/// Where `path` is among the words, as an argument rather than as the value of a flag.
fn place(line: &CommandLine, path: &Path) -> Option<usize> {
    let mut places = (1..line.words().len()).filter(|at| line.words()[*at] == path.as_os_str());
    places.clone().find(|at| !is_value(line, *at)).or_else(|| places.next_back())
}

/// Whether the word at `at` may be the value of a flag.
fn is_value(line: &CommandLine, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| line.words()[before].to_str()).unwrap_or_default();
    before.starts_with('-') && before != "--" && before != "-"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &str) -> CommandLine {
        CommandLine::new(words.split(' '))
    }

    #[test]
    fn the_data_are_told_from_values_of_flags() {
        for (words, expected) in [
            ("eval -m x x", "mnet eval -m x y"),
            ("eval x -m x -q", "mnet eval y -m x -q"),
            ("eval -m m -q x", "mnet eval -m m -q y"),
            ("eval -m m -- x", "mnet eval -m m -- y"),
            ("eval - x", "mnet eval - y"),
            ("choose --data x --pull", "mnet choose --data y --pull"),
            ("choose --data=x", "mnet choose --data=y"),
            ("eval z", "mnet eval y"),
        ] {
            assert_eq!(with_data(&line(words), Path::new("x"), "y"), expected, "{words}");
        }
    }

    #[test]
    fn other_data_are_left_out() {
        let data = ["y", "x", "z"].map(PathBuf::from);
        let alone = |words: &str| alone(&line(words), Path::new("x"), &data);
        assert_eq!(alone("eval -m y y x z -q"), "mnet eval -m y x -q");
        assert_eq!(alone("eval -q y x"), "mnet eval -q x");
        assert_eq!(alone("eval y"), "mnet eval x");
    }
}

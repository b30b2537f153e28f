//! What may have been meant by the name of a file that does not exist.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, glob_with};

use super::near::near_path;
use super::quote::quoted;
use super::with_input::{pictures_beside, with_folder, with_input};
use crate::cli::command_line::CommandLine;
use crate::inputs::has_picture_ending;
use crate::models::spelling::nearest;

/// The most words that a name without its quotes is looked for in.
const MOST_WORDS: usize = 8;

/// How many entries of a folder are looked at.
const MOST_ENTRIES: usize = 10_000;

/// What to try in place of `path`, an input of `line` that does not exist.
pub(super) fn missing(path: &Path, line: &CommandLine) -> String {
    if let Some(joined) = without_quotes(path, line) {
        return joined;
    }
    if let Some(pattern) = path.to_str().filter(|text| text.contains(['*', '?', '['])) {
        return of_pattern(path, pattern, line);
    }
    // Only a directory may have a slash at the end of its name.
    let file = path.components().as_path();
    if file.is_file() {
        return with_input(line, path, file);
    }
    let meant = as_typed(path).or_else(|| beside(path)).or_else(|| below(path));
    match meant {
        Some(meant) if meant.is_dir() => with_folder(line, path, &meant),
        Some(meant) => with_input(line, path, meant),
        None => pictures_beside(path),
    }
}

/// The command with words put together that are one name without its quotes: `my photo.jpg`.
pub(in crate::cli) fn without_quotes(path: &Path, line: &CommandLine) -> Option<String> {
    let at = line.index_of(path.as_os_str())?;
    let ranges = (2..=MOST_WORDS).rev().flat_map(|count| {
        let first = (at + 1).saturating_sub(count);
        (first..=at).map(move |start| start..start + count)
    });
    ranges.filter(|range| range.end <= line.words().len()).find_map(|range| {
        let name = line.words()[range.clone()].join(&OsString::from(" "));
        let is_found = Path::new(&name).exists();
        is_found.then(|| line.spliced(range, [name]).shown())?
    })
}

/// A path as another program or system writes it: `file:///a.jpg`, `~/a.jpg` in quotes, `photos\\a.jpg`, `"a.jpg" ` with what
/// was copied along.
fn as_typed(path: &Path) -> Option<PathBuf> {
    let text = path.to_str()?;
    let trimmed = text.trim().trim_matches(['"', '\'', '\u{feff}']);
    let home = text.strip_prefix("~/").and_then(|rest| Some(PathBuf::from(env::var_os("HOME")?).join(rest)));
    let address = text.strip_prefix("file://").map(|rest| rest.replace("%20", " ").into());
    let slashes = text.contains('\\').then(|| text.replace('\\', "/").into());
    let spellings = [Some(trimmed.into()), home, address, slashes];
    spellings.into_iter().flatten().find(|found: &PathBuf| !trimmed.is_empty() && found.exists())
}

/// A file of a similar name, or of the same name with another ending, in the same folder or in one of a similar name.
fn beside(path: &Path) -> Option<PathBuf> {
    let folder = path.parent()?;
    if !folder.as_os_str().is_empty() && !folder.is_dir() {
        let near = as_typed(folder).filter(|near| near.is_dir()).or_else(|| near_folder(folder))?;
        let near = near.join(path.file_name()?);
        return if near.exists() { Some(near) } else { beside(&near) };
    }
    other_ending(path).or_else(|| near_path(path).map(PathBuf::from))
}

/// A folder whose name, and the names of those that it is in, are like those of `path`.
fn near_folder(path: &Path) -> Option<PathBuf> {
    let parent = path.parent()?;
    let is_there = parent.as_os_str().is_empty() || parent.is_dir();
    let parent = if is_there { parent.to_owned() } else { near_folder(parent)? };
    let folders = entries(&parent).filter(|entry| entry.is_dir());
    let names = folders.filter_map(|folder| Some(folder.file_name()?.to_str()?.to_owned()));
    let near = nearest(path.file_name()?.to_str()?, names).into_iter().next()?;
    Some(parent.join(near))
}

/// `photo.jpeg` or `photo` for `photo.jpg`, in any case.
fn other_ending(path: &Path) -> Option<PathBuf> {
    let stem = path.file_stem()?.to_string_lossy().to_lowercase();
    let mut entries = entries(path.parent()?);
    entries.find(|found| {
        let other = found.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        other == stem && has_picture_ending(found) && found.is_file()
    })
}

/// A file of this name in one of the folders beside it.
fn below(path: &Path) -> Option<PathBuf> {
    let folders = entries(path.parent()?).filter(|entry| entry.is_dir());
    folders.map(|folder| folder.join(path.file_name().unwrap_or_default())).find(|path| path.is_file())
}

/// The entries of a folder, named from where `folder` is named from.
fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let folder = folder.to_owned();
    let read = fs::read_dir(if folder.as_os_str().is_empty() { Path::new(".") } else { &folder });
    let names = read.into_iter().flatten().take(MOST_ENTRIES).flatten().map(|entry| entry.file_name());
    names.map(move |name| folder.join(name))
}

/// A pattern that reached mnet as it is: the shell had it in quotes, or found no file for it.
fn of_pattern(path: &Path, pattern: &str, line: &CommandLine) -> String {
    let upper = path.with_extension(path.extension().unwrap_or_default().to_ascii_uppercase());
    let lower = path.with_extension(path.extension().unwrap_or_default().to_ascii_lowercase());
    let cases = [Some(pattern), upper.to_str(), lower.to_str()];
    let found = cases.into_iter().flatten().find(|pattern| has_match(pattern));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-*?[]".contains(c);
    if let Some(found) = found.filter(|found| found.chars().all(is_plain) && !found.starts_with(['-', '='])) {
        return match line.index_of(path.as_os_str()) {
            Some(at) => line.shown_with(at, found),
            None => format!("mnet classify {found}"),
        };
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let name = |pattern: &str| Path::new(pattern).file_name().map(quoted).unwrap_or_default();
    let is_folder = shown.is_dir();
    let is_below = || has_match(&format!("{}/*/{}", shown.display(), name(pattern).trim_matches('\'')));
    match found {
        Some(found) if is_folder => {
            format!("mnet classify -r --max-depth 1 {} --glob {}", quoted(shown), name(found))
        }
        None if is_folder && is_below() => {
            format!("mnet classify -r {} --glob {}", quoted(shown), name(pattern))
        }
        _ => pictures_beside(path),
    }
}

fn has_match(pattern: &str) -> bool {
    glob_with(pattern, MatchOptions::new())
        .is_ok_and(|mut paths| paths.any(|path| path.is_ok_and(|path| path.is_file())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(words: &str, path: &str) -> String {
        missing(Path::new(path), &CommandLine::new(words.split(' ')))
    }

    #[test]
    fn a_name_that_is_near_takes_the_place_of_the_wrong_one() {
        for (path, expected) in [
            ("assets/photos/hotdog.jpg", "assets/photos/hot_dog.jpg"),
            ("assets/photos/hot_dog.png", "assets/photos/hot_dog.jpg"),
            ("assets/photos/hot_dog", "assets/photos/hot_dog.jpg"),
            ("assets/photo/hot_dog.jpg", "assets/photos/hot_dog.jpg"),
            ("asets/photo/hot_dog.jpeg", "assets/photos/hot_dog.jpg"),
            ("assets/hot_dog.jpg", "assets/photos/hot_dog.jpg"),
            ("assets\\photos\\hot_dog.jpg", "assets/photos/hot_dog.jpg"),
            ("\u{feff}assets/photos/hot_dog.jpg", "assets/photos/hot_dog.jpg"),
        ] {
            let line = format!("classify {path} -k 1");
            assert_eq!(tried(&line, path), format!("mnet classify {expected} -k 1"), "{path}");
            assert_eq!(tried("classify --files-from list", path), format!("mnet classify {expected}"));
        }
        assert_eq!(tried("classify assets/photoes", "assets/photoes"), "mnet classify -r assets/photos");
        let expected = "mnet classify -r --dry-run assets";
        assert_eq!(tried("classify assets/nothing-like-it.jpg", "assets/nothing-like-it.jpg"), expected);
    }

    #[test]
    fn patterns_go_to_the_shell_or_to_a_search() {
        for (path, expected) in [
            ("assets/photos/*.jpg", "mnet classify assets/photos/*.jpg"),
            ("assets/photos/*.JPG", "mnet classify assets/photos/*.jpg"),
            ("assets/hot*.jpg", "mnet classify -r assets --glob 'hot*.jpg'"),
            ("assets/*.xyz", "mnet classify -r --dry-run assets"),
        ] {
            assert_eq!(tried(&format!("classify {path}"), path), expected);
        }
    }
}

//! Inputs that fail and lie in a file with others: their path is a name, which no other program can open.

use std::path::{Path, PathBuf};

use glob::Pattern;

use super::again::set;
use super::foreign_file;
use super::quote::quoted;
use super::with_input::{is_stdin, with_input};
use crate::cli::command_line::CommandLine;
use crate::inputs::file_and_name;
use crate::record::ItemHint;

/// What to try for the input at `path` of the command `line`; `None` if it is not a member, or if the hint holds for it as well.
pub(super) fn hint(hint: ItemHint, path: &Path, line: &CommandLine) -> Option<String> {
    if hint == ItemHint::ListMembers {
        let (file, _) = file_and_name(path)?;
        return Some(others(file));
    }
    let (file, name) = place(path, line)?;
    let with = |flag: &str, value: String| {
        let changed = set(line, &[flag], Some(&value)).and_then(|line| line.shown());
        Some(changed.unwrap_or_else(|| format!("{flag} {}", quoted(&value))))
    };
    match hint {
        ItemHint::AllowPixels(pixels) => with("--max-pixels", pixels.to_string()),
        ItemHint::AllowMemory(bytes) => with("--memory", format!("{}M", bytes.div_ceil(1 << 20))),
        ItemHint::Salvage => line.with(&["--damaged"]).shown().or_else(|| Some("--damaged".to_owned())),
        ItemHint::Crop
        | ItemHint::AllowTime
        | ItemHint::AllowMorePixels
        | ItemHint::FindFile
        | ItemHint::SearchDirectory
        | ItemHint::Download => None,
        // Unpacking the file does not repair it.
        ItemHint::CopyAgain if line.index_of(path.as_os_str()).is_some() => {
            Some(format!("copy {}, or download it, again", quoted(file?)))
        }
        ItemHint::Recompress => {
            let (recompressed, new) = foreign_file::recompressed(&file?);
            Some(format!("{recompressed} && {}", with_input(line, path, new.join(name))))
        }
        // It is not a picture, and no program makes one of it.
        ItemHint::FindPictures | ItemHint::ReadList | ItemHint::FetchPicture | ItemHint::PullLfs
            if line.index_of(path.as_os_str()).is_some() =>
        {
            Some(others(&file?))
        }
        _ if line.index_of(path.as_os_str()).is_some() => {
            let (file, at) = (file?, line.index_of(path.as_os_str())?);
            let unpacked = line.spliced(at..at + 1, [&name]);
            Some(match unpacking(&file) {
                Some(unpacking) => format!("{unpacking} && {}", foreign_file::hint(hint, &name, &unpacked)),
                None => format!("take the picture out of {} with another program", quoted(&file)),
            })
        }
        _ => {
            let pattern = Pattern::escape(name.to_str()?);
            let command = line.with(&["--exclude", &pattern]).shown();
            Some(command.unwrap_or_else(|| format!("--exclude {}", quoted(&pattern))))
        }
    }
}

/// The file that holds the member at `path`, unless that is a stream, and its name there; `None` if `path` is that of a file.
fn place(path: &Path, line: &CommandLine) -> Option<(Option<PathBuf>, PathBuf)> {
    if path.exists() {
        return None;
    }
    // Nothing lies below what is not a directory, but members.
    if let Some(file) = path.ancestors().skip(1).find(|file| file.exists() && !file.is_dir()) {
        return Some((Some(file.to_owned()), path.strip_prefix(file).ok()?.to_owned()));
    }
    let is_streamed = line.value(&["--tar"]).is_some_and(is_stdin);
    let is_named = line.index_of(path.as_os_str()).is_some();
    (is_streamed && !is_named).then(|| (None, path.to_owned()))
}

/// The command that lists the pictures of a file.
fn others(file: &Path) -> String {
    format!("mnet classify --dry-run {}", quoted(file))
}

/// The command that unpacks a file; `None` for Parquet.
fn unpacking(file: &Path) -> Option<String> {
    let has = |wanted| file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(wanted));
    let program = if has("zip") { "unzip" } else { "tar -xf" };
    (!has("parquet")).then(|| format!("{program} {}", quoted(file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(kind: ItemHint, path: &str, words: &str) -> Option<String> {
        hint(kind, Path::new(path), &CommandLine::new(words.split(' ')))
    }

    #[test]
    fn the_whole_command_is_changed() {
        // A file that is not a directory stands for one with members.
        let (path, line) = ("Cargo.toml/a/1.jpg", "classify --tar Cargo.toml -k 1");
        for (kind, expected) in [
            (ItemHint::AllowPixels(84), "mnet classify --tar Cargo.toml -k 1 --max-pixels 84"),
            (ItemHint::AllowMemory(900 << 20), "mnet classify --tar Cargo.toml -k 1 --memory 900M"),
            (ItemHint::Salvage, "mnet classify --tar Cargo.toml -k 1 --damaged"),
            (ItemHint::Convert, "mnet classify --tar Cargo.toml -k 1 --exclude a/1.jpg"),
        ] {
            assert_eq!(tried(kind, path, line).as_deref(), Some(expected));
        }
        let line = "classify --tar Cargo.toml --max-pixels 5";
        let expected = "mnet classify --tar Cargo.toml --max-pixels 84";
        assert_eq!(tried(ItemHint::AllowPixels(84), path, line).as_deref(), Some(expected));
        assert_eq!(tried(ItemHint::AllowTime, path, line), None);
    }

    #[test]
    fn names_are_no_patterns() {
        let expected = "mnet classify --tar - --exclude 'a[[]1[]].jpg'";
        assert_eq!(tried(ItemHint::CopyAgain, "a[1].jpg", "classify --tar -").as_deref(), Some(expected));
        let expected = "mnet classify --tar /dev/stdin --exclude b.jpg";
        let found = tried(ItemHint::Convert, "b.jpg", "classify --tar /dev/stdin");
        assert_eq!(found.as_deref(), Some(expected));
    }

    #[test]
    fn files_are_no_members() {
        assert_eq!(tried(ItemHint::Convert, "Cargo.toml", "classify --tar - Cargo.toml"), None);
        assert_eq!(tried(ItemHint::Convert, "no/such.jpg", "classify no/such.jpg --tar -"), None);
        assert_eq!(tried(ItemHint::Convert, "no/such.jpg", "classify -r no"), None);
    }

    #[test]
    fn one_that_was_named_has_to_be_unpacked() {
        let hint = tried(ItemHint::Convert, "Cargo.toml/1.heic", "classify Cargo.toml/1.heic");
        assert_eq!(hint.as_deref(), Some("tar -xf Cargo.toml && magick 1.heic 1.png && mnet classify 1.png"));
        let hint = tried(ItemHint::FetchPicture, "Cargo.toml/1.jpg", "classify Cargo.toml/1.jpg");
        assert_eq!(hint.as_deref(), Some("mnet classify --dry-run Cargo.toml"));
        let hint = tried(ItemHint::CopyAgain, "Cargo.toml/1.jpg", "classify Cargo.toml/1.jpg");
        assert_eq!(hint.as_deref(), Some("copy Cargo.toml, or download it, again"));
    }
}

//! Labelled pictures that cannot be read, and labels that are not understood.

use std::path::{Path, PathBuf};

use super::data::{alone, with_data, with_shards};
use super::data_file::{again, moved, of_data};
use super::free_name::first_free;
use super::quote::{quoted, quoted_word};
use super::stream::with_copy;
use super::{Hint, near_path};
use crate::cli::command_line::CommandLine;
use crate::inputs::labelled::{Fault, LabelledError, holds_pictures};
use crate::inputs::{file_and_name, has_picture_ending};
use crate::predict::{TruthError, TruthKind};
use crate::record::ItemHint;

impl Hint for LabelledError {
    fn hint(&self) -> Option<String> {
        Some(match &self.fault {
            Fault::Io(_) => return near_path(&self.path).map(|near| self.with(near)),
            Fault::Member { file } => self.with(file),
            Fault::NoFolders => {
                let words = "a folder for each class, such as photos/tabby/1.jpg, or a table of paths and labels";
                with_shards(&CommandLine::of_process(), &[&self.path]).unwrap_or_else(|| words.to_owned())
            }
            Fault::FolderName(folder) => format!("another name for {}", quoted(folder)),
            Fault::Columns { header } => columns(header),
            Fault::NoColumn { .. } => "--columns PATH,LABEL, with two of these names".to_owned(),
            Fault::NoTable => "the same command without --columns".to_owned(),
            Fault::Stream { holds } => with_copy(&self.path, *holds, |new| self.with(new)),
            // The error may be that of a member.
            Fault::Collection(error) => {
                return match error.hint? {
                    ItemHint::FindFile => near_path(&self.path).map(|near| self.with(near)),
                    kind => of_data(kind, file_and_name(&self.path).map_or(&*self.path, |(file, _)| file)),
                };
            }
            Fault::Unnamed { ending } => moved(&self.path, ending),
            Fault::NoMembers => format!("mnet classify {} --dry-run", quoted(&self.path)),
            Fault::NoLabels { damage: Some(damage), .. } if damage.1.hint == Some(ItemHint::CopyAgain) => {
                again(&damage.0)
            }
            Fault::NoLabels { apart: Some((_, first)), .. } => sorted(first),
            Fault::NoLabels { .. } => "--label-column NAME: a column of Parquet; in a tar or zip, the ending of a file beside each picture, or a field of the JSON beside it".to_owned(),
            Fault::SeveralLabels { first, other, .. } => {
                let [first, other] = [&first.0, &other.0].map(quoted_word);
                format!("--label-column {first}, or --label-column {other}")
            }
            Fault::NoLabel { .. } => "--label-column with another column".to_owned(),
            Fault::OtherClasses { .. } => {
                let line = CommandLine::of_process();
                format!("{}, and the others one by one", alone(&line, &self.path, &files_of(&line)))
            }
            Fault::TwoLabels { .. } | Fault::Line { .. } => "one path and one label per line".to_owned(),
            Fault::Encoding(_) | Fault::NotText | Fault::TooLarge { .. } | Fault::Empty => {
                "a file with a path, a space and a label per line, or a table with the columns path and label"
                    .to_owned()
            }
        })
    }
}

impl LabelledError {
    /// The command with the file `other` in place of this one.
    fn with(&self, other: impl AsRef<Path>) -> String {
        with_data(&CommandLine::of_process(), &self.path, other)
    }
}

/// For labels that stand apart from their pictures, the first of them at `first`.
fn sorted(first: &Path) -> String {
    let line = CommandLine::of_process();
    let (file, several) = (file_and_name(first).map(|(file, _)| file), files_of(&line).len() > 1);
    let Some(file) = file.filter(|_| !several) else {
        return "tar --sort=name for each of these tars, which puts labels beside their pictures".to_owned();
    };
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split('.').next().unwrap_or_default();
    let folder = first_free(|suffix| format!("members{suffix}-of-{stem}").into());
    let new = first_free(|suffix| format!("sorted{suffix}-{stem}.tar").into());
    // GNU tar takes what is before a colon for the name of a machine, except after a slash.
    let here = |path: &Path| {
        quoted(if path.to_string_lossy().contains(':') { Path::new(".").join(path) } else { path.into() })
    };
    let (from, folder, to) = (here(file), quoted(folder), here(&new));
    let then = with_data(&line, file, &new);
    format!(
        "mkdir {folder} && tar -xf {from} -C {folder} && tar --sort=name -cf {to} -C {folder} . && {then}"
    )
}

/// The files of many pictures among the words of the command.
fn files_of(line: &CommandLine) -> Vec<PathBuf> {
    let words = line.words().iter().map(PathBuf::from);
    words.filter(|word| holds_pictures(word) && word.exists()).collect()
}

/// For a table whose first line is not understood. A line of data is never offered as a header: its picture would be lost.
fn columns(first: &[String]) -> String {
    let are_names = first.iter().all(|cell| may_be_a_header(cell));
    match first {
        [path, label, ..] if are_names => {
            let names = quoted_word(format!("{path},{label}"));
            format!("--columns {names} if these are names of columns, else a first line with path and label")
        }
        _ => "a first line with the names of the columns, path and label".to_owned(),
    }
}

/// Whether it may be the name of a column: no number, WordNet id, path or JSON.
fn may_be_a_header(cell: &str) -> bool {
    let is_wnid = cell.strip_prefix('n').is_some_and(|digits| digits.parse::<u32>().is_ok());
    let is_data = is_wnid || cell.parse::<f64>().is_ok() || has_picture_ending(Path::new(cell));
    !cell.is_empty() && !is_data && !cell.contains(['/', '\\', '{', '}', '[', ',', '"'])
}

impl Hint for TruthError {
    fn hint(&self) -> Option<String> {
        let word = |kind: TruthKind| match kind {
            TruthKind::Index => "index",
            TruthKind::Wnid => "wnid",
            TruthKind::Name => "name",
            TruthKind::Sorted => "sorted",
        };
        Some(match self {
            Self::Either { first, other, .. } => {
                format!("--truth {}, or --truth {}", word(first.0), word(other.0))
            }
            Self::Mixture { kind, .. } => {
                format!("--truth {} --unknown skip, to leave the others out", word(*kind))
            }
            Self::SeveralClasses { classes, .. } => match classes.first() {
                Some((_, label)) if label.wnid.is_some() => "WordNet ids as labels".to_owned(),
                _ => "indices as labels".to_owned(),
            },
            Self::Count { .. } => "--truth sorted needs a label for each class of the model".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(first: &[&str]) -> String {
        columns(&first.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_header_of_other_words_is_offered() {
        assert!(hint(&["id", "breed", "split"]).starts_with("--columns id,breed if these are names"));
        assert!(hint(&["Image Name", "breed"]).starts_with("--columns 'Image Name,breed' if"));
    }

    #[test]
    fn a_line_of_data_is_no_header() {
        for first in [
            &["img_a", "285"][..],
            &["img_a", "n02123045"],
            &["set/img_a", "tabby"],
            &["img_a.jpg", "tabby", "train"],
            &["img_a", "tabby", "0.5"],
            &["{\"path\":\"a\"", "\"label\":285}"],
            &["set\\a", "tabby"],
            &["", "tabby"],
            &["id"],
        ] {
            let hint = hint(first);
            assert!(
                hint.starts_with("a first line with") && !hint.contains("--columns"),
                "{first:?}: {hint}"
            );
        }
    }
}

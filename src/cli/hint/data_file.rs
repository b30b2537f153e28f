//! Files of labelled pictures that cannot be read: the command that makes them readable.

use std::path::Path;

use super::data::with_data;
use super::foreign_file::{is_tar, recompressed};
use super::free_name::renamed;
use super::quote::quoted;
use crate::cli::command_line::CommandLine;
use crate::inputs::holds_tar;
use crate::inputs::labelled::holds_pictures;
use crate::record::{Archive, ItemHint};

/// Whether the file at `path` is data of a command that takes labelled pictures.
pub(super) fn is_data(path: &Path, line: &CommandLine) -> bool {
    let takes_labels = ["eval", "choose"].iter().any(|command| line.position(command).is_some());
    takes_labels && holds_pictures(path) && line.index_of(path.as_os_str()).is_some()
}

/// For a file of many pictures that cannot be read.
pub(super) fn of_data(kind: ItemHint, file: &Path) -> Option<String> {
    let with = |new: &Path| with_data(&CommandLine::of_process(), file, new);
    Some(match kind {
        ItemHint::CopyAgain => again(file),
        ItemHint::Recompress => {
            let (recompressed, new) = recompressed(file);
            format!("{recompressed} && {}", with(&new))
        }
        ItemHint::Rename(ending) => moved(file, ending),
        ItemHint::Unpack(Archive::Tar) => moved(file, "tar"),
        ItemHint::Unpack(Archive::Compressed(_)) if holds_tar(file) => moved(file, "tar"),
        ItemHint::Unpack(Archive::Compressed(program)) if is_tar(file) || has_ending(file, "tar") => {
            let new = renamed(file, "tar");
            format!("{program} -dc {} > {} && {}", quoted(file), quoted(&new), with(&new))
        }
        _ => return None,
    })
}

/// The command that was typed, after the file at `path` has got another ending.
pub(super) fn moved(path: &Path, ending: &str) -> String {
    let named = renamed(path, ending);
    let then = with_data(&CommandLine::of_process(), path, &named);
    format!("mv {} {} && {then}", quoted(path), quoted(&named))
}

pub(super) fn again(file: &Path) -> String {
    format!("copy {}, or download it, again", quoted(file))
}

fn has_ending(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(wanted))
}

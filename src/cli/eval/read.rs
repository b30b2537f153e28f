//! Labelled pictures, with notes on what is left out of them.

use std::path::Path;

use anyhow::Result;

use crate::cli::console::{Console, Failure};
use crate::cli::hint::{OrFail, quoted};
use crate::cli::quantities::counted;
use crate::inputs::is_address;
use crate::inputs::labelled::{self, Columns, Labelled};
use crate::words::and_list;

/// Refuses a list or table of which no picture exists: its paths start from another folder than the run's. One error, in
/// place of one for each picture.
pub(super) fn check_any_exists(data: &Labelled, path: &Path) -> Result<()> {
    let mut pictures = data.pictures.iter().map(|picture| picture.input.path());
    let Some(first) = pictures.clone().next().filter(|_| !data.are_folders) else { return Ok(()) };
    if pictures.any(|picture| picture.symlink_metadata().is_ok() || is_address(picture)) {
        return Ok(());
    }
    let count = counted(data.pictures.len(), "picture");
    let message = format!("{}: lists {count}, and none exists, such as {}", path.display(), first.display());
    let beside = path.parent().filter(|folder| folder.join(first).exists());
    let hint = match beside {
        Some(folder) => format!("--root {}", quoted(folder)),
        None => "--root DIR, the folder that paths start from".to_owned(),
    };
    Err(Failure::error(message, Some(hint)))
}

/// Files that a note names.
const SHOWN: usize = 3;

/// The labelled pictures at `path`, of which there is at least one.
pub(super) fn read(
    path: &Path,
    root: Option<&Path>,
    columns: Option<&Columns>,
    console: &Console,
) -> Result<Labelled> {
    let data = labelled::read(path, root, columns).or_fail()?;
    let left_out = &data.left_out;
    if !left_out.is_empty() {
        let mut names: Vec<_> = left_out.iter().take(SHOWN).map(|path| path.display().to_string()).collect();
        if left_out.len() > SHOWN {
            names.push(format!("{} more", left_out.len() - SHOWN));
        }
        let (files, names) = (counted(left_out.len(), "file"), and_list(names));
        console.note(format_args!("left out, as no pictures in class folders: {files}: {names}"));
    }
    if data.repeated > 0 {
        let lines = counted(data.repeated, "line");
        console.note(format_args!("left out, because an earlier line says the same: {lines}"));
    }
    if data.pictures.is_empty() {
        let message = format!("{}: no pictures in its folders", path.display());
        return Err(Failure::error(
            message,
            Some("pictures in a folder for each class, such as photos/tabby/1.jpg".to_owned()),
        ));
    }
    Ok(data)
}

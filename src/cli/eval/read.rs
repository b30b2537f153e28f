//! Labelled pictures, with notes on what is left out of them.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cli::command_line::CommandLine;
use crate::cli::console::{Console, Failure};
use crate::cli::hint::{OrFail, quoted, with_shards};
use crate::cli::quantities::counted;
use crate::inputs::is_address;
use crate::inputs::labelled::{self, Columns, Labelled, MemberColumns};
use crate::words::and_list;

/// Refuses a list or table of which no picture exists: its paths start from another folder than the run's. One error, in
/// place of one for each picture.
pub(super) fn check_any_exists(data: &Labelled, path: &Path) -> Result<()> {
    let mut pictures = data.pictures.iter().map(|picture| picture.input.path());
    let is_list = !data.are_folders && data.members.is_none();
    let Some(first) = pictures.clone().next().filter(|_| is_list) else { return Ok(()) };
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

/// The labelled pictures in `files`, each of which holds many.
pub(super) fn read_members(
    files: &[PathBuf],
    columns: &MemberColumns,
    console: &Console,
) -> Result<Labelled> {
    let data = labelled::read_members(files, columns).or_fail()?;
    let column = data.members.as_ref().and_then(|members| members.column.as_deref());
    match column {
        Some(column) => console.detail(format_args!("labels are in the column {column}")),
        None => console.note(format_args!("{}: labels are the names of its folders", files[0].display())),
    }
    if !data.left_out.is_empty() {
        let pictures = counted(data.left_out.len(), "picture");
        let names = shown(&data.left_out);
        console.note(format_args!("left out, because they have no label: {pictures}: {names}"));
    }
    Ok(data)
}

/// The first of these paths, and how many more there are.
fn shown(paths: &[PathBuf]) -> String {
    let mut names: Vec<_> = paths.iter().take(SHOWN).map(|path| path.display().to_string()).collect();
    if paths.len() > SHOWN {
        names.push(format!("{} more", paths.len() - SHOWN));
    }
    and_list(names)
}

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
        let (files, names) = (counted(left_out.len(), "file"), shown(left_out));
        console.note(format_args!("left out, as no pictures in class folders: {files}: {names}"));
    }
    if data.repeated > 0 {
        let lines = counted(data.repeated, "line");
        console.note(format_args!("left out, because an earlier line says the same: {lines}"));
    }
    if data.pictures.is_empty() {
        let message = format!("{}: no pictures in its folders", path.display());
        let words = "pictures in a folder for each class, such as photos/tabby/1.jpg";
        let shards = with_shards(&CommandLine::of_process(), &[path]);
        return Err(Failure::error(message, Some(shards.unwrap_or_else(|| words.to_owned()))));
    }
    Ok(data)
}

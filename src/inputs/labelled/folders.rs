//! A folder for each class, as torchvision's `ImageFolder` has them: `photos/tabby/1.jpg`.

use std::fs;
use std::path::{Path, PathBuf};

use super::data::{Labelled, LabelledPicture};
use super::error::Fault;
use crate::inputs::input::Input;
use crate::inputs::patterns::{Patterns, has_picture_ending};
use crate::inputs::walk::{Walk, WalkOptions};

/// The pictures in the folders of `root`, each with the name of its folder. A picture may lie in a folder below that.
/// Links are followed, because subsets of a data set are often made of links. What is hidden is not looked at.
pub(super) fn read(root: &Path) -> Result<Labelled, Fault> {
    let (folders, mut left_out) = entries(root)?;
    if folders.is_empty() {
        return Err(Fault::NoFolders);
    }
    let (mut pictures, mut labels) = (vec![], vec![]);
    for folder in folders {
        let name = folder.file_name().and_then(|name| name.to_str());
        let Some(name) = name.map(str::to_owned) else { return Err(Fault::FolderName(folder)) };
        let label = labels.len();
        labels.push(name);
        for input in Walk::new(&folder, &every_file()) {
            if matches!(&input, Input::File(path) if !has_picture_ending(path)) {
                left_out.push(input.path().to_owned());
            } else {
                pictures.push(LabelledPicture { input, label: Some(label) });
            }
        }
    }
    Ok(Labelled { pictures, labels, are_folders: true, left_out, repeated: 0, members: None })
}

/// The folders and the files in `root`, each sorted by name.
fn entries(root: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Fault> {
    let is_hidden =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let entries = fs::read_dir(root).map_err(Fault::Io)?.map(|entry| entry.map(|entry| entry.path()));
    let mut entries: Vec<_> = entries.collect::<Result<_, _>>().map_err(Fault::Io)?;
    entries.retain(|path| !is_hidden(path));
    entries.sort();
    Ok(entries.into_iter().partition(|path| path.is_dir()))
}

/// Also those that are not named like pictures, so that they can be named.
fn every_file() -> WalkOptions {
    let patterns = Patterns::new(&["*".to_owned()], &[]);
    let patterns = patterns.unwrap_or_else(|error| unreachable!("{error}"));
    WalkOptions { patterns, hidden: false, follow: true, max_depth: None, left_out: None }
}

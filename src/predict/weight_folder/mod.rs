//! Which file of a folder holds the weights.

use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::weights::{
    WeightFile, foreign_kind, index_of_shard, is_index, is_weight_name, starts_like_weights,
};
use crate::words::and_list;

/// Names of weight files, the preferred one first.
pub(super) const WEIGHT_FILES: [&str; 4] = [
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
];

/// How many other files an error message lists.
const SHOWN: usize = 6;

/// Folders of other libraries: a file in them, and what they are.
const FOREIGN: [(&str, &str); 4] = [
    ("saved_model.pb", "a TensorFlow SavedModel"),
    ("checkpoint", "a TensorFlow checkpoint"),
    ("Manifest.json", "a CoreML package"),
    ("data.pkl", "a torch checkpoint that was unpacked"),
];

/// What trainers keep beside the weights, by how the names start.
const BESIDE: [&str; 6] = ["optimizer", "scheduler", "scaler", "rng_state", "random_states", "training_args"];

/// Why a folder gives no weights.
#[derive(Debug, Error)]
pub enum FolderError {
    /// It has none.
    #[error("{}: no weights: expected one of {}, found {found}", .folder.display(), WEIGHT_FILES.join(", "))]
    Nothing {
        /// The folder.
        folder: PathBuf,
        /// What it is, or its first files.
        found: String,
        /// A folder in it that has weights.
        instead: Option<PathBuf>,
    },
    /// It has files of a model in several, and not the index that names them.
    #[error("{}: files of a model in several, such as {file}, and not their index {index}", .folder.display())]
    NoIndex {
        /// The folder.
        folder: PathBuf,
        /// The first of them.
        file: String,
        /// The name of the index.
        index: String,
    },
    /// It has several, none with a usual name.
    #[error("{}: several files of weights: {}", .folder.display(), and_list(.files))]
    Several {
        /// The folder.
        folder: PathBuf,
        /// Their names, at least two.
        files: Vec<String>,
    },
}

/// The weight file of a folder, and a clause for a note if it is there under another name than the usual ones. Of a
/// folder with the one file of another library, this file, so that its error says what it is.
///
/// # Errors
/// If the folder has no weight file, or several without a usual name.
pub(super) fn find_weights(folder: &Path) -> Result<(PathBuf, Option<String>), FolderError> {
    let is_file = |path: &PathBuf| path.exists() && !path.is_dir();
    if let Some(usual) = WEIGHT_FILES.map(|file| folder.join(file)).into_iter().find(is_file) {
        return Ok((usual, None));
    }
    let names = names(folder);
    let mut files: Vec<_> = names.iter().filter(|name| is_index(Path::new(name))).collect();
    if files.is_empty() {
        if let Some((file, index)) = names.iter().find_map(|name| Some((name.clone(), index_of_shard(name)?)))
        {
            return Err(FolderError::NoIndex { folder: folder.into(), file, index });
        }
        files = networks(folder, &names);
    }
    match files.as_slice() {
        [] => nothing(folder, &names),
        [name] => Ok((folder.join(name), Some(format!("its weights are the file {name}")))),
        _ => Err(FolderError::Several { folder: folder.into(), files: files.into_iter().cloned().collect() }),
    }
}

/// The files that hold weights of convolutions, else those that hold tensors, else those that are called like weights.
fn networks<'n>(folder: &Path, names: &'n [String]) -> Vec<&'n String> {
    let files: Vec<_> =
        names.iter().filter(|name| may_be_weights(name) && starts_like_weights(&folder.join(name))).collect();
    if let [only] = files.as_slice()
        && is_weight_name(Path::new(only))
    {
        return files;
    }
    // One after the other: a folder of checkpoints may be larger than the memory.
    let has_filters = |name: &str| {
        let file = WeightFile::open(&folder.join(name)).ok()?;
        Some(file.names().any(|name| file.get(name).is_some_and(|tensor| tensor.shape.len() >= 4)))
    };
    let opened: Vec<_> = files.iter().map(|&name| (name, has_filters(name))).collect();
    for wanted in [true, false] {
        let found: Vec<_> =
            opened.iter().filter(|(_, has)| *has == Some(wanted)).map(|(name, _)| *name).collect();
        if !found.is_empty() {
            return found;
        }
    }
    files.into_iter().filter(|name| is_weight_name(Path::new(name)) && foreign_kind(name).is_none()).collect()
}

fn nothing(folder: &Path, names: &[String]) -> Result<(PathBuf, Option<String>), FolderError> {
    let instead = newest_checkpoint(folder);
    let is_foreign =
        |name: &&String| may_be_weights(name) && foreign_kind(name).is_some() && folder.join(name).is_file();
    let mut foreign = names.iter().filter(is_foreign);
    match (library(names), &instead, foreign.next(), foreign.next()) {
        (None, None, Some(name), None) => Ok((folder.join(name), None)),
        (library, ..) => {
            let found = library.map_or_else(|| listing(folder, names), str::to_owned);
            Err(FolderError::Nothing { folder: folder.into(), found, instead })
        }
    }
}

/// Whether a file is neither hidden, nor a configuration, nor something that trainers keep beside the weights.
fn may_be_weights(name: &str) -> bool {
    !name.starts_with('.') && !is_json(name) && !BESIDE.iter().any(|beside| name.starts_with(beside))
}

fn is_json(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// The last of the subfolders that a trainer numbers, such as `checkpoint-500`, if it has weights.
fn newest_checkpoint(folder: &Path) -> Option<PathBuf> {
    let number = |name: &String| -> Option<u64> { name.rsplit_once(['-', '_'])?.1.parse().ok() };
    let newest = names(folder).into_iter().filter(|name| folder.join(name).is_dir()).max_by_key(number)?;
    number(&newest)?;
    let newest = folder.join(newest);
    find_weights(&newest).is_ok().then_some(newest)
}

/// The library that wrote a folder.
fn library(names: &[String]) -> Option<&'static str> {
    FOREIGN.iter().find(|(file, _)| names.iter().any(|name| name == file)).map(|(_, what)| *what)
}

/// The first files of a folder, for a message, and what they are where their names are not enough.
fn listing(folder: &Path, names: &[String]) -> String {
    let described = |name: &String| {
        let path = folder.join(name);
        match foreign_kind(name) {
            _ if path.is_dir() => format!("{name}/"),
            _ if !path.exists() => format!("{name} (a link to a file that does not exist)"),
            Some(kind) if !is_json(name) => format!("{name} ({kind})"),
            _ => name.clone(),
        }
    };
    let more = if names.len() > SHOWN { ", …" } else { "" };
    let shown: Vec<_> = names.iter().take(SHOWN).map(described).collect();
    if shown.is_empty() { "nothing".into() } else { shown.join(", ") + more }
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests;

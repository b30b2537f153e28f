//! Which file of a folder holds the weights.

use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::weights::{WeightFile, is_index, is_weight_file};
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
    /// It has several, none with a usual name.
    #[error("{}: several files of weights: {}", .folder.display(), and_list(.files))]
    Several {
        /// The folder.
        folder: PathBuf,
        /// Their names, at least two.
        files: Vec<String>,
    },
}

/// The weight file of a folder, and a clause for a note if it is there under another name than the usual ones.
///
/// # Errors
/// If there is none, or several and none has a usual name.
pub(super) fn find_weights(folder: &Path) -> Result<(PathBuf, Option<String>), FolderError> {
    if let Some(usual) = WEIGHT_FILES.map(|file| folder.join(file)).into_iter().find(|file| file.exists()) {
        return Ok((usual, None));
    }
    let names = names(folder);
    let mut files: Vec<_> = names.iter().filter(|name| is_index(Path::new(name))).collect();
    if files.is_empty() {
        files =
            names.iter().filter(|name| may_be_weights(name) && is_weight_file(&folder.join(name))).collect();
    }
    // Only then are the files read, which takes a while: an optimizer's state has an ending of weights too.
    if files.len() > 1 {
        files.retain(|name| WeightFile::open(&folder.join(name)).is_ok());
    }
    match files.as_slice() {
        [] => Err(FolderError::Nothing {
            found: listing(folder),
            instead: newest_checkpoint(folder),
            folder: folder.into(),
        }),
        [name] => Ok((folder.join(name), Some(format!("its weights are the file {name}")))),
        _ => Err(FolderError::Several { folder: folder.into(), files: files.into_iter().cloned().collect() }),
    }
}

/// Whether a file is neither hidden nor something that trainers keep beside the weights.
fn may_be_weights(name: &str) -> bool {
    !name.starts_with('.') && !BESIDE.iter().any(|beside| name.starts_with(beside))
}

/// The last of the subfolders that a trainer numbers, such as `checkpoint-500`, if it has weights.
fn newest_checkpoint(folder: &Path) -> Option<PathBuf> {
    let number = |name: &String| -> Option<u64> { name.rsplit_once(['-', '_'])?.1.parse().ok() };
    let newest = names(folder).into_iter().filter(|name| folder.join(name).is_dir()).max_by_key(number)?;
    number(&newest)?;
    let newest = folder.join(newest);
    find_weights(&newest).is_ok().then_some(newest)
}

/// What the folder is, or its first files, for a message.
fn listing(folder: &Path) -> String {
    let mut names = names(folder);
    if let Some((_, what)) = FOREIGN.iter().find(|(file, _)| names.iter().any(|name| name == file)) {
        return (*what).into();
    }
    let more = if names.len() > SHOWN { ", …" } else { "" };
    names.truncate(SHOWN);
    if names.is_empty() { "nothing".into() } else { names.join(", ") + more }
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENSOR: &str = r#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;

    /// A new folder with these files: safetensors with one tensor, or text if the name says so.
    fn folder(test: &str, files: &[&str]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("mnet-folder-{test}-{}", std::process::id()));
        let tensor = [&(TENSOR.len() as u64).to_le_bytes(), TENSOR.as_bytes(), &[0; 4]].concat();
        for file in files {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, if file.contains("text") { b"text" } else { &tensor[..] }).unwrap();
        }
        folder
    }

    /// The file's name and the note, or the message.
    fn found(test: &str, files: &[&str]) -> Result<(String, Option<String>), FolderError> {
        let folder = folder(test, files);
        let found = find_weights(&folder);
        fs::remove_dir_all(&folder).unwrap();
        found.map(|(path, note)| (path.file_name().unwrap().to_string_lossy().into_owned(), note))
    }

    #[test]
    fn the_only_weights_are_used_under_any_name() {
        let beside = [
            "optimizer.pt",
            "scheduler.pt",
            "rng_state_0.pth",
            "training_args.bin",
            ".hidden.pth",
            "text.bin",
        ];
        for name in ["model.pth", "mobilenet_v2.safetensors", "model.fp16.safetensors", "best.ckpt", "W.PTH"]
        {
            let files: Vec<_> = beside.into_iter().chain([name, "config.json"]).collect();
            let note = Some(format!("its weights are the file {name}"));
            assert_eq!(found("one", &files).unwrap(), (name.to_owned(), note));
        }
    }

    #[test]
    fn a_usual_name_goes_before_all_others() {
        let files = ["best.pth", "model.safetensors", "pytorch_model.bin"];
        assert_eq!(found("usual", &files).unwrap(), ("model.safetensors".to_owned(), None));
    }

    #[test]
    fn an_index_goes_before_the_files_that_it_lists() {
        let index = "model.fp16.safetensors.index.json";
        let files = [index, "model.fp16-00001-of-00002.safetensors", "model.fp16-00002-of-00002.safetensors"];
        assert_eq!(found("index", &files).unwrap().0, index);
    }

    #[test]
    fn several_are_not_chosen_among() {
        match found("several", &["last.pth", "best.pth"]) {
            Err(FolderError::Several { files, .. }) => assert_eq!(files, ["best.pth", "last.pth"]),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_folder_of_checkpoints_names_the_newest() {
        let files = ["checkpoint-500/model.safetensors", "checkpoint-1000/model.safetensors", "logs/text"];
        match found("numbered", &files) {
            Err(FolderError::Nothing { instead: Some(newest), .. }) => {
                assert!(newest.ends_with("checkpoint-1000"));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn folders_of_other_libraries_are_named() {
        let message = found("tensorflow", &["saved_model.pb", "variables/text"]).unwrap_err().to_string();
        assert!(message.ends_with("found a TensorFlow SavedModel"), "{message}");
        let message = found("others", &["text.txt"]).unwrap_err().to_string();
        assert!(message.ends_with("found text.txt"), "{message}");
    }
}

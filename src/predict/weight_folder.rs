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
/// If there is none, or several and none has a usual name.
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
    let open = |&name: &&'n String| Some((name, WeightFile::open(&folder.join(name)).ok()?));
    let opened: Vec<_> = files.iter().filter_map(open).collect();
    let has_filters =
        |file: &WeightFile| file.names().any(|name| file.get(name).is_some_and(|it| it.shape.len() >= 4));
    let networks: Vec<_> =
        opened.iter().filter(|(_, file)| has_filters(file)).map(|(name, _)| *name).collect();
    if !networks.is_empty() {
        return networks;
    }
    if !opened.is_empty() {
        return opened.into_iter().map(|(name, _)| name).collect();
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
    !name.starts_with('.')
        && !name.ends_with(".json")
        && !BESIDE.iter().any(|beside| name.starts_with(beside))
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
            Some(kind) if !name.ends_with(".json") => format!("{name} ({kind})"),
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
mod tests {
    use super::*;

    const TENSOR: &str = r#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;

    /// A new folder with these files: safetensors with one tensor, or text if the name says so or is a graph's.
    fn folder(test: &str, files: &[&str]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("mnet-folder-{test}-{}", std::process::id()));
        let tensor = [&(TENSOR.len() as u64).to_le_bytes(), TENSOR.as_bytes(), &[0; 4]].concat();
        for file in files {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let is_text = file.contains("text") || file.ends_with(".pb");
            fs::write(path, if is_text { b"text" } else { &tensor[..] }).unwrap();
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
    fn content_decides_where_names_do_not() {
        let note = |name: &str| Some(format!("its weights are the file {name}"));
        for name in ["weights", "model.pkl", "model.net"] {
            assert_eq!(found("content", &[name, "README.text"]).unwrap(), (name.to_owned(), note(name)));
        }
    }

    #[test]
    fn a_network_goes_before_other_tensors() {
        let folder = folder("filters", &["features.safetensors"]);
        let header = r#"{"w":{"dtype":"U8","shape":[2,1,1,1],"data_offsets":[0,2]}}"#;
        let network = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &[0; 2]].concat();
        fs::write(folder.join("model.pth"), network).unwrap();
        let found = find_weights(&folder).unwrap().0;
        fs::remove_dir_all(&folder).unwrap();
        assert!(found.ends_with("model.pth"), "{found:?}");
    }

    #[test]
    fn files_of_a_model_in_several_need_their_index() {
        let files = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
        let message = found("shards", &files).unwrap_err().to_string();
        let expected =
            "such as model-00001-of-00002.safetensors, and not their index model.safetensors.index.json";
        assert!(message.ends_with(expected), "{message}");
    }

    #[test]
    fn a_folder_of_that_name_is_no_weight_file() {
        let files = ["model.safetensors/text", "best.pth"];
        assert_eq!(found("folder", &files).unwrap().0, "best.pth");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nothing_is_named_as_one() {
        let folder = folder("link", &["text"]);
        std::os::unix::fs::symlink("nowhere", folder.join("model.safetensors")).unwrap();
        let message = find_weights(&folder).unwrap_err().to_string();
        fs::remove_dir_all(&folder).unwrap();
        let expected = "found model.safetensors (a link to a file that does not exist), text";
        assert!(message.ends_with(expected), "{message}");
    }

    #[test]
    fn the_one_file_of_another_library_is_left_to_its_own_error() {
        let files = ["model.h5-text", "text.md"];
        assert!(found("no-ending", &files).is_err());
        let folder = folder("foreign", &["text"]);
        fs::write(folder.join("model.h5"), "x").unwrap();
        let found = find_weights(&folder);
        fs::write(folder.join("model.onnx"), "x").unwrap();
        let two = find_weights(&folder).unwrap_err().to_string();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found.unwrap(), (folder.join("model.h5"), None));
        assert!(two.ends_with("found model.h5 (a Keras model), model.onnx (an ONNX model), text"), "{two}");
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

//! Folders as people have them.

use super::*;

const TENSOR: &str = r#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;

/// A new folder with these files: safetensors with one tensor, or text if the name says so or is a graph's.
fn folder(test: &str, files: &[&str]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("mnet-folder-{test}-{}", std::process::id()));
    let tensor = [&(TENSOR.len() as u64).to_le_bytes(), TENSOR.as_bytes(), &[0; 4]].concat();
    for file in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let is_text = file.contains("text") || file.contains(".pb");
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
    let beside =
        ["optimizer.pt", "scheduler.pt", "rng_state_0.pth", "training_args.bin", ".hidden.pth", "text.bin"];
    for name in ["model.pth", "mobilenet_v2.safetensors", "model.fp16.safetensors", "best.ckpt", "W.PTH"] {
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

//! Paths: regular files are read, anything else is an error at once.

use std::fs;
use std::path::{Path, PathBuf};

use mnet::predict::Checkpoint;
use mnet::weights::{Dtype, WeightFile};

use super::assembler::{Code, dict, one_tensor, program, storage, tensor, zip};

const MODEL: &[u8] = include_bytes!("../../assets/models/efficientnet-lite0.safetensors");
const CONFIG: &[u8] = include_bytes!("../../assets/models/config.json");

/// An empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("weights-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn message(path: &Path) -> String {
    WeightFile::open(path).err().unwrap().to_string()
}

#[test]
fn a_file_is_read_and_named_in_errors() {
    let folder = folder("regular");
    let path = folder.join("model.bin");
    fs::write(&path, one_tensor(0, &[6], &[1])).unwrap();
    assert_eq!(WeightFile::open(&path).unwrap().f32("w").unwrap().unwrap()[..], [0., 1., 2., 3., 4., 5.]);
    fs::write(&path, "").unwrap();
    assert!(message(&path).starts_with(&format!("{}: expected safetensors", path.display())));
    fs::remove_file(&path).unwrap();
    assert!(message(&path).contains("model.bin: cannot be read: "));
    assert!(message(&folder).contains("it is a directory, expected a regular file"));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_file_over_the_size_limit_is_not_read() {
    let folder = folder("large");
    let path = folder.join("model.safetensors");
    // A sparse file takes no disk space.
    fs::File::create(&path).unwrap().set_len((4 << 30) + 1).unwrap();
    assert!(message(&path).contains("it has 4294967297 bytes, expected at most 4294967296 bytes"));
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn pipes_sockets_and_devices_are_not_read() {
    let folder = folder("special");
    let (pipe, socket) = (folder.join("pipe"), folder.join("socket"));
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    for (path, kind) in [(&*pipe, "pipe"), (&socket, "socket"), (Path::new("/dev/zero"), "device")] {
        let expected = format!("it is a {kind}, expected a regular file");
        assert!(message(path).contains(&expected), "{}", message(path));
        // The same for an index of weights and for the files of a configuration.
        for name in ["model.safetensors.index.json", "config.json", "preprocessor_config.json"] {
            let link = folder.join(name);
            std::os::unix::fs::symlink(path, &link).unwrap();
            let found = if name.starts_with("model") {
                message(&link)
            } else {
                fs::write(folder.join("model.safetensors"), MODEL).unwrap();
                let found = Checkpoint::open(&folder).unwrap_err().to_string();
                fs::remove_file(folder.join("model.safetensors")).unwrap();
                found
            };
            assert!(found.contains(name) && found.contains(&expected), "{found}");
            fs::remove_file(link).unwrap();
        }
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_configuration_has_a_size_limit() {
    let folder = folder("config-limit");
    fs::write(folder.join("model.safetensors"), MODEL).unwrap();
    // A sparse file takes no disk space.
    fs::File::create(folder.join("config.json")).unwrap().set_len((16 << 20) + 1).unwrap();
    let message = Checkpoint::open(&folder).unwrap_err().to_string();
    assert!(
        message.contains("config.json: it has 16777217 bytes, expected at most 16777216 bytes"),
        "{message}"
    );
    fs::remove_dir_all(folder).unwrap();
}

/// Within the limit, JSON may still be deep, or long: both are one error line, and not the end of the process.
#[test]
fn a_configuration_of_nothing_but_brackets_is_an_error() {
    let folder = folder("config-brackets");
    fs::write(folder.join("model.safetensors"), MODEL).unwrap();
    for text in ["[".repeat(1 << 20), "{\"a\":".repeat(1 << 20), format!("[{}[]]", "[],".repeat(1 << 20))] {
        fs::write(folder.join("config.json"), &text).unwrap();
        let message = Checkpoint::open(&folder).unwrap_err().to_string();
        assert!(message.len() < 1000 && message.contains("config.json"), "{}: {message}", &text[..9]);
    }
    fs::remove_dir_all(folder).unwrap();
}

fn clauses(checkpoint: &Checkpoint) -> Vec<String> {
    checkpoint.assumptions().into_iter().map(|assumption| assumption.clause).collect()
}

#[test]
fn a_folder_with_one_file_under_another_name_opens_and_says_so() {
    let folder = folder("named");
    fs::write(folder.join("config.json"), CONFIG).unwrap();
    fs::write(folder.join("model.fp16.safetensors"), MODEL).unwrap();
    fs::write(folder.join("optimizer.pt"), one_tensor(0, &[6], &[1])).unwrap();
    let notes = clauses(&Checkpoint::open(&folder).unwrap());
    assert!(notes.contains(&"its weights are the file model.fp16.safetensors".to_owned()), "{notes:?}");
    fs::write(folder.join("model.safetensors"), MODEL).unwrap();
    let notes = clauses(&Checkpoint::open(&folder).unwrap());
    assert!(!notes.iter().any(|note| note.contains("its weights are")), "{notes:?}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_choice_between_networks_is_said() {
    let folder = folder("choice");
    let path = folder.join("last.pth.tar");
    fs::write(folder.join("config.json"), CONFIG).unwrap();
    fs::write(&path, with_average(&WeightFile::from_static(MODEL).unwrap())).unwrap();
    let notes = clauses(&Checkpoint::open(&path).unwrap());
    let expected = "of its dictionaries `model` and `ema`, `ema` is used (the moving average)";
    assert!(notes.contains(&expected.to_owned()), "{notes:?}");
    fs::remove_dir_all(folder).unwrap();
}

/// A torch checkpoint whose network and moving average are both these tensors.
fn with_average(file: &WeightFile) -> Vec<u8> {
    let views: Vec<_> = file.names().map(|name| (name, file.get(name).unwrap())).collect();
    let state: Vec<(&str, Code)> = views
        .iter()
        .enumerate()
        .map(|(key, (name, view))| {
            let kind = if view.dtype == Dtype::F16 { "HalfStorage" } else { "FloatStorage" };
            let shape: Vec<i64> = view.shape.iter().map(|&size| size as i64).collect();
            let stride: Vec<i64> = (0..shape.len()).map(|axis| shape[axis + 1..].iter().product()).collect();
            let storage = storage(kind, &key.to_string(), shape.iter().product());
            (*name, tensor(&storage, 0, &shape, &stride))
        })
        .collect();
    let pickle = program(&dict(&[("model", dict(&state)), ("ema", dict(&state))]));
    let storages: Vec<_> = (0..views.len()).map(|key| format!("a/data/{key}")).collect();
    let mut entries: Vec<(&str, &[u8])> = vec![("a/data.pkl", &pickle)];
    let contents: Vec<_> = views.iter().map(|(name, _)| file.bytes(name).unwrap().unwrap()).collect();
    entries.extend(storages.iter().zip(&contents).map(|(name, bytes)| (name.as_str(), &**bytes)));
    zip(&entries)
}

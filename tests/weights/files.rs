//! Paths: regular files are read, anything else is an error at once.

use std::fs;
use std::path::{Path, PathBuf};

use mnet::weights::WeightFile;

use super::assembler::one_tensor;

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
    assert!(message(&folder).contains("expected a regular file, found a directory"));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_file_over_the_size_limit_is_not_read() {
    let folder = folder("large");
    let path = folder.join("model.safetensors");
    // A sparse file takes no disk space.
    fs::File::create(&path).unwrap().set_len((4 << 30) + 1).unwrap();
    assert!(message(&path).contains("expected a file of at most 4294967296 bytes, found 4294967297"));
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn pipes_sockets_and_devices_are_not_read() {
    let folder = folder("special");
    let (pipe, socket) = (folder.join("pipe"), folder.join("socket"));
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    for path in [&pipe, &socket, Path::new("/dev/zero")] {
        let message = message(path);
        assert!(message.contains("expected a regular file, found a pipe, socket or device"), "{message}");
    }
    fs::remove_dir_all(folder).unwrap();
}

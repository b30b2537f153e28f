//! Links, pipes and devices in the cache: never written through, never opened.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use mnet::hub::{Hub, HubError, Integrity};

use super::cache::folder;
use super::support::scratch::Scratch;
use super::{ID, assert_good, fetch, hub, options, repository, server};

#[test]
fn what_is_not_a_regular_file_is_not_read() {
    let (server, cache, pipes) = (server(), Scratch::new(), Scratch::new());
    let good = fetch(&hub(&server, &cache), ID).unwrap();
    let (reference, pipe) = (folder(&cache).join("refs/main"), pipes.path().join("pipe"));
    make_pipe(&pipe);
    fs::remove_file(&reference).unwrap();
    symlink(&pipe, &reference).unwrap();
    assert_eq!(fetch(&hub(&server, &cache), ID).unwrap(), good);
    let token = [("HF_TOKEN_PATH", pipe.to_str().unwrap())];
    let error = fetch(&Hub::new(options(server.endpoint(), Scratch::new().path(), &token)), ID).unwrap_err();
    assert!(error.to_string().ends_with("it is a pipe, expected a regular file"), "{error}");
}

#[test]
fn removing_a_model_leaves_what_links_lead_to() {
    let (server, cache, outside) = (server(), Scratch::new(), Scratch::new());
    let hub = hub(&server, &cache);
    fetch(&hub, ID).unwrap();
    let (locks, elsewhere) = (cache.path().join(".locks"), outside.path().join("locks"));
    fs::rename(&locks, &elsewhere).unwrap();
    let mine = elsewhere.join("models--acme--tiny_0.25_96/mine.txt");
    fs::write(&mine, "not a lock").unwrap();
    symlink(&elsewhere, &locks).unwrap();
    assert!(hub.cached_repo(&repository(ID)).unwrap().remove().unwrap() > 300_000);
    assert!(mine.exists() && !folder(&cache).exists());

    // A folder that is itself a link is not what it says it is.
    let other = outside.path().join("models");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("mine.txt"), "mine").unwrap();
    symlink(&other, folder(&cache)).unwrap();
    let error = hub.cached_repo(&repository(ID)).unwrap().remove().unwrap_err();
    assert!(error.to_string().ends_with("it is a link to a folder outside the cache"), "{error}");
    assert!(other.join("mine.txt").exists());
}

fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_download_replaces_a_link_and_leaves_what_it_leads_to() {
    let (server, outside, pipes) = (server(), Scratch::new(), Scratch::new());
    let (thesis, pipe) = (outside.path().join("thesis"), pipes.path().join("pipe"));
    fs::write(&thesis, "my thesis").unwrap();
    make_pipe(&pipe);
    let before = outside.contents();
    for target in [&thesis, &pipe, &outside.path().join("nothing"), Path::new("beside")] {
        let cache = Scratch::new();
        let blob =
            fetch(&hub(&server, &cache), ID).unwrap().file("model.safetensors").unwrap().canonicalize();
        let blob = blob.unwrap();
        fs::remove_file(&blob).unwrap();
        symlink(target, &blob).unwrap();
        fs::remove_dir_all(folder(&cache).join("snapshots")).unwrap();
        fs::remove_dir_all(folder(&cache).join("refs")).unwrap();
        assert_good(&fetch(&hub(&server, &cache), ID).unwrap(), &cache);
        assert!(!blob.is_symlink() && !blob.with_file_name("beside").exists());
        assert!(outside.contents() == before, "{}", target.display());
    }
}

#[test]
fn the_note_of_an_absent_file_is_not_written_through_a_link() {
    let (server, cache, outside) = (server(), Scratch::new(), Scratch::new());
    let snapshot = fetch(&hub(&server, &cache), ID).unwrap();
    let note = folder(&cache).join(".no_exist").join(&snapshot.commit).join("preprocessor_config.json");
    fs::remove_file(&note).unwrap();
    symlink(outside.path().join("new"), &note).unwrap();
    fetch(&hub(&server, &cache), ID).unwrap();
    assert!(outside.contents().is_empty());
}

#[test]
fn what_is_no_file_is_named_and_not_opened() {
    let (server, cache, outside) = (server(), Scratch::new(), Scratch::new());
    let hub = hub(&server, &cache);
    let snapshot = fetch(&hub, ID).unwrap();
    let blob = snapshot.file("model.safetensors").unwrap().canonicalize().unwrap();
    let pipe = outside.path().join("pipe");
    make_pipe(&pipe);
    // A pipe, and a link to one.
    let makes: [&dyn Fn(); 2] = [&|| make_pipe(&blob), &|| symlink(&pipe, &blob).unwrap()];
    for make in makes {
        fs::remove_file(&blob).unwrap();
        make();
        let error = hub.verify(&snapshot).unwrap_err();
        assert!(matches!(error, HubError::Special { .. }), "{error:?}");
        let repo = hub.cached_repo(&repository(ID)).unwrap();
        let found: Vec<_> = repo.files().unwrap().iter().map(|file| repo.verify(file).unwrap()).collect();
        assert!(found.contains(&Integrity::Special), "{found:?}");
        let mut verify = Command::new(env!("CARGO_BIN_EXE_mnet"));
        let run = verify.args(["models", "verify"]).env("HF_HUB_CACHE", cache.path()).output().unwrap();
        assert_eq!(run.status.code(), Some(1));
        let text = String::from_utf8(run.stdout).unwrap();
        assert!(text.contains("model.safetensors  NOT A REGULAR FILE\n"), "{text}");
    }
}

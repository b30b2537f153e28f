//! Inputs that are missing or not pictures: the error says what they are, and what to type next works.

use std::fs;
use std::process::Command;

use super::{Mnet, Run, photo};

/// A folder with photos in it and below, one of them with a space in its name.
fn folder() -> Mnet {
    let mnet = Mnet::new();
    fs::create_dir_all(mnet.path().join("photos")).unwrap();
    for name in ["photo.jpg", "my photo.jpg", "photos/inner.jpg"] {
        fs::copy(photo("hot_dog.jpg"), mnet.path().join(name)).unwrap();
    }
    mnet
}

/// What is tried after `mnet classify` with these words.
#[track_caller]
fn tried(mnet: &Mnet, words: &[&str], said: &str) -> String {
    let run = mnet.run([&["classify"], words].concat()).failed(1, &[said]);
    let (_, tried) = run.stderr.split_once("  try: ").unwrap_or_else(|| panic!("no hint: {}", run.stderr));
    tried.lines().next().unwrap().to_owned()
}

/// Runs a command in a shell that knows mnet, but labels nothing.
fn typed(mnet: &Mnet, command: &str) -> Run {
    let script = format!("mnet() {{ \"$0\" \"$@\" --dry-run; }}; {command}");
    let mut shell = Command::new("bash");
    Run::of(shell.args(["-c", &script, env!("CARGO_BIN_EXE_mnet")]).current_dir(mnet.path()))
}

#[test]
fn names_that_do_not_exist() {
    let mnet = folder();
    for (words, missing, expected) in [
        (&["phto.jpg"][..], "phto.jpg", "mnet classify photo.jpg"),
        (&["photo.png", "-k", "1"], "photo.png", "mnet classify photo.jpg -k 1"),
        (&["photo"], "photo", "mnet classify photo.jpg"),
        (&["inner.jpg"], "inner.jpg", "mnet classify photos/inner.jpg"),
        (&["photo/inner.jpg"], "photo/inner.jpg", "mnet classify photos/inner.jpg"),
        (&["photoss"], "photoss", "mnet classify -r photos"),
        (&["my", "photo.jpg.gz"], "my", "mnet classify -r --dry-run ."),
        (&["*.JPG"], "*.JPG", "mnet classify *.jpg"),
        (&["inner*.jpg"], "inner*.jpg", "mnet classify -r . --glob 'inner*.jpg'"),
        (&["nothing-like-it.jpg"], "nothing-like-it.jpg", "mnet classify -r --dry-run ."),
    ] {
        let found = tried(&mnet, words, &format!("{missing}: no such file"));
        assert_eq!(found, expected, "{words:?}");
        let run = typed(&mnet, &found).succeeded();
        assert!(run.stdout.contains(".jpg"), "{found}: {}", run.stdout);
    }
    let found = tried(&mnet, &["my", "photo.jpg", "--quiet"], "my: no such file");
    assert_eq!(found, "mnet classify 'my photo.jpg' --quiet");
    assert_eq!(typed(&mnet, &found).succeeded().stdout, "my photo.jpg\n");
    // Looking for each of many would take its time.
    let list: Vec<_> = (0..50).map(|number| format!("gone-{number}.jpg")).collect();
    fs::write(mnet.path().join("list"), list.join("\n")).unwrap();
    let run = mnet.run(["classify", "--files-from", "list"]).failed(1, &[]);
    assert_eq!((run.stderr.matches("no such file").count(), run.stderr.matches("try:").count()), (50, 3));
}

#[test]
fn files_that_are_no_pictures() {
    let mnet = folder();
    let put = |name: &str, content: &[u8]| fs::write(mnet.path().join(name), content).unwrap();
    put("page.jpg", b"<!DOCTYPE html><html></html>");
    put("my doc.pdf", b"%PDF-1.7");
    put("lfs.jpg", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
    put("list.txt", b"\nphoto.jpg\nphotos/inner.jpg\n");
    put("notes.txt", b"Dear diary\n");
    put("empty.jpg", b"");
    put("x.heic", b"\0\0\0\x18ftypheic");
    put("x.apk", b"PK\x03\x04");
    let tried = |name: &str, said: &str| tried(&mnet, &[name, "-k", "1"], &format!("{name}: {said}"));
    let page = tried("page.jpg", "not an image: an HTML page");
    assert!(page.starts_with("open the page in a browser and save the picture itself, or "), "{page}");
    for (name, said, expected) in [
        (
            "my doc.pdf",
            "not an image: a PDF document",
            "mkdir 'my doc' && pdftoppm -png 'my doc.pdf' 'my doc'/page && mnet classify -r 'my doc' -k 1",
        ),
        ("lfs.jpg", "not an image: a Git LFS pointer", "git lfs pull && mnet classify lfs.jpg -k 1"),
        ("list.txt", "not an image: text", "mnet classify --files-from list.txt -k 1"),
        ("notes.txt", "not an image: text", "mnet classify -r --dry-run ."),
        ("empty.jpg", "not an image: the file is empty", "copy it, or download it, again"),
        ("x.heic", "HEIC is not supported", "magick x.heic x.png && mnet classify x.png -k 1"),
        ("x.apk", "not an image: a ZIP archive", "mv x.apk x.apk.zip && mnet classify x.apk.zip -k 1"),
    ] {
        assert_eq!(tried(name, said), expected, "{name}");
    }
    let list = typed(&mnet, "mnet classify --files-from list.txt -k 1").succeeded();
    assert_eq!(list.stdout, "photo.jpg\nphotos/inner.jpg\n");
}

#[test]
fn a_damaged_jpeg_is_offered_only_if_it_can_be_answered() {
    let mnet = folder();
    let whole = fs::read(photo("hot_dog.jpg")).unwrap();
    fs::write(mnet.path().join("half.jpg"), &whole[..whole.len() / 2]).unwrap();
    fs::write(mnet.path().join("head.jpg"), &whole[..300]).unwrap();
    let found = tried(&mnet, &["half.jpg", "-k", "1"], "half.jpg: JPEG ends early");
    assert_eq!(found, "mnet classify half.jpg -k 1 --damaged");
    mnet.run(["classify", "half.jpg", "-k", "1", "--damaged"]).succeeded();
    for words in [&["head.jpg"][..], &["head.jpg", "--damaged"]] {
        assert_eq!(tried(&mnet, words, "head.jpg: "), "copy it, or download it, again");
    }
}

//! Pictures in tars: files, streams, members by their names, and what is said of those that fail.

mod damaged;
mod names;
#[cfg(target_os = "linux")]
mod once;
mod other_commands;
mod stream;

use std::fs;
use std::io::Write;
use std::process::Stdio;

use super::support::checkpoint;
use super::support::tars::{END, member, tar};
use super::{Mnet, Run, photo};

/// A folder with a small checkpoint in `model`.
fn folder() -> Mnet {
    let mnet = Mnet::new();
    checkpoint::tiny(&mnet.path().join("model"), &["rust", "healthy", "mildew"]);
    mnet
}

fn picture() -> Vec<u8> {
    fs::read(photo("hot_dog.jpg")).unwrap()
}

/// The paths and errors of JSON Lines.
fn told(run: &Run) -> Vec<String> {
    let tell = |line: serde_json::Value| {
        let path = line["path"].as_str().unwrap().to_owned();
        line["error"]["message"].as_str().map_or(path.clone(), |message| format!("{path}: {message}"))
    };
    run.json().into_iter().map(tell).collect()
}

/// Runs mnet with a tar on stdin.
fn piped(mnet: &Mnet, words: &str, bytes: &[u8]) -> Run {
    let mut command = mnet.command(words.split(' '));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that is refused reads nothing.
    let _ = child.stdin.take().unwrap().write_all(bytes);
    Run::from(child.wait_with_output().unwrap())
}

#[test]
fn a_tar_is_labelled_member_by_member() {
    let mnet = folder();
    let bytes =
        tar(&[("./a.jpg", &picture()), ("../b.jpg", b"no picture"), ("c.txt", b"x"), ("d.jpg", &picture())]);
    fs::write(mnet.path().join("x.tar"), &bytes).unwrap();
    let expected = ["x.tar/a.jpg", "x.tar/../b.jpg: not an image: text", "x.tar/d.jpg"];
    let run = mnet.run("classify x.tar --model model --json".split(' ')).failed(1, &[]);
    assert_eq!(told(&run), expected);
    let first = &run.json()[0];
    fs::write(mnet.path().join("a.jpg"), picture()).unwrap();
    let alone = mnet.run("classify a.jpg --model model --json".split(' ')).succeeded();
    assert_eq!(first["top"], alone.json()[0]["top"]);
    // The file may have been cut between two members.
    fs::write(mnet.path().join("y.tgz"), &bytes[..bytes.len() - 1024]).unwrap();
    let run = mnet.run("classify y.tgz --model model --json --exclude b.jpg".split(' ')).failed(1, &[]);
    let reason =
        format!("y.tgz: has no end marker after byte {}: members may be missing", bytes.len() - 1024);
    assert_eq!(told(&run), ["y.tgz/a.jpg", "y.tgz/d.jpg", reason.as_str()]);
}

#[test]
fn tars_are_found_by_their_names() {
    let mnet = folder();
    let bytes = tar(&[("a.jpg", &picture()), ("b/c.png", b""), ("c.txt", b"x")]);
    fs::create_dir_all(mnet.path().join("data/thumbs")).unwrap();
    for name in ["data/1.tar", "data/thumbs/2.TAR", "data/3.bin"] {
        fs::write(mnet.path().join(name), &bytes).unwrap();
    }
    fs::write(mnet.path().join("list"), "data/1.tar\n").unwrap();
    let listed = |words: &str| mnet.run(format!("classify --dry-run {words}").split(' ')).succeeded().stdout;
    let (both, first) = ("data/1.tar/a.jpg\ndata/1.tar/b/c.png\n", "data/1.tar/a.jpg\n");
    assert_eq!(listed("-r data --glob *.tar"), both);
    assert_eq!(listed("-r data --glob *.tar --glob *.jpg"), first);
    assert_eq!(listed("-r data --glob *.tar --glob *.tar.gz --glob *.zip"), both);
    assert_eq!(listed("-r data --glob *.tar --glob *.zip --glob *.jpg"), first);
    assert_eq!(listed("data/1.tar --glob *.tar --glob *.png"), "data/1.tar/b/c.png\n");
    assert_eq!(listed("data/1.tar --glob *.jpg"), first);
    assert_eq!(listed("data/1.tar --exclude b"), first);
    assert_eq!(listed("--files-from list --glob *.png"), "data/1.tar/b/c.png\n");
    assert_eq!(listed("--tar data/3.bin --glob *.txt"), "data/3.bin/c.txt\n");
    assert_eq!(listed("-r data"), "");
    let shares: Vec<_> = (0..3).map(|share| listed(&format!("data/1.tar --shard {share}/3"))).collect();
    let mut shares: Vec<_> = shares.iter().flat_map(|share| share.lines()).collect();
    shares.sort_unstable();
    assert_eq!(shares, both.lines().collect::<Vec<_>>());
    let run = mnet.run("classify --dry-run --keep cls data/1.tar".split(' '));
    run.failed(
        2,
        &[
            "`data/1.tar` was taken as a column: --keep takes all",
            "mnet classify data/1.tar --dry-run --keep cls",
        ],
    );
    // Only files of many pictures have something to choose from.
    let run = mnet.run("classify data/3.bin --exclude b".split(' '));
    run.failed(
        2,
        &["--exclude only works with --recursive", "mnet classify --recursive data/3.bin --exclude b"],
    );
}

#[test]
fn one_member_by_its_name() {
    let mnet = folder();
    fs::write(mnet.path().join("x.tar"), tar(&[("b/1.jpg", &picture()), ("2.txt", &picture())])).unwrap();
    let run = mnet.run("classify x.tar/b/1.jpg ./x.tar/2.txt --model model --json".split(' ')).succeeded();
    assert_eq!(told(&run), ["x.tar/b/1.jpg", "./x.tar/2.txt"]);
    let run = mnet.run("classify x.tar/3.jpg --model model".split(' '));
    let run = run.failed(1, &["x.tar/3.jpg: the file has no member of this name"]);
    assert!(run.stderr.contains("  try: mnet classify --dry-run x.tar\n"), "{}", run.stderr);
}

/// What is tried after `mnet` with these words.
#[track_caller]
fn tried(run: Run, said: &str) -> String {
    let run = run.failed(1, &[said]);
    let (_, tried) = run.stderr.split_once("  try: ").unwrap_or_else(|| panic!("no hint: {}", run.stderr));
    tried.lines().next().unwrap().to_owned()
}

#[test]
fn what_is_tried_for_members_works() {
    let mnet = folder();
    let bytes = tar(&[("a.jpg", &picture()), ("b.jpg", b"\0\0\0\x18ftypheic")]);
    fs::write(mnet.path().join("x.tar"), &bytes).unwrap();
    let command = "classify x.tar --model model --max-pixels 5";
    let found = tried(mnet.run(command.split(' ')), "x.tar/a.jpg: ");
    let pixels = found.strip_prefix("mnet classify x.tar --model model --max-pixels ").unwrap();
    let command = format!("classify x.tar --model model --max-pixels {pixels}");
    let found = tried(mnet.run(command.split(' ')), "x.tar/b.jpg: HEIC is not supported");
    assert_eq!(found, format!("mnet {command} --exclude b.jpg"));
    mnet.run(found.split(' ').skip(1)).succeeded();
    // A file of the same name is another picture.
    fs::write(mnet.path().join("a.jpg"), picture()).unwrap();
    let found = tried(piped(&mnet, "classify --tar - --model model", &bytes), "b.jpg: HEIC is not supported");
    assert_eq!(found, "mnet classify --tar - --model model --exclude b.jpg");
    let found = tried(mnet.run("classify x.tar/b.jpg --model model".split(' ')), "x.tar/b.jpg: HEIC");
    assert_eq!(found, "tar -xf x.tar && magick b.jpg b.png && mnet classify b.png --model model");
}

#[test]
fn tars_of_other_names_and_kinds() {
    let mnet = folder();
    let bytes = tar(&[("a.jpg", &picture())]);
    fs::write(mnet.path().join("x.bin"), &bytes).unwrap();
    let found = tried(mnet.run("classify x.bin --model model".split(' ')), "not an image: a tar archive");
    assert_eq!(found, "mnet classify --tar x.bin --model model");
    mnet.run(found.split(' ').skip(1)).succeeded();
    let found = tried(piped(&mnet, "classify - --model model", &bytes), "not an image: a tar archive");
    assert_eq!(found, "mnet classify --tar - --model model");
    fs::write(mnet.path().join("x.tar.xz"), b"\xfd7zXZ\0\0").unwrap();
    for words in ["classify x.tar.xz --model model", "classify --tar x.tar.xz --model model"] {
        let found = tried(mnet.run(words.split(' ')), "x.tar.xz: ");
        assert_eq!(found, "xz -dc x.tar.xz | mnet classify --tar - --model model", "{words}");
    }
    for (words, bytes, program) in [
        ("classify --tar - --model model", &b"BZh91AY"[..], "bzip2 -dc"),
        ("classify - --model model", b"BZh91AY", "bzip2 -dc"),
        ("classify - --model model", b"%PDF-1.7", "pdftoppm -png -singlefile -"),
        ("classify - --model model", b"\0\0\0\x18ftypheic", "magick - png:-"),
    ] {
        assert_eq!(tried(piped(&mnet, words, bytes), ""), format!("{program} | mnet {words}"));
    }
    let (gzip, zstd) = (damaged::gzip(&bytes), damaged::zstd(&bytes));
    for (name, bytes) in [("s.gz", &gzip), ("s", &zstd)] {
        fs::write(mnet.path().join(name), bytes).unwrap();
        let found = tried(mnet.run(["classify", name, "--model", "model"]), &format!("{name}: "));
        assert_eq!(found, format!("mnet classify --tar {name} --model model"));
        mnet.run(found.split(' ').skip(1)).succeeded();
    }
    fs::write(mnet.path().join("one.gz"), damaged::gzip(&picture())).unwrap();
    let found = tried(mnet.run("classify one.gz --model model".split(' ')), "one.gz: ");
    assert_eq!(found, "gzip -dc one.gz | mnet classify - --model model");
    let run = mnet.run("classify --tar model --model model".split(' '));
    run.failed(1, &["model: is a directory, not a tar", "mnet classify -r model --model model\n"]);
    mnet.run("classify --tar /dev/zero --model model".split(' '))
        .failed(1, &["/dev/zero: is neither a regular file nor a pipe"]);
    fs::write(mnet.path().join("y.tar"), b"%PDF-1.7").unwrap();
    mnet.run("classify y.tar --model model".split(' ')).failed(1, &["y.tar: is not a tar: a PDF document"]);
    let found = tried(mnet.run("classify x.tra --model model".split(' ')), "x.tra: no such file");
    assert_eq!(found, "mnet classify -r --dry-run .");
}

#[test]
fn an_output_of_the_name_of_a_member_hides_nothing() {
    let mnet = folder();
    let bytes = tar(&[("out.jsonl", &picture()), ("a.jpg", &picture())]);
    let words = "classify --tar - --model model --glob * -o out.jsonl";
    piped(&mnet, words, &bytes).succeeded();
    let lines = fs::read_to_string(mnet.path().join("out.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 2, "{lines}");
}

#[test]
fn a_run_over_a_tar_is_resumed() {
    let mnet = folder();
    let (a, b) = (member("a.jpg", &picture()), member("b.jpg", &picture()));
    fs::write(mnet.path().join("x.tar"), [&a[..], &b[..700]].concat()).unwrap();
    let words = "classify x.tar --model model --resume out.jsonl";
    mnet.run(words.split(' ')).failed(1, &[]);
    fs::write(mnet.path().join("x.tar"), [&a[..], &b, &END].concat()).unwrap();
    mnet.run(words.split(' ')).succeeded();
    let lines = fs::read_to_string(mnet.path().join("out.jsonl")).unwrap();
    let paths: Vec<_> = lines.lines().filter(|line| !line.contains("\"error\"")).collect();
    assert_eq!(paths.len(), 2, "{lines}");
}

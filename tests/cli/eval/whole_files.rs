//! Data that are no file of pictures, though they look like one: streams, folders, members, files that are cut.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{CLASSES, eval, world};
use crate::support::tars::{END, member, tar};
use crate::{Mnet, Run};

/// A tar of pictures of [`world`], each followed by its label.
pub(super) fn labelled(mnet: &Mnet) -> Vec<u8> {
    let mut bytes = vec![];
    for (index, class) in CLASSES.iter().enumerate() {
        let picture = fs::read(mnet.path().join(format!("photos/{class}/0.ppm"))).unwrap();
        bytes.extend(member(&format!("{index}.ppm"), &picture));
        bytes.extend(member(&format!("{index}.cls"), index.to_string().as_bytes()));
    }
    bytes
}

pub(super) fn put(mnet: &Mnet, name: &str, bytes: &[u8]) {
    let path = mnet.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// The command that an error proposes.
pub(super) fn tried(run: Run, words: &str) -> String {
    let run = run.failed(2, &[words]);
    let (_, hint) = run.stderr.split_once("try: ").unwrap_or_else(|| panic!("no hint: {}", run.stderr));
    hint.lines().next().unwrap().to_owned()
}

/// A command in a shell, with these bytes on stdin.
pub(super) fn typed(mnet: &Mnet, command: &str, stdin: &[u8]) -> Run {
    put(mnet, "stdin", stdin);
    let program = Path::new(env!("CARGO_BIN_EXE_mnet")).parent().unwrap();
    let paths = [program.display().to_string(), std::env::var("PATH").unwrap_or_default()].join(":");
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("({command}) < stdin")]).current_dir(mnet.path()).env_clear();
    Run::of(shell.env("HOME", mnet.path()).env("PATH", paths))
}

#[test]
fn no_file_is_replaced_by_a_copy() {
    let mnet = world();
    let whole = [&labelled(&mnet)[..], &END].concat();
    for name in ["shard.tar", "pictures.tar", "copy-of-pipe.tar"] {
        put(&mnet, name, b"precious");
    }
    put(&mnet, "shard", &whole);
    let command = tried(eval(&mnet, "shard"), "shard: is a tar; its name has to end in .tar\n");
    assert_eq!(command, "mv shard shard-2.tar && mnet eval --model net -q shard-2.tar");
    typed(&mnet, &command, b"").succeeded();
    for name in ["-", "/dev/stdin"] {
        let mut child = mnet
            .command(["eval", "--model", "net", name])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), &whole);
        let run = Run::from(child.wait_with_output().unwrap());
        let command = tried(run, &format!("{name}: is a tar; it has to be a file, which can be read twice"));
        assert_eq!(command, "cat > pictures-2.tar && mnet eval --model net pictures-2.tar");
        typed(&mnet, &command, &whole).succeeded();
        fs::remove_file(mnet.path().join("pictures-2.tar")).unwrap();
    }
    let run = typed(&mnet, "mnet eval --model net /dev/stdin", &whole);
    assert_eq!(
        tried(run, "/dev/stdin: is a tar; it has to be a file"),
        "cat > pictures-2.tar && mnet eval --model net pictures-2.tar"
    );
    #[cfg(unix)]
    {
        let made = Command::new("mkfifo").arg(mnet.path().join("pipe.tar")).status().unwrap();
        assert!(made.success());
        let command =
            tried(eval(&mnet, "pipe.tar"), "pipe.tar: is a pipe or a device; it has to be read twice");
        let copy = "copy-2-of-pipe.tar";
        assert_eq!(command, format!("cat pipe.tar > {copy} && mnet eval --model net -q {copy}"));
    }
    for name in ["shard.tar", "pictures.tar", "copy-of-pipe.tar"] {
        assert_eq!(fs::read(mnet.path().join(name)).unwrap(), b"precious", "{name}");
    }
}

#[test]
fn a_folder_of_files_gets_their_pattern() {
    let mnet = world();
    let whole = [&labelled(&mnet)[..], &END].concat();
    for name in ["set.tar/1.tar", "set.tar/2.tar", "set.tar/_SUCCESS", "two/train/1.tar", "my set/1.tar"] {
        put(&mnet, name, &whole);
    }
    for (folder, pattern) in
        [("set.tar", "set.tar/*.tar"), ("set.tar/", "set.tar/*.tar"), ("two", "two/*/*.tar")]
    {
        let command = tried(eval(&mnet, folder), folder);
        assert_eq!(command, format!("mnet eval --model net -q {pattern}"));
        typed(&mnet, &command, b"").succeeded();
    }
    let run = mnet.run(["eval", "my set", "-m", "net"]);
    assert_eq!(tried(run, "my set: no folders in it"), "mnet eval 'my set'/*.tar -m net");
    let run = eval(&mnet, "set.tar two/train/1.tar two/train");
    let command = tried(run, "set.tar: only tar, zip and Parquet files can be several");
    assert_eq!(command, "mnet eval --model net -q set.tar/*.tar two/train/1.tar two/train/*.tar");
    typed(&mnet, &command, b"").succeeded();
    let run = mnet.run("choose --data set.tar".split(' '));
    assert_eq!(
        tried(run, "set.tar: no folders in it"),
        "mnet choose --data set.tar/1.tar, which is one of its files"
    );
    // One that is called like a tar may have folders of classes.
    fs::rename(mnet.path().join("photos"), mnet.path().join("photos.tar")).unwrap();
    eval(&mnet, "photos.tar").succeeded();
}

#[test]
fn a_search_takes_the_files_of_a_folder_without_pictures() {
    let mnet = world();
    put(&mnet, "set.tar/1.tar", &[&labelled(&mnet)[..], &END].concat());
    let run = |folder| mnet.run(["classify", folder, "-m", "net"]);
    let hint = |run: Run| run.failed(1, &["is a directory"]).stderr;
    let command = "mnet classify -r set.tar -m net --glob '*.tar'";
    assert!(hint(run("set.tar")).contains(&format!("try: {command}\n")));
    typed(&mnet, command, b"").succeeded();
    put(&mnet, "set/1.tar", b"");
    let explained = mnet.run("explain set -o map.png -m net".split(' '));
    assert!(hint(explained).contains("try: mnet explain -r set --glob '*.tar' -o sheet.html\n"));
    put(&mnet, "set.tar/1.ppm", b"");
    assert!(hint(run("set.tar")).contains("try: mnet classify -r set.tar -m net\n"));
}

#[test]
fn members_are_no_data() {
    let mnet = world();
    put(&mnet, "x.tar", &[&labelled(&mnet)[..], &END].concat());
    for name in ["x.tar/1.ppm", "x.tar/inner.tar", "x.tar/gone"] {
        let command =
            tried(eval(&mnet, name), &format!("{name}: is in x.tar; labels are read from whole files\n"));
        assert_eq!(command, "mnet eval --model net -q x.tar");
    }
    let run = mnet.run("classify --tar x.tar/1.ppm -m net".split(' '));
    run.failed(1, &["x.tar/1.ppm: no such file", "try: mnet classify x.tar/1.ppm -m net\n"]);
    mnet.run("classify x.tar/1.ppm -m net".split(' ')).succeeded();
}

#[test]
fn a_cut_file_has_the_error_of_its_end() {
    let mnet = world();
    let all = labelled(&mnet);
    // Within the last picture, whose label is missing.
    put(&mnet, "cut.tar", &all[..all.len() - 2000]);
    put(&mnet, "next.tar", &[&all[..], &END].concat());
    for (data, answered) in [("cut.tar", 6), ("cut.tar next.tar", 13), ("next.tar cut.tar", 13)] {
        let run = eval(&mnet, &format!("{data} --json")).failed(1, &["cut.tar: ends early"]);
        assert!(!run.stderr.contains("is not there now"), "{}", run.stderr);
        assert_eq!(run.json()[0]["answered"], answered, "{data}");
    }
}

#[test]
fn damage_is_told_where_no_label_is_found() {
    let mnet = world();
    let picture = fs::read(mnet.path().join("photos/ant/0.ppm")).unwrap();
    let mut bytes = tar(&[("1.ppm", &picture), ("2.ppm", &picture)]);
    bytes.truncate(picture.len() + 1000);
    put(&mnet, "cut.tar", &bytes);
    let command = tried(eval(&mnet, "cut.tar"), "its picture has no label");
    assert_eq!(command, "copy cut.tar, or download it, again");
    eval(&mnet, "cut.tar").failed(2, &["nor folders of classes; and cut.tar: ends early"]);
}

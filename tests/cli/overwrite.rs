//! Outputs that must not be destroyed: photos, other people's files, answers that another run is writing.

use std::fs;
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use super::{Mnet, Run, photo};

fn folder() -> Mnet {
    let mnet = Mnet::new();
    for name in ["a.jpg", "b.jpg"] {
        fs::copy(photo("hot_dog.jpg"), mnet.path().join(name)).unwrap();
    }
    mnet
}

#[test]
fn a_photo_is_never_an_output() {
    let mnet = folder();
    let before = fs::read(mnet.path().join("a.jpg")).unwrap();
    mnet.run(["classify", "-o", "a.jpg", "b.jpg"])
        .failed(2, &["a.jpg: is named like a picture", "-o labels.jsonl"]);
    fs::rename(mnet.path().join("b.jpg"), mnet.path().join("b")).unwrap();
    mnet.run(["classify", "b", "-o", "./b"]).failed(2, &["./b: is an input"]);
    assert_eq!(fs::read(mnet.path().join("a.jpg")).unwrap(), before);
    fs::write(mnet.path().join("notes.txt"), "dear diary").unwrap();
    mnet.run(["classify", "a.jpg", "-o", "notes.txt"]).failed(2, &["notes.txt: was not written by mnet"]);
    assert_eq!(fs::read_to_string(mnet.path().join("notes.txt")).unwrap(), "dear diary");
}

#[test]
fn a_dash_is_stdout() {
    let mnet = folder();
    let run = mnet.run(["classify", "a.jpg", "--json", "-o", "-"]).succeeded();
    assert_eq!(run.json().len(), 1);
    assert!(!mnet.path().join("-").exists());
}

#[test]
fn answers_of_any_format_can_be_replaced() {
    let mnet = folder();
    for format in
        [&["--format", "text"][..], &["--json"], &["--format", "csv"], &["--paths-only"], &["--print0"]]
    {
        for _ in 0..2 {
            mnet.run([&["classify", "a.jpg", "-o", "labels.out"], format].concat()).succeeded();
        }
        fs::remove_file(mnet.path().join("labels.out")).unwrap();
    }
}

#[test]
fn two_runs_do_not_write_one_file() {
    let mnet = folder();
    let mut command = mnet.command(["classify", "--resume", "labels.jsonl", "--files-from", "-"]);
    let mut first =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut list = first.stdin.take().unwrap();
    list.write_all(b"a.jpg\n").unwrap();
    while fs::metadata(mnet.path().join("labels.jsonl")).map_or(0, |file| file.len()) == 0 {
        std::thread::sleep(Duration::from_millis(20));
    }
    for flag in ["--resume", "-o"] {
        mnet.run(["classify", "b.jpg", flag, "labels.jsonl"])
            .failed(2, &["labels.jsonl: another mnet is writing it"]);
    }
    drop(list);
    assert!(first.wait().unwrap().success());
    mnet.run(["classify", "b.jpg", "--resume", "labels.jsonl"]).succeeded();
    assert_eq!(fs::read_to_string(mnet.path().join("labels.jsonl")).unwrap().lines().count(), 2);
}

#[cfg(unix)]
#[test]
fn devices_are_not_resumed() {
    let mnet = folder();
    for device in ["/dev/full", "/dev/zero", "/dev/stdout"] {
        mnet.run(["classify", "a.jpg", "--json", "--resume", device]).failed(2, &["expected a regular file"]);
    }
}

#[cfg(unix)]
#[test]
fn names_are_never_obeyed_by_a_terminal() {
    let mnet = Mnet::new();
    let name = "\u{1b}]0;title\u{7}\nmnet: forged.jpg";
    fs::write(mnet.path().join(name), "no picture").unwrap();
    let check = |run: &Run| {
        assert!(!run.stderr.contains('\u{1b}') && !run.stderr.contains("\nmnet: forged"), "{}", run.stderr);
    };
    check(&mnet.run(["classify", name]));
    check(&mnet.run(["classify", "--dry-run", &format!("{name}/x")]));
    check(&mnet.run(["classify", "photo.jpg", "--model", name]));
    check(&mnet.run(["classify", "photo.jpg", "--only", name]));
    check(&mnet.run(["classify", &format!("--{name}")]));
    // Data stays exact.
    let run = mnet.run(["classify", name, "--json"]);
    assert_eq!(run.json()[0]["path"], name);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_a_picture_too() {
    let mnet = folder();
    let script = "cat a.jpg | \"$0\" classify --json -k 1 /dev/stdin; mkfifo p; cat a.jpg > p & \"$0\" classify --json -k 1 p";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_mnet")]).current_dir(mnet.path());
    let run = Run::of(&mut command).succeeded();
    let labels: Vec<_> = run.json().iter().map(|line| super::best(line).to_owned()).collect();
    assert_eq!(labels.len(), 2);
    assert_eq!(labels[0], labels[1]);
}

#[test]
fn an_address_gets_the_command_that_fetches_it() {
    let mnet = Mnet::new();
    mnet.run(["classify", "https://example.org/cat.jpg"])
        .failed(1, &["curl -sL https://example.org/cat.jpg | mnet classify -"]);
}

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

/// What two writers, a power failure or an editor leave behind.
#[test]
fn a_damaged_file_keeps_its_answers_and_goes_on() {
    let mnet = folder();
    for (name, damage) in [
        ("labels.jsonl", &b"{\"path\":\"torn.jpg\",\"wid\n"[..]),
        ("labels.jsonl", b"\0\0\0\0\0\0\0\0\n"),
        ("labels.jsonl", b"a note\nand another\n"),
        ("labels.csv", b"torn,1,2\n"),
        ("labels.csv", b"x,y,z,1,2,3,4\n"),
    ] {
        let path = mnet.path().join(name);
        let rejected = mnet.path().join(format!("{name}.rejected"));
        mnet.run(["classify", "a.jpg", "-k", "1", "--resume", name]).succeeded();
        let answers = fs::read(&path).unwrap();
        let is_csv = name.ends_with("csv");
        // In CSV the last picture before the damage may lack rows, so that only an earlier one is sure.
        let header = answers.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let again = if is_csv { &answers[header..] } else { &answers[..] };
        fs::write(&path, [&answers, again, damage, again].concat()).unwrap();
        let text = String::from_utf8_lossy(damage).into_owned();
        mnet.run(["classify", "b.jpg", "-k", "1", "--resume", name])
            .failed(0, &["was damaged in 1 places", &format!("{name}.rejected")]);
        let repaired = String::from_utf8(fs::read(&path).unwrap()).unwrap();
        assert!(!repaired.contains(&*text) && repaired.contains("b.jpg"), "{repaired}");
        assert!(repaired.contains("a.jpg"), "{repaired}");
        assert!(String::from_utf8_lossy(&fs::read(&rejected).unwrap()).contains(text.trim_end()), "{text}");
        // Nothing is left to mend.
        let run = mnet.run(["classify", "b.jpg", "-k", "1", "--resume", name]).succeeded();
        assert!(!run.stderr.contains("damaged"), "{}", run.stderr);
        fs::remove_file(&path).unwrap();
        fs::remove_file(&rejected).unwrap();
    }
}

#[test]
fn what_a_spreadsheet_saved_can_be_resumed() {
    let mnet = folder();
    mnet.run(["classify", "a.jpg", "a.jpg", "-k", "1", "--resume", "labels.csv"]).succeeded();
    let path = mnet.path().join("labels.csv");
    let text = fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
    fs::write(&path, format!("\u{feff}{text}")).unwrap();
    mnet.run(["classify", "a.jpg", "b.jpg", "-k", "1", "--resume", "labels.csv"])
        .failed(0, &["already has the answers"]);
    assert!(fs::read_to_string(&path).unwrap().contains("b.jpg"));
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

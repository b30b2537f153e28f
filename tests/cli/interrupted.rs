//! Runs that end early, and outputs that are not regular files.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Mnet, photo};

/// Answers of an earlier run.
const OLD: &str = "{\"path\":\"old.jpg\",\"error\":{\"kind\":\"io\",\"message\":\"no such file\"}}\n";

/// A folder of `count` pictures.
fn folder(count: usize) -> Mnet {
    let mnet = Mnet::new();
    fs::create_dir(mnet.path().join("photos")).unwrap();
    for index in 0..count {
        fs::copy(photo("hot_dog.jpg"), mnet.path().join(format!("photos/{index:02}.jpg"))).unwrap();
    }
    mnet
}

/// The number of rows for each path.
fn rows(text: &str, is_csv: bool) -> BTreeMap<String, usize> {
    let mut rows = BTreeMap::new();
    for line in text.lines().skip(usize::from(is_csv)) {
        let path = if is_csv {
            line.split(',').next().unwrap().to_owned()
        } else {
            serde_json::from_str::<Value>(line).unwrap()["path"].as_str().unwrap().to_owned()
        };
        *rows.entry(path).or_default() += 1;
    }
    rows
}

#[test]
fn killed_at_any_moment_and_resumed() {
    const PICTURES: usize = 24;
    let mnet = folder(PICTURES);
    for (name, each) in [("labels.jsonl", 1), ("labels.csv", 5)] {
        let args = ["classify", "-r", "photos", "--resume", name];
        let start = Instant::now();
        let mut killed = 0;
        for step in 1..8 {
            let mut command = mnet.command(args);
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            // From early to late in a run, on machines of any speed.
            thread::sleep(Duration::from_millis(25 * step));
            killed += usize::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert!(killed > 0, "every run was done before {:?}", start.elapsed());
        mnet.run(args).succeeded();
        let text = fs::read_to_string(mnet.path().join(name)).unwrap();
        let rows = rows(&text, each > 1);
        assert_eq!(rows.len(), PICTURES, "{name}: an answer is lost");
        assert!(rows.values().all(|count| *count == each), "{name}: {rows:?}");
    }
}

#[test]
fn each_broken_picture_has_its_line() {
    let mnet = folder(24);
    let whole = fs::read(photo("hot_dog.jpg")).unwrap();
    let noise: Vec<u8> = (0..whole.len()).map(|index| (index * index % 251) as u8).collect();
    let broken: [&[u8]; 4] =
        [b"", b"not a picture", &whole[..whole.len() / 2], &[&whole[..300], &noise].concat()];
    for (index, bytes) in broken.iter().cycle().take(8).enumerate() {
        fs::write(mnet.path().join(format!("photos/{:02}.jpg", 3 * index)), bytes).unwrap();
    }
    let run =
        mnet.run(["classify", "-r", "photos", "--json", "-j", "3"]).failed(1, &["8 of 24 pictures failed"]);
    let failed = |line: &Value| line.get("error").is_some();
    let lines = run.json();
    let is_expected = |(index, line): (usize, &Value)| {
        line["path"] == format!("photos/{index:02}.jpg") && failed(line) == index.is_multiple_of(3)
    };
    assert_eq!(lines.len(), 24);
    assert!(lines.iter().enumerate().all(is_expected), "{}", run.stdout);
}

#[test]
fn a_closed_pipe_ends_the_run_while_the_list_is_open() {
    let mnet = folder(1);
    for threads in ["1", "2"] {
        let mut command = mnet.command(["classify", "--json", "--files-from", "-", "-j", threads]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut list = child.stdin.take().unwrap();
        list.write_all(b"photos/00.jpg\n").unwrap();
        let mut answers = child.stdout.take().unwrap();
        answers.read_exact(&mut [0; 10]).unwrap();
        drop(answers);
        list.write_all(b"photos/00.jpg\n").unwrap();
        // The list stays open, so nothing else can end the run.
        assert_eq!(child.wait().unwrap().code(), Some(0), "{threads} threads");
        drop(list);
    }
}

#[cfg(unix)]
#[test]
fn links_and_pipes_stay_what_they_are() {
    let mnet = folder(1);
    let path = |name: &str| mnet.path().join(name);
    fs::write(path("real.jsonl"), OLD).unwrap();
    std::os::unix::fs::symlink("real.jsonl", path("link.jsonl")).unwrap();
    mnet.run(["classify", "-r", "photos", "-o", "link.jsonl"]).succeeded();
    assert!(fs::symlink_metadata(path("link.jsonl")).unwrap().is_symlink());
    assert!(fs::read_to_string(path("real.jsonl")).unwrap().starts_with("{\"path\":\"photos/"));

    let made = std::process::Command::new("mkfifo").arg(path("pipe")).status().unwrap();
    assert!(made.success());
    let pipe = path("pipe");
    let reader = thread::spawn(move || fs::read_to_string(pipe).unwrap());
    mnet.run(["classify", "-r", "photos", "--json", "-o", "pipe"]).succeeded();
    assert!(reader.join().unwrap().starts_with("{\"path\""));
    mnet.run(["classify", "-r", "photos", "--json", "-o", "/dev/null"]).succeeded();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[cfg(unix)]
#[test]
fn what_was_written_before_the_disk_was_full_is_kept() {
    let mnet = folder(24);
    fs::write(mnet.path().join("labels.jsonl"), OLD).unwrap();
    // Files may have 4 KiB.
    let script = "ulimit -f 8; exec \"$0\" classify -r photos -o labels.jsonl";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_mnet")]).current_dir(mnet.path());
    let run = super::Run::of(&mut command).failed(
        2,
        &["answers were written", " labels.jsonl && ", " classify -r photos --resume labels.jsonl\n"],
    );
    assert_eq!(fs::read_to_string(mnet.path().join("labels.jsonl")).unwrap(), OLD);
    let kept = fs::read_dir(mnet.path()).unwrap().map(|entry| entry.unwrap().path());
    let kept = kept.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "tmp")).unwrap();
    let text = fs::read_to_string(kept).unwrap();
    let whole = text.matches('\n').count();
    assert!(whole > 0 && run.stderr.contains(&format!("; {whole} answers were written")), "{}", run.stderr);
}

#[test]
fn a_file_that_mnet_did_not_write_is_left_alone() {
    let mnet = folder(1);
    for (name, text) in [("a.json", "{\"important\": 1}"), ("b.csv", "name,age")] {
        fs::write(mnet.path().join(name), text).unwrap();
        mnet.run(["classify", "-r", "photos", "--resume", name]).failed(2, &["was not written by mnet"]);
        assert_eq!(fs::read_to_string(mnet.path().join(name)).unwrap(), text);
    }
}

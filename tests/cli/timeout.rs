//! Pictures that take too long.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{Mnet, Run, best, photo};

/// Whoever reads from this pipe waits for ever: it has a writer that writes nothing.
fn silent_pipe(mnet: &Mnet, name: &str) -> fs::File {
    let path = mnet.path().join(name);
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    // Open for reading too, this end never waits.
    fs::File::options().read(true).write(true).open(path).unwrap()
}

/// An arithmetic JPEG of 4096 x 4096 pixels and 28 scans that hold nothing: each goes through all blocks, which takes a
/// good part of a second.
fn slow_jpeg() -> Vec<u8> {
    let frame = b"\xff\xca\0\x11\x08\x10\0\x10\0\x03\x01\x11\0\x02\x11\0\x03\x11\0";
    let table = [&b"\xff\xdb\0\x43\0"[..], &[8; 64]].concat();
    let first = b"\xff\xda\0\x0c\x03\x01\0\x02\0\x03\0\0\0\0";
    let mut bytes = [&b"\xff\xd8"[..], &table, frame, first].concat();
    for scan in 1..28 {
        bytes.extend([0xff, 0xda, 0, 8, 1, 1 + scan % 3, 0, 1, 63, if scan < 4 { 0 } else { 0x10 }]);
    }
    bytes.extend(*b"\xff\xd9");
    bytes
}

#[test]
fn a_picture_that_takes_too_long_gets_one_line_and_the_run_goes_on() {
    let mnet = Mnet::new();
    let _writer = silent_pipe(&mnet, "silent");
    fs::write(mnet.path().join("slow.jpg"), slow_jpeg()).unwrap();
    let cat = photo("cat_720p.jpg");
    let cat = cat.to_str().unwrap();
    for threads in ["1", "2"] {
        let files = [cat, "silent", cat];
        let args = ["classify", "--json", "-j", threads, "--timeout", "3"];
        let run = mnet.run(args.iter().chain(&files)).failed(1, &["1 of 3"]);
        let lines = run.json();
        assert_eq!(lines.len(), 3, "{}", run.stdout);
        assert_eq!((best(&lines[0]), best(&lines[2])), ("Egyptian cat", "Egyptian cat"));
        assert_eq!(lines[1]["error"]["kind"], "timeout", "{}", lines[1]);
        assert_eq!(lines[1]["error"]["message"], "takes longer than 3 s");
    }
    mnet.run(["classify", "--timeout", "0.02", "slow.jpg"])
        .failed(1, &["slow.jpg: takes longer than 0.02 s"]);
    let run = mnet.run(["classify", "--timeout", "0.2", "silent"]);
    run.failed(1, &["silent: takes longer than 0.2 s", "try: a longer --timeout"]);
    mnet.run(["classify", cat, "--timeout", "60"]).succeeded();
    mnet.run(["classify", cat, "--timeout", "0"]).failed(2, &["expected seconds"]);
}

#[test]
fn ctrl_c_does_not_wait_for_a_slow_picture() {
    let mnet = Mnet::new();
    let _writer = silent_pipe(&mnet, "silent");
    let cat = photo("cat_720p.jpg");
    let mut command = mnet.command(["classify", "--timeout", "600", "--resume", "a.jsonl", "-j", "1"]);
    command.arg(&cat).arg("silent").stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let answered = || fs::read_to_string(mnet.path().join("a.jsonl")).is_ok_and(|text| text.ends_with('\n'));
    let start = Instant::now();
    while !answered() {
        assert!(start.elapsed() < Duration::from_mins(1), "no answer");
        thread::sleep(Duration::from_millis(20));
    }
    let stopped = Instant::now();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert!(stopped.elapsed() < Duration::from_secs(10), "{:?}", stopped.elapsed());
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(stderr.contains("interrupted after 1 picture; the same command adds the others"), "{stderr}");
    assert_eq!(
        Run::of(&mut mnet.command(["classify", "--resume", "a.jsonl", "--timeout", "0.2", "silent"]))
            .json()
            .len(),
        0
    );
    assert_eq!(fs::read_to_string(mnet.path().join("a.jsonl")).unwrap().lines().count(), 2);
}

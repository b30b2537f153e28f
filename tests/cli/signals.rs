//! Signals: what is finished is written, the rest can be taken up, and the caller sees what happened.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::support::program::shell_status;
use super::{Mnet, Run, photo};

/// A run over a list on stdin that stays open, after its first answer.
struct Running {
    mnet: Mnet,
    child: Child,
    list: std::process::ChildStdin,
}

impl Running {
    /// `args` say where answers go, apart from stdout, which carries none.
    fn new(args: &[&str]) -> Self {
        let mnet = Mnet::new();
        fs::copy(photo("hot_dog.jpg"), mnet.path().join("a.jpg")).unwrap();
        fs::copy(photo("hot_dog.jpg"), mnet.path().join("b.jpg")).unwrap();
        let mut command = mnet.command(["classify", "--files-from", "-", "-j", "1"]);
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut list = child.stdin.take().unwrap();
        list.write_all(b"gone.jpg\na.jpg\n").unwrap();
        // The failure of the first input, and then a moment for the second.
        let mut line = String::new();
        while !line.contains("gone.jpg") {
            line.clear();
            assert!(BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut line).unwrap() > 0);
        }
        std::thread::sleep(Duration::from_millis(500));
        Self { mnet, child, list }
    }

    fn end(self, signal: &str) -> (Mnet, Run) {
        kill(&self.child, signal);
        let run = Run::from(self.child.wait_with_output().unwrap());
        drop(self.list);
        (self.mnet, run)
    }
}

fn kill(child: &Child, signal: &str) {
    assert!(
        Command::new("kill")
            .args([&format!("-{signal}"), &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
}

#[test]
fn every_signal_leaves_a_file_that_can_be_resumed() {
    for (signal, status, words) in
        [("INT", 130, "interrupted"), ("TERM", 143, "stopped by SIGTERM"), ("HUP", 129, "stopped by SIGHUP")]
    {
        let (mnet, run) = Running::new(&["--paths-only", "-o", "labels.txt"]).end(signal);
        run.failed(status, &[&format!("{words} after 2 pictures\n"), "1 of 2 pictures failed: gone.jpg\n"]);
        assert_eq!(fs::read_to_string(mnet.path().join("labels.txt")).unwrap(), "a.jpg\n", "{signal}");
    }
}

#[test]
fn the_way_on_is_said_and_works() {
    let mnet = Mnet::new();
    for name in ["a.jpg", "b.jpg"] {
        fs::copy(photo("hot_dog.jpg"), mnet.path().join(name)).unwrap();
    }
    let list = "a.jpg\n";
    let stopped = |args: &[&str]| {
        let mut command = mnet.command(["classify", "--files-from", "-", "-j", "1"]);
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(list.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(1500));
        kill(&child, "TERM");
        let run = Run::from(child.wait_with_output().unwrap());
        drop(stdin);
        run
    };
    let run = stopped(&["-o", "new.jsonl"])
        .failed(143, &["stopped by SIGTERM after 1 picture; to add the others: "]);
    // The command as it stands.
    let way_on = run.stderr.trim_end().split("the others: ").nth(1).unwrap();
    let script = format!("(echo a.jpg; echo b.jpg) | {way_on}");
    Run::of(Command::new("sh").args(["-c", &script]).current_dir(mnet.path())).succeeded();
    let whole = fs::read_to_string(mnet.path().join("new.jsonl")).unwrap();
    assert_eq!(whole.lines().count(), 2);
    // A whole file of an earlier run is not replaced by a part of this one.
    let run = stopped(&["-o", "new.jsonl"]).failed(
        143,
        &["new.jsonl is as before; to add the others: mv ", " new.jsonl && ", " --resume new.jsonl\n"],
    );
    assert_eq!(fs::read_to_string(mnet.path().join("new.jsonl")).unwrap(), whole);
    let advice = run.stderr.lines().find(|line| line.contains("as before")).unwrap();
    let kept = advice.split("they are in ").nth(1).unwrap().split(',').next().unwrap();
    assert_eq!(fs::read_to_string(mnet.path().join(kept)).unwrap().lines().count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn answers_that_the_shell_sends_to_a_file_can_be_gone_on_with() {
    let mnet = Mnet::new();
    for name in ["a.jpg", "b.jpg"] {
        fs::copy(photo("hot_dog.jpg"), mnet.path().join(name)).unwrap();
    }
    let stopped = |args: &[&str], file: &str| {
        let mut command = mnet.command(["classify", "--files-from", "-", "-j", "1"]);
        let stdout = fs::File::create(mnet.path().join(file)).unwrap();
        command.args(args).stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"a.jpg\n").unwrap();
        // Until there is an answer; of Parquet, until there is a file.
        let has_begun = |entry: fs::DirEntry| {
            let name = entry.file_name().into_string().unwrap();
            name.contains("parquet") || name == file && entry.metadata().unwrap().len() > 0
        };
        while !fs::read_dir(mnet.path()).unwrap().flatten().any(has_begun) {
            assert!(child.try_wait().unwrap().is_none());
            std::thread::sleep(Duration::from_millis(20));
        }
        kill(&child, "INT");
        let run = Run::from(child.wait_with_output().unwrap());
        drop(stdin);
        let words = run.failed(130, &["interrupted "]).stderr;
        words.lines().find(|line| line.starts_with("interrupted")).unwrap().to_owned()
    };
    let words = stopped(&["--json"], "new answers.json");
    let (_, way_on) = words.split_once("; to add the others: ").unwrap();
    let script = format!("(echo a.jpg; echo b.jpg) | {way_on}");
    Run::of(Command::new("sh").args(["-c", &script]).current_dir(mnet.path())).succeeded();
    let whole = fs::read_to_string(mnet.path().join("new answers.json")).unwrap();
    assert_eq!(whole.lines().count(), 2, "{whole}");
    let words = stopped(&[], "answers.txt");
    assert!(words.contains("; text cannot be added to; a file of JSON Lines can: "), "{words}");
    assert!(words.ends_with(" --resume labels.jsonl"), "{words}");
    if cfg!(feature = "parquet") {
        let words = stopped(&["-o", "labels.parquet"], "nothing");
        assert!(words.contains("labels.parquet cannot be added to; a file of JSON Lines can: "), "{words}");
        assert!(words.ends_with(" --resume labels.jsonl"), "{words}");
    }
}

#[test]
fn an_ignored_signal_stays_ignored() {
    let mnet = Mnet::new();
    fs::copy(photo("hot_dog.jpg"), mnet.path().join("a.jpg")).unwrap();
    // As nohup starts a program.
    let script = "trap '' HUP; mkfifo list; (sleep 1; echo a.jpg) > list & \
                  \"$0\" classify --files-from list --json & sleep 0.5; kill -HUP $!; wait $!";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_mnet")]).current_dir(mnet.path());
    let run = Run::of(&mut command).succeeded();
    assert_eq!(run.json().len(), 1, "{}", run.stderr);
}

#[test]
fn signals_that_come_together_lose_nothing() {
    let mnet = Mnet::new();
    fs::copy(photo("hot_dog.jpg"), mnet.path().join("a.jpg")).unwrap();
    // A picture that is being read when the signals come, as many as `timeout` and a closed terminal send.
    let script = "mkfifo slow.jpg; exec 3<>slow.jpg; \"$0\" classify -j 1 a.jpg slow.jpg -o labels.jsonl & \
                  until grep -q a.jpg labels.jsonl.*.tmp 2> no; do sleep 0.1; done; \
                  kill -TERM $!; kill -TERM $!; kill -HUP $!; wait $!";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_mnet")]).current_dir(mnet.path());
    let run = Run::of(&mut command);
    assert!([129, 143].contains(&run.code), "{}: {}", run.code, run.stderr);
    assert!(
        run.stderr.contains(" after 1 picture; to add the others: ")
            && run.stderr.contains(" classify -j 1 a.jpg slow.jpg --resume labels.jsonl\n"),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read_to_string(mnet.path().join("labels.jsonl")).unwrap().lines().count(), 1);
}

/// Waits until a file of `folder` whose name ends in `ending` holds a line.
fn wait_for_line(folder: &std::path::Path, ending: &str) {
    let has_line = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        path.to_string_lossy().ends_with(ending) && fs::metadata(path).unwrap().len() > 0
    };
    while !fs::read_dir(folder).unwrap().any(has_line) {
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_silent_pipe_does_not_cost_the_answers() {
    for (threads, picture) in [("1", "-"), ("2", "-"), ("2", "pipe.jpg")] {
        let mnet = Mnet::new();
        for name in ["a.jpg", "b.jpg"] {
            fs::copy(photo("hot_dog.jpg"), mnet.path().join(name)).unwrap();
        }
        assert!(Command::new("mkfifo").arg(mnet.path().join("pipe.jpg")).status().unwrap().success());
        let open = fs::File::options().read(true).write(true).open(mnet.path().join("pipe.jpg")).unwrap();
        // The second is delivered while the first is waited for.
        let mut command =
            mnet.command(["classify", "-j", threads, "a.jpg", picture, "b.jpg", "-o", "labels.jsonl"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let silent = child.stdin.take().unwrap();
        wait_for_line(mnet.path(), ".tmp");
        let start = Instant::now();
        kill(&child, "INT");
        let run = Run::from(child.wait_with_output().unwrap());
        assert!(start.elapsed() < Duration::from_secs(20), "{picture} at {threads}");
        run.failed(130, &["interrupted after ", "; to add the others: ", " --resume labels.jsonl\n"]);
        let text = fs::read_to_string(mnet.path().join("labels.jsonl")).unwrap();
        assert!(text.starts_with("{\"path\":\"a.jpg\",\"width\""), "{text}");
        drop((silent, open));
    }
}

#[test]
fn one_signal_ends_a_run_that_waits_for_others() {
    let mnet = Mnet::new();
    // A silent writer of stdin.
    let mut command = mnet.command(["classify", "-"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // A reader that does not read. The list is longer than a pipe holds answers.
    let list = mnet.path().join("list.txt");
    fs::write(&list, "gone.jpg\n".repeat(3000)).unwrap();
    let mut command = mnet.command(["classify", "--json", "--files-from", "list.txt"]);
    let mut blocked = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    let start = Instant::now();
    for child in [&mut child, &mut blocked] {
        assert!(child.try_wait().unwrap().is_none(), "it should wait");
        kill(child, "INT");
    }
    for child in [&mut child, &mut blocked] {
        assert_eq!(shell_status(child.wait().unwrap()), 130);
    }
    assert!(start.elapsed() < Duration::from_secs(30));
}

//! Tars on stdin, from callers that wait for their answers.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::super::support::tars::{END, member};
use super::{Mnet, Run, folder, picture, piped, told};

/// The way of a caller that has one picture at a time.
struct Stage {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Stage {
    fn new(mnet: &Mnet) -> Self {
        let mut command = mnet.command("classify --tar - --model model --json".split(' '));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().unwrap());
        Self { child, stdin, lines: BufReader::new(stdout).lines() }
    }

    /// Writes a member, and waits for its answer.
    fn ask(&mut self, bytes: &[u8]) -> serde_json::Value {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(bytes).unwrap();
        stdin.flush().unwrap();
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }

    fn end(mut self) -> Run {
        drop(self.stdin.take());
        Run::from(self.child.wait_with_output().unwrap())
    }
}

#[test]
fn a_member_is_answered_before_the_next_one_is_written() {
    let mnet = folder();
    let mut stage = Stage::new(&mnet);
    for name in ["1.jpg", "2.jpg", "3.jpg"] {
        let answer = stage.ask(&member(name, &picture()));
        assert_eq!((answer["path"].as_str(), answer["error"].is_null()), (Some(name), true), "{answer}");
    }
    // Not even the zeros after the bytes of a member are waited for.
    let last = member("4.jpg", b"no picture");
    assert_eq!(stage.ask(&last[..522])["error"]["kind"], "not-an-image");
    stage.stdin.as_mut().unwrap().write_all(&[&last[522..], &END].concat()).unwrap();
    stage.end().failed(1, &["1 of 4 pictures failed"]);
}

#[test]
fn a_caller_that_closes_the_stream_is_done() {
    let mnet = folder();
    let mut stage = Stage::new(&mnet);
    stage.ask(&member("1.jpg", &picture()));
    stage.stdin.as_mut().unwrap().write_all(&END).unwrap();
    stage.end().succeeded();
    let run = piped(&mnet, "classify --tar - --model model --json", &END).succeeded();
    assert!(run.stderr.contains("no pictures found"), "{}", run.stderr);
    let run = piped(&mnet, "classify --tar - --model model --json", b"").failed(1, &[]);
    assert_eq!(told(&run), ["-: is empty, not a tar"]);
}

#[cfg(unix)]
#[test]
fn sigterm_ends_a_run_whose_stream_is_open() {
    let mnet = folder();
    let mut stage = Stage::new(&mnet);
    stage.ask(&member("1.jpg", &picture()));
    Command::new("kill").args(["-TERM", &stage.child.id().to_string()]).status().unwrap();
    let open = stage.stdin.take();
    stage.end().failed(143, &["stopped by SIGTERM after 1 picture"]);
    drop(open);
}

#[test]
fn stdin_is_one_thing() {
    let mnet = folder();
    for (words, reason, command) in [
        ("classify --tar - -k 1 -", "stdin cannot be a tar and a picture", "mnet classify -k 1 -"),
        (
            "classify --tar - --files-from - -k 1",
            "stdin cannot be a tar and a list of pictures",
            "mnet classify --tar - -k 1",
        ),
        ("embed --tar - --tar -", "stdin cannot be two tars", "mnet embed --tar -"),
    ] {
        let run = piped(&mnet, words, b"").failed(2, &[reason]);
        assert!(run.stderr.ends_with(&format!("  try: {command}\n")), "{}", run.stderr);
    }
}

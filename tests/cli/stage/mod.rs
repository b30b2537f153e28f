//! mnet as a stage of another program: an answer for each input before the next one is written, for as long as the stream is open.

mod endings;
#[cfg(target_os = "linux")]
mod memory;
mod mixed;
mod ready;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::support::checkpoint;
use super::{Mnet, Run};

/// A picture of one grey level, of these sides.
pub(crate) fn picture(side: usize, level: u8) -> Vec<u8> {
    [format!("P5 {side} {side} 255\n").into_bytes(), vec![level; side * side]].concat()
}

/// A folder with a tiny model and a tiny picture.
pub(crate) fn folder() -> Mnet {
    let mnet = Mnet::new();
    checkpoint::tiny(&mnet.path().join("model"), &["dark", "light"]);
    fs::write(mnet.path().join("a.pgm"), picture(4, 80)).unwrap();
    mnet
}

/// A program that reads its stdin until that is closed.
struct Stage {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
}

/// How long a line is waited for before a test fails rather than hangs.
const LONGEST_WAIT: Duration = Duration::from_mins(2);

impl Stage {
    fn new(mnet: &Mnet, args: &[&str]) -> Self {
        let mut command = mnet.command(["classify", "--model", "model"].iter().chain(args));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || stdout.lines().try_for_each(|line| sender.send(line.unwrap())));
        Self { stdin: child.stdin.take(), child, lines }
    }

    fn write(&mut self, bytes: &[u8]) {
        self.stdin.as_mut().unwrap().write_all(bytes).unwrap();
    }

    /// The next line of stdout.
    #[track_caller]
    fn line(&self) -> String {
        self.lines.recv_timeout(LONGEST_WAIT).expect("a line comes while stdin is open")
    }

    /// The answer to a line of the list.
    #[track_caller]
    fn ask(&mut self, input: &str) -> Value {
        self.write(format!("{input}\n").as_bytes());
        serde_json::from_str(&self.line()).unwrap()
    }

    /// Closes stdin, if that is wanted, and waits. The lines that had not been read are the run's stdout.
    fn end(mut self, closes_stdin: bool) -> Run {
        let stdin = self.stdin.take().filter(|_| !closes_stdin);
        let output = self.child.wait_with_output().unwrap();
        drop(stdin);
        let run = Run::from(output);
        let stdout = self.lines.iter().map(|line| line + "\n").collect();
        Run { stdout, ..run }
    }
}

/// Flags that change how pictures are grouped and shared.
const SHARING: [&[&str]; 5] =
    [&["-j", "1"], &["-j", "2"], &["-j", "3"], &["-j", "1", "--batch", "8"], &["-j", "2", "--batch", "32"]];

#[test]
fn each_line_of_a_list_is_answered_before_the_next_is_written() {
    let mnet = folder();
    for sharing in SHARING {
        let mut stage = Stage::new(&mnet, &[&["--files-from", "-", "--json"], sharing].concat());
        for turn in 0..4 {
            let answer = stage.ask("a.pgm");
            assert!(answer["path"] == "a.pgm" && answer["top"][0]["label"].is_string(), "{turn} {answer}");
            assert_eq!(stage.ask("gone.pgm")["error"]["kind"], "io", "{sharing:?}");
        }
        let run = stage.end(true).failed(1, &["4 of 8 pictures failed: gone.pgm"]);
        assert_eq!(run.stdout, "");
    }
}

#[cfg(feature = "tar")]
#[test]
fn so_is_each_member_of_a_tar() {
    let mnet = folder();
    for sharing in SHARING {
        let mut stage = Stage::new(&mnet, &[&["--tar", "-", "--json"], sharing].concat());
        for turn in 0..4 {
            let name = format!("{turn}.pgm");
            let bytes = if turn == 2 { b"broken".to_vec() } else { picture(4, 9) };
            stage.write(&member(&name, &bytes));
            let answer: Value = serde_json::from_str(&stage.line()).unwrap();
            assert_eq!(answer["path"], name);
            assert_eq!(answer["top"].is_array(), turn != 2, "{answer}");
        }
        stage.write(&[0; 1024]);
        assert_eq!(stage.end(true).failed(1, &["1 of 4 pictures failed: 2.pgm"]).stdout, "");
    }
}

#[test]
fn so_is_it_in_every_format_of_lines_and_by_embed() {
    let mnet = folder();
    let mut text = Stage::new(&mnet, &["--files-from", "-", "-k", "1"]);
    let mut csv = Stage::new(&mnet, &["--files-from", "-", "-k", "1", "--format", "csv"]);
    let mut paths = Stage::new(&mnet, &["--files-from", "-", "--paths-only"]);
    for turn in 0..3 {
        for (number, stage) in [&mut text, &mut csv, &mut paths].into_iter().enumerate() {
            stage.write(b"a.pgm\n");
            if turn == 0 && number == 1 {
                assert_eq!(
                    stage.line(),
                    "path,rank,index,wnid,label,score,error,damaged,model,res,path_bytes"
                );
            }
            let line = stage.line();
            assert!(line.starts_with("a.pgm"), "{line}");
        }
    }
    for stage in [text, csv, paths] {
        assert_eq!(stage.end(true).succeeded().stdout, "");
    }
    let mut command = mnet.command(["embed", "--model", "model", "--files-from", "-", "--json"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for _ in 0..3 {
        stdin.write_all(b"a.pgm\n").unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert!(line.starts_with("{\"path\":\"a.pgm\",") && line.ends_with("}\n"), "{line}");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

/// A member of a tar: a header of 512 bytes, and the content in blocks of 512.
pub(crate) fn member(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut header = [0; 512];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, name);
    put(100, "0000644\0");
    put(124, &format!("{:011o}\0", bytes.len()));
    put(136, "00000000000\0");
    put(148, "        0");
    put(257, "ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let padding = vec![0; bytes.len().next_multiple_of(512) - bytes.len()];
    [&header[..], bytes, &padding].concat()
}

//! `--ready-fd`: one newline once the model is loaded.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use super::super::{Mnet, Run};
use super::folder;

/// A shell of `mnet`, with the program as `$0`.
fn shell(mnet: &Mnet, script: &str) -> Command {
    let mut command = Command::new("bash");
    command.args(["-c", script, env!("CARGO_BIN_EXE_mnet")]).current_dir(mnet.path());
    command
}

fn run(mnet: &Mnet, script: &str) -> Run {
    Run::of(&mut shell(mnet, script))
}

#[test]
fn the_newline_comes_before_the_first_input_is_written() {
    let commands = ["classify --tar -", "classify --files-from -", "embed --files-from -"];
    for command in commands.into_iter().skip(usize::from(!cfg!(feature = "tar"))) {
        let mnet = folder();
        run(&mnet, "mkfifo ready").succeeded();
        let script = format!("exec \"$0\" {command} --model model --json --ready-fd 9 9> ready");
        let mut child = shell(&mnet, &script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut ready = File::open(mnet.path().join("ready")).unwrap();
        let mut byte = [0; 1];
        ready.read_exact(&mut byte).unwrap();
        assert_eq!(byte, *b"\n", "{command}");
        let input = if command.contains("tar") {
            [&super::member("a.pgm", &super::picture(4, 1))[..], &[0; 1024]].concat()
        } else {
            b"a.pgm\n".into()
        };
        stdin.write_all(&input).unwrap();
        drop(stdin);
        let answers = child.wait_with_output().unwrap();
        assert!(
            answers.status.success() && answers.stdout.starts_with(b"{\"path\":\"a.pgm\","),
            "{answers:?}"
        );
        // Nothing follows it.
        assert_eq!(ready.read(&mut byte).unwrap(), 0);
    }
}

#[test]
fn there_is_one_newline_with_any_inputs() {
    let mnet = folder();
    let mut expected = String::new();
    for args in [
        "a.pgm a.pgm",
        "gone.pgm --exit-zero",
        "--files-from /dev/null",
        "a.pgm --resume labels.jsonl",
        "a.pgm --resume labels.jsonl",
        "a.pgm --shard 0/4",
        "a.pgm -o new.jsonl",
    ] {
        run(&mnet, &format!("\"$0\" classify --model model --json {args} --ready-fd 3 3>> ready"))
            .succeeded();
        expected.push('\n');
        assert_eq!(fs::read_to_string(mnet.path().join("ready")).unwrap(), expected, "{args}");
    }
    let run = run(&mnet, "\"$0\" classify -q --model model a.pgm --json --ready-fd 2").succeeded();
    assert!(run.stderr == "\n" && run.json().len() == 1, "{}{}", run.stdout, run.stderr);
}

#[test]
fn without_a_model_there_is_no_newline() {
    let mnet = folder();
    run(&mnet, "\"$0\" classify --model no/such/folder a.pgm --ready-fd 3 3> ready")
        .failed(2, &["no/such/folder"]);
    assert_eq!(fs::read_to_string(mnet.path().join("ready")).unwrap(), "");
}

#[test]
fn a_descriptor_that_cannot_be_told_ends_the_run_before_it_begins() {
    let mnet = folder();
    fs::write(mnet.path().join("list"), "a.pgm\n").unwrap();
    run(&mnet, "\"$0\" classify --model model --resume labels.jsonl a.pgm").succeeded();
    let answers = fs::read(mnet.path().join("labels.jsonl")).unwrap();
    for (args, words) in [
        ("--ready-fd 3", "--ready-fd 3: this descriptor is not open"),
        // These open descriptors of their own.
        ("--ready-fd 3 --files-from list", "--ready-fd 3: this descriptor is not open"),
        ("--ready-fd 4 --tar a.tar --resume new.jsonl", "--ready-fd 4: this descriptor is not open"),
        ("--ready-fd 3 3< list", "--ready-fd 3: this descriptor is open for reading only"),
        ("--ready-fd 3 3< <(cat)", "--ready-fd 3: this descriptor is open for reading only"),
        ("--ready-fd 3 3< .", "--ready-fd 3: this descriptor is open for reading only"),
        ("--ready-fd 3 3>&1", "--ready-fd 3: this descriptor is the output"),
        (
            "-o - --ready-fd 3 3>&1 | cat; exit ${PIPESTATUS[0]}",
            "--ready-fd 3: this descriptor is the output",
        ),
        ("-o /dev/fd/3 --ready-fd 3 3> new", "--ready-fd 3: this descriptor is the output"),
        ("-o new --ready-fd 3 3> new", "--ready-fd 3: this descriptor is the output"),
        (
            "--resume labels.jsonl --ready-fd 3 3>> labels.jsonl",
            "--ready-fd 3: this descriptor is the output",
        ),
        ("--ready-fd 3 3>> a.pgm", "--ready-fd 3: this descriptor is an input"),
        ("--files-from list --ready-fd 3 3>> list", "--ready-fd 3: this descriptor is the list of inputs"),
        ("--ready-fd 0", "--ready-fd 0: expected the number of an open descriptor from 2; 0 is stdin"),
        ("--ready-fd 1", "--ready-fd 1: expected the number of an open descriptor from 2"),
        ("--ready-fd -1", "expected the number of an open descriptor from 2"),
        ("--ready-fd 2 --dry-run", "--dry-run"),
    ] {
        // A model that is missing would be the error otherwise.
        let script = format!("\"$0\" classify --model no/such/folder a.pgm {args}");
        let run = run(&mnet, &script).failed(2, &[words, "try: "]);
        assert!(!run.stderr.contains("no/such/folder:") && run.stdout.is_empty(), "{args}: {}", run.stderr);
    }
    assert_eq!(fs::read(mnet.path().join("labels.jsonl")).unwrap(), answers);
    for search in ["--near a.pgm", "--duplicates 0.9"] {
        run(&mnet, &format!("\"$0\" embed --model model a.pgm {search} --ready-fd 2"))
            .failed(2, &["--ready-fd"]);
    }
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let mnet = folder();
    run(&mnet, "mkfifo ready").succeeded();
    for open in [
        // A named pipe, and one without a name.
        "exec 4<> ready 3> ready 4<&-",
        "exec 3> >(exit); wait $!",
        "exec 3> /dev/null",
    ] {
        let run = run(&mnet, &format!("{open}; \"$0\" classify --model model a.pgm --json --ready-fd 3"))
            .succeeded();
        assert_eq!(run.json().len(), 1, "{open}");
    }
}

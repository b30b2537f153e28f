//! How it ends: at the end of its input, by a signal, or because the reader has gone.

use std::io::Write;
use std::process::{Child, Command};
use std::thread;

use serde_json::Value;

use super::super::Run;
use super::{SHARING, Stage, folder};

#[test]
fn a_list_that_cannot_be_read_on_is_the_last_record() {
    let mnet = folder();
    let mut stage = Stage::new(&mnet, &["--files-from", "-", "--json"]);
    assert!(stage.ask("a.pgm")["top"].is_array());
    let record = stage.ask("a.pgm\0b.pgm");
    assert!(
        record["path"] == "-" && record["error"]["message"].as_str().unwrap().contains("-0 is for"),
        "{record}"
    );
    // It ends although stdin is open.
    assert_eq!(stage.end(false).failed(1, &["1 of 2 pictures failed: -"]).stdout, "");
}

#[test]
fn sigterm_ends_it_with_whole_lines() {
    let mnet = folder();
    for sharing in SHARING {
        let mut stage = Stage::new(&mnet, &[&["--files-from", "-", "--json"], sharing].concat());
        assert!(stage.ask("a.pgm")["top"].is_array());
        // Idle, with stdin open.
        kill(&stage.child, "TERM");
        assert_eq!(stage.end(false).failed(143, &["stopped by SIGTERM after 1 picture\n"]).stdout, "");

        let mut stage = Stage::new(&mnet, &[&["--files-from", "-", "--json"], sharing].concat());
        let mut stdin = stage.stdin.take().unwrap();
        let names = (0..500).flat_map(|number| [format!("{number}.pgm"), "a.pgm".to_owned()]);
        let names = names.collect::<Vec<_>>().join("\n");
        let writer = thread::spawn(move || (stdin.write_all(names.as_bytes()), stdin));
        let first: Vec<_> = (0..3).map(|_| stage.line()).collect();
        kill(&stage.child, "TERM");
        let run = stage.end(false).failed(143, &["stopped by SIGTERM after "]);
        // Records of the first inputs, in their order, each whole.
        for (number, line) in first.iter().map(String::as_str).chain(run.stdout.lines()).enumerate() {
            let record: Value = serde_json::from_str(line).unwrap();
            let name = if number % 2 == 0 { format!("{}.pgm", number / 2) } else { "a.pgm".to_owned() };
            assert_eq!(record["path"], name);
        }
        assert!(run.stdout.is_empty() || run.stdout.ends_with("}\n"));
        drop(writer);
    }
}

fn kill(child: &Child, signal: &str) {
    let mut kill = Command::new("kill");
    assert!(kill.args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn a_reader_that_has_gone_ends_it() {
    let mnet = folder();
    let script =
        "yes a.pgm | \"$0\" classify --model model --files-from - --json | head -n 3; echo ${PIPESTATUS[1]}";
    let mut command = Command::new("bash");
    let run = Run::of(command.args(["-c", script, env!("CARGO_BIN_EXE_mnet")]).current_dir(mnet.path()));
    assert_eq!(run.stdout.lines().count(), 4, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.ends_with("\n0\n"), "{}", run.stdout);
}

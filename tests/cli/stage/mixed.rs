//! Exactly one record for each input, of any kind.

use std::fs;
use std::io::Write;
use std::process::Command;
use std::thread;

use serde_json::Value;

use super::super::Mnet;
use super::{SHARING, Stage, folder, picture};

/// Inputs of each kind that people send, with the kind of the error that their record has, if it has one.
fn mixed(mnet: &Mnet) -> Vec<(&'static [u8], Option<&'static str>)> {
    let path = |name: &str| mnet.path().join(name);
    fs::write(path("b c.pgm"), picture(3, 200)).unwrap();
    fs::write(path("wide.pgm"), picture(40, 1)).unwrap();
    fs::write(path("broken.jpg"), b"\xff\xd8\xff\xe0\0\x10JFIF\0").unwrap();
    fs::write(path("notes.txt"), "dear diary").unwrap();
    fs::write(path("empty.png"), "").unwrap();
    fs::create_dir(path("folder")).unwrap();
    vec![
        (b"a.pgm", None),
        (b"gone.pgm", Some("io")),
        (b"broken.jpg", Some("decode")),
        (b"folder", Some("io")),
        (b"wide.pgm", Some("too-large")),
        (b"b c.pgm", None),
        (b"notes.txt", Some("not-an-image")),
        (b"empty.png", Some("not-an-image")),
        (b"-", Some("io")),
        (b"\xff.pgm", Some("io")),
        (b" a.pgm", Some("io")),
        (b"a.pgm/b", Some("io")),
        (b"http://example.org/a.jpg", Some("io")),
        (b"./a.pgm", None),
    ]
}

#[test]
fn every_input_has_exactly_one_record() {
    const ROUNDS: usize = 30;
    let mnet = folder();
    let inputs = mixed(&mnet);
    for sharing in SHARING {
        let limits = ["--max-pixels", "100", "--exit-zero", "--files-from", "-", "--json"];
        let mut stage = Stage::new(&mnet, &[&limits[..], sharing].concat());
        let mut stdin = stage.stdin.take().unwrap();
        let bytes = inputs.iter().flat_map(|(path, _)| [path, &b"\n"[..]].concat()).collect::<Vec<_>>();
        // More than the program can take before its first answer is read.
        let writer = thread::spawn(move || (0..ROUNDS).try_for_each(|_| stdin.write_all(&bytes)));
        for _ in 0..ROUNDS {
            for (path, kind) in &inputs {
                let record: Value = serde_json::from_str(&stage.line()).unwrap();
                assert_eq!(record["path"], *String::from_utf8_lossy(path));
                assert_eq!(record["error"]["kind"].as_str(), *kind, "{record}");
                assert_eq!(record["top"].is_array(), kind.is_none(), "{record}");
            }
        }
        writer.join().unwrap().unwrap();
        let run = stage.end(true).succeeded();
        assert_eq!(run.stdout, "");
        // Only a summary, without progress.
        assert!(run.stderr.contains("330 of 420 pictures failed: gone.pgm, "), "{}", run.stderr);
        assert!(run.stderr.lines().count() <= 3 && !run.stderr.contains('\r'), "{}", run.stderr);
    }
}

#[test]
fn an_empty_line_is_no_input() {
    let mnet = folder();
    let mut stage = Stage::new(&mnet, &["--files-from", "-", "--json"]);
    stage.write(b"\n\r\n\n");
    for _ in 0..2 {
        assert_eq!(stage.ask("a.pgm\r")["path"], "a.pgm");
        stage.write(b"\n");
    }
    assert_eq!(stage.end(true).succeeded().stdout, "");
}

#[test]
fn a_picture_that_takes_too_long_has_a_record_and_the_next_one_too() {
    let mnet = folder();
    let silent = mnet.path().join("silent.pgm");
    assert!(Command::new("mkfifo").arg(&silent).status().unwrap().success());
    let _open = fs::File::options().read(true).write(true).open(&silent).unwrap();
    for threads in ["1", "2"] {
        let args = ["--files-from", "-", "--json", "--timeout", "0.2", "-j", threads];
        let mut stage = Stage::new(&mnet, &args);
        for _ in 0..3 {
            assert_eq!(stage.ask("silent.pgm")["error"]["kind"], "timeout");
            // On a busy machine this one may take too long, too.
            assert_eq!(stage.ask("a.pgm")["path"], "a.pgm");
        }
        assert_eq!(stage.end(true).failed(1, &[" of 6 pictures failed: silent.pgm"]).stdout, "");
    }
}

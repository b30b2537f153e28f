//! Answers that are kept, and counted again.

use std::fs;

use serde_json::Value;

use super::{eval, figures, lasting, world};
use crate::{Mnet, Run};

fn without_times(text: &str) -> Vec<Value> {
    let line = |line: &str| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        line.as_object_mut().unwrap().remove("ms");
        line
    };
    text.lines().map(line).collect()
}

/// Figures of kept answers; no flag says which model.
fn counted(mnet: &Mnet, arguments: &str) -> Run {
    mnet.run(format!("eval photos --json {arguments}").split_whitespace())
}

#[test]
fn they_are_those_of_classify_and_give_the_same_figures() {
    let mnet = world();
    let by_photos = lasting(figures(&mnet, "photos --per-class -o kept.jsonl"));
    let kept = fs::read_to_string(mnet.path().join("kept.jsonl")).unwrap();
    let run = mnet.run(["classify", "-r", "photos", "--model", "net", "--json", "-q"]).succeeded();
    assert_eq!(without_times(&kept), without_times(&run.stdout));
    let by_records = counted(&mnet, "--per-class --records kept.jsonl").succeeded().json().remove(0);
    assert_eq!(by_records["images_per_second"], Value::Null);
    assert_eq!(lasting(by_records), by_photos);
    // Another way to write the same paths.
    fs::write(mnet.path().join("dotted.jsonl"), kept.replace("\"photos/", "\"./photos/")).unwrap();
    let dotted = counted(&mnet, "--per-class --records dotted.jsonl").succeeded().json().remove(0);
    assert_eq!(lasting(dotted), by_photos);
}

#[test]
fn pictures_without_a_record_have_failed() {
    let mnet = world();
    let run = mnet.run(["classify", "-r", "photos", "--model", "net", "--json", "-q"]).succeeded();
    let lines: Vec<_> = run.stdout.lines().collect();
    let other = lines[0].replace("photos/", "others/");
    // The last record of a path counts, as a later attempt.
    let failure = r#"{"path":"photos/ant/0.ppm","error":{"kind":"io","message":"the disk is gone"}}"#;
    let kept = format!("{failure}\n{}\n{other}\n", lines[..13].join("\n"));
    fs::write(mnet.path().join("kept.jsonl"), &kept).unwrap();
    let run = counted(&mnet, "--records kept.jsonl").failed(
        1,
        &[
            "mnet: photos/gnu/1.ppm: no record in kept.jsonl",
            "kept.jsonl: left out, because a later one has the same path: 1 record",
            "kept.jsonl: left out, as of other pictures: 1 record, such as others/ant/0.ppm",
        ],
    );
    assert_eq!([&run.json()[0]["answered"], &run.json()[0]["failed"]], [13, 1]);
    fs::write(mnet.path().join("kept.jsonl"), kept + failure + "\n").unwrap();
    counted(&mnet, "--records kept.jsonl").failed(1, &["mnet: photos/ant/0.ppm: the disk is gone"]);
}

#[test]
fn records_that_do_not_say_enough_are_refused() {
    let mnet = world();
    let write = |name: &str, arguments: &str| {
        let run =
            mnet.run(format!("classify -r photos --model net --json -q {arguments}").split_whitespace());
        fs::write(mnet.path().join(name), run.stdout).unwrap();
    };
    write("one.jsonl", "-k 1");
    let one = counted(&mnet, "--records one.jsonl").succeeded().json().remove(0);
    assert_eq!((&one["top1"], &one["top5"]), (&figures(&mnet, "photos")["top1"], &Value::Null));
    write("some.jsonl", "--only ant bee");
    counted(&mnet, "--records some.jsonl")
        .failed(2, &["some.jsonl has answers of 0 to ", "--min-score, --only and --not"]);
    write("other.jsonl", "--res 64");
    let both = fs::read_to_string(mnet.path().join("one.jsonl")).unwrap()
        + &fs::read_to_string(mnet.path().join("other.jsonl")).unwrap();
    fs::write(mnet.path().join("both.jsonl"), both).unwrap();
    counted(&mnet, "--records both.jsonl")
        .failed(2, &["answers of two models, net at 32 px and net at 64 px"]);
    let lines = counted(&mnet, "--records one.jsonl,other.jsonl").succeeded().json();
    assert_eq!((lines.len(), &lines[1]["res"]), (3, &64.into()));
    fs::write(mnet.path().join("diary.jsonl"), "dear diary\n").unwrap();
    counted(&mnet, "--records diary.jsonl").failed(2, &["diary.jsonl: line 1 was not written by mnet"]);
    counted(&mnet, "--records gone.jsonl").failed(2, &["gone.jsonl: no such file"]);
}

#[test]
fn rows_with_and_without_a_temperature_are_told_apart() {
    let mnet = world();
    eval(&mnet, "photos -o plain.jsonl").succeeded();
    let plain = fs::read_to_string(mnet.path().join("plain.jsonl")).unwrap();
    let damaged = plain.replacen("\"top\"", "\"damaged\":\"it ends early\",\"top\"", 1);
    let warm = damaged.replace("\"res\":32,", "\"res\":32,\"temperature\":1.5,");
    fs::write(mnet.path().join("warm.jsonl"), warm).unwrap();
    let lines = counted(&mnet, "--records plain.jsonl,warm.jsonl").succeeded().json();
    assert_eq!([&lines[0]["damaged"], &lines[1]["damaged"]], [0, 1]);
    assert_eq!(
        (lines[2]["first"].get("temperature"), &lines[2]["second"]["temperature"]),
        (None, &1.5.into())
    );
    let text = eval(&mnet, "photos --records plain.jsonl,warm.jsonl").succeeded().stdout;
    assert!(text.contains("\nnet, temperature 1.5 "), "{text}");
}

#[test]
fn a_file_of_something_else_is_not_replaced() {
    let mnet = world();
    fs::write(mnet.path().join("notes.jsonl"), "dear diary\n").unwrap();
    eval(&mnet, "photos -o notes.jsonl").failed(2, &["notes.jsonl: was not written by mnet"]);
    eval(&mnet, "photos -o labels.csv")
        .failed(2, &["labels.csv: answers are kept as JSON Lines, not as CSV"]);
    eval(&mnet, "photos -o -").failed(2, &["stdout has the figures"]);
    eval(&mnet, "photos -o a.jsonl --records b.jsonl").failed(2, &["--output", "--records"]);
}

/// A picture that never comes keeps the run waiting.
#[cfg(unix)]
#[test]
fn a_run_that_is_stopped_has_no_figures_and_keeps_its_answers() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let mnet = world();
    let list = "gone.jpg ant\nphotos/ant/0.ppm ant\npipe bee\nphotos/cat/0.ppm cat\n";
    fs::write(mnet.path().join("list.txt"), list).unwrap();
    assert!(Command::new("mkfifo").arg(mnet.path().join("pipe")).status().unwrap().success());
    let mut command = mnet.command("eval list.txt --model net -j 1 -o kept.jsonl".split(' '));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The failure of the first picture: the run has begun, and hears signals.
    let mut line = String::new();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    while !line.contains("gone.jpg") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0);
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let mut said = String::new();
    std::io::Read::read_to_string(&mut stderr, &mut said).unwrap();
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!((run.code, run.stdout.as_str()), (130, ""), "{said}");
    assert!(said.contains("stopped before all pictures were done: no figures of net"), "{said}");
    assert!(fs::read_to_string(mnet.path().join("kept.jsonl")).unwrap().contains("gone.jpg"));
}

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
fn a_file_of_something_else_is_not_replaced() {
    let mnet = world();
    fs::write(mnet.path().join("notes.jsonl"), "dear diary\n").unwrap();
    eval(&mnet, "photos -o notes.jsonl").failed(2, &["notes.jsonl: was not written by mnet"]);
    eval(&mnet, "photos -o labels.csv")
        .failed(2, &["labels.csv: answers are kept as JSON Lines, not as CSV"]);
    eval(&mnet, "photos -o -").failed(2, &["stdout has the figures"]);
    eval(&mnet, "photos -o a.jsonl --records b.jsonl").failed(2, &["--output", "--records"]);
}

//! `--precision`: the format that runs, and its name in records.

use std::fs;

use mnet::record::Precision;
use serde_json::Value;

use super::support::checkpoint::tiny;
use super::{Mnet, Run, photo};

const CLASSES: [&str; 4] = ["cat", "dog", "fern", "moss"];

fn folder() -> Mnet {
    let mnet = Mnet::new();
    fs::copy(photo("hot_dog.jpg"), mnet.path().join("a.jpg")).unwrap();
    tiny(&mnet.path().join("net"), &CLASSES);
    mnet
}

fn classify(mnet: &Mnet, flags: &[&str]) -> Run {
    mnet.run([&["classify", "a.jpg", "--model", "net"], flags].concat())
}

/// The precision that runs if bf16 is asked for: `f32` on a processor without bf16 instructions.
fn that_runs() -> &'static str {
    if Precision::Bf16.instruction_set().is_some() { "bf16" } else { "f32" }
}

#[test]
fn a_record_says_which_ran() {
    let mnet = folder();
    let without = classify(&mnet, &["--json"]).succeeded().json().remove(0);
    assert_eq!(without.get("precision"), None);
    let full = classify(&mnet, &["--json", "--precision", "f32"]).succeeded().json().remove(0);
    assert_eq!((&full["precision"], &full["top"]), (&Value::from("f32"), &without["top"]));

    let run = classify(&mnet, &["--json", "--precision", "bf16", "-k", "4"]).succeeded();
    let half = run.json().remove(0);
    assert_eq!(half["precision"], that_runs());
    let is_fallback = run.stderr.contains("neither AVX512-BF16 nor AMX; running in f32");
    assert_eq!(is_fallback, that_runs() == "f32", "{}", run.stderr);
    let all = classify(&mnet, &["--json", "-k", "4"]).succeeded().json().remove(0);
    for class in all["top"].as_array().unwrap() {
        let other = half["top"].as_array().unwrap().iter().find(|other| other["index"] == class["index"]);
        let [exact, rounded] = [class, other.unwrap()].map(|class| class["score"].as_f64().unwrap());
        assert!((exact - rounded).abs() < 0.02, "{exact} and {rounded}");
    }
}

#[test]
fn csv_has_a_column_for_it() {
    let mnet = folder();
    let run = classify(&mnet, &["--format", "csv", "-k", "1", "--precision", "bf16"]).succeeded();
    let lines: Vec<_> = run.stdout.lines().collect();
    assert!(lines[0].ends_with(",temperature,precision"), "{}", lines[0]);
    assert!(lines[1].ends_with(&format!(",,,{}", that_runs())), "{}", lines[1]);
}

#[test]
fn a_file_of_another_precision_is_not_continued() {
    let mnet = folder();
    classify(&mnet, &["--resume", "r.jsonl", "--precision", "bf16"]).succeeded();
    let run = classify(&mnet, &["--resume", "r.jsonl"]);
    if that_runs() == "bf16" {
        assert!(run.stderr.contains("net at 32 px, bf16; this run uses net at 32 px"), "{}", run.stderr);
    } else {
        run.succeeded();
    }
}

#[test]
fn another_word_is_refused_with_the_one_that_was_meant() {
    classify(&folder(), &["--precision", "fp16"]).failed(2, &["f32 or bf16", "--precision bf16"]);
}

#[test]
fn bench_measures_both() {
    let quick = ["bench", "--random-weights", "--min-time", "0.01", "--warm-up", "1", "--json"];
    let run = Mnet::new().run(quick.into_iter().chain([
        "--model",
        "v1",
        "--alpha",
        "0.25",
        "--res",
        "32",
        "--precision",
        "f32,bf16",
    ]));
    let run = run.succeeded();
    let rows = run.json();
    let precisions: Vec<_> = rows.iter().map(|row| row["precision"].as_str().unwrap()).collect();
    assert_eq!(precisions, ["f32", that_runs()]);
    for row in &rows {
        assert!(row["peak_gflops"].as_f64().is_some_and(|peak| peak > 0.0), "{row}");
        let set = row["isa"].as_str().unwrap();
        assert!(run.stderr.contains(set), "{set}: {}", run.stderr);
    }
}

//! Flags that change nothing are named, and pictures that fail need not fail a pipeline.

use super::support::checkpoint;
use super::{Mnet, Run};

/// A run that has nothing to label but a file that is not there.
fn classify(arguments: &str) -> Run {
    Mnet::new().run(["classify", "gone.jpg"].into_iter().chain(arguments.split_whitespace()))
}

#[test]
fn flags_that_a_format_has_no_use_for_are_named() {
    let has_all = "has the name, the WordNet id and the index of every class";
    let logits = "has no room for them; JSON Lines (--format jsonl) and Parquet (--format parquet) have";
    for (arguments, note) in [
        ("--label wnid --json", &format!("--label changes nothing here: JSON Lines {has_all}\n")[..]),
        ("--label index --format csv", &format!("--label changes nothing here: CSV {has_all}\n")),
        ("--label wnid -o a.csv", &format!("--label changes nothing here: CSV {has_all}\n")),
        ("--label wnid --paths-only", "--label changes nothing here: paths come without them\n"),
        ("--label index --print0", "--label changes nothing here: paths come without them\n"),
        ("--logits", &format!("--logits changes nothing here: text {logits}\n")),
        ("--logits --resume a.csv", &format!("--logits changes nothing here: CSV {logits}\n")),
        ("--logits --paths-only", "--logits changes nothing here: paths come without them\n"),
        (
            "-o labels.csv.gz",
            "no format has the ending .gz, so this is text; --format, or a name in .jsonl, .csv or",
        ),
        (
            "--json -o a.jsonl --dry-run",
            "--dry-run prints paths to stdout: --json and --output change nothing\n",
        ),
        ("--logits --dry-run", "--dry-run prints paths to stdout: --logits changes nothing\n"),
    ] {
        let run = classify(&format!("{arguments} --exit-zero")).succeeded();
        assert_eq!(run.stderr.matches("nothing").count() + run.stderr.matches("no format").count(), 1);
        assert!(run.stderr.contains(note), "{arguments}: {}", run.stderr);
        let quiet = classify(&format!("{arguments} --quiet --exit-zero"));
        assert!(!quiet.stderr.contains("change"), "{}", quiet.stderr);
    }
    for arguments in ["--label wnid", "--logits --json", "--label name --json", "-o labels.txt", "-o labels"]
    {
        let run = classify(arguments).failed(1, &[]);
        assert!(!run.stderr.contains("nothing here") && !run.stderr.contains("no format"), "{}", run.stderr);
    }
}

#[test]
fn failed_pictures_need_not_fail_the_run() {
    for format in ["text", "jsonl", "csv"] {
        classify(&format!("--format {format}")).failed(1, &[]);
    }
    let run = classify("--exit-zero").succeeded();
    assert!(run.stderr.contains("gone.jpg: no such file"), "{}", run.stderr);
    let rows = classify("--json --exit-zero").succeeded().json();
    assert_eq!(rows[0]["error"]["kind"], "io");
    classify("--exit-zero --dry-run -r").succeeded();
    // What could not run at all.
    classify("--exit-zero --model nope").failed(2, &["nope"]);
    // Pictures that were never looked at are not done.
    classify("--exit-zero --fail-fast").failed(2, &["--exit-zero and --fail-fast cannot be used together"]);
}

#[test]
fn ids_that_a_checkpoint_lacks_are_named_once() {
    let mnet = Mnet::new();
    checkpoint::tiny(&mnet.path().join("mine"), &["a", "b", "c"]);
    let wnid = |model: &str| {
        let words = ["classify", "gone.jpg", "gone.png", "--exit-zero", "--label", "wnid", "--model", model];
        mnet.run(words).succeeded().stderr
    };
    let note = "--label wnid changes nothing here: the classes of mine have no WordNet ids, so their names are shown\n";
    assert_eq!(wnid("mine").matches(note).count(), 1);
    assert!(!wnid("builtin").contains("nothing here"));
}

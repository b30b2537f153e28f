//! Flags that `mnet embed` shares with other commands, and flags that have no effect.

use super::{embed, folder};

#[test]
fn flags_in_vain_are_named() {
    let mnet = folder();
    embed(&mnet, &["a.jpg", "--layer", "pooled"]).failed(0, &["--layer pooled changes nothing here"]);
    std::fs::write(mnet.path().join("names.txt"), "x\ny\n").unwrap();
    let run = embed(&mnet, &["a.jpg", "--labels", "names.txt"]).succeeded();
    assert!(run.stderr.contains("--labels changes nothing here"), "{}", run.stderr);
}

#[test]
fn the_order_is_that_of_the_inputs_however_many_threads_run() {
    let mnet = folder();
    let paths = ["c.jpg", "a.jpg", "b.jpg", "a.jpg"];
    let one = embed(&mnet, &[&["-j", "1"], &paths[..]].concat()).succeeded().stdout;
    for flags in [["-j", "3"], ["-b", "3"]] {
        let many = embed(&mnet, &[&flags[..], &paths[..]].concat()).succeeded();
        assert_eq!(many.json().iter().map(|line| line["path"].clone()).collect::<Vec<_>>(), paths);
        assert_eq!(many.stdout, one);
    }
}

#[test]
fn failures_end_as_in_classify() {
    let mnet = folder();
    let run = embed(&mnet, &["-j", "1", "--fail-fast", "gone.jpg", "a.jpg"])
        .failed(1, &["stopped after 1 picture"]);
    assert_eq!(run.json().len(), 1);
    embed(&mnet, &["--exit-zero", "gone.jpg", "a.jpg"]).succeeded();
    embed(&mnet, &[]).failed(2, &["no pictures"]);
    embed(&mnet, &["gone.jpg", "--format", "text"]).failed(1, &["mnet embed -r --dry-run ."]);
}

#[test]
fn a_name_that_ends_as_another_format_is_refused() {
    let mnet = folder();
    for flag in ["-o", "--resume"] {
        let run = embed(&mnet, &["a.jpg", flag, "r.csv"]);
        run.failed(2, &["r.csv: embeddings are not written as .csv, but as JSON Lines", "r.jsonl"]);
    }
    embed(&mnet, &["a.jpg", "-o", "r.csv", "--json"]).succeeded();
    embed(&mnet, &["a.jpg", "-o", "r.vectors"]).succeeded();
}

#[test]
fn what_other_programs_call_it_is_known() {
    let mnet = folder();
    mnet.run(["features", "a.jpg"]).failed(2, &["mnet embed a.jpg"]);
    embed(&mnet, &["a.jpg", "--format", "numpy", "-o", "e.npy"]).failed(2, &["--format npy"]);
    embed(&mnet, &["a.jpg", "--layer", "head"]).failed(2, &["--layer pre-logits"]);
}

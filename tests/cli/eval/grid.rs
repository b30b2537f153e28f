//! Several models on the same pictures.

use super::{eval, figures, lasting, world};
use crate::support::checkpoint;

#[test]
fn each_combination_is_a_row_and_each_two_are_compared() {
    let mnet = world();
    let lines = eval(&mnet, "photos --res 32,40,64 --json").succeeded().json();
    let (rows, pairs) = lines.split_at(3);
    assert_eq!(rows.iter().map(|row| row["res"].as_u64().unwrap()).collect::<Vec<_>>(), [32, 40, 64]);
    assert_eq!(lasting(rows[0].clone()), lasting(figures(&mnet, "photos --res 32")));
    assert_eq!(pairs.len(), 3);
    for pair in pairs {
        let number = |name: &str| pair[name].as_f64().unwrap();
        let right = |which: &str| {
            let row = rows.iter().find(|row| row["res"] == pair[which]["res"]).unwrap();
            row["top1"]["right"].as_f64().unwrap()
        };
        let difference = number("only_second_right") - number("only_first_right");
        assert_eq!(difference, right("second") - right("first"), "{pair}");
        assert_eq!(number("difference"), difference / 14.0, "{pair}");
        assert!((0.0..=1.0).contains(&number("p")), "{pair}");
    }
}

#[test]
fn people_get_a_table() {
    let mnet = world();
    checkpoint::tiny(&mnet.path().join("other"), &super::CLASSES);
    let run = mnet.run(["eval", "photos", "--model", "net,other", "--res", "32", "-q"]).succeeded();
    let lines: Vec<_> = run.stdout.lines().collect();
    assert!(
        lines[0].starts_with("model  ") && lines[1].starts_with("net  ") && lines[2].starts_with("other  ")
    );
    // Both have the same weights.
    assert_eq!(lines[4], "against net at 32 px, on the pictures that both answered:");
    let cells: Vec<_> = lines[6].split_whitespace().collect();
    assert_eq!(cells, ["other", "-", "32", "14", "+0.00", "0", "0", "1.0000"], "{}", run.stdout);
    assert_eq!(lines.len(), 7);
}

#[test]
fn a_mistake_in_the_last_model_is_told_before_the_first_runs() {
    let mnet = world();
    checkpoint::tiny(&mnet.path().join("plants"), &["daisy", "rose", "tulip"]);
    for model in ["net,plants", "net,gone"] {
        let run = mnet.run(["eval", "photos", "--model", model, "--json"]).failed(2, &[]);
        assert_eq!(run.stdout, "");
    }
    eval(&mnet, "photos --res 32,64 -o labels.jsonl")
        .failed(2, &["--output is of one model, and this run has 2"]);
}

#[test]
fn a_model_is_not_compared_with_itself() {
    let mnet = world();
    eval(&mnet, "photos --res 64,32,64").failed(2, &["--res has 64 twice", "try: --res 64,32"]);
    mnet.run(["eval", "photos", "-m", "net,net"]).failed(2, &["--model has net twice", "try: --model net"]);
}

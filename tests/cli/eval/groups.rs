//! `--level coarse`: an answer is right if its group is right.

use std::fs;

use serde_json::Value;

use super::{eval, figures, lasting, world};
use crate::Mnet;

/// Groups of the tiny network's classes.
const GROUPS: [(&str, &[&str]); 3] =
    [("insect", &["ant", "bee"]), ("mammal", &["cat", "dog", "fox", "gnu"]), ("fish", &["eel"])];

fn with_groups() -> Mnet {
    let mnet = world();
    let groups: serde_json::Map<_, _> =
        GROUPS.iter().map(|(name, classes)| ((*name).to_owned(), Value::from(classes.to_vec()))).collect();
    fs::write(mnet.path().join("groups.json"), Value::from(groups).to_string()).unwrap();
    mnet
}

fn group_of(class: &str) -> &'static str {
    GROUPS.iter().find(|(_, classes)| classes.contains(&class)).unwrap().0
}

const COARSE: &str = "--groups groups.json --level coarse";

/// The expected figures are computed here from the scores of all classes.
#[test]
fn an_answer_is_right_when_its_group_has_the_highest_sum() {
    let mnet = with_groups();
    let run = mnet.run("classify -r photos --model net --json -q -k 7".split(' ')).succeeded();
    let is_right = |line: &Value| {
        let truth = line["path"].as_str().unwrap().split('/').nth(1).unwrap();
        let mut sums = GROUPS.map(|(name, _)| (0.0, name));
        for class in line["top"].as_array().unwrap() {
            let group = group_of(class["label"].as_str().unwrap());
            sums.iter_mut().find(|(_, name)| *name == group).unwrap().0 += class["score"].as_f64().unwrap();
        }
        sums.into_iter().max_by(|a, b| a.0.total_cmp(&b.0)).unwrap().1 == group_of(truth)
    };
    let by_hand = run.json().iter().filter(|line| is_right(line)).count();
    let found = figures(&mnet, &format!("photos --per-class {COARSE}"));
    assert_eq!((&found["level"], &found["top1"]["right"]), (&"coarse".into(), &by_hand.into()));
    let classes: Vec<_> = found["classes"].as_array().unwrap().iter().map(|class| &class["label"]).collect();
    // The groups have the order of the file.
    assert_eq!(classes, ["fish", "insect", "mammal"]);
    assert_eq!(found["classes"][2]["answered"], 8);
    assert_eq!(found["top5"], Value::Null);
    let text = eval(&mnet, &format!("photos --per-class {COARSE}")).succeeded().stdout;
    assert!(text.contains(" for each group:\nindex group "), "{text}");
    assert!(text.starts_with("net at 32 px, 3 groups\n"), "{text}");
}

#[test]
fn confusion_is_between_groups() {
    let mnet = with_groups();
    eval(&mnet, &format!("photos {COARSE} --confusion table.csv")).succeeded();
    let table = fs::read_to_string(mnet.path().join("table.csv")).unwrap();
    let rows: Vec<Vec<_>> = table.lines().skip(1).map(|row| row.split(',').collect()).collect();
    let pictures: usize = rows.iter().map(|row| row[6].parse::<usize>().unwrap()).sum();
    assert_eq!(pictures, 14);
    assert!(rows.iter().all(|row| ["insect", "mammal", "fish"].contains(&row[2])), "{table}");
}

#[test]
fn labels_may_be_the_groups_themselves() {
    let mnet = with_groups();
    let by_class = lasting(figures(&mnet, &format!("photos {COARSE}")));
    for class in super::CLASSES {
        for number in 0..2 {
            let folder = mnet.path().join("grouped").join(group_of(class));
            fs::create_dir_all(&folder).unwrap();
            let from = mnet.path().join(format!("photos/{class}/{number}.ppm"));
            fs::copy(from, folder.join(format!("{class}{number}.ppm"))).unwrap();
        }
    }
    assert_eq!(lasting(figures(&mnet, &format!("grouped {COARSE}"))), by_class);
}

/// Labels of the data may be groups as `mnet labels` prints them, or in any spelling of `@words`.
#[test]
fn folders_may_be_named_after_words_of_groups() {
    let mnet = with_groups();
    let by_class = lasting(figures(&mnet, &format!("photos {COARSE}")));
    let named = |words: [&str; 3], data: &str| {
        for class in super::CLASSES {
            let place = GROUPS.iter().position(|(_, classes)| classes.contains(&class)).unwrap();
            for number in 0..2 {
                let folder = mnet.path().join(data).join(words[place]);
                fs::create_dir_all(&folder).unwrap();
                let from = mnet.path().join(format!("photos/{class}/{number}.ppm"));
                fs::copy(from, folder.join(format!("{class}{number}.ppm"))).unwrap();
            }
        }
    };
    named(["@insect", "Mammals", "fishes"], "words");
    assert_eq!(lasting(figures(&mnet, &format!("words {COARSE}"))), by_class);
    named(["insects", "mammal", "zyzzyva"], "some");
    let run = eval(&mnet, &format!("some {COARSE}")).failed(2, &["net has no group for 1 label: `zyzzyva`"]);
    assert!(!run.stderr.contains("insects"), "{}", run.stderr);
}

#[test]
fn a_class_without_a_group_is_named() {
    let mnet = world();
    fs::write(mnet.path().join("groups.json"), r#"{"insect": ["ant", "bee"], "fish": "eel"}"#).unwrap();
    eval(&mnet, &format!("photos {COARSE}"))
        .failed(2, &["net has no group for 4 labels: `cat` (2 pictures)", "--unknown skip"]);
    let some = figures(&mnet, &format!("photos {COARSE} --unknown skip"));
    assert_eq!((&some["answered"], &some["skipped"]), (&6.into(), &8.into()));
}

#[test]
fn kept_answers_are_counted_at_their_level() {
    let mnet = with_groups();
    let by_photos = lasting(figures(&mnet, &format!("photos --per-class {COARSE} -o kept.jsonl")));
    let counted = |arguments: &str| mnet.run(format!("eval photos --json {arguments}").split_whitespace());
    let again = counted(&format!("--per-class {COARSE} --records kept.jsonl")).succeeded().json().remove(0);
    assert_eq!(lasting(again), by_photos);
    counted("--records kept.jsonl --groups groups.json")
        .failed(2, &["kept.jsonl lists groups", "--groups groups.json --level coarse\n"]);
    eval(&mnet, "photos -o classes.jsonl").succeeded();
    counted(&format!("{COARSE} --records classes.jsonl")).failed(
        2,
        &["classes.jsonl lists classes", "mnet eval photos --json --groups groups.json --records"],
    );
    let only =
        mnet.run("classify -r photos --model net --groups groups.json --only @fish --json -q".split(' '));
    fs::write(mnet.path().join("only.jsonl"), only.succeeded().stdout).unwrap();
    counted("--records only.jsonl").failed(2, &["only.jsonl has answers to --only @fish"]);
}

#[test]
fn kept_answers_are_of_the_same_groups() {
    let mnet = with_groups();
    eval(&mnet, &format!("photos {COARSE} -o kept.jsonl")).succeeded();
    let edited = r#"{"insect": ["ant", "eel"], "mammal": ["cat", "dog", "fox", "gnu"], "fish": "bee"}"#;
    let by_name: Value = serde_json::from_str(edited).unwrap();
    fs::write(mnet.path().join("groups.json"), by_name.to_string()).unwrap();
    mnet.run(format!("eval photos {COARSE} --records kept.jsonl --model net").split_whitespace())
        .failed(2, &["the groups of kept.jsonl have other classes than those of this run"]);
}

#[test]
fn what_groups_cannot_do_is_said() {
    let mnet = with_groups();
    eval(&mnet, &format!("photos {COARSE} --calibrate t.json"))
        .failed(2, &["--calibrate finds the temperature of classes", "--calibrate t.json\n"]);
    let run = mnet.run("eval photos --model net --groups groups.json".split(' ')).succeeded();
    assert!(run.stderr.contains("--groups changes nothing here without --level coarse"), "{}", run.stderr);
}

//! `--shard I/N`: processes that share the inputs take each of them once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::stage::{folder, member, picture};
use super::{Mnet, Run};

/// Pictures in a folder, in a list and in a tar, some of which fail.
fn world() -> Mnet {
    let mnet = folder();
    let path = |name: &str| mnet.path().join(name);
    fs::create_dir_all(path("photos/deep")).unwrap();
    let mut tar = vec![];
    for number in 0..24_u8 {
        let name = if number % 5 == 0 { format!("deep/ü{number}.pgm") } else { format!("{number}.pgm") };
        let bytes = if number % 6 == 1 { b"broken".to_vec() } else { picture(4, number * 10) };
        fs::write(path("photos").join(&name), &bytes).unwrap();
        tar.extend(member(&name, &bytes));
    }
    fs::write(path("all.tar"), [tar, vec![0; 1024]].concat()).unwrap();
    let names = (0..24).map(|number| format!("photos/{number}.pgm\n"));
    fs::write(path("list"), names.chain(["photos\n".to_owned()]).collect::<String>()).unwrap();
    mnet
}

/// Ways to name inputs. In the list and on the command line some do not exist.
const INPUTS: [&str; 5] = [
    "-r photos",
    "-r photos --glob *[13579].pgm",
    "--files-from list",
    "photos/1.pgm photos/2.pgm photos/3.pgm gone.pgm photos photos/1.pgm photos/6.pgm photos/9.pgm",
    "all.tar",
];

fn classify(mnet: &Mnet, args: &str) -> Run {
    mnet.run(
        ["classify", "--model", "model", "--json", "--exit-zero"].into_iter().chain(args.split_whitespace()),
    )
}

/// Records without times, as they are printed, by their path.
fn records(lines: &str) -> BTreeMap<String, Vec<Value>> {
    let mut records: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in lines.lines() {
        let mut record: Value = serde_json::from_str(line).unwrap();
        record.as_object_mut().unwrap().remove("ms");
        records.entry(record["path"].as_str().unwrap().to_owned()).or_default().push(record);
    }
    records
}

#[test]
fn the_shares_of_all_inputs_are_all_of_them() {
    let mnet = world();
    for inputs in INPUTS.into_iter().filter(|inputs| cfg!(feature = "tar") || !inputs.contains("tar")) {
        let whole = classify(&mnet, inputs).succeeded().stdout;
        assert!(whole.contains("\"error\"") && whole.contains("\"top\""), "{whole}");
        for count in [1, 3, 7] {
            let shares: Vec<_> = (0..count)
                .map(|index| classify(&mnet, &format!("{inputs} --shard {index}/{count}")).succeeded().stdout)
                .collect();
            assert_eq!(records(&shares.concat()), records(&whole), "{inputs} {count}");
            // Inputs of one name are in one share, and in the order of the whole.
            let order = |lines: &str| {
                lines.lines().map(|line| line.split("\",\"").next().unwrap().to_owned()).collect::<Vec<_>>()
            };
            for share in &shares {
                let names = order(share);
                let expected = order(&whole).into_iter().filter(|name| names.contains(name));
                assert_eq!(names, expected.collect::<Vec<_>>());
            }
        }
    }
}

/// By Python's hashlib, 5808250739824772026 is the number of `a.jpg`.
#[test]
fn a_name_has_the_share_that_others_compute() {
    let mnet = folder();
    for (index, expected) in [(4, 1), (3, 0), (5, 0)] {
        let run = classify(&mnet, &format!("a.jpg --shard {index}/7")).succeeded();
        assert_eq!(run.json().len(), expected);
        let note = run.stderr.contains("no pictures found");
        assert_eq!(note, expected == 0, "{}", run.stderr);
    }
}

#[test]
fn a_dry_run_prints_the_share() {
    let mnet = world();
    let dry =
        |args: &str| mnet.run(["classify", "--dry-run"].into_iter().chain(args.split_whitespace())).stdout;
    let whole = dry("-r photos");
    let mut shares = String::new();
    for index in 0..3 {
        let share = dry(&format!("-r photos --shard {index}/3"));
        let answered = classify(&mnet, &format!("-r photos --shard {index}/3")).succeeded().stdout;
        assert_eq!(share.lines().count(), answered.lines().count());
        assert!(share.lines().all(|line| records(&answered).contains_key(line)), "{share}");
        shares += &share;
    }
    let sorted = |text: &str| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&shares), sorted(&whole));
}

#[test]
fn a_share_is_resumed() {
    let mnet = world();
    let whole = classify(&mnet, "-r photos").succeeded().stdout;
    let read = |name: &str| fs::read_to_string(mnet.path().join(name)).unwrap();
    let mut shares = String::new();
    for index in 0..3 {
        let (file, args) = (format!("{index}.jsonl"), format!("-r photos --shard {index}/3"));
        let resume = || classify(&mnet, &format!("{args} --resume {file}")).succeeded();
        resume();
        let share = read(&file);
        // As a process leaves it that was killed.
        let torn = share.len() * 2 / 3;
        fs::write(mnet.path().join(&file), &share.as_bytes()[..torn]).unwrap();
        resume();
        assert_eq!(records(&read(&file)), records(&share));
        let lines = read(&file).lines().count();
        resume();
        assert_eq!(read(&file).lines().count(), lines);
        shares += &read(&file);
    }
    assert_eq!(records(&shares), records(&whole));
}

/// An answer is the same in every share, so a file may hold the answers of several shares, one run after the other.
#[test]
fn a_file_may_be_resumed_with_another_share() {
    let mnet = world();
    for index in [2, 0, 1] {
        classify(&mnet, &format!("-r photos --shard {index}/3 --resume labels.jsonl")).succeeded();
    }
    let whole = classify(&mnet, "-r photos").succeeded().stdout;
    let labels = || fs::read_to_string(mnet.path().join("labels.jsonl")).unwrap();
    assert_eq!(records(&labels()), records(&whole));
    // All of it is there.
    let before = labels();
    classify(&mnet, "-r photos --resume labels.jsonl").succeeded();
    assert_eq!(labels(), before);
}

#[test]
fn what_hides_other_inputs_is_told_by_one_share() {
    let mnet = folder();
    fs::write(mnet.path().join("bad"), "a.pgm\nb\0c\na.pgm\n").unwrap();
    let runs: Vec<_> = (0..4)
        .map(|index| {
            let args = ["classify", "--model", "model", "--json", "--files-from", "bad", "--shard"];
            mnet.run(args.into_iter().chain([&*format!("{index}/4")]))
        })
        .collect();
    let told =
        runs.iter().filter(|run| run.code == 1 && run.stdout.contains("the list cannot be read")).count();
    let others = runs.iter().filter(|run| run.code == 0 && !run.stdout.contains("error")).count();
    assert_eq!((told, others), (1, 3));
}

#[test]
fn words_that_are_no_share_are_explained() {
    let mnet = folder();
    for (word, words, tried) in [
        (
            "7/7",
            "expected I/N with I from 0 to 6; shares are counted from 0, for Slurm with --array=0-6",
            "0/7",
        ),
        ("-1/7", "expected I/N", "1/7"),
        ("1of7", "expected I/N", "1/7"),
        ("0/0", "expected I/N with N above 0", "0/4"),
        ("/7", "a variable may not be set", "0/4"),
        ("3/", "a variable may not be set", "0/4"),
        ("3", "expected I/N", "0/4"),
    ] {
        let tried = format!("try: mnet classify a.pgm --model model --shard {tried}\n");
        let run = mnet.run(["classify", "a.pgm", "--model", "model", "--shard", word]);
        run.failed(2, &[&format!("--shard {word}: "), words, &tried]);
    }
    mnet.run(["embed", "--embeddings", "e.npy", "--duplicates", "0.9", "--shard", "0/2"]).failed(
        2,
        &[
            "--embeddings and --shard cannot be used together",
            "try: mnet embed --embeddings e.npy --duplicates 0.9\n",
        ],
    );
}

#[test]
fn two_processes_do_not_write_one_file() {
    let mnet = folder();
    let open = fs::File::options().create(true).append(true).open(mnet.path().join("labels.jsonl")).unwrap();
    open.lock().unwrap();
    for index in 0..2 {
        classify(&mnet, &format!("a.pgm --shard {index}/2 --resume labels.jsonl"))
            .failed(2, &["another mnet is writing it"]);
    }
    assert!(Path::new(&mnet.path().join("labels.jsonl")).metadata().unwrap().len() == 0);
}

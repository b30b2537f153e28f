//! `mnet labels`: searches and lists classes and groups.

use std::fs;

use serde_json::{Value, json};

use super::Mnet;
use super::support::checkpoint;

fn labels(args: &[&str]) -> String {
    Mnet::new().run([&["labels"], args].concat()).succeeded().stdout
}

fn indices(args: &[&str]) -> Vec<u64> {
    let rows = Mnet::new().run([&["labels", "--json"], args].concat()).succeeded().json();
    rows.iter().filter_map(|row| row["index"].as_u64()).collect()
}

#[test]
fn a_word_finds_classes_and_groups() {
    let expected = "\
index  id         group     name
    3  n01491361  fish      tiger shark, Galeocerdo cuvieri
  282  n02123159  cat       tiger cat
  292  n02129604  wild cat  tiger, Panthera tigris
  300  n02165105  insect    tiger beetle
";
    assert_eq!(labels(&["tigers"]), expected);
    let found = labels(&["poodle"]);
    let (classes, groups) = found.split_once("\n\n").unwrap();
    assert_eq!(classes.lines().count(), 4);
    assert_eq!(
        groups,
        "classes  id         group    such as\n      3  n02113335  @poodle  toy poodle, miniature poodle, standard poodle\n"
    );
}

#[test]
fn all_kinds_of_patterns_name_classes() {
    assert_eq!(indices(&["281-285", "Egyptian cat", "n02099601", "0"]), [0, 207, 281, 282, 283, 284, 285]);
    assert_eq!(indices(&["@dog"]), (151..=268).collect::<Vec<_>>());
    assert_eq!(indices(&["n02084071"]), indices(&["@Dogs"]));
    assert_eq!(indices(&["@wild cat"]), (286..=293).collect::<Vec<_>>());
    assert_eq!(indices(&["goldf"]), [1, 11]);
    assert_eq!(indices(&[]).len(), 1000);
}

#[test]
fn one_class_shows_what_it_is_a_kind_of() {
    let found = labels(&["207"]);
    let ways: Vec<_> = found.lines().filter(|line| line.starts_with("  a kind of ")).collect();
    assert_eq!(ways.len(), 2, "{found}");
    assert!(
        ways[0].starts_with(
            "  a kind of @retriever (5) < @sporting-dog (17) < @hunting-dog (63) < @dog (118) < "
        )
    );
    assert!(ways.iter().all(|way| way.ends_with(" < @entity (1000)")));
    assert!(!labels(&["207", "208"]).contains("  a kind of "));
    assert_eq!(labels(&["207", "208", "--tree"]).matches("  a kind of @retriever").count(), 4);
}

#[test]
fn groups_are_listed() {
    let rows = Mnet::new().run(["labels", "@", "--json"]).succeeded().json();
    let coarse: Vec<_> = rows.iter().filter(|row| row["coarse"] == true).collect();
    let counts = coarse.iter().map(|row| row["classes"].as_array().unwrap().len());
    assert_eq!(counts.sum::<usize>(), 1000);
    assert!(rows.len() > 300 && rows.iter().any(|row| row["group"] == "vehicle"));
    // Every word in the listing finds its group.
    for row in rows.iter().step_by(100) {
        let found = indices(&[row["word"].as_str().unwrap()]);
        assert_eq!(json!(found), row["classes"], "{row}");
    }
    assert!(!labels(&["dog"]).contains("coarse level"));
    assert_eq!(labels(&["poodle", "@"]).matches("  @poodle ").count(), 1);
    assert!(labels(&["@"]).ends_with("are the coarse level, which has each class once.\n"));
}

#[test]
fn json_has_the_names_of_records() {
    let rows: Vec<Value> = Mnet::new().run(["labels", "207", "--json"]).succeeded().json();
    let row = &rows[0];
    let head = json!({"index": 207, "wnid": "n02099601", "label": "golden retriever", "coarse": "dog"});
    assert!(head.as_object().unwrap().iter().all(|(key, value)| row[key] == *value), "{row}");
    assert!(row.get("paths").is_none());
    let rows = Mnet::new().run(["labels", "207", "--json", "--tree"]).succeeded().json();
    assert_eq!(rows[0]["paths"][0][0], json!({"wnid": "n02099029", "group": "retriever", "classes": 5}));
}

#[test]
fn what_is_not_found_is_said_and_the_rest_is_printed() {
    let mnet = Mnet::new();
    for (pattern, said, tried) in [
        ("tabbby", "no class of ImageNet-1k is called `tabbby`; similar: tabby", "mnet labels tabby"),
        ("@vehicel", "no group of classes is called `@vehicel`; similar: @vehicle", "mnet labels @vehicle"),
        ("@crane", "`@crane` has 2 meanings: ", "mnet labels @n02012849 @n03126707"),
        ("1000", "indices are from 0 to 999", "mnet labels @"),
        ("zyzzyva", "no class of ImageNet-1k is called `zyzzyva`", "mnet labels @"),
        ("", "is called ''; a class is a name", "mnet labels @"),
    ] {
        let run = mnet.run(["labels", pattern]).failed(1, &[said, &format!("\n  try: {tried}\n")]);
        assert_eq!(run.stdout, "", "{pattern}");
        mnet.run(tried.split(' ').skip(1)).succeeded();
    }
    let run = mnet.run(["labels", "zyzzyva", "hen"]).failed(1, &["`zyzzyva`"]);
    assert!(run.stdout.contains("hen"));
}

#[test]
fn checkpoints_of_ones_own_have_their_names() {
    let mnet = Mnet::new();
    let model = mnet.path().join("model");
    checkpoint::tiny(&model, &["rust", "healthy"]);
    let shown = mnet.run(["labels", "--model", "model"]).succeeded().stdout;
    assert_eq!(shown, "index  name\n    0  rust\n    1  healthy\n");
    let run = mnet.run(["labels", "@dog", "--model", "model"]);
    run.failed(1, &["the classes of this model have no WordNet ids, so they are in no groups"]);
    // The suggested command keeps all flags, and a note says what cannot be listed.
    let all = "the classes of this model have no WordNet ids, so they are in no groups";
    mnet.run(["labels", "@", "--model", "model"]).failed(1, &[all, "\n  try: mnet labels --model model\n"]);
    mnet.run(["labels", "zyzzyva", "-m", "model"]).failed(1, &["\n  try: mnet labels -m model\n"]);
    mnet.run(["labels", "@helthy", "-m", "model"]).failed(1, &[all, "\n  try: mnet labels -m model\n"]);
    fs::write(mnet.path().join("some.txt"), "n02099601\nunknown\n").unwrap();
    let of_some = |pattern: &str| mnet.run(["labels", pattern, "-m", "model", "--labels", "some.txt"]);
    assert!(of_some("@dog").succeeded().stdout.contains("golden retriever"));
    of_some("zyzzyva").failed(1, &["\n  try: mnet labels @ -m model --labels some.txt\n"]);
    of_some("n0209960").failed(1, &["`n0209960`"]);
    // WordNet ids give the classes groups.
    fs::write(mnet.path().join("ids.txt"), "n02099601\nn02123045\n").unwrap();
    let shown = mnet.run(["labels", "@dog", "--model", "model", "--labels", "ids.txt"]).succeeded().stdout;
    assert!(shown.contains("    0  n02099601  dog    golden retriever\n"), "{shown}");
    // Benthos is a class of ImageNet-12k only.
    fs::write(mnet.path().join("ids.txt"), "n02099601\nn00005787\n").unwrap();
    let run = mnet.run(["labels", "--model", "model", "--labels", "ids.txt"]).succeeded();
    assert!(run.stderr.contains("model: 1 of its 2 classes are in no group"), "{}", run.stderr);
    assert!(run.stdout.contains("    1  n00005787  other  benthos\n"), "{}", run.stdout);
    let run = mnet.run("classify a.jpg --model model --labels ids.txt --only @dog".split(' '));
    assert!(run.stderr.contains("model: 1 of its 2 classes are in no group"), "{}", run.stderr);
    mnet.run(["labels", "--model", "no-such-model"]).failed(2, &["no-such-model"]);
}

#[test]
fn the_groups_of_a_file_are_shown_and_searched() {
    let mnet = Mnet::new();
    let groups = r#"{"pets": ["tabby", "@hamster"], "dog": ["@dog", "dingo"], "house cats": ["@pets", 285]}"#;
    fs::write(mnet.path().join("g.json"), groups).unwrap();
    let labels = |args: &str| {
        mnet.run(["labels"].into_iter().chain(args.split_whitespace()).chain(["--groups", "g.json"]))
    };
    let run = labels("").succeeded();
    let expected = "\
classes  group        such as
      2  @pets        tabby, hamster
    119  @dog         Chihuahua, Japanese spaniel, Maltese dog, …
      3  @house-cats  tabby, Egyptian cat, hamster
";
    assert_eq!(run.stdout, expected);
    assert!(
        run.stderr
            .contains("g.json: @dog and @house cats are its groups, not the built-in ones of these names"),
        "{}",
        run.stderr
    );
    let indices = |args: &str| {
        let rows = labels(&format!("--json {args}")).succeeded().json();
        rows.iter().filter_map(|row| row["index"].as_u64()).collect::<Vec<_>>()
    };
    assert_eq!(indices("@pets"), [281, 333]);
    assert_eq!(indices("@House_Cats"), [281, 285, 333]);
    assert_eq!(indices("@dog").len(), 119);
    // The words that are shown name the groups beside which they stand.
    let rows = labels("dog --json").succeeded().json();
    for row in rows.iter().filter(|row| row["word"].is_string()) {
        let found = indices(row["word"].as_str().unwrap());
        assert_eq!(json!(found), row["classes"], "{row}");
    }
    let found = labels("pet").succeeded().stdout;
    assert!(found.contains("      2             @pets  tabby, hamster\n"), "{found}");
    let all = labels("@").succeeded().stdout;
    assert_eq!(all.lines().nth(1).map(|line| line.contains("@pets")), Some(true), "{all}");
    assert!(all.contains("\nAfter 3 of your own, ") && all.contains("are the coarse level"), "{all}");
    labels("@petz").failed(1, &["similar: @pets", "try: mnet labels @pets --groups g.json\n"]);
    assert!(
        labels("7").succeeded().stderr.contains("--groups changes nothing here: no pattern asks for a group")
    );
    fs::write(mnet.path().join("bad.json"), r#"{"pets": ["tabbby"]}"#).unwrap();
    mnet.run(["labels", "--groups", "bad.json"]).failed(2, &["bad.json: group `pets`: no class"]);
    let run = mnet.run(["labels", "cock", "@pets", "--groups", "gone.jsn"]);
    run.failed(2, &["gone.jsn: no such file", "try: mnet labels cock\n"]);
}

#[test]
fn groups_of_a_file_are_those_of_a_checkpoint_without_ids() {
    let mnet = Mnet::new();
    checkpoint::tiny(&mnet.path().join("model"), &["rust", "healthy", "mildew"]);
    fs::write(mnet.path().join("g.json"), r#"{"diseased": ["rust", "mildew"]}"#).unwrap();
    let labels = |word: &str| mnet.run(["labels", word, "--model", "model", "--groups", "g.json"]);
    assert_eq!(labels("@diseased").succeeded().stdout, "index  name\n    0  rust\n    2  mildew\n");
    let all = "classes  group      such as\n      2  @diseased  rust, mildew\n";
    assert_eq!(labels("@").succeeded().stdout, all);
    let near = ["similar: @diseased", "try: mnet labels @diseased --model model --groups g.json\n"];
    labels("@disease").failed(1, &near);
    let unknown = ["called `@xyzzy`\n", "try: mnet labels @ --model model --groups g.json\n"];
    labels("@xyzzy").failed(1, &unknown);
}

//! `--only @dog`, `--level` and `--groups`: sums over groups of classes.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::support::checkpoint;
use crate::{Mnet, Run, photo};

fn classify(mnet: &Mnet, name: &str, arguments: &[&str]) -> Run {
    mnet.run([&["classify", photo(name).to_str().unwrap(), "--json"], arguments].concat())
}

fn line(mnet: &Mnet, name: &str, arguments: &[&str]) -> Value {
    classify(mnet, name, arguments).succeeded().json().remove(0)
}

fn top(line: &Value) -> Vec<&Value> {
    line["top"].as_array().unwrap().iter().collect()
}

fn sum<'a>(classes: impl IntoIterator<Item = &'a Value>) -> f64 {
    classes.into_iter().map(|class| class["score"].as_f64().unwrap()).sum()
}

/// A folder with a tiny network `net` of seven classes, a picture, and `groups.json`.
fn world(groups: &str) -> Mnet {
    let mnet = Mnet::new();
    checkpoint::tiny(&mnet.path().join("net"), &["ant", "bee", "cat", "dog", "eel", "fox", "gnu"]);
    fs::write(mnet.path().join("groups.json"), groups).unwrap();
    fs::copy(photo("hot_dog.jpg"), mnet.path().join("a.jpg")).unwrap();
    mnet
}

fn tiny(mnet: &Mnet, arguments: &str) -> Run {
    mnet.run(format!("classify a.jpg --model net -q {arguments}").split_whitespace())
}

const PETS: &str = r#"{"pets": ["cat", 3], "insects": ["ant", "bee"], "others": ["eel", "fox", "gnu"]}"#;

#[test]
fn a_sum_is_what_the_scores_of_its_classes_add_up_to() {
    let mnet = Mnet::new();
    let all = line(&mnet, "cat_720p.jpg", &["-k", "1000"]);
    let is_of = |first: u64, last: u64| {
        move |class: &&Value| (first..=last).contains(&class["index"].as_u64().unwrap())
    };
    let dogs = sum(top(&all).into_iter().filter(is_of(151, 268)));
    let asked = line(
        &mnet,
        "cat_720p.jpg",
        &["--only", "@n02084071", "@domestic_cat", "-k", "3", "--min-score", "0.5"],
    );
    let [dog, cat] = &asked["groups"].as_array().unwrap()[..] else { panic!("{asked}") };
    assert_eq!(
        (&dog["name"], &dog["wnid"], &cat["wnid"]),
        (&"dog".into(), &"n02084071".into(), &"n02121808".into())
    );
    let cats = sum(top(&all).into_iter().filter(is_of(281, 285)));
    for (group, by_hand) in [(dog, dogs), (cat, cats)] {
        assert!((group["score"].as_f64().unwrap() - by_hand).abs() < 1e-6, "{group}: {by_hand}");
    }
    // No single class of cat has a score of 0.5, but together they do.
    assert!(cats > 0.5 && dogs < 0.5);
    let listed: Vec<_> = top(&asked).into_iter().cloned().collect();
    assert!(listed.len() == 3 && listed.iter().all(|class| is_of(281, 285)(&class)), "{asked}");
}

#[test]
fn what_is_left_out_does_not_count() {
    let mnet = Mnet::new();
    let all = line(&mnet, "cat_720p.jpg", &["-k", "1000"]);
    let asked = line(&mnet, "cat_720p.jpg", &["--only", "@domestic_cat", "--not", "Egyptian cat", "@dog"]);
    let cats = top(&all).into_iter().filter(|class| (281..=284).contains(&class["index"].as_u64().unwrap()));
    let group = &asked["groups"][0];
    assert!((group["score"].as_f64().unwrap() - sum(cats)).abs() < 1e-6, "{group}");
    assert_eq!(group["without"], "Egyptian cat");
    assert!(top(&asked).iter().all(|class| class["label"] != "Egyptian cat"));
    classify(&mnet, "cat_720p.jpg", &["--only", "@dog", "--not", "@animal"])
        .failed(2, &["--not @animal leaves nothing of @dog", "--only @dog\n"]);
}

#[test]
fn paths_of_pictures_whose_group_passes() {
    let mnet = Mnet::new();
    let photos = ["cat_720p.jpg", "hot_dog.jpg"].map(photo);
    let paths = |arguments: &[&str]| {
        let photos: Vec<_> = photos.iter().map(|path| path.to_str().unwrap()).collect();
        let run = mnet.run([&["classify"], &photos[..], arguments].concat()).succeeded();
        run.stdout.lines().map(|line| line.rsplit('/').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(paths(&["--only", "@domestic_cat", "--min-score", "0.6", "--paths-only"]), ["cat_720p.jpg"]);
    assert_eq!(paths(&["--only", "@domestic_cat", "--paths-only"]), ["cat_720p.jpg"]);
    assert_eq!(paths(&["--only", "@domestic_cat", "hotdog", "--min-score", "0.6", "--paths-only"]).len(), 2);
    assert_eq!(paths(&["--only", "@dog", "--paths-only"]), [""; 0]);
}

#[test]
fn words_that_name_no_group_get_the_command_that_does() {
    let mnet = Mnet::new();
    classify(&mnet, "hot_dog.jpg", &["--only", "@vehicel"])
        .failed(2, &["no group of classes is called `@vehicel`; similar: @vehicle", "--only @vehicle\n"]);
    classify(&mnet, "hot_dog.jpg", &["--only", "@sports", "car"]).failed(
        2,
        &["no group is called `@sports`; `@sports car` is one, in quotes", "--only '@sports car'\n"],
    );
}

#[test]
fn the_coarse_level_lists_groups() {
    let mnet = Mnet::new();
    let all = line(&mnet, "cat_720p.jpg", &["-k", "1000"]);
    let coarse = line(&mnet, "cat_720p.jpg", &["--level", "coarse", "-k", "1000"]);
    assert_eq!(coarse["level"], "coarse");
    assert!((sum(top(&coarse)) - sum(top(&all))).abs() < 1e-5);
    let dogs = top(&all).into_iter().filter(|class| (151..=268).contains(&class["index"].as_u64().unwrap()));
    let dog = top(&coarse).into_iter().find(|group| group["label"] == "dog").unwrap();
    assert!((dog["score"].as_f64().unwrap() - sum(dogs)).abs() < 1e-6);
    let without = line(&mnet, "cat_720p.jpg", &["--level", "coarse", "--not", "@dog", "-k", "1000"]);
    assert_eq!(top(&without).len() + 1, top(&coarse).len());
    classify(&mnet, "cat_720p.jpg", &["--level", "coarse", "--only", "tabby"])
        .failed(2, &["--level coarse: only a part of the group `", "try: mnet classify"]);
}

#[test]
fn a_checkpoint_has_the_groups_of_a_file() {
    let mnet = world(PETS);
    let all = tiny(&mnet, "--json -k 7").succeeded().json().remove(0);
    let scores: BTreeMap<_, _> = top(&all)
        .into_iter()
        .map(|class| (class["label"].as_str().unwrap(), class["score"].as_f64().unwrap()))
        .collect();
    let coarse = tiny(&mnet, "--groups groups.json --level coarse --json").succeeded().json().remove(0);
    for (group, members) in
        [("pets", &["cat", "dog"][..]), ("insects", &["ant", "bee"]), ("others", &["eel", "fox", "gnu"])]
    {
        let found = top(&coarse).into_iter().find(|found| found["label"] == group).unwrap();
        let by_hand: f64 = members.iter().map(|name| scores[name]).sum();
        assert!((found["score"].as_f64().unwrap() - by_hand).abs() < 1e-6, "{found}");
    }
    let text = tiny(&mnet, "--groups groups.json --only @insects").succeeded().stdout;
    assert_eq!(text.split('\t').nth(1), Some("@insects"));
    tiny(&mnet, "--level coarse").failed(
        2,
        &[
            "the classes of net have no groups; --groups FILE gives them some",
            "try: mnet classify a.jpg --model net -q\n",
        ],
    );
    tiny(&mnet, "--groups group.json --only @pets")
        .failed(2, &["group.json: no such file", "--groups groups.json"]);
}

#[test]
fn faults_of_a_file_of_groups_are_named() {
    let fails = |groups: &str, arguments: &str, words: &[&str]| {
        let mnet = world(groups);
        tiny(&mnet, &format!("--groups groups.json {arguments}")).failed(2, words);
    };
    fails(
        r#"{"pets": ["catt"]}"#,
        "--only @pets",
        &[
            "groups.json: group `pets`: no class of this model is called `catt`; similar: cat",
            "try: \"cat\" in groups.json in place of \"catt\"",
        ],
    );
    fails(
        r#"["cat"]"#,
        "--only @pets",
        &["groups.json: not a file of groups", "{\"pets\": [\"@dog\", \"tabby\"]}"],
    );
    fails(
        r#"{"pets": ["cat", "dog"], "furry": ["dog", "fox"]}"#,
        "--level coarse",
        &["groups.json: `pets` and `furry` have a class in common, dog"],
    );
    let mnet = world(r#"{"cat": ["cat", "fox"]}"#);
    let noted =
        mnet.run("classify a.jpg --model net --groups groups.json --only @cat".split(' ')).succeeded();
    assert!(
        noted.stderr.contains("groups.json: @cat is its group, not the built-in one of that name"),
        "{}",
        noted.stderr
    );
    let in_vain = mnet.run("classify a.jpg --model net --groups groups.json".split(' ')).succeeded();
    assert!(in_vain.stderr.contains("--groups changes nothing here"), "{}", in_vain.stderr);
    let some =
        mnet.run("classify a.jpg --model net --groups groups.json --level coarse".split(' ')).succeeded();
    assert!(some.stderr.contains("groups.json: 5 of 7 classes are in no group"), "{}", some.stderr);
}

#[test]
fn a_file_is_continued_by_the_same_question_only() {
    let mnet = world(PETS);
    fs::copy(mnet.path().join("a.jpg"), mnet.path().join("b.jpg")).unwrap();
    for file in ["labels.jsonl", "labels.csv"] {
        let run = |pictures: &str, question: &str| {
            let command =
                format!("classify {pictures} --model net -q --groups groups.json --resume {file} {question}");
            mnet.run(command.split_whitespace())
        };
        run("a.jpg", "--only @pets").succeeded();
        run("a.jpg b.jpg", "--only @insects").failed(
            2,
            &[
                "its answers have classes and the score of @pets; this run asks for classes and the score of @insects",
                "--resume labels-2.",
            ],
        );
        run("a.jpg b.jpg", "").failed(2, &["this run asks for classes\n"]);
        run("a.jpg b.jpg", "--only @pets").succeeded();
        let written = fs::read_to_string(mnet.path().join(file)).unwrap();
        assert!(written.contains("a.jpg") && written.contains("b.jpg"));
    }
}

/// Groups of the same name can have different classes.
#[test]
fn a_file_is_not_continued_with_groups_that_were_edited() {
    let edited = PETS.replace("\"ant\"", "\"gnu\"").replace("\"fox\", \"gnu\"", "\"fox\", \"ant\"");
    let edited_classes = "have other classes than those of this run";
    for (question, said) in [
        ("--only @insects", edited_classes),
        ("--level coarse", edited_classes),
        // No class of the edited @insects is a @mammal, so nothing is left out of @mammal.
        ("--only @mammal --not @insects", "the score of @mammal without @insects; this run asks"),
    ] {
        for file in ["labels.jsonl", "labels.csv"] {
            let groups = |text: &str| text.replace('}', ", \"mammal\": [\"dog\", \"ant\"]}");
            let groups =
                |text: &str| if question.contains("mammal") { groups(text) } else { text.to_owned() };
            let mnet = world(&groups(PETS));
            fs::copy(mnet.path().join("a.jpg"), mnet.path().join("b.jpg")).unwrap();
            let run = |pictures: &str| {
                let command = format!(
                    "classify {pictures} --model net -q --groups groups.json --resume {file} {question}"
                );
                mnet.run(command.split_whitespace())
            };
            run("a.jpg").succeeded();
            fs::write(mnet.path().join("groups.json"), groups(&edited)).unwrap();
            run("a.jpg b.jpg").failed(2, &[said, "--resume labels-2."]);
            fs::write(mnet.path().join("groups.json"), groups(PETS)).unwrap();
            run("a.jpg b.jpg").succeeded();
        }
    }
}

#[test]
fn a_path_is_printed_if_a_group_passes_though_no_class_is_listed() {
    let mnet = world(PETS);
    let paths = |least: &str| {
        let question = format!("--groups groups.json --only @pets @insects @others -k 0 --min-score {least}");
        tiny(&mnet, &format!("--paths-only {question}")).succeeded().stdout
    };
    assert_eq!((&*paths("0.01"), &*paths("1")), ("a.jpg\n", ""));
}

#[test]
fn a_class_outside_a_level_cannot_be_asked_for() {
    let mnet = world(r#"{"pets": ["cat", "dog"], "insects": ["ant", "bee"]}"#);
    let coarse = |question: &str| tiny(&mnet, &format!("--groups groups.json --level coarse {question}"));
    coarse("--only fox")
        .failed(2, &["`fox` is in no group of this level", "--groups groups.json --only fox\n"]);
    coarse("--only @pets").succeeded();
    coarse("--not fox").succeeded();
}

#[test]
fn the_command_that_was_meant_is_proposed() {
    let mnet = world(PETS);
    for (question, said, tried) in [
        ("--only pets", "no class is called `pets`; @pets is a group", "--only @pets"),
        ("--only @pets,@insects", "as words of their own: @pets, @insects", "--only @pets @insects"),
        ("--only cat,@insects", "as words of their own: cat, @insects", "--only cat @insects"),
        ("--only=@pets,cat", "as words of their own: @pets, cat", "--only @pets cat"),
    ] {
        let command = |question: &str| format!("classify a.jpg --model net --groups groups.json {question}");
        let tried = command(tried);
        mnet.run(command(question).split(' ')).failed(2, &[said, &format!("\n  try: mnet {tried}\n")]);
        mnet.run(tried.split(' ')).succeeded();
    }
    for (question, tried) in
        [("--only @pets -k 1", "-k 1"), ("--level coarse", "--level coarse"), ("--only fox", "--only fox")]
    {
        let run = mnet.run(format!("classify a.jpg --groups none.json {question}").split(' '));
        run.failed(2, &["none.json: no such file", &format!("\n  try: mnet classify a.jpg {tried}\n")]);
    }
}

#[test]
fn independent_scores_have_a_maximum() {
    let mnet = world(PETS);
    let config = mnet.path().join("net/config.json");
    let mut text: Value = serde_json::from_str(&fs::read_to_string(&config).unwrap()).unwrap();
    text["problem_type"] = "multi_label_classification".into();
    fs::write(&config, text.to_string()).unwrap();
    let run = mnet
        .run("classify a.jpg --model net --groups groups.json --only @others --json -k 7".split(' '))
        .succeeded();
    assert!(run.stderr.contains("the score of a group is that of its best class"), "{}", run.stderr);
    let line = run.json().remove(0);
    assert_eq!(line["groups"][0]["score"], line["top"][0]["score"]);
}

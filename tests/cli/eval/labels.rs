//! How labels are read, and which are refused.

use std::fs;

use super::{CLASSES, eval, figures, lasting, world};
use crate::support::checkpoint;

/// The photos as lines of a file: each path without `photos/`, and its label.
fn lines(label: impl Fn(usize) -> String, separator: &str) -> String {
    let line = |number: usize| {
        format!("{}/{}.ppm{separator}{}\n", CLASSES[number / 2], number % 2, label(number / 2))
    };
    (0..14).map(line).collect()
}

fn named(class: usize) -> String {
    CLASSES[class].to_owned()
}

#[test]
fn folders_tables_and_lists_say_the_same() {
    let mnet = world();
    let by_folder = lasting(figures(&mnet, "photos"));
    let header = "Class Name,width,file_name\n".to_owned();
    let columns: String = lines(named, ",40,")
        .lines()
        .map(|line| line.split(',').rev().collect::<Vec<_>>().join(",") + "\n")
        .collect();
    for (name, text) in [
        ("list.txt", lines(named, " ")),
        ("plain.csv", lines(named, ",")),
        ("table.tsv", format!("path\tlabel\n{}", lines(named, "\t"))),
        ("header.csv", header + &columns),
        ("marked.csv", format!("\u{feff}path;label\r\n{}", lines(named, ";").replace('\n', "\r\n"))),
    ] {
        fs::write(mnet.path().join(name), text).unwrap();
        assert_eq!(lasting(figures(&mnet, &format!("{name} --root photos"))), by_folder, "{name}");
    }
    let index = |class: usize| class.to_string();
    fs::write(mnet.path().join("index.txt"), lines(index, " ")).unwrap();
    let by_index = lasting(figures(&mnet, "index.txt --root photos"));
    assert_eq!((&by_index["top1"], &by_index["truth"]), (&by_folder["top1"], &"indices".into()));
    fs::write(mnet.path().join("from-one.txt"), lines(|class| (class + 1).to_string(), " ")).unwrap();
    assert_eq!(lasting(figures(&mnet, "from-one.txt --root photos --first-index 1")), by_index);
    eval(&mnet, "from-one.txt --root photos")
        .failed(2, &["net has no class for 1 label: `7`", "try: --first-index 1"]);
}

#[test]
fn columns_of_other_names_are_asked_for() {
    let mnet = world();
    fs::write(mnet.path().join("train.csv"), format!("id,animal\n{}", lines(named, ","))).unwrap();
    eval(&mnet, "train.csv --root photos")
        .failed(2, &["its first line is id, animal", "try: --columns id,animal if these are names"]);
    let found = figures(&mnet, "train.csv --root photos --columns id,animal");
    assert_eq!(lasting(found), lasting(figures(&mnet, "photos")));
    eval(&mnet, "train.csv --columns id,plant").failed(2, &["no column `plant`: its columns are id, animal"]);
    fs::write(mnet.path().join("bare.csv"), "img_a,2\nimg_b,2\n").unwrap();
    eval(&mnet, "bare.csv").failed(2, &["its first line is img_a, 2", "try: a first line with the names"]);
    eval(&mnet, "train.csv --columns id").failed(2, &["--columns id: expected two names"]);
}

#[test]
fn labels_that_the_model_lacks_are_named() {
    let mnet = world();
    fs::rename(mnet.path().join("photos/bee"), mnet.path().join("photos/beee")).unwrap();
    eval(&mnet, "photos").failed(
        2,
        &["mnet: net has no class for 1 label: `beee` (2 pictures; similar: bee)", "try: --unknown skip"],
    );
    let whole = figures(&world(), "photos --per-class");
    let of_bees = whole["classes"][1]["top1"]["right"].as_u64().unwrap();
    let right = whole["top1"]["right"].as_u64().unwrap() - of_bees;
    let skipped = figures(&mnet, "photos --unknown skip");
    assert_eq!([&skipped["answered"], &skipped["skipped"], &skipped["top1"]["right"]], [12, 2, right]);
    let wrong = figures(&mnet, "photos --unknown wrong");
    assert_eq!([&wrong["answered"], &wrong["skipped"], &wrong["top1"]["right"]], [14, 0, right]);
}

#[test]
fn what_has_two_meanings_is_refused() {
    let mnet = world();
    fs::write(mnet.path().join("list.txt"), "a.jpg crane\nb.jpg tabby\n").unwrap();
    mnet.run(["eval", "list.txt"]).failed(
        2,
        &[
            "list.txt: `crane` names several classes: 134 (n02012849, crane) and 517 (n03126707, crane)",
            "try: WordNet ids",
        ],
    );
    fs::write(mnet.path().join("list.txt"), "a.jpg n02012849\nb.jpg tabby\n").unwrap();
    mnet.run(["eval", "list.txt"]).failed(2, &["some are WordNet ids (n02012849), some are not (tabby)"]);
    fs::write(mnet.path().join("list.txt"), "a.jpg tabby\na.jpg lynx\n").unwrap();
    mnet.run(["eval", "list.txt"])
        .failed(2, &["list.txt: line 2: a.jpg has the label `lynx`, and on line 1 `tabby`"]);
    checkpoint::tiny(&mnet.path().join("net"), &["0", "1", "10", "2"]);
    fs::write(mnet.path().join("list.txt"), "a.jpg 2\n").unwrap();
    eval(&mnet, "list.txt")
        .failed(2, &["`2` may be the index 2 or the name of class 3", "try: --truth index, or --truth name"]);
}

#[test]
fn folders_of_a_model_without_names_are_in_alphabetical_order() {
    let mnet = world();
    let by_name = lasting(figures(&mnet, "photos"));
    let config = fs::read_to_string(mnet.path().join("net/config.json")).unwrap();
    let mut config: serde_json::Value = serde_json::from_str(&config).unwrap();
    config.as_object_mut().unwrap().remove("id2label").unwrap();
    fs::write(mnet.path().join("net/config.json"), config.to_string()).unwrap();
    let run = mnet.run(["eval", "photos", "--model", "net", "--json"]).succeeded();
    assert!(
        run.stderr.contains("labels in alphabetical order are its classes: `ant` is class 0"),
        "{}",
        run.stderr
    );
    assert_eq!(run.json()[0]["top1"], by_name["top1"]);
    assert_eq!(run.json()[0]["truth"], "places in alphabetical order");
    fs::remove_dir_all(mnet.path().join("photos/bee")).unwrap();
    eval(&mnet, "photos").failed(2, &["net has no class for 6 labels", "try: another --model"]);
}

#[test]
fn a_folder_without_pictures_is_no_label() {
    let mnet = world();
    let by_name = lasting(figures(&mnet, "photos"));
    fs::create_dir(mnet.path().join("photos/n02123045")).unwrap();
    fs::create_dir(mnet.path().join("photos/17")).unwrap();
    fs::write(mnet.path().join("photos/17/notes.txt"), "").unwrap();
    assert_eq!(lasting(figures(&mnet, "photos")), by_name);
}

#[test]
fn flags_that_change_nothing_are_named() {
    let mnet = world();
    eval(&mnet, "photos -o kept.jsonl").succeeded();
    for (arguments, words) in [
        ("photos --root nosuch", "--root changes nothing here: photos is a folder"),
        ("photos --columns a,b", "--columns changes nothing here: photos is a folder"),
        ("photos --first-index 1", "--first-index changes nothing here: the labels are names"),
        ("photos --records kept.jsonl --res 64", "--res changes nothing here: --records runs no network"),
    ] {
        let run = mnet.run(format!("eval --model net {arguments}").split(' ')).succeeded();
        assert!(run.stderr.contains(words), "{arguments}: {}", run.stderr);
    }
}

#[test]
fn what_is_no_labelled_data_is_refused() {
    let mnet = world();
    fs::write(mnet.path().join("empty.txt"), "\n").unwrap();
    fs::write(mnet.path().join("paths.txt"), "a.jpg\n").unwrap();
    fs::write(mnet.path().join("sixteen.txt"), b"\xff\xfea\0 \x001\0").unwrap();
    fs::create_dir_all(mnet.path().join("flat/none")).unwrap();
    for (arguments, words) in [
        ("", ["`mnet eval` needs DATA", "try: mnet eval"]),
        ("photo", ["photo: no such file", "try: mnet eval --model net -q photos\n"]),
        ("photos/ant", ["photos/ant: no folders in it", "try: a folder for each class"]),
        ("flat", ["flat: no pictures in its folders", "try: pictures in a folder for each class"]),
        ("empty.txt", ["empty.txt: it lists no pictures", "try: a file with a path"]),
        ("paths.txt", ["paths.txt: line 1: expected a path and a label, found `a.jpg`", "try: "]),
        ("photos/ant/0.ppm", ["it is not text", "try: "]),
        ("sixteen.txt", ["it is UTF-16; save it as UTF-8", "try: "]),
    ] {
        let run = eval(&mnet, arguments).failed(2, &words);
        assert_eq!(run.stdout, "", "{arguments}");
    }
}

#[test]
fn the_data_may_come_from_a_pipe() {
    let mnet = world();
    fs::write(mnet.path().join("list.txt"), lines(named, " ")).unwrap();
    let list = fs::File::open(mnet.path().join("list.txt")).unwrap();
    let mut command = mnet.command("eval - --root photos --model net --json -q".split(' '));
    let found = crate::Run::of(command.stdin(list)).succeeded().json().remove(0);
    assert_eq!(lasting(found), lasting(figures(&mnet, "photos")));
}

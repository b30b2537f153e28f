//! `--labels`: names from files of other tools, on heads with and without names of their own.

use std::fs;

use safetensors::tensor::Dtype;
use serde_json::{Value, json};

use super::repository::{classify, names, repository, save, set, transformers};
use crate::Mnet;

fn head(mnet: &Mnet, name: &str, names: Option<Value>, outputs: usize) {
    let mut config = json!({"model_type": "mobilenet_v1", "depth_multiplier": 0.25});
    if let Some(names) = names {
        config["id2label"] = names;
    }
    repository(mnet, name, &config, &save(&transformers("mobilenet_v1", 0.25, outputs), Dtype::F32));
}

#[test]
fn names_from_files_of_other_tools() {
    let mnet = Mnet::new();
    head(&mnet, "pets", None, 3);
    for (file, text) in [
        ("class_to_idx.json", r#"{"cat": 0, "parrot": 2, "hot dog": 1}"#),
        ("labels.txt", "0 cat\n1 hot dog\n2 parrot\n"),
        ("coral.txt", "0  cat\r\n1  hot dog\r\n2  parrot\r\n"),
        ("classes.csv", "index,name\n2,parrot\n0,cat\n1,hot dog\n"),
        ("names.py", "{0: 'cat', 1: 'hot dog',\n 2: 'parrot'}"),
        ("with_background.txt", "background\ncat\nhot dog\nparrot\n"),
        ("bom.txt", "\u{feff}cat\nhot dog\nparrot"),
    ] {
        fs::write(mnet.path().join(file), text).unwrap();
        let run = classify(&mnet, "pets", &["--labels", file, "--only", "hot dog"]).succeeded();
        assert_eq!(run.json()[0]["top"][0]["index"], 1, "{file}");
        let run = classify(&mnet, "pets", &["--labels", file]).succeeded();
        assert_eq!(names(&run), set(&["cat", "hot dog", "parrot"]), "{file}");
        assert!(!run.stderr.contains("names"), "{file}: {}", run.stderr);
    }
}

#[test]
fn ids_of_wordnet_reach_the_answer() {
    let mnet = Mnet::new();
    head(&mnet, "fish", None, 2);
    for text in [
        r#"{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}"#,
        "n01440764 tench\nn01443537 goldfish",
    ] {
        fs::write(mnet.path().join("fish.json"), text).unwrap();
        let run = classify(&mnet, "fish", &["--labels", "fish.json", "--only", "n01443537"]).succeeded();
        let class = &run.json()[0]["top"][0];
        assert_eq!((&class["label"], &class["wnid"]), (&json!("goldfish"), &json!("n01443537")));
    }
}

#[test]
fn files_that_do_not_fit() {
    let mnet = Mnet::new();
    head(&mnet, "pets", None, 3);
    let failed = |bytes: &[u8], words: &[&str]| {
        fs::write(mnet.path().join("labels.txt"), bytes).unwrap();
        classify(&mnet, "pets", &["--labels", "labels.txt"]).failed(2, words);
    };
    failed(
        b"\xff\xfec\0a\0t\0",
        &["labels.txt: expected text in UTF-8, found UTF-16", "try: iconv -f UTF-16 -t UTF-8 labels.txt"],
    );
    failed(b"caf\xe9\nb\nc", &["found another encoding, such as Latin-1", "try: iconv -f LATIN1"]);
    failed(
        b"1 cat\n2 dog\n3 parrot",
        &["numbered from 1 to 3; the model's are numbered from 0", "try: one name per line"],
    );
    failed(b"cat\n\ndog", &["line 2 is empty"]);
    failed(b"cat\ndog", &["2 names; the model has 3 classes"]);
    failed(b"", &["0 names; the model has 3 classes"]);
}

/// ImageNet's names are for heads that no file names, and then they are said to be assumed.
#[test]
fn a_thousand_classes_are_not_always_imagenets() {
    let mnet = Mnet::new();
    let thousand = |from: usize, to: usize| -> Value {
        (from..to)
            .map(|index| (index.to_string(), json!(format!("breed {index}"))))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let note = |names: Option<Value>, outputs: usize| {
        head(&mnet, "breeds", names, outputs);
        let run = classify(&mnet, "breeds", &["--res", "32"]).succeeded();
        (names_of_imagenet(&run), run.stderr)
    };
    for (names, outputs, expected) in [
        (
            thousand(0, 1001),
            1000,
            "config.json names 1001 classes, the model has 1000: the names are not used",
        ),
        (thousand(1, 1001), 1000, "config.json numbers its classes from 1 to 1000"),
        (thousand(0, 1000), 1001, "config.json names 1000 classes, the model has 1001"),
        (thousand(0, 900), 1000, "config.json names 900 of its 1000 classes: the others have numbers"),
    ] {
        let (of_imagenet, stderr) = note(Some(names), outputs);
        assert!(!of_imagenet && stderr.contains(expected), "{expected}: {stderr}");
    }
    let (of_imagenet, stderr) = note(None, 1000);
    assert!(
        of_imagenet && stderr.contains("its 1000 classes have no names: those of ImageNet-1k are assumed"),
        "{stderr}"
    );
}

fn names_of_imagenet(run: &crate::Run) -> bool {
    names(run).contains("tench, Tinca tinca")
}

//! `--temperature`: scores at another temperature, and whose temperature it is.

use std::fs;

use mnet::weights::WeightFile;
use serde_json::{Value, json};

use super::support::checkpoint::{alter, tiny};
use super::{Mnet, Run, photo};

const CLASSES: [&str; 4] = ["cat", "dog", "fern", "moss"];

/// A folder with a photo, a network and a temperature of it.
fn folder(temperature: f64) -> Mnet {
    let mnet = Mnet::new();
    fs::copy(photo("hot_dog.jpg"), mnet.path().join("a.jpg")).unwrap();
    tiny(&mnet.path().join("net"), &CLASSES);
    write(&mnet, &file(&mnet, temperature));
    mnet
}

fn file(mnet: &Mnet, temperature: f64) -> Value {
    let weights = WeightFile::open(&mnet.path().join("net/model.safetensors")).unwrap();
    json!({
        "temperature": temperature,
        "photos": 40,
        "held_out": {"photos": 38, "error_before": 0.125, "error_after": 0.0625},
        "model": {
            "name": "net", "weights": weights.fingerprint().unwrap(), "res": 32,
            "preprocessing": "shortest edge 40 bilinear, centre crop 32; mean 0.5, std 0.5",
        },
    })
}

fn write(mnet: &Mnet, file: &Value) {
    fs::write(mnet.path().join("t.json"), file.to_string()).unwrap();
}

fn classify(mnet: &Mnet, flags: &[&str]) -> Run {
    mnet.run([&["classify", "a.jpg", "--model", "net"], flags].concat())
}

const AT: [&str; 2] = ["--temperature", "t.json"];

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[test]
fn scores_are_the_softmax_of_logits_by_the_temperature() {
    let mnet = folder(2.5);
    let line = classify(&mnet, &[&AT[..], &["--json", "--logits"]].concat()).succeeded().json().remove(0);
    assert_eq!(line["temperature"], 2.5);
    let powers: Vec<_> = numbers(&line["logits"]).iter().map(|logit| (logit / 2.5).exp()).collect();
    let sum: f64 = powers.iter().sum();
    for class in line["top"].as_array().unwrap() {
        let expected = powers[class["index"].as_u64().unwrap() as usize] / sum;
        let score = class["score"].as_f64().unwrap();
        assert!((score - expected).abs() < 1e-6, "{score}, expected {expected}: {line}");
    }
    // No other order, and scores that are closer to each other.
    let without = classify(&mnet, &["--json"]).succeeded().json().remove(0);
    assert!(without.get("temperature").is_none());
    let order = |line: &Value| {
        line["top"].as_array().unwrap().iter().map(|class| class["index"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(order(&line), order(&without));
    let best = |line: &Value| line["top"][0]["score"].as_f64().unwrap();
    assert!(best(&line) < best(&without) - 0.01, "{line} {without}");
    // What is selected by its score follows.
    let limit = best(&without).midpoint(best(&line)).to_string();
    let shown = |flags: &[&str]| classify(&mnet, &[flags, &["--min-score", &limit]].concat()).stdout;
    assert!(shown(&[]).contains('\t') && !shown(&AT).contains('\t'), "{}{}", shown(&[]), shown(&AT));
}

#[test]
fn a_temperature_of_one_changes_no_bit() {
    let mnet = folder(1.0);
    let top = |flags: &[&str]| classify(&mnet, flags).succeeded().json()[0]["top"].to_string();
    assert_eq!(top(&["--json", AT[0], AT[1]]), top(&["--json"]));
    assert_eq!(classify(&mnet, &AT).stdout, classify(&mnet, &[]).stdout);
}

#[test]
fn answers_say_their_temperature_and_are_not_mixed() {
    let mnet = folder(1.25);
    let text = |name: &str| fs::read_to_string(mnet.path().join(name)).unwrap();
    for name in ["labels.jsonl", "labels.csv"] {
        classify(&mnet, &["--resume", name]).succeeded();
        let before = text(name);
        assert!(!before.contains("temperature"), "{before}");
        classify(&mnet, &["--resume", name, AT[0], AT[1]]).failed(
            2,
            &[
                "its answers are from net at 32 px; this run uses net at 32 px, temperature 1.25",
                "--resume labels-2.",
            ],
        );
        assert_eq!(text(name), before);
        // The other way round, and the same once more.
        fs::remove_file(mnet.path().join(name)).unwrap();
        classify(&mnet, &["--resume", name, AT[0], AT[1]]).succeeded();
        let before = text(name);
        assert!(before.contains("temperature") && before.contains("1.25"), "{before}");
        classify(&mnet, &["--resume", name])
            .failed(2, &["its answers are from net at 32 px, temperature 1.25; this run uses net at 32 px"]);
        let again = classify(&mnet, &["--resume", name, AT[0], AT[1]]).succeeded();
        assert!(text(name) == before && !again.stderr.contains("earlier version"), "{}", again.stderr);
    }
    // A file with nothing but a failure has no column for it, and is of no model.
    fs::write(mnet.path().join("b.jpg"), "x").unwrap();
    mnet.run(["classify", "b.jpg", "--model", "net", "--resume", "failed.csv"]).failed(1, &[]);
    classify(&mnet, &["--resume", "failed.csv", AT[0], AT[1]])
        .failed(2, &["failed.csv has no column `temperature`, which --temperature needs"]);
    let run = classify(&mnet, &["--resume", "failed.csv"]).succeeded();
    assert!(!run.stderr.contains("earlier version"), "{}", run.stderr);
}

#[test]
fn what_it_belongs_to_is_checked() {
    let mnet = folder(1.25);
    let at = |more: &[&str]| classify(&mnet, &[&AT[..], more].concat());
    // By another name.
    fs::rename(mnet.path().join("net"), mnet.path().join("moved")).unwrap();
    mnet.run(["classify", "a.jpg", "--model", "moved", AT[0], AT[1]]).succeeded();
    fs::rename(mnet.path().join("moved"), mnet.path().join("net")).unwrap();
    at(&["--res", "64"]).failed(
        2,
        &[
            "t.json: this temperature is for 32 px; this run is at 64 px",
            "try: mnet classify a.jpg --model net --temperature t.json --res 32",
        ],
    );
    at(&["--resize", "32"])
        .failed(0, &["found with other preprocessing: shortest edge 40 bilinear, centre crop 32; mean 0.5"]);
    mnet.run(["classify", "a.jpg", AT[0], AT[1]]).failed(
        2,
        &[
            "t.json: this temperature is of net; this run uses builtin",
            "try: mnet classify a.jpg --temperature t.json --model net",
        ],
    );
    let mut of_built_in = file(&mnet, 1.25);
    of_built_in["model"]["name"] = "builtin".into();
    of_built_in["model"]["weights"] = "ab".into();
    write(&mnet, &of_built_in);
    at(&[])
        .failed(2, &["is of builtin; this run uses net", "try: mnet classify a.jpg --temperature t.json\n"]);
    // Trained further.
    write(&mnet, &file(&mnet, 1.25));
    alter(&mnet.path().join("net"), |tensors| tensors.get_mut("classifier.bias").unwrap().1[0] += 0.5);
    at(&[]).failed(
        2,
        &[
            "t.json: this temperature is of other weights, which had the name net, too",
            "try: mnet eval DIRECTORY --model net --calibrate t.json",
        ],
    );
}

#[test]
fn a_file_that_holds_no_temperature_is_refused() {
    let mnet = folder(0.0);
    let at = || classify(&mnet, &AT);
    at().failed(2, &["t.json: expected a temperature from 1/16 to 16, found 0.0", "--calibrate t-2.json"]);
    write(&mnet, &json!(1.25));
    at().failed(2, &["t.json: not a file of a temperature (invalid type: floating point `1.25`"]);
    let named = |name: &str| classify(&mnet, &["--temperature", name]);
    named("a.jpg").failed(2, &["a.jpg: ", "try: mnet eval DIRECTORY --model net --calibrate a.json"]);
    named("t.jsn").failed(2, &["t.jsn: no such file", "--temperature t.json"]);
    named(".").failed(2, &[".: it is a directory, expected a regular file"]);
}

#[test]
fn it_is_named_with_v_and_never_overwritten() {
    let mnet = folder(1.25);
    let run = classify(&mnet, &[AT[0], AT[1], "-v"]).succeeded();
    let said = "temperature: 1.25 (t.json, found on 40 photos; calibration error on 38 others 0.1250 before, 0.0625 after)";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    classify(&mnet, &[AT[0], AT[1], "-o", "t.json"])
        .failed(2, &["t.json: holds the temperature; answers would replace it"]);
}

#[test]
fn independent_scores_have_no_temperature() {
    let mnet = folder(1.25);
    let path = mnet.path().join("net/config.json");
    let mut config: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    config["problem_type"] = "multi_label_classification".into();
    fs::write(&path, config.to_string()).unwrap();
    classify(&mnet, &AT)
        .failed(2, &["net: multi-label: a temperature", "try: mnet classify a.jpg --model net\n"]);
}

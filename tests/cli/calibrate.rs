//! `mnet eval --calibrate`: every figure is counted again by hand, from the answers of `mnet classify`.

use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::support::checkpoint::tiny;
use super::support::noise::Noise;
use super::{Mnet, Run};

const CLASSES: [&str; 4] = ["cat", "dog", "fern", "moss"];
const PICTURES: usize = 90;

/// A folder with a network, and pictures whose labels are drawn from its scores at twice the temperature, so that it is too sure
/// of itself.
fn folder() -> Mnet {
    let mnet = Mnet::new();
    tiny(&mnet.path().join("net"), &CLASSES);
    let mut noise = Noise::new(1);
    fs::create_dir(mnet.path().join("all")).unwrap();
    for number in 0..PICTURES {
        let mut picture = b"P6 32 32 255\n".to_vec();
        let base = noise.bytes(3);
        let shades = noise.bytes(32 * 32 * 3).into_iter().zip(base.iter().cycle());
        picture.extend(shades.map(|(shade, base)| base / 2 + shade / 3));
        fs::write(mnet.path().join(format!("all/{number:03}.ppm")), picture).unwrap();
    }
    for line in mnet.run(["classify", "-r", "all", "--model", "net", "--json", "--logits"]).succeeded().json()
    {
        let powers: Vec<_> = numbers(&line["logits"]).iter().map(|logit| (logit / 2.0).exp()).collect();
        let mut drawn = f64::from(noise.next()) / f64::from(1 << 24) * powers.iter().sum::<f64>();
        let label = powers.iter().position(|power| {
            drawn -= power;
            drawn < 0.0
        });
        let class = mnet.path().join("photos").join(CLASSES[label.unwrap()]);
        fs::create_dir_all(&class).unwrap();
        let from = mnet.path().join(line["path"].as_str().unwrap());
        fs::rename(&from, class.join(from.file_name().unwrap())).unwrap();
    }
    mnet
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn eval(mnet: &Mnet, flags: &[&str]) -> Run {
    mnet.run([&["eval", "photos", "--model", "net"], flags].concat())
}

/// The pictures of one half, as `mnet classify` answers them with these flags.
fn half(mnet: &Mnet, is_even: bool, flags: &[&str]) -> Vec<Value> {
    let mut lines =
        mnet.run([&["classify", "-r", "photos", "--model", "net", "--json"], flags].concat()).json();
    assert_eq!(lines.len(), PICTURES);
    lines.retain(|line| {
        let name = line["path"].as_str().unwrap().strip_prefix("photos/").unwrap();
        (Sha256::digest(name)[0] >> 4).is_multiple_of(2) == is_even
    });
    lines
}

fn class(line: &Value) -> &str {
    Path::new(line["path"].as_str().unwrap()).parent().unwrap().file_name().unwrap().to_str().unwrap()
}

/// The expected calibration error, with 15 bins.
fn calibration_error(lines: &[Value]) -> f64 {
    let mut bins = [(0.0, 0.0); 15];
    for line in lines {
        let score = line["top"][0]["score"].as_f64().unwrap();
        let bin = &mut bins[((score * 15.0).ceil() as usize).max(1) - 1];
        bin.0 += score;
        bin.1 += f64::from(u8::from(line["top"][0]["label"] == class(line)));
    }
    bins.iter().map(|(scores, right)| (scores - right).abs()).sum::<f64>() / lines.len() as f64
}

/// The negative log-likelihood of the labels.
fn loss(lines: &[Value], temperature: f64) -> f64 {
    let of = |line: &Value| {
        let logits = numbers(&line["logits"]);
        let truth = CLASSES.iter().position(|name| *name == class(line)).unwrap();
        let sum: f64 = logits.iter().map(|logit| ((logit - logits[truth]) / temperature).exp()).sum();
        sum.ln()
    };
    lines.iter().map(of).sum()
}

#[test]
fn the_figures_are_those_of_a_count_by_hand() {
    let mnet = folder();
    let lines = eval(&mnet, &["--calibrate", "t.json", "--json"]).succeeded().json();
    let found = lines.last().unwrap();
    let file: Value = serde_json::from_slice(&fs::read(mnet.path().join("t.json")).unwrap()).unwrap();
    assert_eq!(*found, file);
    let finding = half(&mnet, true, &["--logits"]);
    assert_eq!(file["photos"], finding.len());
    // No temperature near it is better.
    let temperature = file["temperature"].as_f64().unwrap();
    for other in [0.999, 1.001].map(|factor| temperature * factor) {
        assert!(loss(&finding, temperature) < loss(&finding, other), "{temperature}, {other}");
    }
    let [before, after] = [&[][..], &["--temperature", "t.json"]].map(|flags| half(&mnet, false, flags));
    assert_eq!(file["held_out"]["photos"], before.len());
    for (name, lines) in [("error_before", &before), ("error_after", &after)] {
        let (found, expected) = (file["held_out"][name].as_f64().unwrap(), calibration_error(lines));
        assert!((found - expected).abs() < 1e-5, "{name}: {found}, expected {expected}");
    }
    assert!(file["held_out"]["error_after"].as_f64() < file["held_out"]["error_before"].as_f64(), "{file}");
    // Of all pictures, at the temperature.
    let row = eval(&mnet, &["--temperature", "t.json", "--json"]).succeeded().json().remove(0);
    let all: Vec<_> =
        [true, false].map(|is_even| half(&mnet, is_even, &["--temperature", "t.json"])).concat();
    assert_eq!(row["temperature"], temperature);
    let error = row["calibration_error"].as_f64().unwrap();
    assert!((error - calibration_error(&all)).abs() < 1e-5, "{error}");

    // The same for people; and a file of a temperature is replaced.
    let run = eval(&mnet, &["--calibrate", "t.json", "--reliability", "r.svg"]).succeeded();
    assert!(run.stdout.contains(&format!("temperature {temperature}")), "{}", run.stdout);
    assert!(run.stderr.contains("pictures are few"), "{}", run.stderr);
    let drawing = fs::read_to_string(mnet.path().join("r.svg")).unwrap();
    assert!(drawing.starts_with("<svg") && drawing.contains(&format!("temperature {temperature:.3}")));
}

#[test]
fn what_cannot_work_is_said_before_anything_runs() {
    let mnet = folder();
    fs::write(mnet.path().join("notes.txt"), "mine").unwrap();
    let refused = |flags: &[&str], words: &[&str]| {
        let run = eval(&mnet, flags).failed(2, words);
        assert_eq!(run.stdout, "", "{flags:?}");
    };
    refused(
        &["--calibrate", "notes.txt"],
        &["notes.txt exists and holds no temperature", "try: --calibrate notes.json"],
    );
    assert_eq!(fs::read(mnet.path().join("notes.txt")).unwrap(), b"mine");
    refused(&["--calibrate", "no/t.json"], &["no/t.json: "]);
    refused(&["--reliability", "r.gif"], &[".svg", ".png"]);
    refused(
        &["--calibrate", "t.json", "--res", "32,64"],
        &["--calibrate is of one model, and this run has 2"],
    );
    refused(&["--reliability", "r.svg", "--res", "32,64"], &["--reliability is of one model"]);
    refused(&["--calibrate", "t.json", "--records", "a.jsonl"], &["--calibrate", "--records"]);
    refused(&["--records", "a.jsonl", "--temperature", "a.json"], &["--records", "--temperature"]);
    refused(&["--calibrate", "t.json", "--temperature", "a.json"], &["--calibrate", "--temperature"]);
}

#[test]
fn a_model_that_is_always_right_has_no_temperature() {
    let mnet = folder();
    // Every picture in the folder of its best class.
    for line in mnet.run(["classify", "-r", "photos", "--model", "net", "--json", "-k", "1"]).json() {
        let from = mnet.path().join(line["path"].as_str().unwrap());
        let class = mnet.path().join("right").join(line["top"][0]["label"].as_str().unwrap());
        fs::create_dir_all(&class).unwrap();
        fs::rename(&from, class.join(from.file_name().unwrap())).unwrap();
    }
    let run = mnet.run(["eval", "right", "--model", "net", "--calibrate", "t.json"]).failed(
        2,
        &[
            "net: no temperature found: the lower the temperature, the better: all of the ",
            "try: the same with more pictures",
        ],
    );
    // The other figures are there.
    assert!(run.stdout.contains("100.00 %"), "{}", run.stdout);
    assert!(!mnet.path().join("t.json").exists());
}

//! Configurations of every kind, against the numbers that the libraries themselves make of a picture
//! (`tests/golden/preprocessing.py`).

use image::{Rgb, RgbImage};
use serde_json::Value;

use super::json::{FILES, Parsed};
use super::preprocessing::preprocess;
use super::processors::{PROCESSORS, Processor};
use super::transformers;
use crate::models::Architecture;

const CASES: &str = include_str!("../../../tests/golden/preprocessing.jsonl");

/// The picture of the script.
fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let level = |c: u32| ((x * x * (3 + c) / 7 + y * 5 * (c + 1) + x * y / 3) % 256) as u8;
        Rgb([level(0), level(1), level(2)])
    })
}

/// The network that `config` names, for pictures of so many channels.
fn architecture(config: &Value, channels: usize) -> Architecture {
    let text = |pointer| config.pointer(pointer).and_then(Value::as_str);
    let mut architecture = match (text("/architecture"), text("/architectures/0")) {
        (Some(name), _) => Architecture::timm(name, 3).unwrap(),
        (None, Some(name)) => Architecture::torchvision(name, 3).unwrap(),
        (None, None) => transformers::architecture(config, 3).unwrap(),
    };
    architecture.graph.stem.in_channels = channels;
    architecture
}

#[test]
fn every_configuration_makes_the_numbers_of_its_library() {
    let number = |value: &Value| value.as_u64().unwrap() as usize;
    let mut failures = vec![];
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let texts = FILES.map(|file| case["files"].get(file).map(Value::to_string));
        let parsed = Parsed::new(texts.each_ref().map(|text| text.as_deref().map(str::as_bytes))).unwrap();
        let shape: Vec<_> = case["shape"].as_array().unwrap().iter().map(number).collect();
        let architecture = architecture(&parsed.config, shape[0]);
        let (preprocess, _) = preprocess(&parsed, &architecture, "").unwrap();
        let source = picture(number(&case["picture"][0]) as u32, number(&case["picture"][1]) as u32);
        let planes = preprocess.run(&source).unwrap();
        let values = planes.values;
        assert_eq!(
            [shape[1], shape[2]],
            [planes.size.height as usize, planes.size.width as usize],
            "{preprocess:?}"
        );
        let expected: Vec<_> =
            case["values"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
        let at = |index: usize| f64::from(values[index * (values.len() - 1) / (expected.len() - 1)]);
        // A second division by the deviation is a division by its square here: the last bit may differ.
        let is_equal =
            |(index, value): (usize, &f64)| (at(index) - value).abs() <= 4e-7 * value.abs().max(1.0);
        if !expected.iter().enumerate().all(is_equal) {
            failures.push(format!("{}\n  {preprocess:?}", case["files"]));
        }
    }
    for class in PROCESSORS.iter().map(Processor::class) {
        assert!(CASES.contains(&format!("{{\"image_processor_type\":\"{class}\"}}")), "{class} has no case");
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
}

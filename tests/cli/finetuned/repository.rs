//! Repositories made up from random weights, as the usual tools save them, and what the program answers for them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use mnet::models::random::{Tensors, tensors};
use mnet::models::{Architecture, TransformersConfig};
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Value, json};

use crate::{Mnet, Run, assembler, photo};

pub(super) fn timm(name: &str, classes: usize) -> Tensors {
    tensors(&Architecture::timm(name, classes).unwrap())
}

pub(super) fn transformers(model_type: &str, depth_multiplier: f64, classes: usize) -> Tensors {
    let model_type = model_type.into();
    let config = TransformersConfig { model_type, depth_multiplier, ..TransformersConfig::default() };
    tensors(&Architecture::transformers(&config, classes).unwrap())
}

pub(super) fn torchvision(classes: usize) -> Tensors {
    tensors(&Architecture::torchvision("mobilenet_v2", classes).unwrap())
}

/// `value` cut to f16 or bf16: its bits, and the value that they stand for.
pub(super) fn halved(value: f32, dtype: Dtype) -> (u16, f32) {
    let bits = value.to_bits();
    let exponent = (bits >> 23 & 255) as i32 - 112;
    match dtype {
        Dtype::BF16 => ((bits >> 16) as u16, f32::from_bits(bits & 0xffff_0000)),
        // Below f16's normal numbers.
        _ if exponent <= 0 => (0, 0.0),
        _ => {
            let half = bits >> 16 & 0x8000 | (exponent as u32) << 10 | bits >> 13 & 0x3ff;
            (half as u16, f32::from_bits(bits & 0xffff_e000))
        }
    }
}

/// A safetensors file, with the counters of training steps that every library saves.
pub(super) fn save(tensors: &Tensors, dtype: Dtype) -> Vec<u8> {
    let bytes = |values: &[f32]| -> Vec<u8> {
        match dtype {
            Dtype::F32 => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            _ => values.iter().flat_map(|&value| halved(value, dtype).0.to_le_bytes()).collect(),
        }
    };
    let steps = 1000_i64.to_le_bytes();
    let counters = tensors.keys().filter_map(|name| name.strip_suffix("running_mean")).map(|norm| {
        let counter = TensorView::new(Dtype::I64, vec![], &steps).unwrap();
        (format!("{norm}num_batches_tracked"), counter)
    });
    let contents: Vec<_> =
        tensors.iter().map(|(name, (shape, values))| (name, shape, bytes(values))).collect();
    let views = contents.iter().map(|(name, shape, bytes)| {
        ((*name).clone(), TensorView::new(dtype, (*shape).clone(), bytes).unwrap())
    });
    safetensors::serialize(views.chain(counters), None).unwrap()
}

/// The tensors as `torch.save` writes them.
pub(super) fn pickle(tensors: &Tensors) -> Vec<u8> {
    let mut entries = Vec::new();
    let mut storages = Vec::new();
    for (key, (name, (shape, values))) in tensors.iter().enumerate() {
        let storage = assembler::storage("FloatStorage", &key.to_string(), values.len() as i64);
        let shape: Vec<_> = shape.iter().map(|&size| size as i64).collect();
        let stride: Vec<i64> = (1..=shape.len()).map(|after| shape[after..].iter().product()).collect();
        entries.push((name.as_str(), assembler::tensor(&storage, 0, &shape, &stride)));
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        storages.push((format!("archive/data/{key}"), bytes));
    }
    let program = assembler::program(&assembler::dict(&entries));
    let mut files: Vec<(&str, &[u8])> =
        vec![("archive/data.pkl", &program), ("archive/byteorder", b"little")];
    files.extend(storages.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    assembler::zip(&files)
}

/// Writes files into a new folder.
pub(super) fn write(folder: &Path, files: &[(&str, &[u8])]) {
    fs::create_dir_all(folder).unwrap();
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).unwrap();
    }
}

/// Writes a folder `name` with this configuration and these weights.
pub(super) fn repository(mnet: &Mnet, name: &str, config: &Value, weights: &[u8]) {
    let config = config.to_string();
    write(&mnet.path().join(name), &[("config.json", config.as_bytes()), ("model.safetensors", weights)]);
    let processor = json!({"size": {"shortest_edge": 72}, "crop_size": {"height": 64, "width": 64}});
    if config.contains("model_type") {
        fs::write(mnet.path().join(name).join("preprocessor_config.json"), processor.to_string()).unwrap();
    }
}

/// Classifies the photo of the cat, with scores for all classes.
pub(super) fn classify(mnet: &Mnet, model: &str, more: &[&str]) -> Run {
    let cat = photo("cat_720p.jpg");
    let args = ["classify", cat.to_str().unwrap(), "--json", "-k", "20000", "--model", model];
    mnet.run([&args, more].concat())
}

/// The names of the classes in an answer.
pub(super) fn names(run: &Run) -> BTreeSet<String> {
    let line = &run.json()[0];
    line["top"].as_array().unwrap().iter().map(|class| class["label"].as_str().unwrap().to_owned()).collect()
}

pub(super) fn scores(run: &Run) -> Vec<f64> {
    let line = &run.json()[0];
    line["top"].as_array().unwrap().iter().map(|class| class["score"].as_f64().unwrap()).collect()
}

pub(super) fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

pub(super) fn pretrained_cfg() -> Value {
    json!({"input_size": [3, 64, 64], "interpolation": "bicubic", "crop_pct": 0.875, "num_classes": 1000,
        "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]})
}

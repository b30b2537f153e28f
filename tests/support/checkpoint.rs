//! Small checkpoints with seeded weights, for tests that need a network, whatever its answers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mnet::models::random::{Tensors, serialize, tensors};
use mnet::models::{Architecture, TransformersConfig};
use serde_json::json;

/// A MobileNetV2 of 8-channel layers at 32 px with these classes, in the layout of transformers.
pub(crate) fn tiny(folder: &Path, labels: &[&str]) {
    let id2label: BTreeMap<_, _> =
        labels.iter().enumerate().map(|(index, label)| (index.to_string(), label)).collect();
    let config = json!({
        "model_type": "mobilenet_v2", "architectures": ["MobileNetV2ForImageClassification"],
        "depth_multiplier": 0.1, "image_size": 32, "id2label": id2label,
    });
    let processor = json!({"size": {"shortest_edge": 40}, "crop_size": {"height": 32, "width": 32}});
    let parsed = TransformersConfig {
        model_type: "mobilenet_v2".into(),
        depth_multiplier: 0.1,
        ..TransformersConfig::default()
    };
    let architecture = Architecture::transformers(&parsed, labels.len()).expect("a known architecture");
    fs::create_dir_all(folder).expect("the folder can be made");
    fs::write(folder.join("config.json"), config.to_string()).expect("it is writable");
    fs::write(folder.join("preprocessor_config.json"), processor.to_string()).expect("it is writable");
    save(folder, &tensors(&architecture));
}

/// Rewrites the weights in `folder` after `change`.
pub(crate) fn alter(folder: &Path, change: impl FnOnce(&mut Tensors)) {
    let bytes = fs::read(folder.join("model.safetensors")).expect("there are weights");
    let file = safetensors::SafeTensors::deserialize(&bytes).expect("they are sound");
    let values = |bytes: &[u8]| bytes.as_chunks().0.iter().map(|&chunk| f32::from_le_bytes(chunk)).collect();
    let mut tensors = file
        .tensors()
        .into_iter()
        .map(|(name, view)| (name, (view.shape().to_vec(), values(view.data()))))
        .collect();
    change(&mut tensors);
    save(folder, &tensors);
}

fn save(folder: &Path, tensors: &Tensors) {
    fs::write(folder.join("model.safetensors"), serialize(tensors)).expect("it is writable");
}

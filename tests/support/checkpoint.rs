//! Small checkpoints with seeded weights, for tests that need a network but not its accuracy.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mnet::models::naming::places;
use mnet::models::{Architecture, TransformersConfig};
use safetensors::tensor::{Dtype, TensorView};
use serde_json::json;

/// Shape and values by name.
pub(crate) type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

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

/// Random weights for `architecture`, as the bytes of a safetensors file.
pub(crate) fn random(architecture: &Architecture) -> Vec<u8> {
    serialize(&tensors(architecture))
}

fn save(folder: &Path, tensors: &Tensors) {
    fs::write(folder.join("model.safetensors"), serialize(tensors)).expect("it is writable");
}

fn serialize(tensors: &Tensors) -> Vec<u8> {
    let bytes: BTreeMap<_, Vec<u8>> = tensors
        .iter()
        .map(|(name, (_, values))| (name, values.iter().flat_map(|value| value.to_le_bytes()).collect()))
        .collect();
    let views = tensors.iter().map(|(name, (shape, _))| {
        (name, TensorView::new(Dtype::F32, shape.clone(), &bytes[name]).expect("shape and length agree"))
    });
    safetensors::serialize(views, None).expect("the names are unique")
}

/// Every tensor of `architecture`, with values from a generator.
fn tensors(architecture: &Architecture) -> Tensors {
    let graph = &architecture.graph;
    let mut generator = Generator(1);
    let mut tensors = Tensors::new();
    let mut add = |name: String, shape: Vec<usize>, low: f32, high: f32| {
        let values = (0..shape.iter().product()).map(|_| generator.between(low, high)).collect();
        tensors.insert(name, (shape, values));
    };
    for (place, layer) in places(graph) {
        let names = (architecture.naming.convolution)(place);
        add(names.weight, layer.weight_shape().to_vec(), -0.5, 0.5);
        for (piece, low, high) in [
            ("weight", 0.5, 1.5),
            ("bias", -0.5, 0.5),
            ("running_mean", -0.5, 0.5),
            ("running_var", 0.5, 1.5),
        ] {
            add(format!("{}.{piece}", names.norm), vec![layer.out_channels], low, high);
        }
    }
    add(format!("{}.weight", architecture.naming.classifier), vec![graph.classes, graph.features], -0.1, 0.1);
    add(format!("{}.bias", architecture.naming.classifier), vec![graph.classes], -0.1, 0.1);
    tensors
}

/// A linear congruential generator.
struct Generator(u32);

impl Generator {
    fn between(&mut self, low: f32, high: f32) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        low + (high - low) * (self.0 >> 8) as f32 / (1 << 24) as f32
    }
}

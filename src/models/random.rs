//! Random weights: a network to time and to test without a download.

use std::collections::BTreeMap;

use safetensors::tensor::{Dtype, TensorView};

use super::architecture::Architecture;
use super::spec::{ConvKind, Epilogue};
use crate::weights::WeightFile;

/// Shape and values by name.
pub type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// A weight file for `architecture`, the same at every call.
pub fn weights(architecture: &Architecture) -> WeightFile {
    let file = WeightFile::from_bytes(serialize(&tensors(architecture)));
    file.unwrap_or_else(|error| unreachable!("a sound file: {error}"))
}

/// Every tensor of `architecture`, with values from a generator. Logits stay finite.
pub fn tensors(architecture: &Architecture) -> Tensors {
    let graph = &architecture.graph;
    let mut generator = Generator(1);
    let mut tensors = Tensors::new();
    let mut add = |name: String, shape: Vec<usize>, low: f32, high: f32| {
        let values = (0..shape.iter().product()).map(|_| generator.between(low, high)).collect();
        tensors.insert(name, (shape, values));
    };
    for (path, conv) in graph.layers() {
        let names = (architecture.names.convolution)(path);
        let channels = vec![conv.out_channels];
        if conv.kind != ConvKind::Norm {
            // Bounds that keep the scale of feature maps (arXiv:1502.01852, section 2.2).
            let shape = names.weight_shape(conv);
            let bound = (6.0 / shape[1..].iter().product::<usize>() as f32).sqrt();
            add(names.weight.clone(), shape, -bound, bound);
        }
        if conv.has_layer_scale {
            add(names.layer_scale.clone(), channels.clone(), 0.5, 1.0);
        }
        match conv.epilogue {
            Epilogue::BatchNorm => {
                let pieces = [
                    ("weight", 0.5, 1.5),
                    ("bias", -0.5, 0.5),
                    ("running_mean", -0.5, 0.5),
                    ("running_var", 0.5, 1.5),
                ];
                for (piece, low, high) in pieces {
                    add(format!("{}.{piece}", names.norm), channels.clone(), low, high);
                }
            }
            Epilogue::Bias => add(names.bias(), channels, -0.5, 0.5),
            Epilogue::None => {}
        }
    }
    add(format!("{}.weight", architecture.names.classifier), vec![graph.classes, graph.features], -0.1, 0.1);
    if graph.has_bias {
        add(format!("{}.bias", architecture.names.classifier), vec![graph.classes], -0.1, 0.1);
    }
    tensors
}

/// The bytes of a safetensors file.
///
/// # Panics
/// If a shape is not that of its values.
pub fn serialize(tensors: &Tensors) -> Vec<u8> {
    let bytes: BTreeMap<_, Vec<u8>> = tensors
        .iter()
        .map(|(name, (_, values))| (name, values.iter().flat_map(|value| value.to_le_bytes()).collect()))
        .collect();
    let views = tensors.iter().map(|(name, (shape, _))| {
        let view = TensorView::new(Dtype::F32, shape.clone(), &bytes[name]);
        (name, view.unwrap_or_else(|error| panic!("{name}: {error}")))
    });
    safetensors::serialize(views, None).unwrap_or_else(|error| panic!("{error}"))
}

/// A linear congruential generator.
struct Generator(u32);

impl Generator {
    fn between(&mut self, low: f32, high: f32) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        low + (high - low) * (self.0 >> 8) as f32 / (1 << 24) as f32
    }
}

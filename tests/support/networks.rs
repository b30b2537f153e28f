//! Every architecture of `FAMILIES` and every way to run it: all calls of the conformance tests into the library.
//!
//! Names are those of `tests/golden/networks.py`.

use candle_core::{Device, Tensor};
use mnet::backend::device::DeviceChoice;
use mnet::backend::{Extras, Network, Norms};
use mnet::kernels::isa;
use mnet::models::{
    Architecture, Checkpoint, FAMILIES, Family, TimmArgs, TorchvisionArgs, TransformersConfig,
};
use mnet::nn::Activation::{self, Gelu, HardSwish, Relu, Relu6};
use mnet::nn::Padding;
use mnet::weights::WeightFile;

/// The names of all architectures, family by family.
pub(crate) fn names() -> Vec<String> {
    FAMILIES.iter().flat_map(|family| names_of(family)).collect()
}

fn names_of(family: &Family) -> Vec<String> {
    let timm = family.timm.iter().map(|variant| variant.name.to_owned());
    // Google's repositories are named after the network: mobilenet_v2_0.75_160.
    let repositories = family.checkpoints.iter().map(Checkpoint::repository);
    let transformers =
        repositories.filter_map(|repository| Some(format!("hf_{}", repository.strip_prefix("google/")?)));
    let torchvision = family.torchvision.iter().map(|model| format!("torchvision_{}", model.name));
    timm.chain(transformers).chain(torchvision).collect()
}

/// A name with the arguments of its library's function, and the network for a number of classes.
type Variation = (&'static str, fn(usize) -> Architecture);

/// Networks that differ from those of [`names`] in such arguments.
pub(crate) static VARIATIONS: &[Variation] = &[
    // In the narrowest ones the first block has a shortcut (V2), or no expansion (V3).
    ("torchvision_mobilenet_v2?width_mult=0.25", |classes| torchvision("mobilenet_v2", 0.25, false, classes)),
    ("torchvision_mobilenet_v2?width_mult=1.4", |classes| torchvision("mobilenet_v2", 1.4, false, classes)),
    ("torchvision_mobilenet_v3_small?width_mult=0.1", |classes| {
        torchvision("mobilenet_v3_small", 0.1, false, classes)
    }),
    ("torchvision_mobilenet_v3_small?width_mult=0.33&reduced_tail=True", |classes| {
        torchvision("mobilenet_v3_small", 0.33, true, classes)
    }),
    ("torchvision_mobilenet_v3_large?width_mult=1.3", |classes| {
        torchvision("mobilenet_v3_large", 1.3, false, classes)
    }),
    ("torchvision_mobilenet_v3_large?reduced_tail=True", |classes| {
        torchvision("mobilenet_v3_large", 1.0, true, classes)
    }),
    ("mobilenetv1_100?act_layer=relu", |classes| timm("mobilenetv1_100", activation(Relu), classes)),
    ("mobilenetv2_035?pad_type=same&bn_eps=0.001", |classes| {
        let args = TimmArgs { epsilon: Some(1e-3), padding: Some(Padding::Same), activation: None };
        timm("mobilenetv2_035", args, classes)
    }),
    ("mobilenetv3_small_050?act_layer=gelu", |classes| {
        timm("mobilenetv3_small_050", activation(Gelu), classes)
    }),
    ("mobilenetv3_rw?act_layer=relu6", |classes| timm("mobilenetv3_rw", activation(Relu6), classes)),
    ("mobilenetv4_conv_small_035?act_layer=hard_swish", |classes| {
        timm("mobilenetv4_conv_small_035", activation(HardSwish), classes)
    }),
    ("mobilenetv4_conv_aa_medium?pad_type=same", |classes| timm("mobilenetv4_conv_aa_medium", SAME, classes)),
    ("mobilenetv4_hybrid_medium_075?pad_type=same", |classes| {
        timm("mobilenetv4_hybrid_medium_075", SAME, classes)
    }),
    ("tf_mobilenetv3_small_075?pad_type=symmetric", |classes| {
        let args = TimmArgs { padding: Some(Padding::Symmetric), ..TimmArgs::default() };
        timm("tf_mobilenetv3_small_075", args, classes)
    }),
];

const SAME: TimmArgs = TimmArgs { padding: Some(Padding::Same), epsilon: None, activation: None };

fn activation(activation: Activation) -> TimmArgs {
    TimmArgs { activation: Some(activation), ..TimmArgs::default() }
}

fn timm(name: &str, args: TimmArgs, classes: usize) -> Architecture {
    Architecture::timm(name, classes).expect("a timm architecture").with_timm_args(args)
}

fn torchvision(name: &str, width_mult: f64, reduced_tail: bool, classes: usize) -> Architecture {
    let args = TorchvisionArgs { width_mult, reduced_tail };
    Architecture::torchvision_with(name, &args, classes).expect("a torchvision model")
}

/// The architecture called `name`, with `classes` outputs or as many as its library gives it.
pub(crate) fn architecture(name: &str, classes: Option<usize>) -> Architecture {
    if let Some((_, variation)) = VARIATIONS.iter().find(|(variation, _)| *variation == name) {
        return variation(classes.unwrap_or(1000));
    }
    if let Some(name) = name.strip_prefix("torchvision_") {
        return Architecture::torchvision(name, classes.unwrap_or(1000)).expect("a torchvision model");
    }
    let Some(name) = name.strip_prefix("hf_") else {
        return Architecture::timm(name, classes.unwrap_or(1000)).expect("a timm architecture");
    };
    let parts: Vec<_> = name.rsplitn(3, '_').collect();
    let [_resolution, alpha, model_type] = parts[..] else { panic!("{name} has no alpha or resolution") };
    let config = TransformersConfig {
        model_type: model_type.to_owned(),
        depth_multiplier: alpha.parse().expect("alpha is a number"),
        ..TransformersConfig::default()
    };
    Architecture::transformers(&config, classes.unwrap_or(1001)).expect("a transformers model")
}

/// How a network runs on the CPU.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    /// Our kernels.
    Kernels,
    /// Candle's operations, with batch norms folded into the convolutions.
    Candle,
    /// Candle's operations, with batch norms as layers.
    Unfolded,
}

impl Way {
    pub(crate) const ALL: [Self; 3] = [Self::Kernels, Self::Candle, Self::Unfolded];

    pub(crate) fn load(self, architecture: &Architecture, file: &WeightFile) -> Network {
        let candle = |norms| Network::load_candle(architecture, file, norms, &Device::Cpu);
        let network = match self {
            Self::Kernels => Network::load(architecture, file, &Device::Cpu),
            Self::Candle => candle(Norms::Folded),
            Self::Unfolded => candle(Norms::Separate),
        };
        network.unwrap_or_else(|error| panic!("{}: {error}", architecture.name))
    }
}

/// The GPU of a build for one: `Err` says why it does not open. `None` in other builds.
pub(crate) fn gpu() -> Option<Result<Device, String>> {
    let choice = if cfg!(feature = "cuda") {
        DeviceChoice::Cuda(0)
    } else if cfg!(feature = "metal") {
        DeviceChoice::Metal
    } else {
        return None;
    };
    Some(choice.open().map_err(|error| error.to_string()))
}

/// Logits of every picture.
pub(crate) fn logits(network: &Network, pixels: &Tensor) -> Vec<Vec<f32>> {
    network
        .forward(pixels, Extras::default())
        .expect("the network runs")
        .logits
        .to_vec2()
        .expect("logits are a matrix")
}

/// Two pictures `[2, 3, h, w]` of `(((n+1)·h² + 3hw + 17w + 37c) mod 255) / 127.5 - 1`: `probe` of
/// `tests/golden/networks.py`.
pub(crate) fn probe((height, width): (usize, usize)) -> Tensor {
    let mut values = Vec::with_capacity(2 * 3 * height * width);
    for n in 0..2 {
        for c in 0..3 {
            for h in 0..height {
                for w in 0..width {
                    let level = ((n + 1) * h * h + 3 * h * w + 17 * w + 37 * c) % 255;
                    values.push(level as f32 / 127.5 - 1.0);
                }
            }
        }
    }
    Tensor::from_vec(values, (2, 3, height, width), &Device::Cpu).expect("the shape fits")
}

/// The largest difference over the largest logit.
pub(crate) fn relative_error(found: &[Vec<f32>], expected: &[Vec<f32>]) -> f32 {
    let shape = |logits: &[Vec<f32>]| logits.iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(shape(found), shape(expected));
    for (what, logits) in [("found", found), ("expected", expected)] {
        assert!(logits.iter().flatten().all(|logit| logit.is_finite()), "{what} logits that are not finite");
    }
    let largest = expected.iter().flatten().fold(0f32, |largest, logit| largest.max(logit.abs()));
    let differences = found.iter().flatten().zip(expected.iter().flatten()).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, f32::max) / largest
}

/// The error that rounding may leave in logits, as a share of the largest one.
///
/// Each of up to some hundred layers rounds sums of up to some thousand products: 1e-6 to 2e-5 is what is seen. The
/// smallest mistake, a wrong epsilon in the batch norms, moves the logits of every network by 4e-4 or more.
pub(crate) const BOUND: f32 = 5e-5;

/// What `MNET_ISA` takes for each instruction set of this machine that is not in use.
pub(crate) fn other_instruction_sets() -> impl Iterator<Item = &'static str> {
    isa::available().map(|isa| isa.name).filter(|name| *name != isa::active().name)
}

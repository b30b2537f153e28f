//! Weights that a tensor's name and shape determine, to the last bit: the rules of `tests/golden/seeded.py`.

use mnet::models::random::Tensors;
use mnet::models::{Architecture, random};
use mnet::weights::WeightFile;

/// A weight file for `architecture`.
pub(crate) fn weights(architecture: &Architecture) -> WeightFile {
    file(random::tensors(architecture), &architecture.name)
}

/// A weight file of `tensors`, with other values, for the network called `network`.
pub(crate) fn file(mut tensors: Tensors, network: &str) -> WeightFile {
    // A softmax of large values is a choice of the largest, which rounding decides.
    let gain = if network.contains("hybrid") { 1.0 } else { 1.5 };
    for (name, (shape, values)) in &mut tensors {
        let (low, high) = bounds(name, shape, gain);
        let seed = fnv1a(name);
        for (value, index) in values.iter_mut().zip(0..) {
            let fraction = (random_bits(seed, index) >> 8) as f32 / (1 << 24) as f32;
            *value = low + (high - low) * fraction;
        }
    }
    WeightFile::from_bytes(random::serialize(&tensors)).expect("a sound file")
}

/// The range of a tensor's values.
fn bounds(name: &str, shape: &[usize], gain: f64) -> (f32, f32) {
    if shape.len() > 1 {
        // A variance of gain / fan_in keeps activations near the size they have.
        let fan_in: usize = shape[1..].iter().product();
        let bound = (3.0 * gain / fan_in as f64).sqrt() as f32;
        return (-bound, bound);
    }
    if name.ends_with("gamma") {
        (0.5, 1.0)
    } else if name.ends_with("weight") || name.ends_with("running_var") {
        (0.5, 1.5)
    } else {
        (-0.5, 0.5)
    }
}

/// The FNV-1a hash.
fn fnv1a(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The `MurmurHash3` finalizer of the index in a Weyl sequence.
fn random_bits(seed: u32, index: u32) -> u32 {
    let bits = seed.wrapping_add(index.wrapping_mul(0x9e37_79b9));
    let bits = (bits ^ bits >> 16).wrapping_mul(0x85eb_ca6b);
    let bits = (bits ^ bits >> 13).wrapping_mul(0xc2b2_ae35);
    bits ^ bits >> 16
}

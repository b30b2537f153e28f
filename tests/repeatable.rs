//! A picture gives the same logits in every run, alone or in a batch, on any number of threads.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use candle_core::{Device, Tensor};
use mnet::backend::{Extras, Network};
use mnet::models::{catalogue, random};
use rayon::ThreadPoolBuilder;

/// Networks of every family, at resolutions whose feature maps have rows left over after the last whole tile.
const NETWORKS: [(&str, Option<f64>, usize); 10] = [
    ("v1", Some(0.35), 104),
    ("v1", Some(1.0), 224),
    ("v2", Some(1.0), 160),
    ("mobilenetv3_small_100", None, 104),
    ("tf_mobilenetv3_large_100", None, 136),
    ("mobilenetv4_conv_small", None, 136),
    ("mobilenetv4_conv_blur_medium", None, 104),
    ("mobilenetv4_hybrid_medium_075", None, 96),
    ("mobilenet_edgetpu_v2_xs", None, 104),
    ("lite0", None, 96),
];

fn network(model: &str, alpha: Option<f64>) -> Network {
    let (architecture, _) = catalogue::architecture(model, alpha).unwrap();
    Network::load(&architecture, &random::weights(&architecture), &Device::Cpu).unwrap()
}

fn pixels(batch: usize, side: usize) -> Tensor {
    let values = (0..batch * 3 * side * side).map(|index| (index * index % 509) as f32 / 254.0 - 1.0);
    Tensor::from_iter(values, &Device::Cpu).unwrap().reshape((batch, 3, side, side)).unwrap()
}

/// The bits of every picture's logits.
fn logits(network: &Network, pixels: &Tensor, threads: usize) -> Vec<Vec<u32>> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let logits =
        pool.install(|| network.forward(pixels, Extras::default()).unwrap().logits.to_vec2::<f32>().unwrap());
    logits.into_iter().map(|picture| picture.into_iter().map(f32::to_bits).collect()).collect()
}

#[test]
fn logits_are_the_same_on_any_number_of_threads() {
    for (model, alpha, side) in NETWORKS {
        let network = network(model, alpha);
        let three = pixels(3, side);
        let expected = logits(&network, &three, 1);
        assert!(expected.iter().flatten().all(|bits| f32::from_bits(*bits).is_finite()), "{model}");
        for threads in [1, 2, 3, 5] {
            // In a batch each thread takes a picture; alone, all threads share one.
            assert!(logits(&network, &three, threads) == expected, "{model}, {threads} threads");
            for (index, expected) in expected.iter().enumerate() {
                let one = three.narrow(0, index, 1).unwrap();
                let found = logits(&network, &one, threads);
                assert!(found[0] == *expected, "{model}, picture {index}, {threads} threads");
            }
        }
    }
}

//! Networks of random blocks: the CPU backend and the candle backend agree on all that a table can say, not only on what
//! the published networks happen to use.

#![expect(clippy::unwrap_used, reason = "a test fails where its setup fails")]

use candle_core::{Device, Tensor};
use mnet::backend::{Extras, Network, Norms, Output};
use mnet::models::arch_def::{ArchDef, HeadDef, Row, StemDef, conv, ds, er, ir, mqa, uib};
use mnet::models::spec::{AntiAlias, Epilogue};
use mnet::models::{Architecture, Rounding, random, tensor_names};
use mnet::nn::Activation::{Gelu, HardSwish, Relu, Relu6};
use mnet::nn::Padding;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// The difference that rounding may leave, see [`difference`]: as in the published networks (`support::networks::BOUND`).
/// At most 1.5e-5 is seen.
const BOUND: f32 = 5e-5;

/// A softmax magnifies rounding, two of them in a row more so. What rounding does to a network shows in two runs of candle's
/// that differ in nothing else, with batch norms folded and not; the kernels may differ by some times as much. Where that
/// is more than 1e-5, 2.7 times is seen at most.
const TIMES_CANDLES_OWN: f32 = 10.0;

proptest! {
    // The same networks in every run: a test that fails now and then stops all work, and finds nothing new for long.
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    #[test]
    fn backends_agree_on_any_network(
        architecture in architecture(),
        (batch, h, w) in (1..4usize, 17..48usize, 17..48usize),
        threads in 1..4usize,
    ) {
        let weights = random::weights(&architecture);
        let pixels = pixels(batch, h, w);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let run = |network: &Network| {
            pool.install(|| network.forward(&pixels, Extras { features: true, feature_map: true })).unwrap()
        };
        let cpu = run(&Network::load(&architecture, &weights, &Device::Cpu).unwrap());
        let [folded, separate] = [Norms::Folded, Norms::Separate].map(|norms| {
            run(&Network::load_candle(&architecture, &weights, norms, &Device::Cpu).unwrap())
        });
        let bound = BOUND.max(TIMES_CANDLES_OWN * difference(&folded, &separate));
        let found = difference(&cpu, &folded);
        prop_assert!(found <= bound, "{found:e} with a bound of {bound:e}");
    }
}

/// The largest difference of logits, features and feature map, each over the largest value.
fn difference(cpu: &Output, candle: &Output) -> f32 {
    let pairs = [
        (Some(&cpu.logits), Some(&candle.logits)),
        (cpu.features.as_ref(), candle.features.as_ref()),
        (cpu.feature_map.as_ref(), candle.feature_map.as_ref()),
    ];
    let one = |(found, expected): (Option<&Tensor>, Option<&Tensor>)| {
        let (found, expected) = (found.unwrap(), expected.unwrap());
        assert_eq!(found.dims(), expected.dims());
        let values = |tensor: &Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let (found, expected) = (values(found), values(expected));
        assert!(found.iter().chain(&expected).all(|value| value.is_finite()));
        let largest = expected.iter().fold(f32::MIN_POSITIVE, |largest, value| largest.max(value.abs()));
        let error = found.iter().zip(&expected).fold(0f32, |error, (a, b)| error.max((a - b).abs()));
        error / largest
    };
    pairs.map(one).into_iter().fold(0.0, f32::max)
}

/// Some picture, values between -1 and 1.
fn pixels(batch: usize, h: usize, w: usize) -> Tensor {
    let values = (0..batch * 3 * h * w).map(|index| ((index * 37 + index / 7) % 255) as f32 / 127.0 - 1.0);
    Tensor::from_iter(values, &Device::Cpu).unwrap().reshape((batch, 3, h, w)).unwrap()
}

fn architecture() -> impl Strategy<Value = Architecture> {
    let stages = prop::collection::vec(prop::collection::vec(row(), 1..4), 1..4);
    let stem = (prop::sample::select(vec![8, 16, 24]), prop::sample::select(vec![3, 5, 7]));
    let activation = prop::sample::select(vec![Relu, Relu6, HardSwish, Gelu]);
    let padding = prop::sample::select(vec![Padding::Symmetric, Padding::Same]);
    let antialias = prop::option::of(prop::sample::select(vec![AntiAlias::Average, AntiAlias::Blur]));
    (stages, stem, activation, padding, antialias, head(), any::<bool>()).prop_map(
        |(mut stages, stem, activation, padding, antialias, head, has_layer_scale)| {
            // A stage downsamples once at most: a mean of 2 x 2 positions needs two of them.
            for row in stages.iter_mut().flat_map(|rows| &mut rows[1..]) {
                row.stride = 1;
            }
            let rows: Vec<&[Row]> = stages.iter().map(Vec::as_slice).collect();
            let (channels, kernel_size) = stem;
            let def = ArchDef {
                stem: StemDef { channels, kernel_size, is_fixed: false },
                antialias,
                head,
                has_layer_scale,
                ..ArchDef::new(&rows, activation)
            };
            named(def, padding)
        },
    )
}

fn head() -> impl Strategy<Value = Option<HeadDef>> {
    let epilogue = prop::sample::select(vec![Epilogue::BatchNorm, Epilogue::Bias, Epilogue::None]);
    let head = (prop::sample::select(vec![16, 40]), epilogue, any::<bool>());
    prop::option::of(head.prop_map(|(features, epilogue, after_pool)| HeadDef {
        features,
        epilogue,
        after_pool,
    }))
}

fn named(def: ArchDef, padding: Padding) -> Architecture {
    Architecture {
        name: "random".into(),
        graph: def.graph(11),
        names: &tensor_names::TIMM,
        epsilon: 1e-3,
        padding,
    }
}

/// Any row that both backends support: dense convolutions are 1 x 1 or 3 x 3, groups whole blocks of 8 channels.
fn row() -> impl Strategy<Value = Row> {
    let (k, s) = (prop::sample::select(vec![3, 5]), 1..3usize);
    let c = prop::sample::select(vec![8, 16, 24, 40]);
    let e = prop::sample::select(vec![1.0, 2.0, 3.5]);
    let taps = prop::sample::select(vec![0, 3, 5]);
    let share = prop::option::of(prop::sample::select(vec![0.25, 0.5]));
    let squeezed = |row: Row, share: Option<f64>| share.map_or(row, |share| row.se(share));
    prop_oneof![
        (prop::sample::select(vec![1, 3]), s.clone(), c.clone()).prop_map(|(k, s, c)| conv(
            k,
            if k == 1 { 1 } else { s },
            c
        )),
        (k.clone(), s.clone(), c.clone(), share.clone())
            .prop_map(move |(k, s, c, share)| squeezed(ds(k, s, c), share)),
        (s.clone(), c.clone()).prop_map(|(s, c)| ds(3, s, c).activated().no_shortcut()),
        (k, s.clone(), e.clone(), c.clone(), share)
            .prop_map(move |(k, s, e, c, share)| squeezed(ir(k, s, e, c), share)),
        (s.clone(), e.clone(), c.clone()).prop_map(|(s, e, c)| er(3, s, e, c).relu()),
        (s.clone(), c.clone()).prop_map(|(s, c)| er(3, s, 2.0, c).group_size(16)),
        (taps.clone(), taps, s, e, c.clone()).prop_map(|(start, middle, s, e, c)| {
            uib(start, middle, if start + middle == 0 { 1 } else { s }, e, c)
        }),
        (1..4usize, prop::sample::select(vec![8, 16]), 1..3usize, c)
            .prop_map(|(heads, d, stride, c)| mqa(heads, d, stride, c)),
    ]
}

/// Channels that are no multiple of the kernels' block of 8, as a width multiplier of V1 makes them.
#[test]
fn backends_agree_on_odd_channels() {
    for alpha in [0.03, 0.11, 0.27, 0.4, 1.03] {
        let rows = [ds(3, 1, 64), ds(3, 2, 128).no_shortcut(), ds(5, 1, 33), conv(1, 1, 100), conv(3, 2, 21)];
        let rounding = Rounding::Truncate { min_depth: 3 };
        let stages = [&rows[..]];
        let def = ArchDef { alpha, rounding, ..ArchDef::new(&stages, Relu6) };
        let architecture = named(def, Padding::Same);
        let weights = random::weights(&architecture);
        let extras = Extras { features: true, feature_map: true };
        let run = |network: Network| network.forward(&pixels(2, 33, 29), extras).unwrap();
        let cpu = run(Network::load(&architecture, &weights, &Device::Cpu).unwrap());
        let folded = Network::load_candle(&architecture, &weights, Norms::Folded, &Device::Cpu);
        let difference = difference(&cpu, &run(folded.unwrap()));
        assert!(difference < BOUND, "alpha {alpha}: {difference}");
    }
}

/// The mean of 2 x 2 positions leaves nothing of one.
#[test]
fn a_picture_that_is_too_small_is_an_error() {
    let rows = [ds(3, 2, 16), ds(3, 2, 16), ds(3, 2, 16)];
    let stages = [&rows[..]];
    let def = ArchDef { antialias: Some(AntiAlias::Average), ..ArchDef::new(&stages, Relu6) };
    let architecture = named(def, Padding::Symmetric);
    let weights = random::weights(&architecture);
    for network in [
        Network::load(&architecture, &weights, &Device::Cpu),
        Network::load_candle(&architecture, &weights, Norms::Folded, &Device::Cpu),
    ] {
        let network = network.unwrap();
        assert!(network.forward(&pixels(1, 4, 40), Extras::default()).is_err());
        assert!(network.forward(&pixels(1, 40, 40), Extras::default()).is_ok());
    }
}

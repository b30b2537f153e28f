//! Inputs, layouts and the error bound that all kernel tests share.

use half::bf16;
use proptest::prelude::*;

use crate::kernels::isa::{self, Kernels};
use crate::kernels::reference::Bounded;
use crate::kernels::{Element, Weights, padded, scaled};
use crate::nn::{Activation, Conv2dGeometry, Padding};

/// Values in -1..1 from a linear congruential generator: repeatable and without a pattern.
pub(crate) fn noise(seed: u32, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Random weights of `n` output channels with `each` values, not yet scaled.
pub(crate) struct Noise {
    values: Vec<f32>,
    scale: Vec<f64>,
    pub bias: Vec<f32>,
}

impl Noise {
    pub(crate) fn new(n: usize, each: usize) -> Self {
        let scale = noise(5, n).into_iter().map(f64::from).collect();
        Self { values: noise(2, n * each), scale, bias: noise(3, n) }
    }

    pub(crate) fn weights(&self) -> Weights<'_> {
        Weights { values: &self.values, scale: &self.scale, bias: &self.bias }
    }

    /// The values as the naive loops take them.
    pub(crate) fn scaled(&self) -> Vec<f32> {
        let each = self.values.len() / self.scale.len();
        let scales = self.scale.iter().flat_map(|scale| std::iter::repeat_n(*scale, each));
        self.values.iter().zip(scales).map(|(value, scale)| scaled(*value, scale)).collect()
    }
}

/// `values` rounded to `E`, for the naive loops.
pub(crate) fn rounded<E: Element>(values: &[f32]) -> Vec<f32> {
    values.iter().map(|value| E::round(*value).to_f32()).collect()
}

/// Converts `[m, c]` to the layout of the kernels, `[c/B, m, B]`; padding channels become zero.
pub(crate) fn blocked<E: Element>(values: &[f32], channels: usize) -> Vec<E> {
    let positions = values.len() / channels;
    let mut map = vec![E::default(); padded::<E>(channels) * positions];
    for (index, value) in values.iter().enumerate() {
        let (position, channel) = (index / channels, index % channels);
        map[(channel / E::BLOCK * positions + position) * E::BLOCK + channel % E::BLOCK] = E::round(*value);
    }
    map
}

/// Converts `[c/B, m, B]` to the layout of the naive loops, `[m, c]`; padding channels have to be finite.
pub(crate) fn flat<E: Element>(map: &[E], channels: usize) -> Vec<f32> {
    let positions = map.len() / padded::<E>(channels);
    let at = |position: usize, channel: usize| {
        map[(channel / E::BLOCK * positions + position) * E::BLOCK + channel % E::BLOCK].to_f32()
    };
    let past =
        (0..positions).flat_map(|position| (channels..padded::<E>(channels)).map(move |c| at(position, c)));
    assert!(past.into_iter().all(f32::is_finite), "channels past the last");
    (0..positions).flat_map(|position| (0..channels).map(move |c| at(position, c))).collect()
}

/// A map that no kernel has written to.
pub(crate) fn unwritten<E: Element>(channels: usize, positions: usize) -> Vec<E> {
    vec![E::round(f32::NAN); padded::<E>(channels) * positions]
}

/// `[c, m]` to `[m, c]`.
pub(crate) fn transposed(planes: &[f32], channels: usize) -> Vec<f32> {
    let positions = planes.len() / channels;
    (0..planes.len()).map(|index| planes[index % channels * positions + index / channels]).collect()
}

/// Asserts that values are within `(terms + 2)·ε` of the sum of magnitudes, the bound for any order of summation, and
/// then rounded to `E`.
pub(crate) fn assert_close<E: Element>(found: &[f32], expected: &[Bounded], terms: usize, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    // Half a unit in the last place of bf16, which has 8 of the 24 bits of f32.
    let unit = if E::NAME == "bf16" { 1.0 / 256.0 } else { 0.0 };
    for (index, (found, (value, magnitude))) in found.iter().zip(expected).enumerate() {
        let bound = (terms + 2) as f64 * f64::from(f32::EPSILON) * magnitude + unit * f64::from(value.abs());
        let error = f64::from((found - value).abs());
        assert!(error <= bound, "{what}, output {index}: {found} is not {value}, {error:e} > {bound:e}");
    }
}

/// Adds a shortcut `[m, n]` to what is expected.
pub(crate) fn add(expected: &mut [Bounded], shortcut: &[f32]) {
    for ((value, magnitude), shortcut) in expected.iter_mut().zip(shortcut) {
        *value += shortcut;
        *magnitude += f64::from(shortcut.abs());
    }
}

pub(crate) const ACTIVATIONS: [Activation; 6] = [
    Activation::Linear,
    Activation::Relu,
    Activation::Relu6,
    Activation::HardSigmoid,
    Activation::HardSwish,
    Activation::Gelu,
];

/// Every geometry of these filters on an `h` x `w` input, with both kinds of padding.
pub(crate) fn geometries(h: usize, w: usize, taps: &[usize], strides: &[usize]) -> Vec<Conv2dGeometry> {
    let mut geometries = Vec::new();
    for k in taps {
        for stride in strides {
            for padding in [Padding::Symmetric, Padding::Same] {
                geometries.push(Conv2dGeometry::new(h, w, *k, *stride, padding));
            }
        }
    }
    geometries
}

/// Few and small cases under Miri, which is thousands of times slower. It has no AVX2: what it sees are the portable
/// lanes.
pub(crate) fn config() -> ProptestConfig {
    let cases = if cfg!(miri) { 3 } else { 96 };
    // A failure prints its values; they belong in a test of their own, not in a file of regressions.
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// `most`, or a small number under Miri.
pub(crate) fn up_to(most: usize) -> usize {
    if cfg!(miri) { most.min(9) } else { most }
}

/// An element type whose kernels are tested.
pub(crate) trait Tested: Element {
    /// The kernels of every instruction set of this machine, and those of the models.
    fn sets() -> Vec<&'static Kernels<Self>>;
}

impl Tested for f32 {
    fn sets() -> Vec<&'static Kernels<Self>> {
        isa::available().map(|isa| &isa.kernels).collect()
    }
}

impl Tested for bf16 {
    fn sets() -> Vec<&'static Kernels<Self>> {
        isa::available_bf16().map(|isa| &isa.kernels).collect()
    }
}

/// The kernels of one of this machine's instruction sets.
pub(crate) fn any_set<E: Tested>() -> impl Strategy<Value = &'static Kernels<E>> {
    proptest::sample::select(E::sets())
}

pub(crate) fn any_activation() -> impl Strategy<Value = Activation> {
    proptest::sample::select(&ACTIVATIONS[..])
}

/// A geometry of one of these filters.
pub(crate) fn any_geometry(
    taps: &'static [usize],
    strides: &'static [usize],
) -> impl Strategy<Value = Conv2dGeometry> {
    let sides = (1..=up_to(34), 1..=up_to(34));
    let filter = (proptest::sample::select(taps), proptest::sample::select(strides), any::<bool>());
    (sides, filter).prop_map(|((h, w), (k, stride, is_symmetric))| {
        let padding = if is_symmetric { Padding::Symmetric } else { Padding::Same };
        Conv2dGeometry::new(h, w, k, stride, padding)
    })
}
